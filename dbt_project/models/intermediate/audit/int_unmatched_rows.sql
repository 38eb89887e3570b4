-- Rows of extracts that no organisation or no measure of the registry fits.
with subjects as (

    select
        source_id,
        subject
    from {{ ref('int_measure_subjects') }}
    union
    select
        sources.source_id,
        indicators.indicator_id as subject
    from {{ ref('stg_indicators') }} as indicators
    cross join {{ ref('stg_sources') }} as sources

),

unmatched as (

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
    where rows.org_key is null or rows.is_reporter_unknown or subjects.subject is null

)

select
    source_id,
    period_id,
    extract_id,
    subject_kind,
    coalesce(
        case
            when subject_kind = 'ambiguous_organisation' then org_text
            when subject_kind = 'organisation' then coalesce(org_text, org_code)
            when subject_kind = 'reporter' then reporter
            -- by its heading in the file, which a code of a form or a field of a reply does not have
            when contains(subject, ' ') then coalesce(nullif(regexp_extract(locator, ', column (.+)$', 1), ''), subject)
            else subject
        end,
        '-'
    ) as text,
    subject,
    row_no,
    locator,
    received_at,
    is_made_up
from unmatched
