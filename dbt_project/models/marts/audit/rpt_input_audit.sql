with offered as (

    select
        counts.*,
        case when counts.basis = 'stated' then observations.raw_text end as raw_text,
        observations.plan_id,
        observations.line,
        observations.locator,
        measures.offered_for,
        measures.unit,
        measures.name_vi,
        measures.name_en
    from {{ ref('int_counts') }} as counts
    inner join {{ ref('stg_measures') }} as measures
        on counts.measure_id = measures.measure_id
    left join {{ ref('int_observations') }} as observations
        on counts.observation_key = observations.observation_key
    where counts.known_to is null and counts.value is not null and measures.offered_for is not null

)

select
    indicators.indicator_id,
    indicators.definition_version,
    offered.org_key,
    offered.period_id,
    indicators.code,
    indicators.name_vi,
    indicators.name_en,
    asked.measure_id as asked_measure,
    asked.unit as asked_unit,
    asked.name_vi as asked_name_vi,
    asked.name_en as asked_name_en,
    offered.measure_id as offered_measure,
    offered.unit as offered_unit,
    offered.name_vi as offered_name_vi,
    offered.name_en as offered_name_en,
    offered.value as offered_value,
    offered.line,
    offered.locator,
    offered.raw_text,
    offered.source_id,
    offered.plan_id,
    offered.is_made_up
from offered
inner join {{ ref('stg_measures') }} as asked
    on offered.offered_for = asked.measure_id
inner join {{ ref('stg_indicators') }} as indicators
    on asked.measure_id in (indicators.numerator_measure, indicators.denominator_measure)
    and {{ is_valid_on('indicators', 'offered.period_end') }}
