select
    rule_id,
    position,
    group_id,
    severity,
    title_vi,
    title_en,
    why,
    action_vi,
    action_en
from {{ ref('stg_rules') }}
