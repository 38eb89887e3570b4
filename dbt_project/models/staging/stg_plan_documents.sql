select
    extract_id,
    plan_id,
    title,
    issuer,
    province,
    year,
    result_year,
    line_count,
    organisation,
    level,
    year_from,
    issued_on,
    is_amendment,
    given_org
from {{ source('landed', 'plan_documents') }}
