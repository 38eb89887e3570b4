select
    source_id,
    name_vi,
    name_en,
    publisher,
    frequency,
    precedence,
    agencies_basis_vi,
    agencies_basis_en,
    is_made_up
from {{ ref('stg_sources') }}
