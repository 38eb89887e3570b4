-- What a value says it was divided from can be looked up, and adds up to the number that was divided; but of counts
-- since the beginning of the year it is a difference.
with inputs as (

    select
        indicator_id || '|' || definition_version || '|' || org_key || '|' || period_id || '|' || known_from || '|n'
            as input_id,
        unnest(numerator_observation_ids) as observation_id,
        numerator as value
    from {{ ref('fct_indicator_value') }}
    union all
    select
        indicator_id || '|' || definition_version || '|' || org_key || '|' || period_id || '|' || known_from || '|d'
            as input_id,
        unnest(denominator_observation_ids) as observation_id,
        denominator as value
    from {{ ref('fct_indicator_value') }}

)

select
    inputs.input_id,
    inputs.value,
    sum(observations.value) as found,
    count(*) as listed
from inputs
left join {{ ref('fct_observation') }} as observations
    on inputs.observation_id = observations.observation_id
group by inputs.input_id, inputs.value
having
    (not bool_or(coalesce(observations.is_cumulative, false)) and sum(observations.value) is distinct from inputs.value)
    or count(observations.observation_id) <> count(*)
    or count(distinct inputs.observation_id) <> count(*)
