-- A row set aside is answered once the same reporter has stated each count that it would have stated in a later file of
-- the source; one of which nobody can say what it would have stated, once a later file states all that its own does.
with stated as (

    select distinct
        rows.extract_id,
        rows.source_id,
        rows.period_id,
        rows.org_key,
        rows.reporter_org_id,
        rows.subject,
        subjects.measure_id,
        rows.received_at
    from {{ ref('int_extract_rows') }} as rows
    inner join {{ ref('stg_extracts') }} as extracts
        on rows.extract_id = extracts.extract_id
        and not coalesce(extracts.is_withdrawn, false)
    left join {{ ref('int_measure_subjects') }} as subjects
        on rows.source_id = subjects.source_id
        and rows.subject = subjects.subject
    where rows.value is not null and not rows.is_left_out

),

reporters as (

    select distinct
        extract_id,
        reporter_org_id
    from stated

),

-- what is to be stated again, of each row set aside
wanted as (

    select distinct
        inputs.rejected_row_id,
        inputs.extract_id,
        inputs.source_id,
        inputs.period_id,
        inputs.org_key,
        inputs.measure_id,
        reporters.reporter_org_id,
        inputs.known_from as received_at
    from {{ ref('int_rejected_inputs') }} as inputs
    left join reporters
        on inputs.extract_id = reporters.extract_id
    union all
    select
        rejected.extract_id || '|' || rejected.row_no as rejected_row_id,
        stated.extract_id,
        stated.source_id,
        stated.period_id,
        stated.org_key,
        stated.measure_id,
        stated.reporter_org_id,
        stated.received_at
    from {{ ref('stg_rejected_rows') }} as rejected
    inner join stated
        on rejected.extract_id = stated.extract_id
    where
        rejected.extract_id || '|' || rejected.row_no
        not in (select inputs.rejected_row_id from {{ ref('int_rejected_inputs') }} as inputs)

),

answered as (

    select wanted.rejected_row_id
    from wanted
    left join stated as later
        on wanted.source_id = later.source_id
        and wanted.period_id = later.period_id
        and wanted.org_key is not distinct from later.org_key
        and wanted.measure_id is not distinct from later.measure_id
        and wanted.reporter_org_id is not distinct from later.reporter_org_id
        and wanted.received_at < later.received_at
    group by wanted.rejected_row_id
    having bool_and(later.extract_id is not null)

)

select
    rejected.extract_id || '|' || rejected.row_no as rejected_row_id,
    rejected.extract_id,
    rejected.source_id,
    extracts.period_id,
    extracts.file_name,
    rejected.row_no,
    rejected.locator,
    rejected.code,
    reasons.reason_vi,
    reasons.reason_en,
    rejected.message,
    rejected.raw_text,
    extracts.received_at,
    answered.rejected_row_id is not null as is_answered,
    extracts.is_made_up
from {{ ref('stg_rejected_rows') }} as rejected
inner join {{ ref('stg_extracts') }} as extracts
    on rejected.extract_id = extracts.extract_id
left join {{ ref('dim_rejection_reason') }} as reasons
    on rejected.code = reasons.code
left join answered
    on rejected.extract_id || '|' || rejected.row_no = answered.rejected_row_id
where not coalesce(extracts.is_withdrawn, false)
