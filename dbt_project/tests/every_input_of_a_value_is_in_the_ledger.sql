-- What a value says it was divided from can be looked up, and is the number that was divided.
with inputs as (

    select
        unnest(numerator_observation_ids) as observation_id,
        numerator as value
    from {{ ref('fct_indicator_value') }}
    union all
    select
        unnest(denominator_observation_ids) as observation_id,
        denominator as value
    from {{ ref('fct_indicator_value') }}

)

select inputs.*
from inputs
left join {{ ref('fct_observation') }} as observations
    on inputs.observation_id = observations.observation_id
where observations.value is distinct from inputs.value
