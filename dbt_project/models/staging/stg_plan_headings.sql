select
    extract_id,
    plan_id,
    heading_no,
    line,
    form,
    ordinal,
    mark,
    prefix,
    parent_line,
    parent_mark,
    is_heading,
    raw_text
from {{ source('landed', 'plan_headings') }}
