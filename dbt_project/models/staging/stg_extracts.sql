select
    extract_id,
    source_id,
    plan_id,
    file_name,
    bytes,
    period_id,
    cast(received_at as timestamptz) as received_at,
    publisher,
    citation,
    is_made_up
from {{ source('landed', 'extracts') }}
