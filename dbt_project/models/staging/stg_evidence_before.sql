{{ config(tags=['findings']) }}

select
    measure_id,
    org_key,
    period_id,
    observation_key
from {{ source('checks', 'evidence_before') }}
where known_to is null
