-- Results that a plan prints: estimates too exact to be any, copies of their targets, one document behind two.
with rows_of as (

    select
        rows_of.*,
        coalesce(indicators.name_en, rows_of.name) as name_en,
        documents.org_key,
        cast(documents.result_year as varchar) as period_id,
        documents.result_year as year_of_results,
        {{ locator('rows_of.line', 'rows_of.result_cell', 'null', 'null') }} as locator,
        concat_ws('.', rows_of.appendix, rows_of.section_no, rows_of.number) as place
    from {{ ref('int_indicator_rows') }} as rows_of
    inner join {{ ref('int_documents') }} as documents
        on rows_of.extract_id = documents.extract_id
    left join {{ ref('stg_indicators') }} as indicators
        on rows_of.indicator_id = indicators.indicator_id
        and rows_of.definition_version = indicators.definition_version
    where documents.is_current and rows_of.target_no = 1

),

evidence as (

    select
        rows_of.*,
        mentions.number_raw,
        first_value(rows_of.place) over same_document as first_place,
        first_value(rows_of.locator) over same_document as first_locator
    from rows_of
    inner join {{ ref('stg_plan_references') }} as mentions
        on rows_of.extract_id = mentions.extract_id
        and rows_of.line = mentions.line
        and mentions.kind = 'document'
        and mentions.serial is not null
    where rows_of.target_kind = 'milestone'
    window same_document as (
        partition by rows_of.extract_id, rows_of.appendix, mentions.serial, mentions.symbol_key order by rows_of.line
    )

),

computed as (

    select
        indicator_id,
        org_key,
        period_id
    from {{ ref('int_values') }}
    where known_to is null and value_status = 'computed'

)

select
    extract_id,
    plan_id,
    'estimate_too_exact' as doubt,
    place || ' ' || line as subject_key,
    name as subject,
    name_en as subject_en,
    result_raw as stated,
    coalesce(note, result_qualifier) as compared,
    place,
    cast(null as varchar) as compared_place,
    indicator_id,
    period_id,
    line,
    locator,
    cast(null as varchar) as compared_locator
from rows_of
where
    result_kind = 'value'
    and unit = 'percent'
    and result_decimals >= 2
    and (
        {{ says_estimated('note_key') }}
        or lower(coalesce(result_qualifier, '')) in ('khoảng', 'xấp xỉ', 'gần', '~', '≈')
    )

union all by name

-- At the ends of the scale many results are their targets.
select
    rows_of.extract_id,
    rows_of.plan_id,
    'result_copies_target' as doubt,
    rows_of.place || ' ' || rows_of.line as subject_key,
    rows_of.name as subject,
    rows_of.name_en as subject_en,
    rows_of.result_raw as stated,
    rows_of.target_raw as compared,
    rows_of.place,
    rows_of.indicator_id,
    rows_of.period_id,
    rows_of.line,
    rows_of.locator
from rows_of
left join computed
    on rows_of.indicator_id = computed.indicator_id
    and rows_of.org_key = computed.org_key
    and rows_of.period_id = computed.period_id
where
    rows_of.result_kind = 'value'
    and rows_of.unit = 'percent'
    and rows_of.target_kind = 'threshold'
    and rows_of.target_year = coalesce(rows_of.result_year, rows_of.year_of_results)
    and rows_of.result_value = rows_of.target_value
    and rows_of.result_value not in (0, 100)
    and rows_of.result_of is null
    and computed.indicator_id is null

union all by name

select
    extract_id,
    plan_id,
    'same_evidence' as doubt,
    place || ' ' || number_raw as subject_key,
    name as subject,
    name_en as subject_en,
    number_raw as stated,
    number_raw as compared,
    place,
    first_place as compared_place,
    indicator_id,
    period_id,
    line,
    locator,
    first_locator as compared_locator
from evidence
where place <> first_place
