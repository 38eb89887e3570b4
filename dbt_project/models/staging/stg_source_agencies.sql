select
    source_id,
    org_id
from {{ source('registry', 'source_agencies') }}
