select
    extract_id,
    source_id,
    plan_id,
    period_id,
    file_name,
    bytes,
    cast(received_at as timestamptz) as received_at,
    code,
    locator,
    earlier_source_id,
    earlier_period_id,
    earlier_plan_id,
    is_made_up
from {{ source('landed', 'refused_files') }}
