{{ config(tags=['findings']) }}

select
    observation_id,
    -- a release of older code has none
    coalesce(observation_key, {{ key_of('observation_id') }}) as observation_key,
    measure_id,
    extract_id,
    locator,
    value
from {{ source('checks', 'observations_before') }}
where known_to is null
