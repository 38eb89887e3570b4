select
    from_org_key,
    to_org_key,
    effective_on,
    weight,
    legal_basis
from {{ ref('stg_org_changes') }}
