-- Reports that were due and have not come, by the periods that they are part of; of each reporter and of all together.
with missing as (

    select
        measures.measure_id,
        reports.org_key,
        reports.due_on,
        unnest(
            case
                when length(reports.period_id) = 4 then [reports.period_id]
                else
                    list_distinct(
                        [
                            reports.period_id,
                            {{ period_around('reports.period_id', 'quarter') }},
                            left(reports.period_id, 4)
                        ]
                    )
            end
        ) as period_id
    from {{ ref('fct_reporting') }} as reports
    inner join {{ ref('dim_measure') }} as measures using (source_id)
    where reports.expected = 1 and reports.received = 0

),

due as (

    select
        measure_id,
        period_id,
        org_key,
        min(due_on) as overdue_since
    from missing
    group by grouping sets ((measure_id, period_id, org_key), (measure_id, period_id))

)

select
    scores.target_id,
    scores.target_number,
    scores.plan_id,
    scores.year,
    scores.period_id,
    scores.period_kind,
    periods.start_date as period_start,
    periods.end_date as period_end,
    scores.org_key,
    organisations.org_id,
    organisations.name_vi as org_name_vi,
    organisations.level as org_level,
    scores.org_level as target_level,
    scores.is_of_the_whole,
    scores.indicator_id,
    scores.definition_version,
    scores.name_vi as indicator_vi,
    scores.name_en as indicator_en,
    scores.stated_name,
    scores.kind as indicator_kind,
    scores.pillar_vi,
    scores.pillar_en,
    suppliers.org_id as supplier_org_id,
    suppliers.org_name_vi as supplier_name_vi,
    scores.target_kind,
    scores.operator,
    cast(scores.target_value as double) as target_value,
    scores.raw_text as target_text,
    cast(scores.value as double) as value,
    scores.value as value_decimal,
    scores.value_status,
    scores.obs_status,
    cast(scores.numerator as double) as numerator,
    cast(scores.denominator as double) as denominator,
    cast(scores.reported_value as double) as reported_value,
    case
        when scores.period_kind <> 'year' then 'not_of_a_year'
        when scores.met then 'met'
        when not scores.met then 'missed'
        when scores.target_kind = 'threshold' then 'undecided'
        else 'not_a_threshold'
    end as verdict,
    scores.met,
    scores.met_as_reported,
    scores.reached,
    cast(scores.gap_points as double) as gap_points,
    cast(scores.previous_value as double) as previous_value,
    cast(scores.change_points as double) as change_points,
    case
        when scores.change_points = 0 then 'steady'
        when (scores.change_points > 0) = indicators.higher_is_better then 'improving'
        when scores.change_points is not null then 'worsening'
    end as trend,
    scores.comparable_with_previous,
    cast(scores.base_value as double) as base_value,
    cast(scores.on_track as double) as on_track,
    scores.progress,
    scores.reason,
    scores.reason_vi,
    scores.reason_en,
    scores.missing_reporters,
    array_to_string(scores.missing_periods, ', ') as missing_periods,
    scores.result_published,
    due.overdue_since,
    scores.citation_vi,
    scores.citation_en,
    scores.locator,
    {{ day_in_vietnam('scores.known_from') }} as known_on,
    scores.is_made_up
from {{ ref('rpt_scorecard') }} as scores
inner join {{ ref('dim_org') }} as organisations using (org_key)
inner join {{ ref('dim_period') }} as periods using (period_id)
inner join {{ ref('dim_indicator') }} as indicators
    on scores.indicator_id = indicators.indicator_id
    and scores.definition_version = indicators.definition_version
left join {{ ref('dim_supplier') }} as suppliers
    on indicators.supplier_org_id = suppliers.supplier_org_id
    and scores.org_key = suppliers.org_key
left join due
    on indicators.numerator_measure = due.measure_id
    and scores.period_id = due.period_id
    and due.org_key is not distinct from case when not scores.is_of_the_whole then scores.org_key end
