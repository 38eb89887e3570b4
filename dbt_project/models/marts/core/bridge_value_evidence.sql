{{ config(materialized='view') }}

select
    measure_id,
    org_key,
    period_id,
    observation_key,
    known_from,
    known_to
from {{ ref('int_used_evidence') }}
