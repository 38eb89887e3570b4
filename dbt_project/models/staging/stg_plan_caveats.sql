select
    extract_id,
    plan_id,
    line,
    char_from,
    char_to,
    item,
    item_key,
    raw_text
from {{ source('landed', 'plan_caveats') }}
