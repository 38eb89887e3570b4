-- Every result that a plan or an extract states for an indicator, also where all it says is that there is none, each
-- time that it arrived. cell_id: what it is about and who publishes it.
with stated_in_appendix as (

    select
        stated_rows.indicator_id,
        stated_rows.definition_version,
        documents.org_key,
        cast(coalesce(stated_rows.result_year, documents.result_year) as varchar) as period_id,
        'plan' as source_id,
        documents.plan_id,
        stated_rows.extract_id,
        'appendix' as origin,
        stated_rows.result_kind,
        stated_rows.result_value as value,
        stated_rows.result_decimals as decimals,
        stated_rows.result_qualifier as qualifier,
        stated_rows.result_raw as raw_text,
        stated_rows.line,
        -- before anything in the text
        stated_rows.line as statement_order,
        {{ locator('stated_rows.line', 'stated_rows.result_cell', 'null', 'null') }} as locator,
        stated_rows.note,
        stated_rows.result_qualifier is not null or {{ says_estimated('stated_rows.note_key') }} as is_said_estimated,
        stated_rows.result_kind = 'absent' and {{ says_not_assessed('stated_rows.note_key') }} as is_not_assessed,
        caveats.line as caveat_line,
        documents.known_from as stated_from,
        documents.known_to as document_known_to,
        documents.is_made_up
    from {{ ref('int_indicator_rows') }} as stated_rows
    inner join {{ ref('int_documents') }} as documents
        on stated_rows.extract_id = documents.extract_id
    left join {{ ref('int_caveats') }} as caveats
        on stated_rows.extract_id = caveats.extract_id
        and stated_rows.indicator_id = caveats.indicator_id
        and stated_rows.definition_version = caveats.definition_version
    where
        stated_rows.indicator_id is not null
        and stated_rows.result_cell is not null
        and documents.org_key is not null
        and coalesce(stated_rows.result_year, documents.result_year) is not null

),

stated_in_text as (

    select
        percents.indicator_id,
        percents.definition_version,
        documents.org_key,
        cast(documents.result_year as varchar) as period_id,
        'plan' as source_id,
        documents.plan_id,
        percents.extract_id,
        'text' as origin,
        'value' as result_kind,
        percents.value,
        percents.decimals,
        percents.qualifier,
        percents.raw_text,
        percents.line,
        percents.line * 100000 + percents.char_from as statement_order,
        {{ prose_locator('percents.line', 'percents.char_from', 'percents.char_to') }} as locator,
        percents.qualifier is not null as is_said_estimated,
        false as is_not_assessed,
        caveats.line as caveat_line,
        documents.known_from as stated_from,
        documents.known_to as document_known_to,
        documents.is_made_up
    from {{ ref('int_percents') }} as percents
    inner join {{ ref('int_documents') }} as documents
        on percents.extract_id = documents.extract_id
    left join {{ ref('int_caveats') }} as caveats
        on percents.extract_id = caveats.extract_id
        and percents.indicator_id = caveats.indicator_id
        and percents.definition_version = caveats.definition_version
    where documents.org_key is not null and documents.result_year is not null

),

-- An extract names the indicator, not its definition: it is the one valid at the end of the period, else the first.
definitions as (

    select
        stated_rows.row_key,
        indicators.definition_version
    from {{ ref('int_extract_rows') }} as stated_rows
    inner join {{ ref('stg_indicators') }} as indicators
        on stated_rows.subject = indicators.indicator_id
    where stated_rows.kind = 'ratio'
    qualify
        row_number() over (
            partition by stated_rows.row_key
            order by {{ is_valid_on('indicators', 'stated_rows.period_end') }} desc, indicators.definition_version
        ) = 1

),

stated_in_extracts as (

    select
        stated_rows.subject as indicator_id,
        definitions.definition_version,
        stated_rows.org_key,
        stated_rows.period_id,
        stated_rows.source_id,
        stated_rows.extract_id,
        'extract' as origin,
        case when stated_rows.value is null then 'absent' else 'value' end as result_kind,
        stated_rows.value,
        stated_rows.decimals,
        stated_rows.obs_status,
        stated_rows.raw_text,
        cast(
            row_number() over (
                partition by stated_rows.extract_id, arrivals.received_at
                order by stated_rows.row_no, stated_rows.locator
            ) as integer
        ) as statement_order,
        stated_rows.locator,
        stated_rows.note,
        coalesce(stated_rows.obs_status = 'E', false) as is_said_estimated,
        coalesce(stated_rows.obs_status = 'L', false) as is_not_assessed,
        arrivals.received_at as stated_from,
        arrivals.withdrawn_at,
        stated_rows.is_made_up
    from {{ ref('int_extract_rows') }} as stated_rows
    inner join {{ ref('stg_arrivals') }} as arrivals
        on stated_rows.extract_id = arrivals.extract_id
    inner join definitions
        on stated_rows.row_key = definitions.row_key
    -- a ratio of one reporter among several is no ratio of the organisation
    where
        stated_rows.org_key is not null
        and not stated_rows.is_part
        and not stated_rows.is_reporter_unknown
        and not coalesce(stated_rows.is_left_out, false)

)

select
    *,
    {{ hashed('indicator_id', 'definition_version', 'org_key', 'period_id', 'source_id') }} as cell_id
from (
    select * from stated_in_appendix
    union all by name
    select * from stated_in_text
    union all by name
    select * from stated_in_extracts
) as stated
