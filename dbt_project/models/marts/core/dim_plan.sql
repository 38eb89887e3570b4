select
    plan_id,
    extract_id,
    title,
    province,
    org_key,
    year,
    result_year,
    line_count,
    file_name,
    known_from as received_at,
    is_made_up
from {{ ref('int_documents') }}
where is_current
