{{ config(materialized='incremental') }}

-- From when to when a cell lacks a reference population of its own, which an earlier one may stand in for: from the
-- time at which anything else is known of the cell, and while its own is not.
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
        from {{ ref('int_cell_counts') }}
        where part = 'numerator' and {{ is_touched('period_id') }}
        union all
        select
            cell_id,
            known_from
        from {{ ref('int_cell_statements') }}
        where {{ is_touched('period_id') }}
    ) as asking
        on cells.cell_id = asking.cell_id
    where cells.is_denominator_carried_forward and {{ is_touched('cells.period_id') }}
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
    from {{ ref('int_cell_counts') }}
    where part = 'denominator' and has_value and {{ is_touched('period_id') }}

),

between_them as (

    select
        cell_id,
        known_to as gap_from,
        coalesce(lead(known_from) over (partition by cell_id order by known_from), {{ forever() }}) as gap_to
    from own

)

select
    needed.* exclude (asked_from),
    greatest(between_them.gap_from, needed.asked_from) as gap_from,
    between_them.gap_to
from between_them
inner join needed
    on between_them.cell_id = needed.cell_id
where
    between_them.gap_from is not null
    and greatest(between_them.gap_from, needed.asked_from) < between_them.gap_to
