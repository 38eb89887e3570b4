{{ config(materialized='incremental') }}

-- The ledger: every count ever published, with the period it is about and each time for which it stood.
-- A later extract of the same source and reporter that states the same count, or a later text of the same plan, ends
-- the old row. This is where a known error of a publisher is corrected, from the day on which it was known.
with standing as (

    select
        numbers.*,
        {{ at_two_decimals('numbers.value') | indent(8) }} as stated_value,
        standing.stand_no,
        standing.known_from as standing_from,
        least(standing.restated_at, numbers.document_known_to) as known_to
    from {{ ref('int_stated_numbers') }} as numbers
    inner join {{ ref('int_standing') }} as standing
        on numbers.cell_id = standing.cell_id
        and numbers.extract_id = standing.extract_id
        and numbers.stated_from = standing.stated_from
    -- who says that there is no number any more ends the old one and states none
    where numbers.value is not null and {{ is_touched('numbers.period_id') }}

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
    inner join {{ ref('int_organisations') }} as organisations
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
        corrected.standing_from as stands_from,
        coalesce(corrected.corrected_from, corrected.known_to) as stands_to
    from corrected
    where corrected.corrected_from is null or corrected.corrected_from > corrected.standing_from

    union all

    select
        corrected.*,
        true as is_corrected,
        corrected.corrected_from as stands_from,
        corrected.known_to as stands_to
    from corrected
    where corrected.corrected_from is not null

)

select
    md5(concat_ws(
        '|',
        spans.measure_id, spans.org_key, spans.period_id, spans.source_id, spans.extract_id, spans.locator,
        spans.reporter_org_id,
        case when spans.stand_no > 1 then spans.stand_no end,
        case when spans.is_corrected then spans.correction_id end
    )) as observation_id,
    {{ key_of('observation_id') }} as observation_key,
    spans.measure_id,
    spans.org_key,
    spans.reporter_org_id,
    spans.is_part,
    spans.period_id,
    spans.period_start,
    spans.period_end,
    spans.stated_as_of,
    spans.is_cumulative,
    case when spans.is_corrected then cast(spans.corrected as decimal(18, 2)) else spans.stated_value end as value,
    spans.stated_value,
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
