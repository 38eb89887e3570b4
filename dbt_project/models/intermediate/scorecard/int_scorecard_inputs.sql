-- Each target at each moment of knowledge: the value it is held against, and the value of the year before. A target of
-- a level of government is held against the province and against each organisation of that level that has a value.
with targets_of_orgs as (

    select
        *,
        cast(year - 1 as varchar) as previous_period_id,
        true as is_of_the_whole
    from {{ ref('int_targets') }}

    union all

    select
        targets.* replace (counted.org_key as org_key),
        cast(targets.year - 1 as varchar) as previous_period_id,
        false as is_of_the_whole
    from {{ ref('int_targets') }} as targets
    inner join (
        select distinct
            indicator_id,
            definition_version,
            org_key,
            period_id
        from {{ ref('int_values') }}
        where value is not null
    ) as counted
        on targets.indicator_id = counted.indicator_id
        and targets.definition_version = counted.definition_version
        and targets.period_id = counted.period_id
        and targets.org_key <> counted.org_key
    inner join {{ ref('stg_organisations') }} as organisations
        on counted.org_key = organisations.org_key
        and targets.org_level = organisations.level

),

targets as (

    select
        *,
        target_id || '|' || org_key as cell_id
    from targets_of_orgs

),

-- The year before in other terms: by the nearest definition, or of an organisation that became this one.
measured_otherwise as (

    select
        targets.cell_id,
        nearest_values.known_from,
        nearest_values.known_to
    from targets
    inner join {{ ref('int_values') }} as nearest_values
        on targets.nearest_indicator_id = nearest_values.indicator_id
        and targets.nearest_definition_version = nearest_values.definition_version
        and targets.org_key = nearest_values.org_key
        and targets.previous_period_id = nearest_values.period_id
        and nearest_values.value is not null

    union all

    select
        targets.cell_id,
        predecessor_values.known_from,
        predecessor_values.known_to
    from targets
    inner join {{ ref('stg_org_changes') }} as changes
        on targets.org_key = changes.to_org_key
    inner join {{ ref('int_values') }} as predecessor_values
        on changes.from_org_key = predecessor_values.org_key
        and targets.indicator_id = predecessor_values.indicator_id
        and targets.definition_version = predecessor_values.definition_version
        and targets.previous_period_id = predecessor_values.period_id
        and predecessor_values.value is not null

),

moments as (

    select
        cell_id,
        known_from as moment
    from targets
    union
    select
        cell_id,
        known_to as moment
    from targets where known_to is not null
    union
    select
        targets.cell_id,
        current_values.known_from as moment
    from targets
    inner join {{ ref('int_values') }} as current_values
        on targets.indicator_id = current_values.indicator_id
        and targets.definition_version = current_values.definition_version
        and targets.org_key = current_values.org_key
        and current_values.period_id in (targets.period_id, targets.previous_period_id)
    union
    select
        targets.cell_id,
        withdrawn_values.known_to as moment
    from targets
    inner join {{ ref('int_values') }} as withdrawn_values
        on targets.indicator_id = withdrawn_values.indicator_id
        and targets.definition_version = withdrawn_values.definition_version
        and targets.org_key = withdrawn_values.org_key
        and withdrawn_values.period_id in (targets.period_id, targets.previous_period_id)
        and withdrawn_values.known_to is not null
    union
    select
        cell_id,
        known_from as moment
    from measured_otherwise
    union
    select
        cell_id,
        known_to as moment
    from measured_otherwise where known_to is not null

),

intervals as (

    select
        cell_id,
        moment,
        lead(moment) over (partition by cell_id order by moment) as known_to
    from moments

),

otherwise_then as (

    select distinct
        intervals.cell_id,
        intervals.moment
    from intervals
    inner join measured_otherwise
        on intervals.cell_id = measured_otherwise.cell_id
        and {{ known_at('measured_otherwise', 'intervals.moment') }}

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
    -- a published ratio is of the whole year, whichever months of its inputs are unknown
    12
    - case
        when current_values.value_status = 'computed' then coalesce(len(current_values.missing_periods), 0) else 0
    end
        as months_known,
    current_values.source_id,
    previous_values.value as previous_value,
    coalesce(current_values.is_measured_otherwise, false) as is_measured_otherwise,
    case
        when previous_values.value is not null then previous_values.is_measured_otherwise
        else otherwise_then.cell_id is not null
    end as is_previous_measured_otherwise,
    targets.is_made_up or coalesce(current_values.is_made_up, false) as is_made_up
from intervals
inner join targets
    on intervals.cell_id = targets.cell_id
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
left join otherwise_then
    on intervals.cell_id = otherwise_then.cell_id
    and intervals.moment = otherwise_then.moment
where targets.is_of_the_whole or current_values.value is not null
