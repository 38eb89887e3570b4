select
    indicator_id,
    definition_version,
    wording_use,
    wording,
    wording_key
from {{ source('registry', 'indicator_wordings') }}
