-- Tasks whose class, period, status or place in the list does not go with what the row says beside it.
with years_listed as (

    select distinct
        extract_id,
        table_year
    from {{ ref('int_listed_tasks') }}

),

tasks as (

    select
        tasks.*,
        matches.past_task_id,
        years_listed.table_year is not null as has_list_before
    from {{ ref('int_listed_tasks') }} as tasks
    left join {{ ref('int_task_matches') }} as matches
        on tasks.task_id = matches.task_id
    left join years_listed
        on tasks.extract_id = years_listed.extract_id
        and tasks.plan_year - 1 = years_listed.table_year

),

listed_again as (

    select
        *,
        first_value(place) over same_task as first_place,
        first_value(locator) over same_task as first_locator,
        row_number() over same_task as occurrence
    from tasks
    where name_key <> '' and parent_number is null
    window same_task as (
        partition by
            extract_id, appendix, name_key, objective_key, coalesce(lead_key, ''), coalesce(years_raw, ''),
            coalesce(section_no, '')
        order by line
    )

)

select
    extract_id,
    plan_id,
    case task_class_code when 'new' then 'new_task_begun_before' else 'carried_over_of_nothing' end as doubt,
    task_id as subject_key,
    name as subject,
    task_class as stated,
    years_raw as compared,
    place,
    cast(null as varchar) as compared_place,
    lead_org_id,
    line,
    locator,
    cast(null as varchar) as compared_locator
from tasks
where
    is_of_one_year
    and table_year = plan_year
    and years_kind = 'span'
    and past_task_id is null
    and (
        (task_class_code = 'new' and years_from < plan_year)
        or (task_class_code = 'carried_over' and years_from >= plan_year and has_list_before)
    )

union all by name

select
    extract_id,
    plan_id,
    'new_task_of_upkeep' as doubt,
    task_id as subject_key,
    name as subject,
    task_class as stated,
    place,
    lead_org_id,
    line,
    locator
from tasks
where
    task_class_code = 'new'
    and regexp_matches(name_key, '^(nang cap va )?(duy tri|gia han|bao tri|tiep tuc|van hanh)\b')

union all by name

select
    extract_id,
    plan_id,
    'task_beside_its_year' as doubt,
    task_id as subject_key,
    name as subject,
    years_raw as stated,
    cast(table_year as varchar) as compared,
    place,
    lead_org_id,
    line,
    locator
from tasks
where
    is_of_one_year
    and table_year in (plan_year, plan_year - 1)
    and years_kind = 'span'
    and (years_to < table_year or years_from > table_year)

union all by name

select
    extract_id,
    plan_id,
    'task_listed_again' as doubt,
    task_id as subject_key,
    name as subject,
    place as stated,
    first_place as compared,
    place,
    first_place as compared_place,
    lead_org_id,
    line,
    locator,
    first_locator as compared_locator
from listed_again
where occurrence > 1
