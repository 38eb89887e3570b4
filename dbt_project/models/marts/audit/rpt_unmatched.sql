-- Names that nobody knows and percentages that none can be, in plans and in extracts. Each is one thing to mend,
-- however often it stands in a document or in the file of a period.
with places as (

    select
        parts.plan_id,
        'plan' as source_id,
        cast(null as varchar) as period_id,
        parts.subject_kind,
        parts.text,
        parts.line,
        parts.locator,
        parts.line as position,
        parts.extract_id,
        documents.known_from,
        documents.is_made_up
    from {{ ref('int_unmatched_plan_parts') }} as parts
    inner join {{ ref('int_documents') }} as documents
        on parts.extract_id = documents.extract_id
    where documents.is_current

    union all

    select
        cast(null as varchar) as plan_id,
        source_id,
        period_id,
        subject_kind,
        text,
        cast(null as integer) as line,
        locator,
        row_no as position,
        extract_id,
        received_at as known_from,
        is_made_up
    from {{ ref('int_unmatched_rows') }}

),

ranked as (

    select
        places.*,
        extracts.file_name,
        row_number() over (
            partition by places.plan_id, places.source_id, places.period_id, places.subject_kind, places.text
            order by places.known_from desc, places.extract_id, places.position, places.locator
        ) as choice_no,
        count(*) over (
            partition by
                places.plan_id, places.source_id, places.period_id, places.subject_kind, places.text, places.extract_id
        ) as places
    from places
    inner join {{ ref('stg_extracts') }} as extracts
        on places.extract_id = extracts.extract_id
    where places.source_id = 'plan' or not coalesce(extracts.is_withdrawn, false)

)

select
    concat_ws('/', coalesce(plan_id, source_id), period_id, 'unmatched', subject_kind, text) as unmatched_id,
    plan_id,
    source_id,
    period_id,
    subject_kind,
    text,
    line,
    locator,
    cast(nullif(places - 1, 0) as integer) as other_places,
    extract_id,
    file_name,
    is_made_up
from ranked
where choice_no = 1
