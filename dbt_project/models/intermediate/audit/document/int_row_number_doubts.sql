-- Where the numbers of the rows of a table leave one out, or are used twice.
with rows_of_tables as (

    select
        extract_id,
        plan_id,
        appendix,
        line,
        try_cast(number_raw as integer) as number,
        coalesce(section_no, '') || '/' || coalesce(parent_number, '') as part_of,
        name,
        true as is_task
    from {{ ref('int_tasks') }}
    union all
    select
        rows_of.extract_id,
        rows_of.plan_id,
        rows_of.appendix,
        rows_of.line,
        try_cast(rows_of.number as integer) as number,
        coalesce(rows_of.section_no, '') || '/' || coalesce(rows_of.parent_number, '') as part_of,
        rows_of.name,
        false as is_task
    from {{ ref('stg_plan_indicators') }} as rows_of
    inner join {{ ref('int_documents') }} as documents
        on rows_of.extract_id = documents.extract_id
    where documents.is_current and rows_of.target_no = 1

),

placed as (

    select
        *,
        lag(line) over (partition by extract_id, appendix order by line) as row_before
    from rows_of_tables

),

numbered as (

    select
        *,
        lag(number) over of_part as number_before,
        lag(line) over of_part as line_before
    from placed
    where number is not null
    window of_part as (partition by extract_id, appendix, part_of order by line)

),

-- Where rows of another part stand between, the number may be theirs. Tables that give rows of one kind one number do
-- so more than once.
judged as (

    select
        *,
        count(*) filter (where number = number_before) over (partition by extract_id, appendix) as used_again
    from numbered
    where line_before = row_before

)

select
    extract_id,
    plan_id,
    case when number = number_before then 'row_number_again' else 'row_number_left_out' end as doubt,
    concat_ws(' ', appendix, line) as subject_key,
    name as subject,
    cast(number as varchar) as stated,
    cast(number_before as varchar) as compared,
    greatest(number - number_before - 1, 1) as items,
    line,
    'line ' || line as locator
from judged
where number > number_before + 1 or (number = number_before and is_task and used_again = 1)
