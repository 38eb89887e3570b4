-- Each count beside those of the periods around it. Of two counts the later one is doubted; of more, the one that
-- stands out. Beside only two others a count is held against the nearer one, for the other may be what is odd.
-- Distances are logarithms (0.15 is a factor of 1.4), spread is the median absolute deviation, 1.4826 of which are one
-- standard deviation; it needs 8 points, and is taken as a twentieth at least, since a series without any spread is no
-- proof. Where fewer than 100 are usual a handful of cases is a large ratio, so the distance is one of Anscombe's
-- square roots: one standard deviation of the difference of two counts is sqrt(2) / 2 = 0.7071 between them, whatever
-- their size.
with counts as (

    select
        observation_id,
        value,
        {{ hashed(
            'measure_id', 'source_id', 'org_key', 'part_reporter', period_kind('period_id'), 'flow_months'
        ) | indent(8) }} as series_id,
        {{ period_ordinal('period_id') }} as period_no
    from {{ ref('int_current_counts') }}

),

beside_neighbours as (

    select
        observation_id,
        series_id,
        value,
        -- a list, for a median over a moving window costs many times as much
        list(value) over neighbours as neighbours,
        max(value) over one_before as previous_value
    from counts
    window
        neighbours as (
            partition by series_id order by period_no range between 2 preceding and 2 following exclude current row
        ),
        one_before as (partition by series_id order by period_no range between 1 preceding and 1 preceding)

),

beside_reference as (

    select
        observation_id,
        series_id,
        value,
        previous_value,
        neighbours is not null as has_neighbours,
        case
            when len(neighbours) > 2 then list_median(neighbours)
            when len(neighbours) < 2 or neighbours is null then previous_value
            when
                cast(value as double) * value
                <= cast(list_min(neighbours) as double) * list_max(neighbours)
                then list_min(neighbours)
            else list_max(neighbours)
        end as reference
    from beside_neighbours

),

measured as (

    select
        *,
        case
            when reference > 0 and greatest(value, reference) >= 100
                then cast(ln(greatest(value, 1) / reference) as decimal(12, 4))
        end as distance,
        case
            when reference < 100
                then cast(sqrt(value + 0.375) - sqrt(reference + 0.375) as decimal(12, 4))
        end as distance_of_few,
        case
            when value > 0 and reference > 0 then cast(ln(value / reference) / 2.3026 as decimal(12, 4))
        end as power_of_few
    from beside_reference

),

series_middles as (

    select
        *,
        count(distance) over (partition by series_id) as points,
        cast(median(distance) over (partition by series_id) as decimal(12, 4)) as middle,
        count(distance_of_few) over (partition by series_id) as points_of_few,
        cast(median(distance_of_few) over (partition by series_id) as decimal(12, 4)) as middle_of_few
    from measured

),

series_spreads as (

    select
        *,
        cast(median(abs(distance - middle)) over (partition by series_id) as decimal(12, 4)) as spread,
        cast(median(abs(distance_of_few - middle_of_few)) over (partition by series_id) as decimal(12, 4))
            as spread_of_few
    from series_middles

),

judged as (

    select
        *,
        case
            when points >= 8
                then cast(abs(distance - middle) / greatest(spread * 1.4826, 0.05) as decimal(12, 2))
        end as deviations,
        case
            when points_of_few >= 8
                then cast(
                    abs(distance_of_few - middle_of_few) / greatest(spread_of_few * 1.4826, 0.7071) as decimal(12, 2)
                )
        end as deviations_of_few,
        -- 2.3026 is the logarithm of 10; of few things six standard deviations make a slip likelier than chance
        case
            when abs(distance - 2.3026 * round(distance / 2.3026)) <= 0.35
                then cast(round(distance / 2.3026) as integer)
            when abs(distance_of_few) >= 4.2426 and abs(power_of_few - round(power_of_few)) <= 0.152
                then cast(round(power_of_few) as integer)
            else 0
        end as power_of_ten
    from series_spreads

)

select
    observation_id,
    previous_value,
    reference,
    distance,
    cast(points as integer) as points,
    deviations,
    has_neighbours,
    power_of_ten,
    case
        when abs(power_of_ten) between 1 and 3 and (deviations is null or deviations >= 5) then 'slip'
        -- 6: among a thousand series of uniform noise none was found beyond it
        when deviations >= 6 then 'outlier'
        when deviations_of_few >= 6 then 'outlier_of_few'
    end as doubt
from judged
