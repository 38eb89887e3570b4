-- Numbers of extracts whose unit is in doubt: one unit with different numbers in one file, a code beside the name of
-- another unit, one unit with different numbers in two files that stand side by side.
with doubts as (

    select * from {{ ref('int_contested_rows') }}

    union all

    select
        'two_files' as doubt,
        extract_id,
        source_id,
        period_id,
        measure_id as subject,
        org_key,
        cast(null as varchar) as org_code,
        cast(null as varchar) as code_org_key,
        cast(null as varchar) as org_text,
        cast(null as varchar) as names,
        cast(2 as bigint) as statements,
        earlier_value || '; ' || value as values_shown,
        locator,
        is_made_up
    from {{ ref('int_restated_counts') }}

),

indicators as (

    select
        indicator_id,
        min(name_vi) as name_vi,
        min(name_en) as name_en
    from {{ ref('stg_indicators') }}
    group by indicator_id

)

select
    concat_ws('|', doubts.doubt, doubts.extract_id, doubts.org_key, doubts.subject) as doubt_id,
    doubts.doubt,
    doubts.extract_id,
    extracts.file_name,
    doubts.source_id,
    doubts.period_id,
    doubts.org_key,
    organisations.name_vi as org_vi,
    coalesce(measures.name_vi, indicators.name_vi, doubts.subject) as measure_vi,
    coalesce(measures.name_en, indicators.name_en, doubts.subject) as measure_en,
    doubts.org_text,
    doubts.org_code,
    coded_as.name_vi as code_org_vi,
    doubts.names,
    cast(doubts.statements as integer) as statements,
    doubts.values_shown,
    doubts.locator,
    doubts.is_made_up
from doubts
inner join {{ ref('stg_extracts') }} as extracts
    on doubts.extract_id = extracts.extract_id
    and not coalesce(extracts.is_withdrawn, false)
left join {{ ref('stg_organisations') }} as organisations
    on doubts.org_key = organisations.org_key
left join {{ ref('stg_organisations') }} as coded_as
    on doubts.code_org_key = coded_as.org_key
left join {{ ref('stg_measures') }} as measures
    on doubts.subject = measures.measure_id
left join indicators
    on doubts.subject = indicators.indicator_id
