-- Each target at each moment of knowledge: the value it is held against, and the value of the year before.
with targets as (

    select
        *,
        cast(year - 1 as varchar) as previous_period_id
    from {{ ref('int_targets') }}

),

moments as (

    select target_id, known_from as moment from targets
    union
    select target_id, known_to as moment from targets where known_to is not null
    union
    select targets.target_id, current_values.known_from as moment
    from targets
    inner join {{ ref('int_values') }} as current_values
        on targets.indicator_id = current_values.indicator_id
        and targets.definition_version = current_values.definition_version
        and targets.org_key = current_values.org_key
        and current_values.period_id in (targets.period_id, targets.previous_period_id)
    union
    select targets.target_id, nearest_values.known_from as moment
    from targets
    inner join {{ ref('int_values') }} as nearest_values
        on targets.nearest_indicator_id = nearest_values.indicator_id
        and targets.nearest_definition_version = nearest_values.definition_version
        and targets.org_key = nearest_values.org_key
        and targets.previous_period_id = nearest_values.period_id

),

intervals as (

    select
        target_id,
        moment,
        lead(moment) over (partition by target_id order by moment) as known_to
    from moments

)

select
    targets.target_id,
    targets.plan_id,
    targets.org_key,
    targets.period_id,
    intervals.moment as known_from,
    intervals.known_to,
    targets.indicator_id,
    targets.definition_version,
    targets.org_level,
    targets.year,
    targets.target_kind,
    targets.operator,
    targets.target_value,
    targets.raw_text,
    targets.locator,
    current_values.value,
    current_values.reported_value,
    current_values.value_status,
    current_values.obs_status,
    current_values.reason,
    current_values.source_id,
    previous_values.value as previous_value,
    previous_values.obs_status as previous_obs_status,
    nearest_values.value as nearest_previous_value,
    targets.is_made_up or coalesce(current_values.is_made_up, false) as is_made_up
from intervals
inner join targets
    on intervals.target_id = targets.target_id
    and {{ known_at('targets', 'intervals.moment') }}
left join {{ ref('int_values') }} as current_values
    on targets.indicator_id = current_values.indicator_id
    and targets.definition_version = current_values.definition_version
    and targets.org_key = current_values.org_key
    and targets.period_id = current_values.period_id
    and {{ known_at('current_values', 'intervals.moment') }}
left join {{ ref('int_values') }} as previous_values
    on targets.indicator_id = previous_values.indicator_id
    and targets.definition_version = previous_values.definition_version
    and targets.org_key = previous_values.org_key
    and targets.previous_period_id = previous_values.period_id
    and {{ known_at('previous_values', 'intervals.moment') }}
left join {{ ref('int_values') }} as nearest_values
    on targets.nearest_indicator_id = nearest_values.indicator_id
    and targets.nearest_definition_version = nearest_values.definition_version
    and targets.org_key = nearest_values.org_key
    and targets.previous_period_id = nearest_values.period_id
    and {{ known_at('nearest_values', 'intervals.moment') }}
