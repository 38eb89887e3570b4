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
    detail
from {{ ref('stg_results') }}
