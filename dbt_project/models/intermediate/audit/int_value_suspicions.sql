{{ config(materialized='view') }}

-- What is odd about a value itself: a step longer than a period brings, or a distance from its history or its peers.
-- Nothing where an input is doubted or it is impossible: that is a finding of its own.
select
    *,
    case
        when
            is_doubted
            or numerator > denominator
            or value > upper_bound
            or value < lower_bound
            then null
        when
            abs(steady_value - step_from) > max_step
            -- the way back from a value that was odd itself
            and not is_previous_doubted
            and not coalesce(
                abs(step_from - step_before_from) > max_step
                and sign(step_from - step_before_from) <> sign(steady_value - step_from),
                false
            )
            then 'step'
        -- a district may always have been different; it is news when it comes to be
        when abs(deviations) >= 6 then 'history'
        when
            abs(peer_deviations) >= 6
            and not coalesce(
                abs(peer_deviations_before) >= 6
                and sign(peer_deviations_before) = sign(peer_deviations),
                false
            )
            then 'peers'
    end as suspicion
from {{ ref('int_denominator_ages') }}
