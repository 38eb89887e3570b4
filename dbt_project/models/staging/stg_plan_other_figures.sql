select
    extract_id,
    plan_id,
    figure_no,
    line,
    cell,
    char_from,
    char_to,
    raw_text,
    value,
    kind,
    unit_text,
    context
from {{ source('landed', 'plan_other_figures') }}
