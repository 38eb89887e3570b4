select
    target_id,
    plan_id,
    indicator_id,
    definition_version,
    org_level,
    org_key,
    year,
    target_kind,
    operator,
    target_value,
    raw_text,
    stated_name,
    line,
    locator,
    nearest_indicator_id,
    differs_vi,
    differs_en,
    extract_id,
    is_made_up
from {{ ref('int_targets') }}
where is_current
