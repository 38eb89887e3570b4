-- What is divided and what it is divided by, where a cell of results prints them beside the percentage that they give:
-- `61,2% (215.300/351.800)`.
with ratios as (

    select
        rows.extract_id,
        rows.line,
        rows.result_cell,
        rows.result_raw,
        rows.result_qualifier,
        coalesce(rows.result_year, documents.result_year) as result_year,
        rows.result_numerator,
        rows.result_denominator,
        indicators.numerator_measure,
        indicators.denominator_measure
    from {{ ref('int_indicator_rows') }} as rows
    inner join {{ ref('stg_plan_documents') }} as documents
        on rows.extract_id = documents.extract_id
    inner join {{ ref('stg_indicators') }} as indicators
        on rows.indicator_id = indicators.indicator_id
        and rows.definition_version = indicators.definition_version
    where
        rows.result_numerator is not null
        and indicators.denominator_measure is not null
        and coalesce(rows.result_year, documents.result_year) is not null

),

parts as (

    select
        *,
        numerator_measure as measure_id,
        result_numerator as value
    from ratios
    union all
    select
        *,
        denominator_measure as measure_id,
        result_denominator as value
    from ratios

)

select
    extract_id,
    measure_id,
    line,
    result_cell,
    result_raw,
    result_qualifier,
    result_year,
    value
from parts
