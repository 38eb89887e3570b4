select
    measure_id,
    name_vi,
    name_en,
    unit,
    over_time,
    over_orgs,
    reported_by,
    source_id,
    offered_for,
    most,
    carried_forward
from {{ source('registry', 'measures') }}
