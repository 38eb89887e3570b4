select
    measure_id,
    name_vi,
    name_en,
    unit,
    over_time,
    over_orgs,
    source_id,
    offered_for,
    carried_forward
from {{ ref('stg_measures') }}
