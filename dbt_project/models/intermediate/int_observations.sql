{% set cell = ['measure_id', 'org_key', 'reporter_org_id', 'period_id', 'is_cumulative', 'source_id'] %}

-- The ledger: every count ever published, with the period it is about and each time for which it stood.
-- A later extract of the same source and reporter that states the same count, or a later text of the same plan, ends
-- the old row. This is where a known error of a publisher is corrected, from the day on which it was known.
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
        cast(null as timestamptz) as withdrawn_at,
        documents.is_made_up
    from {{ ref('int_figure_measures') }} as measures
    inner join {{ ref('stg_plan_figures') }} as figures
        on measures.extract_id = figures.extract_id
        and measures.figure_no = figures.figure_no
    inner join {{ ref('int_documents') }} as documents
        on figures.extract_id = documents.extract_id
    where documents.org_key is not null

),

subjects as (

    {{ measure_subjects() }}

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
        cast(
            row_number() over (
                partition by rows.extract_id, arrivals.received_at order by rows.row_no, rows.place
            ) as integer
        ) as statement_order,
        arrivals.received_at as known_from,
        cast(null as timestamptz) as document_known_to,
        arrivals.withdrawn_at,
        rows.is_made_up
    from {{ ref('int_extract_rows') }} as rows
    inner join {{ ref('stg_arrivals') }} as arrivals
        on rows.extract_id = arrivals.extract_id
    inner join subjects
        on rows.source_id = subjects.source_id
        and rows.subject = subjects.subject
    where
        rows.org_key is not null
        and not rows.is_reporter_unknown
        and not coalesce(rows.is_left_out, false)
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

    {{ stands('dated', cell) | indent }}

),

standing as (

    select
        dated.*,
        restatements.stand_no,
        restatements.known_from as standing_from,
        least(restatements.restated_at, dated.document_known_to) as known_to
    from dated
    inner join restatements
        on {{ same_stand('dated', 'restatements', cell) | indent(8) }}
    -- who says that there is no number any more ends the old one and states none
    where dated.value is not null

),

-- A number is corrected from the day on which its error was known; before, it was what people knew.
corrected as (

    select
        standing.*,
        corrections.correction_id,
        corrections.corrected,
        corrections.status as correction_status,
        case
            when corrections.correction_id is not null then greatest(standing.standing_from, corrections.known_from)
        end as corrected_from
    from standing
    inner join {{ ref('stg_organisations') }} as organisations
        on standing.org_key = organisations.org_key
    left join {{ ref('stg_corrections') }} as corrections
        on standing.source_id = corrections.source_id
        and standing.measure_id = corrections.measure_id
        and organisations.org_id = corrections.org_id
        and standing.period_id = corrections.period_id
        and standing.value = corrections.published
        and (corrections.reporter_org_id is null or standing.reporter_org_id = corrections.reporter_org_id)
        and corrections.known_from < coalesce(standing.known_to, cast('9999-12-31 00:00:00+00' as timestamptz))

),

spans as (

    select
        corrected.*,
        false as is_corrected,
        standing_from as stands_from,
        coalesce(corrected_from, known_to) as stands_to
    from corrected
    where corrected_from is null or corrected_from > standing_from

    union all

    select
        corrected.*,
        true as is_corrected,
        corrected_from as stands_from,
        known_to as stands_to
    from corrected
    where corrected_from is not null

)

select
    md5(concat_ws(
        '|',
        spans.measure_id, spans.org_key, spans.period_id, spans.source_id, spans.extract_id, spans.locator,
        spans.reporter_org_id,
        case when spans.stand_no > 1 then spans.stand_no end,
        case when spans.is_corrected then spans.correction_id end
    )) as observation_id,
    spans.measure_id,
    spans.org_key,
    spans.reporter_org_id,
    spans.is_part,
    spans.period_id,
    spans.period_start,
    spans.period_end,
    spans.is_cumulative,
    cast(case when spans.is_corrected then spans.corrected else spans.value end as decimal(18, 2)) as value,
    cast(spans.value as decimal(18, 2)) as stated_value,
    case when spans.is_corrected then spans.correction_id end as correction_id,
    -- until the publisher answers the corrected number is ours; once he agrees, his own is awaited
    case
        when not spans.is_corrected then spans.obs_status
        when spans.correction_status = 'open' then 'E'
        else 'P'
    end as obs_status,
    spans.obs_status in ('D', 'B') as is_measured_otherwise,
    spans.source_id,
    spans.plan_id,
    spans.extract_id,
    spans.locator,
    spans.raw_text,
    spans.line,
    spans.statement_order,
    sources.precedence,
    spans.stands_from as known_from,
    spans.stands_to as known_to,
    spans.is_made_up
from spans
inner join {{ ref('stg_sources') }} as sources
    on spans.source_id = sources.source_id
