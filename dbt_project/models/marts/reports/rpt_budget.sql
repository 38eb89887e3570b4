with sums as (

    select
        plan_id,
        appendix,
        lead_org_id,
        funding_source,
        task_class,
        cast(count(*) as integer) as tasks,
        cast(count(amount_vnd) as integer) as tasks_with_amount,
        cast(count(*) - count(amount_vnd) as integer) as tasks_without_amount,
        cast(sum(amount_vnd) as bigint) as amount_vnd,
        bool_or(is_made_up) as is_made_up
    from {{ ref('int_tasks') }}
    group by plan_id, appendix, lead_org_id, funding_source, task_class

),

organisations as (

    select
        org_id,
        max(name_vi) as name_vi
    from {{ ref('stg_organisations') }}
    group by org_id

)

select
    md5(concat_ws(
        '|',
        sums.plan_id, sums.appendix, coalesce(sums.lead_org_id, '-'),
        coalesce(sums.funding_source, '-'), coalesce(sums.task_class, '-')
    )) as budget_id,
    sums.plan_id,
    sums.appendix,
    sums.lead_org_id,
    organisations.name_vi as lead_name_vi,
    sums.funding_source,
    sums.task_class,
    sums.tasks,
    sums.tasks_with_amount,
    sums.tasks_without_amount,
    sums.amount_vnd,
    sums.is_made_up
from sums
left join organisations
    on sums.lead_org_id = organisations.org_id
