-- Of all that is odd about a count the one thing that explains the rest.
with judged as (

    select
        counts.observation_id,
        counts.measure_id,
        counts.org_key,
        counts.source_id,
        counts.period_id,
        counts.part_reporter,
        counts.value,
        contradictions.measure_id is not null as is_contradicted,
        case when neighbours.has_neighbours then neighbours.power_of_ten else coalesce(peers.power_of_ten, 0) end
            as power_of_ten,
        case
            when counts.value > counts.most then 'above_most'
            when neighbours.doubt is not null then neighbours.doubt
            when not neighbours.has_neighbours and abs(peers.power_of_ten) between 1 and 3 then 'slip'
        end as own_doubt
    from {{ ref('int_current_counts') }} as counts
    inner join {{ ref('int_count_neighbours') }} as neighbours
        on counts.observation_id = neighbours.observation_id
    left join {{ ref('int_count_peers') }} as peers
        on counts.observation_id = peers.observation_id
    left join {{ ref('int_count_contradictions') }} as contradictions
        on counts.measure_id = contradictions.measure_id
        and counts.org_key = contradictions.org_key
        and counts.period_id = contradictions.period_id

),

doubted as (

    select
        *,
        case when own_doubt = 'slip' and is_contradicted then 'impossible_slip' else own_doubt end as doubt
    from judged

),

explained as (

    select distinct
        children.parent_org_key as org_key,
        doubted.measure_id,
        doubted.source_id,
        doubted.period_id,
        doubted.part_reporter
    from doubted
    inner join {{ ref('int_children') }} as children
        on doubted.org_key = children.org_key
        and doubted.source_id = children.source_id
        and doubted.measure_id = children.measure_id
    where doubted.doubt is not null

)

select
    doubted.observation_id,
    doubted.is_contradicted,
    doubted.power_of_ten,
    explained.measure_id is not null as is_explained,
    case
        when explained.measure_id is not null then null
        when doubted.doubt in ('above_most', 'impossible_slip', 'slip') then doubted.doubt
        when sums.children_sum > doubted.value then 'children'
        when sums.is_whole and sums.children_sum < doubted.value then 'total'
        else doubted.doubt
    end as suspicion
from doubted
left join {{ ref('int_count_children') }} as sums
    on doubted.observation_id = sums.observation_id
left join explained
    on doubted.org_key = explained.org_key
    and doubted.measure_id = explained.measure_id
    and doubted.source_id = explained.source_id
    and doubted.period_id = explained.period_id
    and doubted.part_reporter is not distinct from explained.part_reporter
where
    doubted.is_contradicted
    or doubted.power_of_ten <> 0
    or explained.measure_id is not null
    or suspicion is not null
