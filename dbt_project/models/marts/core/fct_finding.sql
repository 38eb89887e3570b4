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
    expected,
    actual,
    locator,
    first_seen_release,
    state,
    accepted_reason,
    accepted_until
from {{ ref('stg_findings') }}
