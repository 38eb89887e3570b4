select
    extract_id,
    source_id,
    part_no,
    part,
    locator,
    text,
    figures
from {{ source('landed', 'unread_parts') }}
