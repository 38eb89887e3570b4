{{ config(tags=['findings']) }}

select
    observation_id,
    value
from {{ source('checks', 'observations_before') }}
where known_to is null
