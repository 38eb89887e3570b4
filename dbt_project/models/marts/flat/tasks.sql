with leads as (

    select
        org_id,
        arg_max(name_vi, coalesce(valid_from, date '0001-01-01')) as name_vi,
        arg_max(level, coalesce(valid_from, date '0001-01-01')) as level
    from {{ ref('dim_org') }}
    group by org_id

)

select
    facts.task_id,
    facts.plan_id,
    plans.year as plan_year,
    facts.table_year,
    make_date(coalesce(facts.table_year, plans.year), 1, 1) as period_start,
    facts.appendix,
    facts.number,
    facts.parent_number,
    facts.section_name,
    facts.name,
    facts.objective,
    facts.product,
    facts.lead_org_id,
    coalesce(leads.name_vi, facts.lead_raw) as lead_name_vi,
    leads.level as lead_level,
    facts.lead_raw,
    facts.coordinating_raw,
    facts.task_class_code,
    facts.task_class,
    facts.funding_code,
    facts.funding_source,
    facts.years_kind,
    facts.years_from,
    facts.years_to,
    facts.amount_vnd,
    cast(facts.amount_vnd as double) / 1000000000 as amount_bn_vnd,
    facts.amount_raw,
    facts.total_vnd,
    facts.status,
    facts.note,
    facts.citation_vi,
    facts.citation_en,
    facts.locator,
    facts.is_made_up
from {{ ref('fct_task') }} as facts
inner join {{ ref('dim_plan') }} as plans using (plan_id)
left join leads
    on facts.lead_org_id = leads.org_id
