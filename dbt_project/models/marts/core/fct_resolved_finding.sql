{{ config(tags=['findings']) }}

select
    finding_id,
    rule_id,
    severity,
    subject_table,
    subject_key,
    indicator_id,
    period_id,
    message_vi,
    message_en,
    locator,
    first_seen_release,
    resolved_release
from {{ ref('stg_resolved_findings') }}
