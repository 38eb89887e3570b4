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
    carried_forward,
    one_per_person,
    one_per_person_vi,
    one_per_person_en
from {{ source('registry', 'measures') }}
