-- The tasks of every plan with what their doubts are told by: the years of plan and table, keys of their words, how
-- many rows of their appendix are priced.
select
    tasks.*,
    documents.year as plan_year,
    documents.year_from = documents.year and tasks.table_year is not null as is_of_one_year,
    concat_ws('.', tasks.appendix, tasks.number_raw) as place,
    'line ' || tasks.line as locator,
    {{ match_key('tasks.name') }} as name_key,
    {{ match_key("coalesce(tasks.objective, '')") }} as objective_key,
    {{ match_key("coalesce(tasks.status, '')") }} as status_key,
    count(*) filter (where tasks.amount_vnd is not null) over of_appendix as priced,
    count(*) filter (where tasks.amount_vnd is not null and tasks.note is not null) over of_appendix as noted
from {{ ref('int_tasks') }} as tasks
inner join {{ ref('int_documents') }} as documents
    on tasks.extract_id = documents.extract_id
where documents.is_current
window of_appendix as (partition by tasks.extract_id, tasks.appendix)
