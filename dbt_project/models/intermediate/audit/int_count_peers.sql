{{ config(materialized='incremental') }}

-- Each count of a district or commune beside the others of its level, same source and same days, where there are eight.
-- They differ in size by less than ten: a count 4 logarithms and 5 deviations from the median is one with a slip.
with counts as (

    select
        observation_id,
        period_id,
        {{ hashed('measure_id', 'source_id', 'period_id', 'is_cumulative', 'part_reporter', 'level') }} as cell_id,
        case when value > 0 then value end as positive
    from {{ ref('int_current_counts') }}
    where level in ('district', 'commune') and {{ is_touched('period_id') }}

),

medians as (

    select
        *,
        nullif(count(positive) over (partition by cell_id), 0) as peers,
        median(positive) over (partition by cell_id) as peer_median
    from counts

),

spreads as (

    select
        *,
        case when peers >= 8 then cast(ln(positive / peer_median) as decimal(12, 4)) end as peer_distance,
        cast(median(abs(ln(positive / peer_median))) over (partition by cell_id) as decimal(12, 4))
            as peer_spread
    from medians

),

judged as (

    select
        *,
        cast(abs(peer_distance) / greatest(peer_spread * 1.4826, 0.05) as decimal(12, 2)) as peer_deviations
    from spreads

)

select
    observation_id,
    period_id,
    cast(peers as integer) as peers,
    peer_median,
    peer_deviations,
    case
        when abs(peer_distance) >= 4 and abs(peer_distance) / greatest(peer_spread * 1.4826, 0.05) >= 5
            then cast(round(peer_distance / 2.3026) as integer)
        else 0
    end as power_of_ten
from judged
