select
    measure_id,
    source_id,
    field
from {{ source('registry', 'measure_fields') }}
