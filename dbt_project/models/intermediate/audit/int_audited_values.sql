-- Each current value that says something, with what is usual around it and the bounds of its indicator.
with current_values as (

    select
        *,
        case when not is_measured_otherwise then value end as value_measured_alike,
        {{ period_kind('period_id') }} as period_kind,
        {{ period_ordinal('period_id') }} as period_no
    from {{ ref('int_values') }}
    where known_to is null

),

beside_the_year_before as (

    select
        *,
        case
            when period_kind = 'year' and not is_measured_otherwise
                then max(value_measured_alike) over (
                    partition by indicator_id, definition_version, org_key, period_kind
                    order by period_no range between 1 preceding and 1 preceding
                )
        end as previous_value
    from current_values

)

select
    current_values.*,
    surroundings.* exclude (indicator_id, definition_version, org_key, period_id),
    indicators.is_share,
    indicators.lower_bound,
    indicators.upper_bound,
    indicators.max_step
from beside_the_year_before as current_values
inner join {{ ref('int_value_surroundings') }} as surroundings
    using (indicator_id, definition_version, org_key, period_id)
inner join {{ ref('stg_indicators') }} as indicators using (indicator_id, definition_version)
left join {{ ref('int_value_targets') }} as targets using (indicator_id, definition_version, org_key, period_id)
-- A quarter that no ratio can be made of says nothing that its months have not said, unless somebody waits for it.
where
    current_values.value is not null
    or current_values.reported_value is not null
    or targets.target_id is not null
    or coalesce(current_values.numerator_basis not in ('periods', 'partial'), true)
