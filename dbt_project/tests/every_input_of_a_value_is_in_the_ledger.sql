{{ config(meta={'dagster': {'ref': {'name': 'bridge_value_evidence'}}}) }}
-- The statements that stand behind a count when a value becomes known add up to the number that was divided; but of
-- counts since the beginning of the year it is a difference.
with inputs as (

    select
        facts.indicator_id,
        facts.definition_version,
        facts.org_key,
        facts.period_id,
        facts.known_from,
        {{ halves_of('facts', 'indicators') | indent(8) }}
    from {{ rows_made(ref('fct_indicator_value')) }} as facts
    inner join {{ ref('dim_indicator') }} as indicators
        on facts.indicator_id = indicators.indicator_id
        and facts.definition_version = indicators.definition_version

),

comings as (

    select
        {{ hashed('evidence.measure_id', 'evidence.org_key', 'evidence.period_id') }} as counted_id,
        case ends.sign when 1 then evidence.known_from else evidence.known_to end as moment,
        ends.sign,
        observations.value,
        observations.is_cumulative
    from {{ ref('bridge_value_evidence') }} as evidence
    inner join {{ ref('fct_observation') }} as observations
        on evidence.observation_key = observations.observation_key
    cross join (values (1), (-1)) as ends (sign)
    where evidence.period_id in (select inputs.counted_period_id from inputs)

),

changes as (

    select
        counted_id,
        moment,
        sum(sign) as statements,
        sum(sign * value) as value,
        sum(case when is_cumulative then sign else 0 end) as cumulative_ones
    from comings
    where moment is not null
    group by counted_id, moment

),

sums as (

    select
        counted_id,
        moment as known_from,
        lead(moment) over so_far as known_to,
        case when sum(statements) over so_far > 0 then sum(value) over so_far end as value,
        sum(cumulative_ones) over so_far > 0 as is_difference
    from changes
    window so_far as (partition by counted_id order by moment)

)

select
    inputs.indicator_id,
    inputs.definition_version,
    inputs.org_key,
    inputs.period_id,
    inputs.known_from,
    inputs.measure_id,
    inputs.divided,
    sums.value as found
from inputs
left join sums
    on {{ hashed('inputs.measure_id', 'inputs.org_key', 'inputs.counted_period_id') }} = sums.counted_id
    and {{ known_at('sums', 'inputs.known_from') }}
where inputs.divided is distinct from sums.value and sums.is_difference is not true
