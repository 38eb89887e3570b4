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
    is_made_up,
    cast(withdrawn_at as timestamptz) as withdrawn_at,
    withdrawn_reason,
    withdrawn_at is not null as is_withdrawn
from {{ source('landed', 'extracts') }}
