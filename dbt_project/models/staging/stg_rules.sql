select
    rule_id,
    position,
    severity,
    group_id,
    cause_kind,
    title_vi,
    title_en,
    why,
    action_vi,
    action_en
from {{ source('registry', 'rules') }}
