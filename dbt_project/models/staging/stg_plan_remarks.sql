select
    extract_id,
    plan_id,
    remark_no,
    kind,
    line,
    line_to,
    cell,
    raw_text,
    detail_vi,
    detail_en
from {{ source('landed', 'plan_remarks') }}
