{{ config(tags=['findings']) }}

select
    check_id,
    release_id,
    suite,
    table_name as "table",
    column_name as "column",
    rule_id,
    outcome,
    severity,
    checked_rows,
    failed_rows,
    seconds,
    detail,
    judged_at,
    kept_from_release
from {{ ref('stg_results') }}
