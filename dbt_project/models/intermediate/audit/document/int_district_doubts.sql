-- Districts that have no task in the appendix of the districts' tasks.
with districts as (

    select
        documents.extract_id,
        organisations.org_id,
        organisations.name_vi
    from {{ ref('int_documents') }} as documents
    inner join {{ ref('stg_organisations') }} as organisations
        on documents.org_key = organisations.parent_org_key
        and organisations.level = 'district'
        and {{ is_valid_on('organisations', 'make_date(documents.year, 1, 1)') }}
    where documents.is_current and documents.year is not null

),

appendices as (

    select
        tasks.extract_id,
        tasks.plan_id,
        tasks.appendix,
        count(*) as tasks,
        count(districts.org_id) as of_districts,
        count(distinct districts.org_id) as districts_named,
        list_distinct(list(districts.org_id)) as named,
        min(tasks.line) as line,
        arg_min(tasks.locator, tasks.line) as locator
    from {{ ref('int_listed_tasks') }} as tasks
    left join districts
        on tasks.extract_id = districts.extract_id
        and tasks.lead_org_id = districts.org_id
    where tasks.table_year = tasks.plan_year and tasks.appendix is not null
    group by tasks.extract_id, tasks.plan_id, tasks.appendix

)

select
    appendices.extract_id,
    appendices.plan_id,
    'districts_without_task' as doubt,
    appendices.appendix as subject_key,
    appendices.appendix as subject,
    cast(any_value(appendices.districts_named) as varchar) as stated,
    string_agg(districts.name_vi, ', ' order by districts.name_vi) as listed,
    count(*) as items,
    any_value(appendices.line) as line,
    any_value(appendices.locator) as locator
from appendices
inner join districts
    on appendices.extract_id = districts.extract_id
where
    appendices.districts_named > 2
    and appendices.of_districts * 10 >= appendices.tasks * 9
    and not list_contains(appendices.named, districts.org_id)
group by appendices.extract_id, appendices.plan_id, appendices.appendix
