-- Where the numbers of headings or of appendices leave one out or do not rise.
with headings as (

    select
        headings.*,
        coalesce(headings.parent_line, 0) as parent_no
    from {{ ref('stg_plan_headings') }} as headings
    inner join {{ ref('int_documents') }} as documents
        on headings.extract_id = documents.extract_id
    where documents.is_current

),

siblings as (

    select
        *,
        lag(ordinal) over of_parent as ordinal_before,
        lag(mark) over of_parent as mark_before,
        lag(line) over of_parent as line_before
    from headings
    where ordinal is not null
    window of_parent as (partition by extract_id, form, parent_no order by line)

),

-- A number that a plain paragraph bears, below another heading, is not left out.
left_out as (

    select siblings.*
    from siblings
    left join headings as between_them
        on siblings.extract_id = between_them.extract_id
        and siblings.form = between_them.form
        and siblings.line_before < between_them.line
        and siblings.line > between_them.line
        and siblings.ordinal - 1 = between_them.ordinal
    where
        siblings.is_heading
        and siblings.ordinal > siblings.ordinal_before + 1
        and between_them.extract_id is null

)

select
    extract_id,
    plan_id,
    case form when 'appendix' then 'appendix_number_left_out' else 'heading_number_left_out' end as doubt,
    line || ' ' || mark as subject_key,
    raw_text as subject,
    mark as stated,
    mark_before as compared,
    ordinal - ordinal_before - 1 as items,
    line,
    'line ' || line as locator,
    'line ' || line_before as compared_locator
from left_out

union all by name

select
    extract_id,
    plan_id,
    'heading_out_of_order' as doubt,
    line || ' ' || mark as subject_key,
    raw_text as subject,
    mark as stated,
    mark_before as compared,
    1 as items,
    line,
    'line ' || line as locator,
    'line ' || line_before as compared_locator
from siblings
where is_heading and ordinal <= ordinal_before and ordinal <> 1

union all by name

select
    extract_id,
    plan_id,
    'heading_out_of_order' as doubt,
    line || ' ' || mark || ' below ' || parent_mark as subject_key,
    raw_text as subject,
    mark as stated,
    parent_mark as compared,
    1 as items,
    line,
    'line ' || line as locator,
    'line ' || parent_line as compared_locator
from headings
where is_heading and form = 'second' and prefix <> parent_mark and regexp_matches(parent_mark, '^\d+$')
