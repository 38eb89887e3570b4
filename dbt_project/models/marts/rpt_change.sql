{{ config(tags=['findings']) }}

-- A value before and after: the numerator moves first, then the denominator, so that the two add up to the whole.
with before as (

    select * from {{ ref('stg_values_before') }}

),

values_now as (

    select * from {{ ref('fct_indicator_value') }} where known_to is null

),

cells as (

    select
        coalesce(now_.indicator_id, before.indicator_id) as indicator_id,
        coalesce(now_.definition_version, before.definition_version) as definition_version,
        coalesce(now_.org_key, before.org_key) as org_key,
        coalesce(now_.period_id, before.period_id) as period_id,
        before.value as value_before,
        now_.value as value_after,
        before.value_status as status_before,
        now_.value_status as status_after,
        before.denominator as denominator_before,
        now_.numerator as numerator_now,
        coalesce(now_.is_made_up, before.is_made_up) as is_made_up
    from values_now as now_
    full join before
        on now_.indicator_id = before.indicator_id
        and now_.definition_version = before.definition_version
        and now_.org_key = before.org_key
        and now_.period_id = before.period_id
    where now_.value is distinct from before.value

),

-- where both could be divided
between as (

    select
        *,
        case
            when status_before = 'computed' and status_after = 'computed'
                then cast({{ percent_half_up('numerator_now', 'denominator_before') }} as decimal(9, 4))
        end as value_between
    from cells
    where numerator_now >= 0 and denominator_before > 0 and numerator_now < cast(denominator_before as decimal(28, 2)) * 999

),

compared as (

    select
        cells.*,
        between.value_between,
        definitions_before.indicator_id is not null
        and (
            definitions_before.kind <> definitions.kind
            or definitions_before.numerator_measure is distinct from definitions.numerator_measure
            or definitions_before.denominator_measure is distinct from definitions.denominator_measure
        ) as is_redefined,
        numerators.cause as numerator_cause,
        denominators.cause as denominator_cause
    from cells
    left join between
        on cells.indicator_id = between.indicator_id
        and cells.definition_version = between.definition_version
        and cells.org_key = between.org_key
        and cells.period_id = between.period_id
    left join {{ ref('dim_indicator') }} as definitions
        on cells.indicator_id = definitions.indicator_id
        and cells.definition_version = definitions.definition_version
    left join {{ ref('stg_indicators_before') }} as definitions_before
        on cells.indicator_id = definitions_before.indicator_id
        and cells.definition_version = definitions_before.definition_version
    left join {{ ref('int_input_changes') }} as numerators
        on cells.indicator_id = numerators.indicator_id
        and cells.definition_version = numerators.definition_version
        and cells.org_key = numerators.org_key
        and cells.period_id = numerators.period_id
        and numerators.part = 'numerator'
    left join {{ ref('int_input_changes') }} as denominators
        on cells.indicator_id = denominators.indicator_id
        and cells.definition_version = denominators.definition_version
        and cells.org_key = denominators.org_key
        and cells.period_id = denominators.period_id
        and denominators.part = 'denominator'

),

moves as (

    select
        *,
        numerator_cause as cause,
        value_between - value_before as contribution_points
    from compared
    where value_between is not null and not is_redefined and numerator_cause is not null

    union all

    select
        *,
        denominator_cause as cause,
        value_after - value_between as contribution_points
    from compared
    where value_between is not null and not is_redefined and denominator_cause is not null

    union all

    select
        *,
        case
            when is_redefined then 'definition'
            when value_before is null then coalesce(numerator_cause, denominator_cause, 'newly_reported')
            when value_after is null then coalesce(numerator_cause, denominator_cause, 'withdrawn')
            -- from a published ratio to one that can be divided, or back
            when status_before <> 'computed' and status_after = 'computed' then 'newly_reported'
            when status_before = 'computed' and status_after <> 'computed' then 'withdrawn'
            else 'ratio_restated'
        end as cause,
        value_after - value_before as contribution_points
    from compared
    where value_between is null or is_redefined

)

select
    indicator_id,
    definition_version,
    org_key,
    period_id,
    cause,
    value_before,
    value_after,
    cast(value_after - value_before as decimal(10, 4)) as change_points,
    cast(sum(contribution_points) as decimal(10, 4)) as contribution_points,
    is_made_up
from moves
-- what is there for the first time has changed from nothing
where exists (select 1 from before)
group by indicator_id, definition_version, org_key, period_id, cause, value_before, value_after, is_made_up
