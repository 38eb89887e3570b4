-- What is usual for each value: its neighbours in time, the other districts, and the counts that it is made from. How
-- far a value may be from what is usual: spread is the median absolute deviation, 1.4826 of which are one standard
-- deviation; it needs 8 points, and is taken as one percentage point at least, and as no less than what chance does to
-- a share of n things, 50 / sqrt(n) points.
with current_values as (

    select * from {{ ref('int_values') }} where known_to is null

),

-- Counts that are doubted, each with whether the doubt blocks publication. What is made from them is not told again.
doubted as (

    select
        observation_id,
        suspicion in ('impossible_slip', 'above_most') as is_error
    from {{ ref('int_count_doubts') }}
    where suspicion is not null

    union all

    select
        unnest(observation_ids) as observation_id,
        false as is_error
    from {{ ref('int_invariant_cases') }}
    where is_broken

),

-- Counts in use that a doubted statement is behind.
doubted_counts as (

    select
        evidence.measure_id,
        evidence.org_key,
        evidence.period_id,
        bool_or(doubted.is_error) as is_error
    from doubted
    inner join {{ ref('int_used_evidence') }} as evidence
        on {{ key_of('doubted.observation_id') }} = evidence.observation_key
        and evidence.known_to is null
    group by evidence.measure_id, evidence.org_key, evidence.period_id

),

placed as (

    select
        current_values.*,
        periods.kind as period_kind,
        periods.end_date as period_ends,
        organisations.level,
        organisations.parent_org_key,
        coalesce(numerators.measure_id, denominators.measure_id) is not null as is_doubted,
        coalesce(numerators.is_error, false) or coalesce(denominators.is_error, false) as is_error_told,
        {{ period_ordinal('current_values.period_id') }} as period_no,
        -- a year of which months are missing, another definition, another territory
        case
            when current_values.obs_status <> 'P' and not current_values.is_measured_otherwise then current_values.value
        end as steady_value
    from current_values
    inner join {{ ref('int_periods') }} as periods
        on current_values.period_id = periods.period_id
    inner join {{ ref('stg_organisations') }} as organisations
        on current_values.org_key = organisations.org_key
    left join doubted_counts as numerators
        on current_values.numerator_measure = numerators.measure_id
        and current_values.org_key = numerators.org_key
        and current_values.period_id = numerators.period_id
    left join doubted_counts as denominators
        on current_values.denominator_measure = denominators.measure_id
        and current_values.org_key = denominators.org_key
        and current_values.denominator_period_id = denominators.period_id

),

beside_neighbours as (

    select
        *,
        max(steady_value) over one_before as step_from,
        max(period_id) over one_before as step_from_period,
        coalesce(bool_or(is_doubted) over one_before, false) as is_previous_doubted,
        max(steady_value) over two_before as step_before_from,
        {{ usual_around('steady_value', 'neighbours') }} as neighbour_median,
        -- of two published ratios the later one is doubted; of more, the one that stands out
        case
            when count(reported_value) over neighbours >= 2
                then {{ usual_around('reported_value', 'neighbours') }}
            else max(reported_value) over one_before
        end as reported_usual
    from placed
    window
        one_before as (
            partition by indicator_id, definition_version, org_key, period_kind
            order by period_no range between 1 preceding and 1 preceding
        ),
        two_before as (
            partition by indicator_id, definition_version, org_key, period_kind
            order by period_no range between 2 preceding and 2 preceding
        ),
        neighbours as (
            partition by indicator_id, definition_version, org_key, period_kind
            order by period_no range between 2 preceding and 2 following exclude current row
        )

),

middles as (

    select
        *,
        steady_value - neighbour_median as distance,
        case when denominator > 0 then greatest(50 / sqrt(denominator), 1) else 1 end as chance,
        count(steady_value - neighbour_median) over series as points,
        cast(median(steady_value - neighbour_median) over series as decimal(10, 4)) as middle,
        case when level in ('district', 'commune') then count(steady_value) over peers end as peers,
        case when level in ('district', 'commune') then cast(median(steady_value) over peers as decimal(9, 4)) end
            as peer_median
    from beside_neighbours
    window
        series as (partition by indicator_id, definition_version, org_key, period_kind),
        peers as (partition by indicator_id, definition_version, parent_org_key, level, period_id)

),

spreads as (

    select
        *,
        case
            when points >= 8
                then cast(
                    (distance - middle) / greatest(1.4826 * median(abs(distance - middle)) over series, chance)
                    as decimal(12, 2)
                )
        end as deviations,
        case
            when peers >= 8
                then cast(
                    (steady_value - peer_median)
                    / greatest(1.4826 * median(abs(steady_value - peer_median)) over peers, chance)
                    as decimal(12, 2)
                )
        end as peer_deviations
    from middles
    window
        series as (partition by indicator_id, definition_version, org_key, period_kind),
        peers as (partition by indicator_id, definition_version, parent_org_key, level, period_id)

),

unusual as (

    select
        *,
        lag(peer_deviations) over (
            partition by indicator_id, definition_version, org_key, period_kind order by period_no
        ) as peer_deviations_before,
        case
            when value_status = 'computed' then value
            when reported_usual is not null then reported_usual
            when peers >= 8 then peer_median
        end as reported_reference,
        -- one count that is too large makes every share of it too large, and is told of the first of those told alike
        row_number() over (
            partition by numerator_measure, org_key, period_id, numerator > denominator, is_denominator_older, reason
            order by indicator_id, definition_version
        ) as share_of_numerator
    from spreads

)

select
    indicator_id,
    definition_version,
    org_key,
    period_id,
    period_ends,
    denominator_as_of,
    is_doubted,
    is_previous_doubted,
    coalesce(is_error_told or numerator > denominator and share_of_numerator > 1, false) as is_error_told,
    steady_value,
    step_from,
    step_from_period,
    step_before_from,
    neighbour_median,
    points,
    deviations,
    peers,
    peer_median,
    peer_deviations,
    peer_deviations_before,
    cast(reported_reference as decimal(9, 4)) as reported_reference
from unusual
