{{ config(materialized='incremental') }}

-- Every number that a plan or an extract states of a count, each time that it arrived. cell_id: what it is about and
-- who publishes it.
with stated_in_plans as (

    select
        measures.measure_id,
        documents.org_key,
        false as is_part,
        cast(documents.result_year as varchar) as period_id,
        make_date(documents.result_year, 1, 1) as period_start,
        documents.results_on as period_end,
        -- a later day is one that is aimed at
        case when figures.stated_as_of <= {{ day_in_vietnam('documents.known_from') }} then figures.stated_as_of end
            as stated_as_of,
        figures.value,
        -- "trên 90", "khoảng 80": a bound or a guess, not a count
        case when figures.qualifier is null then 'A' else 'E' end as obs_status,
        'plan' as source_id,
        documents.plan_id,
        figures.extract_id,
        {{ prose_locator('figures.line', 'figures.char_from', 'figures.char_to') }} as locator,
        figures.raw_text,
        figures.line,
        figures.figure_no as statement_order,
        documents.known_from as stated_from,
        documents.known_to as document_known_to,
        documents.is_made_up
    from {{ ref('int_figure_measures') }} as measures
    inner join {{ ref('stg_plan_figures') }} as figures
        on measures.extract_id = figures.extract_id
        and measures.figure_no = figures.figure_no
    inner join {{ ref('int_documents') }} as documents
        on figures.extract_id = documents.extract_id
    where
        documents.org_key is not null
        and documents.result_year is not null
        and {{ is_touched('cast(documents.result_year as varchar)') }}

),

-- `61,2% (215.300/351.800)` in a cell of results, which stands before anything in the text.
stated_in_cells as (

    select
        sides.measure_id,
        documents.org_key,
        false as is_part,
        cast(sides.result_year as varchar) as period_id,
        make_date(sides.result_year, 1, 1) as period_start,
        make_date(sides.result_year, 12, 31) as period_end,
        sides.value,
        case when sides.result_qualifier is null then 'A' else 'E' end as obs_status,
        'plan' as source_id,
        documents.plan_id,
        sides.extract_id,
        {{ cell_locator('sides.line', 'sides.result_cell') }} as locator,
        sides.result_raw as raw_text,
        sides.line,
        sides.line - 1000000 as statement_order,
        documents.known_from as stated_from,
        documents.known_to as document_known_to,
        documents.is_made_up
    from {{ ref('int_result_parts') }} as sides
    inner join {{ ref('int_documents') }} as documents
        on sides.extract_id = documents.extract_id
    where
        documents.org_key is not null
        and {{ is_touched('cast(sides.result_year as varchar)') }}

),

stated_in_extracts as (

    select
        subjects.measure_id,
        stated_rows.org_key,
        stated_rows.reporter_org_id,
        stated_rows.is_part,
        stated_rows.period_id,
        stated_rows.period_start,
        stated_rows.period_end,
        nullif(stated_rows.period_end, {{ last_day_of('stated_rows.period_id') }}) as stated_as_of,
        stated_rows.value,
        coalesce(stated_rows.obs_status, 'A') as obs_status,
        stated_rows.source_id,
        stated_rows.extract_id,
        stated_rows.locator,
        stated_rows.raw_text,
        cast(
            row_number() over (
                partition by stated_rows.extract_id, arrivals.received_at
                order by stated_rows.row_no, stated_rows.locator
            ) as integer
        ) as statement_order,
        arrivals.received_at as stated_from,
        arrivals.withdrawn_at,
        stated_rows.is_made_up
    from {{ ref('int_extract_rows') }} as stated_rows
    inner join {{ ref('stg_arrivals') }} as arrivals
        on stated_rows.extract_id = arrivals.extract_id
    inner join {{ ref('int_measure_subjects') }} as subjects
        on stated_rows.source_id = subjects.source_id
        and stated_rows.subject = subjects.subject
    where
        {{ is_touched('stated_rows.period_id') }}
        and stated_rows.org_key is not null
        and not stated_rows.is_reporter_unknown
        and not coalesce(stated_rows.is_left_out, false)
        and stated_rows.kind in ('count', 'score')

),

stated as (

    select * from stated_in_plans
    union all by name
    select * from stated_in_cells
    union all by name
    select * from stated_in_extracts

),

-- A flow reported from the beginning of the year on: its true days are as many months as the year has had by the end
-- of the nominal period, and more than that period has.
dated as (

    select
        stated.* replace (case when measures.over_time = 'last' then stated.stated_as_of end as stated_as_of),
        measures.over_time = 'sum'
        and {{ period_kind('stated.period_id') }} <> 'year'
        and {{ last_month('stated.period_id') }} > {{ period_length('stated.period_id') }}
        and coalesce(
            {{ months_spanned('stated.period_start', 'stated.period_end') }} = {{ last_month('stated.period_id') }},
            false
        ) as is_cumulative
    from stated
    inner join {{ ref('stg_measures') }} as measures
        on stated.measure_id = measures.measure_id

)

select
    *,
    {{ hashed('measure_id', 'org_key', 'reporter_org_id', 'period_id', 'is_cumulative', 'source_id') }} as cell_id
from dated
