-- The ledger: every count ever published, with the period it is about and the time for which it stood.
-- A later extract of the same source and reporter that states the same count, or a later text of the same plan, ends
-- the old row. This is where a known error of a publisher is corrected, for the whole time for which it stood.
with stated_in_plans as (

    select
        measures.measure_id,
        documents.org_key,
        cast(null as varchar) as reporter_org_id,
        false as is_part,
        cast(documents.result_year as varchar) as period_id,
        make_date(documents.result_year, 1, 1) as period_start,
        documents.results_on as period_end,
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
        documents.known_from,
        documents.known_to as document_known_to,
        documents.is_made_up
    from {{ ref('int_figure_measures') }} as measures
    inner join {{ ref('stg_plan_figures') }} as figures
        on measures.extract_id = figures.extract_id
        and measures.figure_no = figures.figure_no
    inner join {{ ref('int_documents') }} as documents
        on figures.extract_id = documents.extract_id
    where documents.org_key is not null

),

-- A source's own field name, or the measure itself where the extract was written for this warehouse.
subjects as (

    select
        source_id,
        field as subject,
        measure_id
    from {{ ref('stg_measure_fields') }}
    union
    select
        'published_figures' as source_id,
        measure_id as subject,
        measure_id
    from {{ ref('stg_measures') }}

),

stated_in_extracts as (

    select
        subjects.measure_id,
        rows.org_key,
        rows.reporter_org_id,
        rows.is_part,
        rows.period_id,
        rows.period_start,
        rows.period_end,
        rows.value,
        coalesce(rows.obs_status, 'A') as obs_status,
        rows.source_id,
        cast(null as varchar) as plan_id,
        rows.extract_id,
        rows.place as locator,
        rows.raw_text,
        cast(null as integer) as line,
        cast(row_number() over (partition by rows.extract_id order by rows.row_no, rows.place) as integer) as statement_order,
        rows.known_from,
        cast(null as timestamptz) as document_known_to,
        rows.is_made_up
    from {{ ref('int_extract_rows') }} as rows
    inner join subjects
        on rows.source_id = subjects.source_id
        and rows.subject = subjects.subject
    where
        rows.org_key is not null
        and not rows.is_reporter_unknown
        and rows.value is not null
        and rows.kind in ('count', 'score')

),

stated as (

    select * from stated_in_plans
    union all
    select * from stated_in_extracts

),

-- A flow reported from the beginning of the year on: its true days are as many months as the year has had by the end
-- of the nominal period, and more than that period has.
dated as (

    select
        stated.*,
        measures.over_time = 'sum'
        and {{ period_kind('stated.period_id') }} <> 'year'
        and {{ last_month('stated.period_id') }} > {{ period_length('stated.period_id') }}
        and coalesce(
            {{ months_spanned('stated.period_start', 'stated.period_end') }} = {{ last_month('stated.period_id') }}, false
        ) as is_cumulative
    from stated
    inner join {{ ref('stg_measures') }} as measures
        on stated.measure_id = measures.measure_id

),

restatements as (

    select
        measure_id,
        org_key,
        reporter_org_id,
        period_id,
        is_cumulative,
        source_id,
        extract_id,
        lead(known_from) over (
            partition by measure_id, org_key, reporter_org_id, period_id, is_cumulative, source_id
            order by known_from, extract_id
        ) as restated_at
    from (
        select distinct
            measure_id, org_key, reporter_org_id, period_id, is_cumulative, source_id, extract_id, known_from
        from dated
    ) as extracts

)

select
    md5(concat_ws(
        '|',
        stated.measure_id, stated.org_key, stated.period_id, stated.source_id, stated.extract_id, stated.locator,
        stated.reporter_org_id
    )) as observation_id,
    stated.measure_id,
    stated.org_key,
    stated.reporter_org_id,
    stated.is_part,
    stated.period_id,
    stated.period_start,
    stated.period_end,
    stated.is_cumulative,
    cast(coalesce(corrections.corrected, stated.value) as decimal(18, 2)) as value,
    cast(stated.value as decimal(18, 2)) as stated_value,
    corrections.correction_id,
    -- until the publisher answers the corrected number is ours; once he agrees, his own is awaited
    case corrections.status when 'open' then 'E' when 'confirmed' then 'P' else stated.obs_status end as obs_status,
    stated.obs_status in ('D', 'B') as is_measured_otherwise,
    stated.source_id,
    stated.plan_id,
    stated.extract_id,
    stated.locator,
    stated.raw_text,
    stated.line,
    stated.statement_order,
    sources.precedence,
    stated.known_from,
    least(restatements.restated_at, stated.document_known_to) as known_to,
    stated.is_made_up
from dated as stated
inner join restatements
    on stated.measure_id = restatements.measure_id
    and stated.org_key = restatements.org_key
    and stated.reporter_org_id is not distinct from restatements.reporter_org_id
    and stated.period_id = restatements.period_id
    and stated.is_cumulative = restatements.is_cumulative
    and stated.source_id = restatements.source_id
    and stated.extract_id = restatements.extract_id
inner join {{ ref('stg_sources') }} as sources
    on stated.source_id = sources.source_id
inner join {{ ref('stg_organisations') }} as organisations
    on stated.org_key = organisations.org_key
left join {{ ref('stg_corrections') }} as corrections
    on stated.source_id = corrections.source_id
    and stated.measure_id = corrections.measure_id
    and organisations.org_id = corrections.org_id
    and stated.period_id = corrections.period_id
    and stated.value = corrections.published
