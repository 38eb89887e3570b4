{{ config(materialized='incremental') }}

-- Which facts are used of each cell at each moment at which that changed. A fact that ends leaves nothing (0) until
-- another one takes its place.
with changes as (

    select
        facts.cell_id,
        facts.period_id,
        facts.part,
        {{ moment_of('facts') }} as moment,
        case ends.sign when 1 then facts.fact_id else cast(0 as ubigint) end as fact_id
    from {{ ref('int_value_facts') }} as facts
    cross join (values (1), (-1)) as ends (sign)
    where (ends.sign = 1 or facts.known_to is not null) and {{ is_touched('facts.period_id') }}

),

by_part as (

    select
        cell_id,
        period_id,
        moment,
        max(fact_id) filter (where part = 'numerator') as numerator,
        max(fact_id) filter (where part = 'denominator') as denominator,
        max(fact_id) filter (where part = 'numerator_offered') as numerator_offered,
        max(fact_id) filter (where part = 'denominator_offered') as denominator_offered,
        max(fact_id) filter (where part = 'numerator_rejected') as numerator_rejected,
        max(fact_id) filter (where part = 'denominator_rejected') as denominator_rejected,
        max(fact_id) filter (where part = 'report') as report,
        max(fact_id) filter (where part = 'target') as target
    from changes
    group by cell_id, period_id, moment

),

used as (

    select
        cell_id,
        period_id,
        moment,
        nullif(last_value(numerator ignore nulls) over so_far, 0) as numerator_id,
        nullif(last_value(denominator ignore nulls) over so_far, 0) as denominator_id,
        coalesce(last_value(numerator_offered ignore nulls) over so_far, 0) > 0 as is_numerator_offered,
        coalesce(last_value(denominator_offered ignore nulls) over so_far, 0) > 0 as is_denominator_offered,
        nullif(last_value(numerator_rejected ignore nulls) over so_far, 0) as numerator_rejected_id,
        nullif(last_value(denominator_rejected ignore nulls) over so_far, 0) as denominator_rejected_id,
        nullif(last_value(report ignore nulls) over so_far, 0) as report_id,
        nullif(last_value(target ignore nulls) over so_far, 0) as target_id
    from by_part
    window so_far as (partition by cell_id order by moment rows between unbounded preceding and current row)

),

compared as (

    select
        *,
        {{ hashed(
            'numerator_id', 'denominator_id', 'is_numerator_offered', 'is_denominator_offered', 'numerator_rejected_id',
            'denominator_rejected_id', 'report_id', 'target_id'
        ) }} as state,
        lag(state) over (partition by cell_id order by moment) as state_before
    from used

),

changed as (

    select * from compared
    where state_before is null or state <> state_before

)

select
    * exclude (moment, state, state_before),
    moment as known_from,
    lead(moment) over (partition by cell_id order by moment) as known_to
from changed
