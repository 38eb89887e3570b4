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
    value_status,
    obs_status,
    reason,
    case when numerator_observation_id is null then [] else [numerator_observation_id] end as numerator_observation_ids,
    case when denominator_observation_id is null then [] else [denominator_observation_id] end
        as denominator_observation_ids,
    locator,
    source_id,
    plan_id,
    is_made_up
from {{ ref('int_values') }}
