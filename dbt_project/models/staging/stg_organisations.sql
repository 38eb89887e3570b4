select
    org_key,
    org_id,
    code,
    name_vi,
    level,
    parent_org_key,
    communes,
    valid_from,
    valid_to,
    legal_basis,
    members_level
from {{ source('registry', 'organisations') }}
