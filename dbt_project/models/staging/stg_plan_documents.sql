select
    extract_id,
    plan_id,
    title,
    issuer,
    province,
    year,
    result_year,
    line_count
from {{ source('landed', 'plan_documents') }}
