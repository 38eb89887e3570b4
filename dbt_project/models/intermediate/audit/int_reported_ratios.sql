{{ config(materialized='view') }}

-- The ratio that a publisher states against what it should be near: the computed one, else what is usual. And whether a
-- number of things out of so many gives it at all.
with powers as (

    select
        *,
        cast(
            case
                when reported_value > 0 and reported_reference > 0
                    then round(log10(reported_value / reported_reference))
            end as integer
        ) as nearest_power
    from {{ ref('int_audited_values') }}

),

slips as (

    select
        *,
        case
            -- Against the ratio of its own inputs a slip is exact but for the rounding; against other periods or
            -- districts within a quarter, and only where the way back is longer than a period can bring.
            when nearest_power not between -3 and 3 or nearest_power = 0 then null
            when
                value_status = 'computed'
                and abs(log10(reported_value / reported_reference) - nearest_power) <= 0.01
                then nearest_power
            when
                value_status <> 'computed'
                and abs(log10(reported_value / reported_reference) - nearest_power) <= 0.1
                and (
                    abs(reported_value - reported_reference) > max_step
                    or (nearest_power < 0 and reported_reference >= 10)
                )
                then nearest_power
        end as reported_power
    from powers

),

-- the smaller of the two whole numbers around the part
whole_parts as (

    select
        *,
        case
            when
                numerator is null
                and reported_power is null
                and reported_kind = 'value'
                and not is_said_estimated
                and reported_value between 0 and 100
                and denominator > 0
                and denominator = floor(denominator)
                and coalesce(denominator_period_id, period_id) = period_id
                and denominator_unit not in ('dong', 'points')
                then cast(floor(cast(denominator as decimal(28, 2)) * reported_value / 100) as decimal(28, 0))
        end as whole_part
    from slips

)

select
    * exclude (nearest_power, whole_part),
    cast(pow(10, abs(reported_power)) as integer) as reported_factor,
    case
        -- a share above 100 that is taken for the value is found as that
        when is_share and reported_value > 100 and value_status <> 'computed' then null
        when reported_power = -2 and reported_value <= 1 then 'fraction'
        when reported_power is not null then 'slip'
    end as reported_suspicion,
    case
        when whole_part is not null
            then
                {{ percent_half_up('whole_part', 'denominator', 'reported_decimals') }} = reported_value
                or {{ percent_half_up('(whole_part + 1)', 'denominator', 'reported_decimals') }} = reported_value
    end as is_possible_percentage
from whole_parts
