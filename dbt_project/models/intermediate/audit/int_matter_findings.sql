{{ config(tags=['findings']) }}

-- The findings of each matter, the one that speaks for it first.
select
    findings.*,
    causes.group_id,
    matter_groups.position as group_no,
    causes.cause_kind,
    causes.cause,
    causes.matter_id,
    causes.code,
    causes.indicator_vi,
    causes.indicator_en,
    causes.org_id,
    causes.org_vi,
    causes.supplier_is_inferred,
    causes.owner_org_key,
    case
        when causes.cause_kind like 'plan_%' then causes.plan_title
        when causes.cause_kind = 'source' then causes.source_vi
        when causes.cause_kind = 'report' then concat_ws(', ', causes.source_vi, causes.org_vi)
        when causes.indicator_vi is not null
            then
                {{ phrase(
                    'matters.indicator', 'vi', code="coalesce(substr(causes.code, 6) || ' ', '')",
                    indicator='causes.indicator_vi'
                ) }}
        else coalesce(causes.plan_title, causes.source_vi, causes.concerned_vi)
    end as subject_vi,
    case
        when causes.cause_kind like 'plan_%' then causes.plan_title
        when causes.cause_kind = 'source' then causes.source_en
        when causes.cause_kind = 'report' then concat_ws(', ', causes.source_en, causes.org_vi)
        when causes.indicator_en is not null
            then
                {{ phrase(
                    'matters.indicator', 'en', code="coalesce(substr(causes.code, 6) || ' ', '')",
                    indicator='causes.indicator_en'
                ) }}
        else coalesce(causes.plan_title, causes.source_en, causes.concerned_vi)
    end as subject_en,
    rules.position as rule_no,
    rules.title_vi as rule_vi,
    rules.title_en as rule_en,
    rules.action_vi,
    rules.action_en,
    case findings.severity when 'error' then 1 when 'warning' then 2 else 3 end as severity_no,
    {{ period_vi('findings.period_id') }} as period_vi,
    {{ period_vi('findings.period_to') }} as period_to_vi,
    {{ period_kind('findings.period_id') }} as period_kind,
    case when findings.period_id is not null then {{ last_day_of('findings.period_id') }} end as period_ends,
    case when findings.period_to is not null then {{ last_day_of('findings.period_to') }} end as period_to_ends,
    row_number() over (
        partition by causes.matter_id
        order by
            severity_no,
            matter_groups.position,
            rules.position,
            findings.period_id,
            findings.locator,
            findings.finding_id
    ) as choice_no
from {{ ref('stg_findings') }} as findings
inner join {{ ref('int_finding_causes') }} as causes
    on findings.finding_id = causes.finding_id
inner join {{ ref('stg_rules') }} as rules
    on findings.rule_id = rules.rule_id
inner join {{ ref('stg_matter_groups') }} as matter_groups
    on causes.group_id = matter_groups.group_id
