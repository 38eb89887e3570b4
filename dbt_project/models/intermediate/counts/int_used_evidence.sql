-- The statements behind the count that is used of a measure, organisation and period, and from when to when each was.
select
    counts.measure_id,
    counts.org_key,
    counts.period_id,
    evidence.observation_id,
    evidence.known_from,
    nullif(max(coalesce(evidence.known_to, {{ forever() }})), {{ forever() }}) as known_to
from (select distinct measure_id, org_key, period_id from {{ ref('int_counts') }}) as counts
inner join {{ ref('int_count_evidence') }} as evidence
    on {{ hashed('counts.measure_id', 'counts.org_key', 'counts.period_id') }} = evidence.cell_id
group by counts.measure_id, counts.org_key, counts.period_id, evidence.observation_id, evidence.known_from
