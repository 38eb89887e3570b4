{{ config(tags=['findings']) }}

select
    facts.indicator_id,
    facts.definition_version,
    numbers.target_number,
    indicators.code,
    indicators.name_vi as indicator_vi,
    indicators.name_en as indicator_en,
    indicators.pillar_vi,
    indicators.pillar_en,
    facts.org_key,
    organisations.name_vi as org_name_vi,
    organisations.level as org_level,
    facts.period_id,
    periods.kind as period_kind,
    periods.start_date as period_start,
    facts.cause,
    cast(facts.value_before as double) as value_before,
    cast(facts.value_after as double) as value_after,
    cast(facts.change_points as double) as change_points,
    cast(facts.contribution_points as double) as contribution_points,
    facts.is_made_up
from {{ ref('rpt_change') }} as facts
inner join {{ ref('dim_indicator') }} as indicators
    on facts.indicator_id = indicators.indicator_id
    and facts.definition_version = indicators.definition_version
inner join {{ ref('dim_org') }} as organisations
    on facts.org_key = organisations.org_key
inner join {{ ref('dim_period') }} as periods
    on facts.period_id = periods.period_id
left join {{ ref('dim_target_number') }} as numbers
    on facts.indicator_id = numbers.indicator_id
    and facts.definition_version = numbers.definition_version
    and left(facts.period_id, 4) = cast(numbers.year as varchar)
