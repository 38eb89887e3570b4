-- Every figure of a plan's text and tables, with its place: those that have their unit beside them, amounts of tasks
-- and totals, whose unit stands over their column.
with stated as (

    select
        extract_id,
        plan_id,
        cast(figure_no as varchar) as figure_key,
        figure_no,
        line,
        cast(null as integer) as cell,
        char_from,
        char_to,
        raw_text,
        value,
        kind,
        unit_text,
        context,
        group_no
    from {{ ref('stg_plan_figures') }}
    union all by name
    select
        extract_id,
        plan_id,
        'other ' || figure_no as figure_key,
        line,
        cell,
        char_from,
        char_to,
        raw_text,
        value,
        kind,
        unit_text,
        context
    from {{ ref('stg_plan_other_figures') }}

),

figures as (

    select
        stated.*,
        {{ locator('stated.line', 'stated.cell', 'stated.char_from', 'stated.char_to') }} as locator
    from stated
    inner join {{ ref('int_documents') }} as documents
        on stated.extract_id = documents.extract_id
    where documents.is_current

),

-- Of claims those that are no figure of the text: totals of tables, also in words.
others as (

    select
        extract_id,
        plan_id,
        line,
        {{ cell_locator('line', 'amount_cell') }} as locator,
        amount_raw as raw_text,
        amount_vnd as value,
        name as context,
        case when amount_vnd is not null then 'amount' end as used_as,
        task_id as used_by
    from {{ ref('int_tasks') }}
    where amount_raw is not null
    union all
    select
        extract_id,
        plan_id,
        line,
        locator,
        raw_text,
        stated as value,
        subject as context,
        'claim' as used_as,
        claim_id as used_by
    from {{ ref('int_claims') }}
    where unit = 'đồng'

)

select
    extract_id,
    plan_id,
    figure_key,
    figure_no,
    line,
    cell,
    char_from,
    locator,
    raw_text,
    kind,
    value,
    unit_text,
    context,
    group_no,
    cast(null as varchar) as used_as,
    cast(null as varchar) as used_by
from figures

union all by name

select
    others.extract_id,
    others.plan_id,
    others.locator as figure_key,
    others.line,
    others.locator,
    others.raw_text,
    'money' as kind,
    others.value,
    'đồng' as unit_text,
    others.context,
    others.used_as,
    others.used_by
from others
left join figures
    on others.extract_id = figures.extract_id
    and others.locator = figures.locator
where figures.extract_id is null
