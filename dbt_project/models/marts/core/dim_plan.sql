select
    plan_id,
    extract_id,
    title,
    province,
    organisation,
    org_key,
    level,
    year_from,
    year,
    result_year,
    issued_on,
    is_amendment,
    line_count,
    file_name,
    known_from as received_at,
    is_made_up
from {{ ref('int_documents') }}
where is_current
