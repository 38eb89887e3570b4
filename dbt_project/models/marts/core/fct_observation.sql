{{ config(materialized='incremental') }}

select
    observation_id,
    observation_key,
    measure_id,
    org_key,
    reporter_org_id,
    period_id,
    period_start,
    period_end,
    is_cumulative,
    value,
    stated_value,
    correction_id,
    obs_status,
    source_id,
    plan_id,
    extract_id,
    locator,
    line,
    raw_text,
    known_from,
    known_to,
    is_made_up
from {{ ref('int_observations') }}
where {{ is_touched('period_id') }}
