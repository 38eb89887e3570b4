{{ config(materialized='view', meta={'is_by_period': true}) }}

-- What is used of each cell when: one fact of each part at a time. A fact is a count, or a statement about the cell.
with single as (

    select
        cell_id,
        period_id,
        part,
        count_id as fact_id,
        known_from,
        known_to
    from {{ ref('int_cell_counts') }}
    where part = 'numerator' or (part = 'denominator' and has_value)

),

-- Of these several may stand at once. What says only who is missing of a denominator gives way to an older number.
several as (

    select
        cell_id,
        period_id,
        part,
        count_id as fact_id,
        1000000 as distance,
        precedence,
        0 as statement_order,
        '' as statement_id,
        known_from,
        known_to
    from {{ ref('int_cell_counts') }}
    where part = 'denominator' and not has_value
    union all
    select
        cell_id,
        period_id,
        'denominator' as part,
        count_id as fact_id,
        distance,
        0 as precedence,
        0 as statement_order,
        '' as statement_id,
        known_from,
        known_to
    from {{ ref('int_carried_denominators') }}
    union all
    select
        cell_id,
        period_id,
        part,
        count_id as fact_id,
        0 as distance,
        precedence,
        0 as statement_order,
        '' as statement_id,
        known_from,
        known_to
    from {{ ref('int_cell_counts') }}
    where part in ('numerator_offered', 'denominator_offered')
    union all
    select
        cell_id,
        period_id,
        part,
        {{ text_number('statement_id') }} as fact_id,
        0 as distance,
        precedence,
        statement_order,
        statement_id,
        known_from,
        known_to
    from {{ ref('int_cell_statements') }}

),

moments as (

    select
        cell_id,
        period_id,
        part,
        known_from as moment
    from several
    union
    select
        cell_id,
        period_id,
        part,
        known_to as moment
    from several where known_to is not null

),

chosen as (

    select
        moments.cell_id,
        moments.period_id,
        moments.part,
        moments.moment,
        arg_min(
            several.fact_id, (several.distance, several.precedence, several.statement_order, several.statement_id)
        ) as fact_id
    from moments
    left join several
        on moments.cell_id = several.cell_id
        and moments.part = several.part
        and {{ known_at('several', 'moments.moment') }}
    group by moments.cell_id, moments.period_id, moments.part, moments.moment

),

spans as (

    select
        *,
        moment as known_from,
        lead(moment) over (partition by cell_id, period_id, part order by moment) as known_to
    from chosen

)

select * from single
union all
select
    cell_id,
    period_id,
    part,
    fact_id,
    known_from,
    known_to
from spans
where fact_id is not null
