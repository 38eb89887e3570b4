-- Each current value that says something, with what is usual around it and the bounds of its indicator.
select
    {{ value_key('surroundings') }} as value_id,
    surroundings.*,
    coalesce(doubts.is_error_told, false) as is_error_told,
    current_values.numerator_measure,
    current_values.numerator,
    current_values.denominator_measure,
    current_values.denominator,
    current_values.denominator_unit,
    current_values.denominator_period_id,
    current_values.denominator_as_of,
    current_values.is_denominator_older,
    current_values.value,
    current_values.value_status,
    current_values.obs_status,
    current_values.reason,
    current_values.missing_reporters,
    current_values.kind,
    current_values.numerator_locator,
    current_values.denominator_locator,
    current_values.line,
    current_values.locator,
    current_values.source_id,
    current_values.reported_value,
    current_values.reported_qualifier,
    current_values.reported_decimals,
    current_values.reported_kind,
    current_values.is_said_estimated,
    current_values.plan_id,
    current_values.is_made_up,
    indicators.is_share,
    indicators.lower_bound,
    indicators.upper_bound,
    -- Of a stock a month brings at most a third of what a year can and a quarter two thirds, for most of what a
    -- campaign brings falls into a few months; what happened in a month differs from the month before as years do.
    -- 424.26 / sqrt(n) are 6 standard deviations of the difference of two shares of n things.
    cast(
        greatest(
            indicators.max_step
            * case
                when numerators.over_time is distinct from 'last' or length(surroundings.period_id) = 4 then 3
                when substr(surroundings.period_id, 6, 1) = 'Q' then 2
                else 1
            end
            / 3,
            424.26 / sqrt(case when current_values.denominator > 0 then current_values.denominator end)
        ) as decimal(9, 4)
    ) as max_step
from {{ ref('int_value_surroundings') }} as surroundings
inner join {{ ref('int_values') }} as current_values
    on {{ value_key('surroundings') }} = {{ value_key('current_values') }}
    and current_values.known_to is null
inner join {{ ref('stg_indicators') }} as indicators
    on surroundings.indicator_id = indicators.indicator_id
    and surroundings.definition_version = indicators.definition_version
left join {{ ref('stg_measures') }} as numerators
    on indicators.numerator_measure = numerators.measure_id
left join {{ ref('int_value_doubts') }} as doubts
    on {{ value_key('surroundings') }} = {{ value_key('doubts') }}
left join {{ ref('int_value_targets') }} as targets
    on {{ value_key('surroundings') }} = {{ value_key('targets') }}
-- A quarter that no ratio can be made of says nothing that its months have not said, unless somebody waits for it.
where
    current_values.value is not null
    or current_values.reported_value is not null
    or targets.target_id is not null
    or coalesce(current_values.numerator_basis not in ('periods', 'partial'), true)
