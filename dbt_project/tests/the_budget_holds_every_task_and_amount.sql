{{ config(meta={'dagster': {'ref': {'name': 'rpt_budget'}}}) }}
-- Sums by group are the sums of the tasks.
with by_task as (

    select
        plan_id,
        appendix,
        count(*) as tasks,
        sum(amount_vnd) as amount_vnd
    from {{ ref('fct_task') }}
    group by plan_id, appendix

),

by_group as (

    select
        plan_id,
        appendix,
        sum(tasks) as tasks,
        sum(amount_vnd) as amount_vnd
    from {{ ref('rpt_budget') }}
    group by plan_id, appendix

)

select by_task.*
from by_task
full join by_group
    on by_task.plan_id = by_group.plan_id
    and by_task.appendix = by_group.appendix
where
    by_task.tasks is distinct from by_group.tasks
    or by_task.amount_vnd is distinct from by_group.amount_vnd
