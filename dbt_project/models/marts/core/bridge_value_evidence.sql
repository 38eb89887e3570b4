select
    measure_id,
    org_key,
    period_id,
    observation_id,
    known_from,
    known_to
from {{ ref('int_used_evidence') }}
