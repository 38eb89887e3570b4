-- The counts that a row set aside would have stated: of the organisation that its cells name first, where they name
-- just one, and of the measures that the other rows of its file state. Where each row states one measure, it is the one
-- it names.
with texts as (

    select
        rejected.extract_id,
        rejected.row_no,
        positions.position,
        {{ match_key('positions.text') }} as text_key
    from {{ ref('stg_rejected_rows') }} as rejected
    cross join lateral (
        select
            unnest(list_append(rejected.row_texts, rejected.raw_text)) as text,
            unnest(range(len(rejected.row_texts) + 1)) as position
    ) as positions

),

extracts as (

    select
        extract_id,
        source_id,
        period_id,
        is_made_up,
        {{ last_day_of('period_id') }} as last_day
    from {{ ref('stg_extracts') }}
    where period_id is not null

),

named as (

    select
        texts.extract_id,
        texts.row_no,
        texts.position,
        min(names.org_key) as org_key
    from texts
    inner join extracts
        on texts.extract_id = extracts.extract_id
    inner join {{ ref('int_org_names') }} as names
        on texts.text_key = names.name_key
        and names.level <> 'operator'
        and {{ is_valid_on('names', 'extracts.last_day') }}
    group by texts.extract_id, texts.row_no, texts.position
    having count(distinct names.org_key) = 1

),

organisations as (

    select
        extract_id,
        row_no,
        arg_min(org_key, position) as org_key
    from named
    group by extract_id, row_no

),

subjects as (

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
        and rows.extract_id in (select extract_id from {{ ref('stg_rejected_rows') }})

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
    organisations.extract_id || '|' || organisations.row_no as rejected_row_id,
    measures.measure_id,
    organisations.org_key,
    extracts.period_id,
    extracts.last_day as period_end,
    extracts.source_id,
    organisations.extract_id,
    rejected.locator,
    arrivals.received_at as known_from,
    arrivals.withdrawn_at as known_to,
    extracts.is_made_up
from organisations
inner join extracts
    on organisations.extract_id = extracts.extract_id
inner join {{ ref('stg_rejected_rows') }} as rejected
    on organisations.extract_id = rejected.extract_id
    and organisations.row_no = rejected.row_no
inner join {{ ref('stg_arrivals') }} as arrivals
    on organisations.extract_id = arrivals.extract_id
inner join measures
    on organisations.extract_id = measures.extract_id
left join counted
    on organisations.extract_id = counted.extract_id
    and organisations.org_key = counted.org_key
    and measures.measure_id = counted.measure_id
where
    counted.extract_id is null
    and (
        not measures.is_one_a_row
        or exists (
            select 1
            from texts
            where
                texts.extract_id = organisations.extract_id
                and texts.row_no = organisations.row_no
                and texts.text_key = measures.subject_key
        )
    )
