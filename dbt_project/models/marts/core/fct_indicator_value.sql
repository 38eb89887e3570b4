{{ config(materialized='incremental') }}

select
    indicator_id,
    definition_version,
    org_key,
    period_id,
    known_from,
    known_to,
    numerator,
    denominator,
    value,
    reported_value,
    reported_qualifier,
    value_status,
    obs_status,
    reason,
    missing_reporters,
    missing_periods,
    denominator_period_id,
    is_measured_otherwise,
    locator,
    source_id,
    plan_id,
    is_made_up
from {{ ref('int_values') }}
where {{ is_touched('period_id') }}
