select
    source_id,
    name_vi,
    name_en,
    publisher,
    frequency,
    precedence,
    is_made_up,
    reporting_level,
    agencies_basis_vi,
    agencies_basis_en,
    due_day,
    due_month
from {{ source('registry', 'sources') }}
