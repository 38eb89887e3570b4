{{ config(materialized='view') }}

-- The ids of the statements behind the numerator and the denominator of each value, as lists.
with inputs as (

    select
        facts.indicator_id,
        facts.definition_version,
        facts.org_key,
        facts.period_id,
        facts.known_from,
        {{ halves_of('facts', 'indicators') | indent(8) }}
    from {{ ref('fct_indicator_value') }} as facts
    inner join {{ ref('dim_indicator') }} as indicators
        on facts.indicator_id = indicators.indicator_id
        and facts.definition_version = indicators.definition_version

)

select
    inputs.indicator_id,
    inputs.definition_version,
    inputs.org_key,
    inputs.period_id,
    inputs.known_from,
    coalesce(
        list(distinct observations.observation_id order by observations.observation_id)
        filter (where inputs.part = 'numerator'),
        []
    ) as numerator_observation_ids,
    coalesce(
        list(distinct observations.observation_id order by observations.observation_id)
        filter (where inputs.part = 'denominator'),
        []
    ) as denominator_observation_ids
from inputs
inner join {{ ref('bridge_value_evidence') }} as evidence
    on inputs.measure_id = evidence.measure_id
    and inputs.org_key = evidence.org_key
    and inputs.counted_period_id = evidence.period_id
    and {{ known_at('evidence', 'inputs.known_from') }}
inner join {{ ref('fct_observation') }} as observations
    on evidence.observation_key = observations.observation_key
group by inputs.indicator_id, inputs.definition_version, inputs.org_key, inputs.period_id, inputs.known_from
