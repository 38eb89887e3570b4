-- Tasks that the lists of two years tell of differently: another period, another body, another name, new once more.
with pairs as (

    select
        present.*,
        matches.is_same_by_name,
        matches.has_same_objective and not matches.has_same_name as is_renamed,
        past.place as past_place,
        past.locator as past_locator,
        past.years_from as past_from,
        past.years_to as past_to,
        past.years_raw as past_years,
        past.provider as past_provider,
        past.lead_raw as past_lead,
        past.lead_org_id as past_lead_org_id
    from {{ ref('int_task_matches') }} as matches
    inner join {{ ref('int_listed_tasks') }} as present
        on matches.task_id = present.task_id
    inner join {{ ref('int_listed_tasks') }} as past
        on matches.past_task_id = past.task_id

)

select
    extract_id,
    plan_id,
    'task_period_otherwise' as doubt,
    task_id as subject_key,
    name as subject,
    years_raw as stated,
    past_years as compared,
    place,
    past_place as compared_place,
    lead_org_id,
    line,
    locator,
    past_locator as compared_locator,
    cast(null as varchar) as listed,
    1 as items
from pairs
where
    is_same_by_name
    and (past_to >= plan_year or years_from < plan_year)
    and (past_from <> years_from or past_to <> years_to)

union all by name

select
    extract_id,
    plan_id,
    'task_body_otherwise' as doubt,
    task_id as subject_key,
    name as subject,
    coalesce(provider, lead_raw) as stated,
    coalesce(past_provider, past_lead) as compared,
    place,
    past_place as compared_place,
    lead_org_id,
    line,
    locator,
    past_locator as compared_locator
from pairs
where
    is_same_by_name
    and (
        {{ match_key('provider') }} <> {{ match_key('past_provider') }}
        or (provider is null and past_provider is null and lead_org_id <> past_lead_org_id)
    )

union all by name

select
    extract_id,
    plan_id,
    'new_task_of_last_year' as doubt,
    task_id as subject_key,
    name as subject,
    task_class as stated,
    past_years as compared,
    place,
    past_place as compared_place,
    lead_org_id,
    line,
    locator,
    past_locator as compared_locator
from pairs
where task_class_code = 'new' and is_same_by_name

union all by name

select
    extract_id,
    plan_id,
    'task_name_otherwise' as doubt,
    'all' as subject_key,
    string_agg(past_place || ' – ' || place, '; ' order by line) as listed,
    count(*) as items,
    min(line) as line,
    arg_min(locator, line) as locator,
    arg_min(past_locator, line) as compared_locator
from pairs
where is_renamed
group by extract_id, plan_id
