select
    extract_id,
    source_id,
    rows_read,
    rows_landed,
    rows_rejected,
    rows_total,
    rows_section,
    rows_blank
from {{ source('landed', 'readings') }}
