select
    extract_id,
    source_id,
    plan_id,
    file_name,
    bytes,
    period_id,
    received_at,
    publisher,
    citation,
    is_made_up
from {{ ref('stg_extracts') }}
