select
    scores.target_id,
    scores.org_key,
    scores.period_id,
    scores.known_from,
    scores.known_to,
    scores.plan_id,
    scores.indicator_id,
    scores.definition_version,
    indicators.code,
    indicators.report_order,
    indicators.pillar_vi,
    indicators.pillar_en,
    indicators.name_vi,
    indicators.name_en,
    scores.org_level,
    scores.year,
    scores.target_kind,
    scores.operator,
    scores.target_value,
    scores.raw_text,
    scores.locator,
    scores.value,
    scores.reported_value,
    scores.value_status,
    scores.obs_status,
    scores.reason,
    reasons.reason_vi,
    reasons.reason_en,
    scores.met,
    scores.met_as_reported,
    cast(scores.gap_points as decimal(10, 4)) as gap_points,
    scores.previous_value,
    cast(scores.change_points as decimal(10, 4)) as change_points,
    scores.on_track,
    scores.comparable_with_previous,
    scores.source_id,
    scores.is_made_up
from {{ ref('int_scorecard') }} as scores
inner join {{ ref('stg_indicators') }} as indicators
    on scores.indicator_id = indicators.indicator_id
    and scores.definition_version = indicators.definition_version
left join {{ ref('dim_reason') }} as reasons
    on scores.reason = reasons.reason
