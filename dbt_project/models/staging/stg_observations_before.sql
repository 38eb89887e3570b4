{{ config(tags=['findings']) }}

select
    observation_id,
    observation_key,
    measure_id,
    extract_id,
    locator,
    value
from {{ source('checks', 'observations_before') }}
where known_to is null
