{{ config(materialized='view') }}

-- What is usual for each value: the other districts, and its neighbours in time. Spread is the median absolute
-- deviation, 1.4826 of which are one standard deviation; it needs 8 points, and is taken as one percentage point at
-- least, and as no less than what chance does to a share of n things, 50 / sqrt(n) points.
with current_values as (

    select
        current_values.indicator_id,
        current_values.definition_version,
        current_values.org_key,
        current_values.period_id,
        {{ hashed(
            'current_values.indicator_id', 'current_values.definition_version', 'current_values.org_key',
            period_kind('current_values.period_id')
        ) | indent(8) }} as series_id,
        case
            when organisations.level in ('district', 'commune')
                then {{ hashed(
                    'current_values.indicator_id', 'current_values.definition_version', 'organisations.parent_org_key',
                    'organisations.level', 'current_values.period_id'
                ) | indent(16) }}
        end as peers_id,
        {{ period_ordinal('current_values.period_id') }} as period_no,
        {{ last_day_of('current_values.period_id') }} as period_ends,
        current_values.value,
        current_values.value_status,
        current_values.reported_value,
        greatest(50 / sqrt(case when current_values.denominator > 0 then current_values.denominator end), 1) as chance,
        length(current_values.period_id) = 4 and not current_values.is_measured_otherwise as is_alike,
        -- a year of which months are missing, another definition, another territory
        case
            when current_values.obs_status <> 'P' and not current_values.is_measured_otherwise then current_values.value
        end as steady_value,
        coalesce(doubts.is_doubted, false) as is_doubted
    from {{ ref('int_values') }} as current_values
    inner join {{ ref('int_organisations') }} as organisations on current_values.org_key = organisations.org_key
    left join {{ ref('int_value_doubts') }} as doubts
        on {{ value_key('current_values') }} = {{ value_key('doubts') }}
    where current_values.known_to is null

),

peer_medians as (

    select
        *,
        case when peers_id is not null then count(steady_value) over (partition by peers_id) end as peers,
        case when peers_id is not null then median(steady_value) over (partition by peers_id) end as peer_median
    from current_values

),

beside_peers as (

    select
        *,
        case
            when peers >= 8
                then cast(
                    (steady_value - peer_median)
                    / greatest(1.4826 * median(abs(steady_value - peer_median)) over (partition by peers_id), chance)
                    as decimal(12, 2)
                )
        end as peer_deviations
    from peer_medians

),

neighbours as (

    select
        *,
        max(steady_value) over one_before as step_from,
        max(period_id) over one_before as step_from_period,
        max(case when is_alike then value end) over one_before as value_of_year_before,
        coalesce(bool_or(is_doubted) over one_before, false) as is_previous_doubted,
        max(reported_value) over one_before as reported_before,
        max(steady_value) over two_before as step_before_from,
        list(steady_value) filter (where steady_value is not null) over around as steady_neighbours,
        list(reported_value) filter (where reported_value is not null) over around as reported_neighbours,
        lag(peer_deviations) over (partition by series_id order by period_no) as peer_deviations_before
    from beside_peers
    window
        one_before as (partition by series_id order by period_no range between 1 preceding and 1 preceding),
        two_before as (partition by series_id order by period_no range between 2 preceding and 2 preceding),
        around as (
            partition by series_id order by period_no range between 2 preceding and 2 following exclude current row
        )

),

beside_neighbours as (

    select
        * exclude (steady_neighbours, reported_neighbours),
        {{ usual_around('steady_value', 'steady_neighbours') }} as neighbour_median,
        -- of two published ratios the later one is doubted; of more, the one that stands out
        case
            when len(reported_neighbours) >= 2 then {{ usual_around('reported_value', 'reported_neighbours') }}
            else reported_before
        end as reported_usual
    from neighbours

),

middles as (

    select
        *,
        steady_value - neighbour_median as distance,
        count(steady_value - neighbour_median) over (partition by series_id) as points,
        cast(median(steady_value - neighbour_median) over (partition by series_id) as decimal(10, 4)) as middle
    from beside_neighbours

)

select
    indicator_id,
    definition_version,
    org_key,
    period_id,
    period_ends,
    is_doubted,
    is_previous_doubted,
    case when is_alike then value_of_year_before end as previous_value,
    steady_value,
    step_from,
    step_from_period,
    step_before_from,
    neighbour_median,
    points,
    case
        when points >= 8
            then cast(
                (distance - middle)
                / greatest(1.4826 * median(abs(distance - middle)) over (partition by series_id), chance)
                as decimal(12, 2)
            )
    end as deviations,
    peers,
    peer_median,
    peer_deviations,
    peer_deviations_before,
    case
        when value_status = 'computed' then value
        when reported_usual is not null then reported_usual
        when peers >= 8 then peer_median
    end as reported_reference
from middles
