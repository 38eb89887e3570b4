{{ config(tags=['findings']) }}

select
    findings.finding_id,
    findings.rule_id,
    findings.severity,
    findings.subject_table,
    findings.subject_key,
    findings.plan_id,
    findings.source_id,
    findings.org_key,
    findings.indicator_id,
    findings.period_id,
    findings.period_to,
    causes.cause,
    causes.matter_id,
    findings.message_vi,
    findings.message_en,
    findings.expected,
    findings.actual,
    findings.locator,
    findings.citation_vi,
    findings.citation_en,
    findings.first_seen_release,
    findings.state,
    findings.accepted_reason,
    findings.accepted_until,
    findings.is_made_up
from {{ ref('stg_findings') }} as findings
inner join {{ ref('int_finding_causes') }} as causes
    on findings.finding_id = causes.finding_id
