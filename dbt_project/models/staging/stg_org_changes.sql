select
    from_org_key,
    to_org_key,
    effective_on,
    weight,
    legal_basis
from {{ source('registry', 'org_changes') }}
