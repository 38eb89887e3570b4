select
    extract_id,
    source_id,
    row as row_no,
    place,
    code,
    message,
    raw_text
from {{ source('landed', 'rejected_rows') }}
