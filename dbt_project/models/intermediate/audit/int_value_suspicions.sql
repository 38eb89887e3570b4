-- What is odd about a value itself: a step longer than a period brings, or a distance from its history or its peers.
-- Nothing where an input is doubted or it is impossible: that is a finding of its own.
select
    audited.indicator_id,
    audited.definition_version,
    audited.org_key,
    audited.period_id,
    case
        when
            audited.is_doubted
            or audited.numerator > audited.denominator
            or audited.value > audited.upper_bound
            or audited.value < audited.lower_bound
            or (ratios.reported_power is not null and audited.value_status <> 'computed')
            then null
        when
            abs(audited.steady_value - audited.step_from) > audited.max_step
            -- the way back from a value that was odd itself
            and not audited.is_previous_doubted
            and not coalesce(
                abs(audited.step_from - audited.step_before_from) > audited.max_step
                and sign(audited.step_from - audited.step_before_from)
                <> sign(audited.steady_value - audited.step_from),
                false
            )
            then 'step'
        -- a district may always have been different; it is news when it comes to be
        when abs(audited.deviations) >= 6 then 'history'
        when
            abs(audited.peer_deviations) >= 6
            and not coalesce(
                abs(audited.peer_deviations_before) >= 6
                and sign(audited.peer_deviations_before) = sign(audited.peer_deviations),
                false
            )
            then 'peers'
    end as suspicion
from {{ ref('int_audited_values') }} as audited
inner join {{ ref('int_reported_ratios') }} as ratios using (indicator_id, definition_version, org_key, period_id)
