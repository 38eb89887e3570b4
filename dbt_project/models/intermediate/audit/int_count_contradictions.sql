-- Counts of which the one is part of the other and yet larger, in either role.
select distinct
    numerators.org_key,
    numerators.period_id,
    unnest([numerators.measure_id, denominators.measure_id]) as measure_id
from {{ ref('stg_indicators') }} as indicators
inner join {{ ref('int_counts') }} as numerators
    on indicators.numerator_measure = numerators.measure_id
inner join {{ ref('int_counts') }} as denominators
    on indicators.denominator_measure = denominators.measure_id
    and numerators.org_key = denominators.org_key
    and numerators.period_id = denominators.period_id
where
    indicators.is_share
    and numerators.known_to is null
    and denominators.known_to is null
    and numerators.value > denominators.value
