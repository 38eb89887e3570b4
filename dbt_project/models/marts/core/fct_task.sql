select
    tasks.task_id,
    tasks.plan_id,
    tasks.appendix,
    tasks.number,
    tasks.name,
    tasks.objective,
    tasks.lead_org_id,
    tasks.lead_raw,
    tasks.task_class,
    tasks.years_raw,
    tasks.years_from,
    tasks.years_to,
    tasks.funding_source,
    tasks.amount_vnd,
    tasks.amount_raw,
    tasks.status,
    tasks.note,
    tasks.line,
    'line ' || tasks.line as locator,
    citations.citation_vi,
    citations.citation_en,
    tasks.extract_id,
    tasks.is_made_up
from {{ ref('int_tasks') }} as tasks
left join {{ ref('stg_plan_citations') }} as citations
    on tasks.extract_id = citations.extract_id
    and 'line ' || tasks.line = citations.locator
