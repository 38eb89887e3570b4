select
    extract_id,
    source_id,
    row as row_no,
    locator,
    code,
    message,
    raw_text,
    coalesce(row_texts, []) as row_texts
from {{ source('landed', 'rejected_rows') }}
