{{ config(materialized='incremental') }}

-- The statements behind the count that is used of a measure, organisation and period, and from when to when each was:
-- its own, or those of all that it is the sum of. There are millions, so that both are told by a number (counted_id of
-- int_used_counts, observation_key).
with recursive evidence as (

    select
        cell_id,
        observation_key,
        known_from,
        known_to
    from {{ ref('int_stated_counts') }}
    where {{ is_touched('left(period_id, 4)') }}
    union all
    select
        cell_id,
        observation_before_key as observation_key,
        known_from,
        known_to
    from {{ ref('int_stated_counts') }}
    where observation_before_key is not null and {{ is_touched('left(period_id, 4)') }}
    union all
    select
        uses.whole_id as cell_id,
        evidence.observation_key,
        greatest(evidence.known_from, uses.known_from) as known_from,
        least(evidence.known_to, uses.known_to) as known_to
    from evidence
    inner join {{ ref('int_count_uses') }} as uses
        on evidence.cell_id = uses.part_id
        and {{ is_touched('left(uses.period_id, 4)') }}
        and {{ known_together('evidence', 'uses') }}

),

used as (

    select
        uses.measure_id,
        uses.counted_id,
        uses.period_id,
        evidence.observation_key,
        greatest(evidence.known_from, uses.known_from) as known_from,
        least(evidence.known_to, uses.known_to) as known_to
    from {{ ref('int_used_counts') }} as uses
    inner join evidence
        on uses.part_id = evidence.cell_id
        and {{ known_together('uses', 'evidence') }}
    where {{ is_touched('uses.period_id') }}

)

select * exclude (measure_id) from used
where measure_id not in (select measure_id from {{ ref('int_counts_to_date') }})
union all
-- two numbers since the beginning of the year may rest on one statement
select
    counted_id,
    period_id,
    observation_key,
    known_from,
    nullif(max(coalesce(known_to, {{ forever() }})), {{ forever() }}) as known_to
from used
where measure_id in (select measure_id from {{ ref('int_counts_to_date') }})
group by counted_id, period_id, observation_key, known_from
