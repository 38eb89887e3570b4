-- Each target at each moment of knowledge: the value it is held against, and the value of the year before. A target of
-- a level of government is held against its whole and each organisation of it, within who set it, that has a value.
with targets_of_orgs as (

    select
        *,
        true as is_of_the_whole
    from {{ ref('int_targets') }}

    union all

    select
        targets.* replace (organisations.org_key as org_key),
        false as is_of_the_whole
    from {{ ref('int_targets') }} as targets
    inner join {{ ref('stg_organisations') }} as organisations
        on targets.org_level = organisations.level and targets.org_key <> organisations.org_key
    left join {{ ref('stg_organisations') }} as above on organisations.parent_org_key = above.org_key
    where targets.planner_org_key in (organisations.parent_org_key, above.parent_org_key)

),

targets as (

    select
        *,
        target_id || '|' || org_key as cell_id,
        {{ hashed(text_number('target_id'), 'extract_id', 'org_key', 'known_from') }} as text_id,
        cast(year - 1 as varchar) as previous_period_id
    from targets_of_orgs

),

-- The year before in other terms is by the nearest definition, or of an organisation that became this one.
asked as (

    select
        text_id,
        org_key,
        unnest(['now', 'before', 'otherwise']) as role,
        unnest([indicator_id, indicator_id, nearest_indicator_id]) as indicator_id,
        unnest([definition_version, definition_version, nearest_definition_version]) as definition_version,
        unnest([period_id, previous_period_id, previous_period_id]) as period_id
    from targets

    union all

    select
        targets.text_id,
        changes.from_org_key as org_key,
        'otherwise' as role,
        targets.indicator_id,
        targets.definition_version,
        targets.previous_period_id as period_id
    from targets
    inner join {{ ref('stg_org_changes') }} as changes
        on targets.org_key = changes.to_org_key

),

answers as (

    select
        asked.text_id,
        asked.role,
        known_values.*
    from asked
    inner join {{ ref('int_values') }} as known_values
        on asked.indicator_id = known_values.indicator_id
        and asked.definition_version = known_values.definition_version
        and asked.org_key = known_values.org_key
        and asked.period_id = known_values.period_id
    where asked.role <> 'otherwise' or known_values.value is not null

),

moments as (

    select distinct
        targets.cell_id,
        unnest([targets.known_from, targets.known_to, answers.known_from, answers.known_to]) as moment
    from targets
    left join answers
        on targets.text_id = answers.text_id

),

intervals as (

    select
        cell_id,
        moment,
        lead(moment) over (partition by cell_id order by moment) as known_to
    from moments
    where moment is not null

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
    case
        when current_values.value_status = 'computed' then 12 - coalesce(len(current_values.missing_periods), 0) else 12
    end as months_known,
    current_values.source_id,
    previous_values.value as previous_value,
    coalesce(current_values.is_measured_otherwise, false) as is_measured_otherwise,
    case
        when previous_values.value is not null then previous_values.is_measured_otherwise
        else exists (
            select 1 from answers
            where
                answers.text_id = targets.text_id
                and answers.role = 'otherwise'
                and {{ known_at('answers', 'intervals.moment') }}
        )
    end as is_previous_measured_otherwise,
    targets.is_made_up or coalesce(current_values.is_made_up, false) as is_made_up
from intervals
inner join targets
    on intervals.cell_id = targets.cell_id
    and {{ known_at('targets', 'intervals.moment') }}
left join answers as current_values
    on targets.text_id = current_values.text_id
    and current_values.role = 'now'
    and {{ known_at('current_values', 'intervals.moment') }}
left join answers as previous_values
    on targets.text_id = previous_values.text_id
    and previous_values.role = 'before'
    and {{ known_at('previous_values', 'intervals.moment') }}
where targets.is_of_the_whole or current_values.value is not null
