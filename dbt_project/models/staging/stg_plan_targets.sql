select
    extract_id,
    plan_id,
    line,
    number,
    name,
    name_key,
    year,
    operator,
    target_value,
    raw_text,
    char_from,
    char_to
from {{ source('landed', 'plan_targets') }}
