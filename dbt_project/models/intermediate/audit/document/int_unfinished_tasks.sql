-- Tasks of the year reported on that go on, or are not yet done, and that no list of the plan's year has.
with years_listed as (

    select distinct
        extract_id,
        table_year
    from {{ ref('int_listed_tasks') }}

)

select
    past.extract_id,
    past.plan_id,
    'task_not_continued' as doubt,
    past.task_id as subject_key,
    past.name as subject,
    case when past.years_to >= past.plan_year then past.years_raw else past.status end as stated,
    cast(past.plan_year as varchar) as compared,
    past.place,
    past.lead_org_id,
    past.line,
    past.locator
from {{ ref('int_listed_tasks') }} as past
inner join years_listed
    on past.extract_id = years_listed.extract_id
    and past.plan_year = years_listed.table_year
left join {{ ref('int_task_matches') }} as matches
    on past.task_id = matches.past_task_id
where
    past.is_of_one_year
    and past.table_year = past.plan_year - 1
    and matches.task_id is null
    and not regexp_matches(past.status_key, '^(da )?hoan thanh$')
    and (
        past.years_to >= past.plan_year
        -- what is done but for its acceptance needs no task
        or (
            regexp_matches(past.status_key, '^dang (trien khai|thuc hien)')
            and not {{ says('past.status_key', "'nghiem thu'") }}
        )
        or {{ says('past.status_key', "'nam ' || past.plan_year || ' tiep tuc'") }}
    )
