select
    group_id,
    position,
    group_vi,
    group_en
from {{ source('registry', 'matter_groups') }}
