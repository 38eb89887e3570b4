-- The counts that a row set aside would have stated: of the organisation that it names, and of the measures that the
-- other rows of its file state. Where each row states one measure, it is the one it names.
with subjects as (

    select * from {{ ref('int_measure_subjects') }}

),

stated as (

    select distinct
        rows.extract_id,
        rows.row_no,
        rows.org_key,
        rows.subject,
        subjects.measure_id
    from {{ ref('int_extract_rows') }} as rows
    inner join subjects
        on rows.source_id = subjects.source_id
        and rows.subject = subjects.subject
    where
        rows.kind in ('count', 'score')
        and rows.extract_id in (select extract_id from {{ ref('int_rejected_rows') }})

),

row_subjects as (

    select
        extract_id,
        row_no,
        count(distinct subject) as subjects
    from stated
    group by extract_id, row_no

),

extract_subjects as (

    select
        extract_id,
        count(distinct subject) as subjects
    from stated
    group by extract_id

),

forms as (

    select
        row_subjects.extract_id,
        max(row_subjects.subjects) = 1 and max(extract_subjects.subjects) > 1 as is_one_a_row
    from row_subjects
    inner join extract_subjects
        on row_subjects.extract_id = extract_subjects.extract_id
    group by row_subjects.extract_id

),

measures as (

    select distinct
        stated.extract_id,
        stated.measure_id,
        {{ match_key('stated.subject') }} as subject_key,
        forms.is_one_a_row
    from stated
    inner join forms
        on stated.extract_id = forms.extract_id

),

-- who stands in another row with a number is not without one
counted as (

    select distinct
        extract_id,
        org_key,
        measure_id
    from stated where org_key is not null

)

select
    named.extract_id || '|' || named.row_no as rejected_row_id,
    measures.measure_id,
    named.org_key,
    named.period_id,
    named.last_day as period_end,
    named.source_id,
    named.extract_id,
    named.locator,
    arrivals.received_at as known_from,
    arrivals.withdrawn_at as known_to,
    named.is_made_up
from {{ ref('int_rejected_rows') }} as named
inner join {{ ref('stg_arrivals') }} as arrivals
    on named.extract_id = arrivals.extract_id
inner join measures
    on named.extract_id = measures.extract_id
left join counted
    on named.extract_id = counted.extract_id
    and named.org_key = counted.org_key
    and measures.measure_id = counted.measure_id
where
    counted.extract_id is null
    and (not measures.is_one_a_row or list_contains(named.text_keys, measures.subject_key))
