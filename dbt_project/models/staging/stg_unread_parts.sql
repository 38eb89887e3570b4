select
    extract_id,
    source_id,
    part_no,
    part,
    place,
    text,
    figures
from {{ source('landed', 'unread_parts') }}
