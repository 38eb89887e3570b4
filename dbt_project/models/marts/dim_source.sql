select
    source_id,
    name_vi,
    name_en,
    publisher,
    frequency,
    precedence,
    is_made_up
from {{ ref('stg_sources') }}
