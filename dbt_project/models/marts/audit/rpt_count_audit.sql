-- Each count as it is stated now, beside its neighbours in time, the other organisations of its level, its children
-- and its whole; and of all that is odd about it the one thing that explains the rest.
select
    concat_ws(
        '|',
        counts.source_id, counts.measure_id, counts.org_key, counts.part_reporter, counts.period_id,
        case when counts.is_cumulative then 'cumulative' end
    ) as count_id,
    counts.observation_id,
    counts.measure_id,
    measures.name_vi as measure_vi,
    measures.name_en as measure_en,
    counts.org_key,
    organisations.name_vi as org_vi,
    counts.part_reporter as reporter_org_id,
    reporters.name_vi as reporter_vi,
    counts.source_id,
    counts.period_id,
    counts.period_start,
    counts.period_end,
    counts.is_cumulative,
    counts.value,
    cast(counts.most as decimal(18, 2)) as most,
    neighbours.previous_value,
    neighbours.reference,
    neighbours.distance,
    neighbours.points,
    neighbours.deviations,
    peers.peers,
    peers.peer_median,
    case when not neighbours.has_neighbours then peers.peer_deviations end as peer_deviations,
    coalesce(neighbours.reference, peers.peer_median) as usual_value,
    case when doubts.power_of_ten <> 0 then cast(pow(10, abs(doubts.power_of_ten)) as bigint) end as factor,
    coalesce(doubts.power_of_ten > 0, false) as is_too_large,
    coalesce(doubts.is_contradicted, false) as is_contradicted,
    sums.children_sum,
    sums.children_stated,
    doubts.suspicion,
    coalesce(doubts.is_explained, false) as is_explained,
    observations.locator,
    observations.line,
    observations.raw_text,
    observations.extract_id,
    extracts.file_name,
    observations.plan_id,
    observations.is_made_up
from {{ ref('int_current_counts') }} as counts
inner join {{ ref('int_observations') }} as observations
    on counts.observation_id = observations.observation_id
inner join {{ ref('int_count_neighbours') }} as neighbours
    on counts.observation_id = neighbours.observation_id
left join {{ ref('int_count_doubts') }} as doubts
    on counts.observation_id = doubts.observation_id
left join {{ ref('int_count_peers') }} as peers
    on counts.observation_id = peers.observation_id
left join {{ ref('int_count_children') }} as sums
    on counts.observation_id = sums.observation_id
inner join {{ ref('stg_measures') }} as measures
    on counts.measure_id = measures.measure_id
inner join {{ ref('int_organisations') }} as organisations
    on counts.org_key = organisations.org_key
inner join {{ ref('stg_extracts') }} as extracts
    on observations.extract_id = extracts.extract_id
left join {{ ref('int_org_labels') }} as reporters
    on counts.part_reporter = reporters.org_id
