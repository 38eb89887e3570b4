-- The name of each organisation whatever the time, for those that are only named.
select
    org_id,
    min(name_vi) as name_vi
from {{ ref('int_organisations') }}
group by org_id
