select
    measure_id,
    name_vi,
    name_en,
    unit,
    over_time,
    over_orgs,
    array_to_string(reported_by, ', ') as reported_by,
    source_id,
    offered_for,
    carried_forward,
    one_per_person,
    one_per_person_vi,
    one_per_person_en
from {{ ref('stg_measures') }}
