{{ config(tags=['findings']) }}

select
    check_id,
    release_id,
    suite,
    table_name,
    column_name,
    rule_id,
    outcome,
    severity,
    checked_rows,
    failed_rows,
    seconds,
    detail,
    judged_at,
    kept_from_release
from {{ source('checks', 'results') }}
