{{ config(materialized='incremental') }}

-- The counts of each cell's own period: of its numerator, of its denominator, and of what a publisher offers in another
-- unit in place of either.
with wanted as (

    select
        cell_id,
        org_terms,
        org_key,
        period_id,
        'numerator' as part,
        numerator_measure as measure_id
    from {{ ref('int_value_cells') }}
    where {{ is_touched('period_id') }}
    union all
    select
        cell_id,
        org_terms,
        org_key,
        period_id,
        'denominator' as part,
        denominator_measure
    from {{ ref('int_value_cells') }}
    where {{ is_touched('period_id') }}
    union all
    select
        cells.cell_id,
        cells.org_terms,
        cells.org_key,
        cells.period_id,
        'numerator_offered' as part,
        measures.measure_id
    from {{ ref('int_value_cells') }} as cells
    inner join {{ ref('stg_measures') }} as measures
        on cells.numerator_measure = measures.offered_for
        and cells.numerator_unit <> measures.unit
    where {{ is_touched('cells.period_id') }}
    union all
    select
        cells.cell_id,
        cells.org_terms,
        cells.org_key,
        cells.period_id,
        'denominator_offered' as part,
        measures.measure_id
    from {{ ref('int_value_cells') }} as cells
    inner join {{ ref('stg_measures') }} as measures
        on cells.denominator_measure = measures.offered_for
        and cells.denominator_unit <> measures.unit
    where {{ is_touched('cells.period_id') }}

)

select
    wanted.cell_id,
    wanted.period_id,
    wanted.part,
    counts.count_id,
    counts.value is not null as has_value,
    counts.precedence,
    counts.known_from,
    counts.known_to
from wanted
inner join {{ ref('int_counts_by_terms') }} as counts
    on wanted.org_terms = counts.org_terms
    and wanted.measure_id = counts.measure_id
    and wanted.org_key = counts.org_key
    and wanted.period_id = counts.period_id
where
    (counts.value is not null or wanted.part in ('numerator', 'denominator'))
    and {{ is_touched('counts.period_id') }}
