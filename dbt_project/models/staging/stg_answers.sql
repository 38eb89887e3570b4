{{ config(tags=['findings']) }}

select
    record_no,
    kind,
    matter_id,
    period_id,
    author,
    statement,
    cast(recorded_at as timestamptz) as recorded_at,
    release_id,
    cause,
    group_id,
    org_id,
    org_vi,
    title_vi,
    title_en
from {{ source('checks', 'answers') }}
