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
    extracts.is_made_up
from {{ ref('stg_rejected_rows') }} as rejected
inner join {{ ref('stg_extracts') }} as extracts
    on rejected.extract_id = extracts.extract_id
left join {{ ref('dim_rejection_reason') }} as reasons
    on rejected.code = reasons.code
where not coalesce(extracts.is_withdrawn, false)
