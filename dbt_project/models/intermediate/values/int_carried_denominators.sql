-- A reference population that nobody counted for a cell's period is the one counted last before the period ended.
-- Looked for only where it is asked for: from the time at which anything else is known of the cell, and while its own
-- is not.
with needed as (

    select
        cells.cell_id,
        cells.org_terms,
        cells.denominator_measure,
        cells.org_key,
        cells.period_id,
        cells.last_day,
        min(asking.known_from) as asked_from
    from {{ ref('int_value_cells') }} as cells
    inner join (
        select
            cell_id,
            known_from
        from {{ ref('int_cell_counts') }} where part = 'numerator'
        union all
        select
            cell_id,
            known_from
        from {{ ref('int_cell_statements') }}
    ) as asking
        on cells.cell_id = asking.cell_id
    where cells.is_denominator_carried_forward
    group by all

),

-- The times at which a cell has a denominator of its own, after an empty one that ends when the first is asked for.
own as (

    select
        cell_id,
        cast('-infinity' as timestamptz) as known_from,
        asked_from as known_to
    from needed
    union all
    select
        cell_id,
        known_from,
        known_to
    from {{ ref('int_cell_counts') }} where part = 'denominator' and has_value

),

between_them as (

    select
        cell_id,
        known_to as gap_from,
        coalesce(lead(known_from) over (partition by cell_id order by known_from), {{ forever() }}) as gap_to
    from own

),

gaps as (

    select
        needed.*,
        greatest(between_them.gap_from, needed.asked_from) as gap_from,
        between_them.gap_to
    from between_them
    inner join needed
        on between_them.cell_id = needed.cell_id
    where
        between_them.gap_from is not null
        and greatest(between_them.gap_from, needed.asked_from) < between_them.gap_to

),

earlier as (

    select
        gaps.cell_id,
        gaps.gap_from,
        counts.count_id,
        -- the one that ends last, and of those that end on one day the shortest
        10 * (gaps.last_day - {{ last_day_of('counts.period_id') }})
        + {{ period_length('counts.period_id') }} as distance,
        greatest(gaps.gap_from, counts.known_from) as known_from,
        nullif(least(gaps.gap_to, coalesce(counts.known_to, {{ forever() }})), {{ forever() }}) as known_to,
        counts.known_from <= gaps.gap_from and coalesce(counts.known_to, {{ forever() }}) >= gaps.gap_to as fills_gap
    from gaps
    inner join {{ ref('int_counts_by_terms') }} as counts
        on gaps.org_terms = counts.org_terms
        and gaps.denominator_measure = counts.measure_id
        and gaps.org_key = counts.org_key
        and gaps.period_id <> counts.period_id
        and gaps.last_day >= {{ last_day_of('counts.period_id') }}
        and gaps.gap_from < coalesce(counts.known_to, {{ forever() }})
        and gaps.gap_to > counts.known_from
    where counts.value is not null and counts.basis <> 'partial'

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
    count_id,
    distance,
    known_from,
    known_to
from compared
where distance_that_fills is null or distance <= distance_that_fills
