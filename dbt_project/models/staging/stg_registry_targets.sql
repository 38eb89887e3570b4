select
    target_no,
    indicator_id,
    definition_version,
    org_level,
    nearest_indicator_id,
    nearest_definition_version,
    differs_vi,
    differs_en,
    wording,
    wording_key
from {{ source('registry', 'targets') }}
