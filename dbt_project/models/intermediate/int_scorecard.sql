-- Verdict, gap, change and progress of each target; where there is no value there is no verdict.
with compared as (

    select
        *,
        case when target_kind = 'threshold' then {{ is_met('value', 'operator', 'target_value') }} end as met,
        case when target_kind = 'threshold' then {{ is_met('reported_value', 'operator', 'target_value') }} end
            as met_as_reported,
        case
            when previous_value is not null then coalesce(previous_obs_status <> 'D' and obs_status <> 'D', false)
            when nearest_previous_value is not null then false
        end as comparable_with_previous
    from {{ ref('int_scorecard_inputs') }}

),

with_base as (

    select
        *,
        case when comparable_with_previous then previous_value end as base_value
    from compared

),

with_growth as (

    select
        *,
        -- in the direction of the target; nothing is left to grow once the base has reached it
        case operator
            when '>=' then target_value - base_value
            when '>' then target_value - base_value
            when '<=' then base_value - target_value
            when '<' then base_value - target_value
        end as required_growth,
        case
            when operator in ('>=', '>') then value - base_value
            when operator in ('<=', '<') then base_value - value
        end as observed_growth
    from with_base

)

select
    target_id,
    plan_id,
    org_key,
    period_id,
    known_from,
    known_to,
    indicator_id,
    definition_version,
    org_level,
    year,
    target_kind,
    operator,
    target_value,
    raw_text,
    locator,
    value,
    reported_value,
    value_status,
    obs_status,
    reason,
    source_id,
    met,
    met_as_reported,
    case when target_kind = 'threshold' then value - target_value end as gap_points,
    base_value as previous_value,
    value - base_value as change_points,
    -- growth over one year: the compound rates of Open SDG are then the differences themselves
    case
        when required_growth > 0 and observed_growth is not null
            then cast({{ ratio_half_up('observed_growth', 'required_growth') }} as decimal(18, 4))
    end as on_track,
    comparable_with_previous,
    is_made_up
from with_growth
