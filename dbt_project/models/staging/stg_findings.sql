{{ config(tags=['findings']) }}

select
    finding_id,
    rule_id,
    severity,
    subject_table,
    subject_key,
    plan_id,
    source_id,
    org_key,
    reporter_org_id,
    indicator_id,
    period_id,
    period_to,
    message_vi,
    message_en,
    expected,
    actual,
    locator,
    citation_vi,
    citation_en,
    coalesce(is_made_up, false) as is_made_up,
    first_seen_release,
    state,
    accepted_reason,
    accepted_until
from {{ source('checks', 'findings') }}
