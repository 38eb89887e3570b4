{{ config(materialized='view') }}

-- Counts that a file states otherwise than another file of its source of which much is still in use: the two are no
-- re-issue of one another, and a unit that is in both with different numbers is in doubt.
with still_stated as (

    select
        extract_id,
        min(org_key) as first_org_key,
        max(org_key) as last_org_key
    from {{ ref('int_observations') }}
    where known_to is null
    group by extract_id

)

select
    later.extract_id,
    later.source_id,
    later.period_id,
    later.measure_id,
    later.org_key,
    earlier.value as earlier_value,
    later.value,
    later.locator,
    later.is_made_up
from {{ ref('int_observations') }} as earlier
inner join {{ ref('int_observations') }} as later
    on earlier.measure_id = later.measure_id
    and earlier.org_key = later.org_key
    and earlier.period_id = later.period_id
    and earlier.source_id = later.source_id
    and earlier.is_cumulative = later.is_cumulative
    and earlier.reporter_org_id is not distinct from later.reporter_org_id
    and earlier.known_to = later.known_from
inner join still_stated
    on earlier.extract_id = still_stated.extract_id
    and (earlier.org_key <> still_stated.first_org_key or earlier.org_key <> still_stated.last_org_key)
where
    later.known_to is null
    and earlier.extract_id <> later.extract_id
    and earlier.source_id <> 'plan'
    and earlier.value <> later.value
    and later.correction_id is null
    and earlier.correction_id is null
