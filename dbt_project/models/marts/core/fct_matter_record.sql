{{ config(tags=['findings']) }}

select
    record_no,
    kind,
    matter_id,
    period_id,
    author,
    statement,
    recorded_at,
    release_id
from {{ ref('stg_answers') }}
