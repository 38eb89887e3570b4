select
    measure_id,
    wording,
    wording_key
from {{ source('registry', 'measure_wordings') }}
