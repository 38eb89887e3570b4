select
    supplier_org_id,
    org_key,
    org_id,
    org_name_vi
from {{ ref('int_suppliers') }}
