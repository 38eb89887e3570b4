{{ config(materialized='incremental') }}

-- A reference population that nobody counted for a cell's period is the one counted last before the period ended.
with earlier as (

    select
        gaps.cell_id,
        gaps.period_id,
        gaps.gap_from,
        counts.count_id,
        -- the one that ends last, and of those that end on one day the shortest
        10 * (gaps.last_day - {{ last_day_of('counts.period_id') }})
        + {{ period_length('counts.period_id') }} as distance,
        greatest(gaps.gap_from, counts.known_from) as known_from,
        nullif(least(gaps.gap_to, coalesce(counts.known_to, {{ forever() }})), {{ forever() }}) as known_to,
        counts.known_from <= gaps.gap_from and coalesce(counts.known_to, {{ forever() }}) >= gaps.gap_to as fills_gap
    from {{ ref('int_denominator_gaps') }} as gaps
    inner join {{ ref('int_counts_by_terms') }} as counts
        on gaps.org_terms = counts.org_terms
        and gaps.denominator_measure = counts.measure_id
        and gaps.org_key = counts.org_key
        and gaps.period_id <> counts.period_id
        and gaps.last_day >= {{ last_day_of('counts.period_id') }}
        and gaps.gap_from < coalesce(counts.known_to, {{ forever() }})
        and gaps.gap_to > counts.known_from
    where
        {{ is_touched('gaps.period_id') }}
        and counts.value is not null
        and counts.basis <> 'partial'

),

-- Nothing older than one that fills the whole gap is ever used.
compared as (

    select
        *,
        min(case when fills_gap then distance end) over (partition by cell_id, gap_from) as distance_that_fills
    from earlier

)

select
    cell_id,
    period_id,
    count_id,
    distance,
    known_from,
    known_to
from compared
where distance_that_fills is null or distance <= distance_that_fills
