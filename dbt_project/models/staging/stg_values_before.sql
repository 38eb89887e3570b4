{{ config(tags=['findings']) }}

select
    indicator_id,
    definition_version,
    org_key,
    period_id,
    numerator,
    denominator,
    value,
    value_status,
    denominator_period_id,
    is_made_up
from {{ source('checks', 'values_before') }}
where known_to is null
