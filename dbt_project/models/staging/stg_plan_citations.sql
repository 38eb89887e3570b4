select
    extract_id,
    plan_id,
    citation_no,
    line,
    cell,
    char_from,
    char_to,
    page,
    file_name,
    citation_vi,
    citation_en,
    {{ locator('line', 'cell', 'char_from', 'char_to') }} as locator
from {{ source('landed', 'plan_citations') }}
