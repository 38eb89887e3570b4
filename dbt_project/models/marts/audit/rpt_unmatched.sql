with unmatched as (

    select
        plan_id,
        extract_id,
        'indicator' as subject_kind,
        name as text,
        line,
        'line ' || line as locator
    from {{ ref('int_indicator_rows') }}
    where indicator_id is null

    union all

    select
        plan_id,
        extract_id,
        'target' as subject_kind,
        name as text,
        line,
        {{ locator('line', 'null', 'char_from', 'char_to') }} as locator
    from {{ ref('int_target_rows') }}
    where indicator_id is null

    union all

    select
        plan_id,
        extract_id,
        'agency' as subject_kind,
        lead_raw as text,
        line,
        'line ' || line as locator
    from {{ ref('int_tasks') }}
    where lead_org_id is null and lead_raw is not null

    union all

    select
        plan_id,
        extract_id,
        'province' as subject_kind,
        province as text,
        cast(null as integer) as line,
        'the whole document' as locator
    from {{ ref('int_documents') }}
    where org_key is null

    union all

    select
        plan_id,
        extract_id,
        'percentage' as subject_kind,
        raw_text as text,
        line,
        {{ prose_locator('line', 'char_from', 'char_to') }} as locator
    from {{ ref('int_percents') }}
    where abs(value) >= 100000

    union all

    select
        plan_id,
        extract_id,
        'percentage' as subject_kind,
        target_raw || ' / ' || result_raw as text,
        line,
        'line ' || line as locator
    from {{ ref('int_indicator_rows') }}
    where abs(target_value) >= 100000 or abs(result_value) >= 100000

    union all

    select
        plan_id,
        extract_id,
        'percentage' as subject_kind,
        raw_text as text,
        line,
        {{ prose_locator('line', 'char_from', 'char_to') }} as locator
    from {{ ref('int_target_rows') }}
    where abs(target_value) >= 100000

),

-- Rows of other sources that no organisation or no measure of the registry fits.
subjects as (

    select source_id, subject from ({{ measure_subjects() }}) as of_measures
    union
    select sources.source_id, indicators.indicator_id as subject
    from {{ ref('stg_indicators') }} as indicators
    cross join {{ ref('stg_sources') }} as sources

),

unmatched_rows as (

    select
        rows.*,
        case
            when rows.is_org_ambiguous then 'ambiguous_organisation'
            when rows.org_key is null then 'organisation'
            when rows.is_reporter_unknown then 'reporter'
            else 'measure'
        end as subject_kind
    from {{ ref('int_extract_rows') }} as rows
    left join subjects
        on rows.source_id = subjects.source_id
        and rows.subject = subjects.subject
    where
        (rows.org_key is null or rows.is_reporter_unknown or subjects.subject is null)
        and rows.extract_id not in (select extract_id from {{ ref('stg_extracts') }} where is_withdrawn)

),

places as (

    select
        unmatched.plan_id,
        'plan' as source_id,
        cast(null as varchar) as period_id,
        unmatched.subject_kind,
        unmatched.text,
        unmatched.line,
        unmatched.locator,
        unmatched.line as position,
        unmatched.extract_id,
        documents.known_from,
        documents.is_made_up
    from unmatched
    inner join {{ ref('int_documents') }} as documents
        on unmatched.extract_id = documents.extract_id
    where documents.is_current

    union all

    select
        cast(null as varchar) as plan_id,
        source_id,
        period_id,
        subject_kind,
        coalesce(
            case subject_kind
                when 'ambiguous_organisation' then org_text
                when 'organisation' then coalesce(org_text, org_code)
                when 'reporter' then reporter
                else subject
            end,
            '-'
        ) as text,
        cast(null as integer) as line,
        place as locator,
        row_no as position,
        extract_id,
        received_at as known_from,
        is_made_up
    from unmatched_rows

),

-- A name that nobody knows is one thing to mend, however often it stands in a document or in the file of a period.
ranked as (

    select
        *,
        row_number() over (
            partition by plan_id, source_id, period_id, subject_kind, text
            order by known_from desc, extract_id, position, locator
        ) as choice,
        count(*) over (partition by plan_id, source_id, period_id, subject_kind, text, extract_id) as places
    from places

)

select
    concat_ws('/', coalesce(ranked.plan_id, ranked.source_id), ranked.period_id, 'unmatched', ranked.subject_kind, ranked.text)
        as unmatched_id,
    ranked.plan_id,
    ranked.source_id,
    ranked.period_id,
    ranked.subject_kind,
    ranked.text,
    ranked.line,
    ranked.locator,
    cast(nullif(ranked.places - 1, 0) as integer) as other_places,
    ranked.extract_id,
    extracts.file_name,
    ranked.is_made_up
from ranked
inner join {{ ref('stg_extracts') }} as extracts
    on ranked.extract_id = extracts.extract_id
where ranked.choice = 1
