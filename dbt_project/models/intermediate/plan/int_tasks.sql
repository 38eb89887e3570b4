-- The tasks of every plan's current text, each with the agency that leads it: the first one named in the cell.
with tasks as (

    select
        tasks.*,
        documents.is_made_up,
        documents.is_registered,
        concat_ws('/', documents.plan_id, tasks.appendix, coalesce(tasks.number_raw, '-')) as numbered_id
    from {{ ref('stg_plan_tasks') }} as tasks
    inner join {{ ref('int_documents') }} as documents
        on tasks.extract_id = documents.extract_id
    where documents.is_current

),

named as (

    select
        *,
        -- a number used twice, or left out, is told apart by the line
        case
            when number_raw is null or count(*) over (partition by numbered_id) > 1
                then numbered_id || '@' || line
            else numbered_id
        end as task_id
    from tasks

),

leads as (

    select
        named.task_id,
        names.org_id,
        row_number() over (
            partition by named.task_id
            order by
                named.lead_key = names.name_key desc,
                position(' ' || names.name_key || ' ' in ' ' || named.lead_key || ' '),
                length(names.name_key) desc,
                names.org_id
        ) as choice_no
    from named
    inner join {{ ref('int_org_names') }} as names
        on {{ says('named.lead_key', 'names.name_key') }}
    -- of another province the registry knows no agency
    where named.is_registered

)

select
    named.*,
    leads.org_id as lead_org_id
from named
left join leads
    on named.task_id = leads.task_id
    and leads.choice_no = 1
