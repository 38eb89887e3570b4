{{ config(tags=['findings']) }}

-- A value before and after. Where it could be divided both times, the numerator moves first, then the denominator, so
-- that the two add up to the whole. Otherwise there is one cause: that of the input which could not or cannot be
-- divided, or else of the publisher's ratio. A definition that is another one, or of other periods, or new, is the only
-- cause of what it changes. The first release has changed nothing.
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
        coalesce(before.value_status = 'computed', false) as was_computed,
        coalesce(now_.value_status = 'computed', false) as is_computed,
        before.numerator as numerator_before,
        before.denominator as denominator_before,
        now_.numerator as numerator_now,
        now_.denominator as denominator_now,
        coalesce(now_.is_made_up, before.is_made_up) as is_made_up,
        {{ last_day_of('coalesce(now_.period_id, before.period_id)') }} as end_date
    from values_now as now_
    full join before
        on now_.indicator_id = before.indicator_id
        and now_.definition_version = before.definition_version
        and now_.org_key = before.org_key
        and now_.period_id = before.period_id
    where now_.value is distinct from before.value

),

-- Where both could be divided, and this numerator by the denominator before as well.
between as (

    select
        *,
        cast({{ percent_half_up('numerator_now', 'denominator_before') }} as decimal(9, 4)) as value_between
    from cells
    where was_computed and is_computed and numerator_now < cast(denominator_before as decimal(28, 2)) * 999

),

compared as (

    select
        cells.*,
        between.value_between,
        definitions.is_redefined
        or (coalesce(definitions.valid_from, cells.end_date) <= cells.end_date)
        <> (coalesce(definitions.valid_from_before, cells.end_date) <= cells.end_date)
        or (coalesce(definitions.valid_to, cells.end_date) >= cells.end_date)
        <> (coalesce(definitions.valid_to_before, cells.end_date) >= cells.end_date) as is_redefined,
        numerators.cause as numerator_cause,
        denominators.cause as denominator_cause
    from cells
    inner join {{ ref('int_definition_changes') }} as definitions using (indicator_id, definition_version)
    left join between using (indicator_id, definition_version, org_key, period_id)
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
            when was_computed or is_computed
                then
                    coalesce(
                        case
                            when coalesce(numerator_before, -1) < 0 or coalesce(numerator_now, -1) < 0
                                then numerator_cause
                        end,
                        case
                            when coalesce(denominator_before, 0) <= 0 or coalesce(denominator_now, 0) <= 0
                                then denominator_cause
                        end,
                        numerator_cause,
                        denominator_cause,
                        case when is_computed then 'newly_reported' else 'withdrawn' end
                    )
            when value_before is null then 'newly_reported'
            when value_after is null then 'withdrawn'
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
where exists (select 1 from before)
group by indicator_id, definition_version, org_key, period_id, cause, value_before, value_after, is_made_up
