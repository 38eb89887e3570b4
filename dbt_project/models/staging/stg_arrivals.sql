select
    extract_id,
    cast(received_at as timestamptz) as received_at,
    cast(withdrawn_at as timestamptz) as withdrawn_at
from {{ source('landed', 'arrivals') }}
