with received as (

    select source_id, org_key, period_id, extract_id, known_from, is_made_up from {{ ref('int_observations') }}
    union
    select source_id, org_key, period_id, extract_id, known_from, is_made_up from {{ ref('int_reports') }}

)

select
    source_id,
    org_key,
    period_id,
    -- which reports were due is not registered yet: what came is all that is known to be expected
    cast(null as integer) as expected,
    cast(count(distinct extract_id) as integer) as received,
    cast(null as integer) as on_time,
    cast(null as date) as due_on,
    min(known_from) as received_at,
    bool_or(is_made_up) as is_made_up
from received
group by source_id, org_key, period_id
