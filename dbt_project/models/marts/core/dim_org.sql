select
    org_key,
    org_id,
    code,
    name_vi,
    level,
    parent_org_key,
    communes,
    members_level,
    valid_from,
    valid_to,
    legal_basis
from {{ ref('int_organisations') }}
