-- Numbers of extracts whose unit is in doubt: one unit with different numbers in one file, a code beside the name of
-- another unit, one unit with different numbers in two files that stand side by side.
with rows_in_doubt as (

    select
        rows.*,
        subjects.measure_id
    from {{ ref('int_extract_rows') }} as rows
    left join {{ ref('stg_measure_fields') }} as subjects
        on rows.source_id = subjects.source_id
        and rows.subject = subjects.field
    where rows.is_contested or rows.code_org_key is not null

),

in_one_file as (

    select
        'contested' as doubt,
        extract_id,
        source_id,
        period_id,
        coalesce(measure_id, subject) as subject,
        org_key,
        cast(null as varchar) as org_code,
        cast(null as varchar) as code_org_key,
        min(org_text) as org_text,
        string_agg(distinct '“' || org_text || '”', ', ' order by '“' || org_text || '”') as names,
        count(distinct value) as statements,
        string_agg(distinct raw_text, '; ' order by raw_text) as values_shown,
        min(place) as locator,
        bool_or(is_made_up) as is_made_up
    from rows_in_doubt
    where is_contested
    group by extract_id, source_id, period_id, coalesce(measure_id, subject), org_key, reporter_org_id

),

coded as (

    select
        'code' as doubt,
        extract_id,
        source_id,
        period_id,
        org_code || '|' || org_text as subject,
        org_key,
        org_code,
        min(code_org_key) as code_org_key,
        org_text,
        cast(null as varchar) as names,
        count(*) as statements,
        cast(null as varchar) as values_shown,
        min(place) as locator,
        bool_or(is_made_up) as is_made_up
    from rows_in_doubt
    where code_org_key is not null
    group by extract_id, source_id, period_id, org_key, org_code, org_text

),

-- What a file says stands until another file of the source says it: where much of the first still stands, the two are no
-- re-issue of one another, and a unit that is in both with different numbers is in doubt.
restated as (

    select
        earlier.extract_id as earlier_id,
        later.extract_id,
        later.source_id,
        later.period_id,
        later.measure_id,
        later.org_key,
        earlier.value as earlier_value,
        later.value,
        later.locator,
        later.is_made_up
    from {{ ref('int_observations') }} as earlier
    inner join {{ ref('int_observations') }} as later
        on earlier.measure_id = later.measure_id
        and earlier.org_key = later.org_key
        and earlier.period_id = later.period_id
        and earlier.source_id = later.source_id
        and earlier.is_cumulative = later.is_cumulative
        and earlier.reporter_org_id is not distinct from later.reporter_org_id
        and earlier.known_to = later.known_from
    where
        later.known_to is null
        and earlier.extract_id <> later.extract_id
        and earlier.source_id <> 'plan'
        and earlier.value <> later.value
        and not later.correction_id is not null
        and earlier.correction_id is null

),

still_standing as (

    select distinct
        extract_id,
        org_key
    from {{ ref('int_observations') }}
    where known_to is null

),

in_two_files as (

    select
        'two_files' as doubt,
        restated.extract_id,
        restated.source_id,
        restated.period_id,
        restated.measure_id as subject,
        restated.org_key,
        cast(null as varchar) as org_code,
        cast(null as varchar) as code_org_key,
        cast(null as varchar) as org_text,
        cast(null as varchar) as names,
        cast(2 as bigint) as statements,
        restated.earlier_value || '; ' || restated.value as values_shown,
        restated.locator,
        restated.is_made_up
    from restated
    where exists (
        select 1
        from still_standing
        where still_standing.extract_id = restated.earlier_id and still_standing.org_key <> restated.org_key
    )

),

doubts as (

    select * from in_one_file
    union all
    select * from coded
    union all
    select * from in_two_files

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
left join (
    select indicator_id, min(name_vi) as name_vi, min(name_en) as name_en
    from {{ ref('stg_indicators') }}
    group by indicator_id
) as indicators
    on doubts.subject = indicators.indicator_id
