{{ config(materialized='view') }}

-- The ids of the statements behind the numerator and the denominator of each value, as lists.
with inputs as (

    select
        facts.indicator_id,
        facts.definition_version,
        facts.org_key,
        facts.period_id,
        facts.known_from,
        evidence.observation_id,
        evidence.measure_id = indicators.numerator_measure and evidence.period_id = facts.period_id as is_of_numerator,
        evidence.measure_id = indicators.denominator_measure and evidence.period_id = facts.denominator_period_id
            as is_of_denominator
    from {{ ref('fct_indicator_value') }} as facts
    inner join {{ ref('dim_indicator') }} as indicators
        on facts.indicator_id = indicators.indicator_id
        and facts.definition_version = indicators.definition_version
    inner join {{ ref('bridge_value_evidence') }} as evidence
        on facts.org_key = evidence.org_key
        and evidence.period_id in (facts.period_id, facts.denominator_period_id)
        and evidence.measure_id in (indicators.numerator_measure, indicators.denominator_measure)
        and {{ known_at('evidence', 'facts.known_from') }}

)

select
    indicator_id,
    definition_version,
    org_key,
    period_id,
    known_from,
    coalesce(list(distinct observation_id order by observation_id) filter (where is_of_numerator), [])
        as numerator_observation_ids,
    coalesce(list(distinct observation_id order by observation_id) filter (where is_of_denominator), [])
        as denominator_observation_ids
from inputs
group by indicator_id, definition_version, org_key, period_id, known_from
