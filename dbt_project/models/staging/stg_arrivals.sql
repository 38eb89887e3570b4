select
    extract_id,
    cast(received_at as timestamptz) as received_at
from {{ source('landed', 'arrivals') }}
