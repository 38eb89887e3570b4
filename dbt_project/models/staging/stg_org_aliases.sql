select
    org_id,
    alias,
    alias_key
from {{ source('registry', 'org_aliases') }}
