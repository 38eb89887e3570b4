-- Each target at each moment of knowledge: the value it is held against, the value of the period before, of the same
-- kind, and that of the year before, from which the way to the target is measured.
with targets as (

    select * from {{ ref('int_target_cells') }}

),

-- The period before in other terms is by the nearest definition, or of an organisation that became this one.
asked as (

    select
        text_id,
        org_key,
        unnest(['now', 'before', 'base', 'otherwise']) as role,
        unnest([indicator_id, indicator_id, indicator_id, nearest_indicator_id]) as indicator_id,
        unnest(
            [definition_version, definition_version, definition_version, nearest_definition_version]
        ) as definition_version,
        unnest([period_id, previous_period_id, base_period_id, previous_period_id]) as period_id
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
    targets.extract_id,
    targets.org_key,
    targets.period_id,
    intervals.moment as known_from,
    intervals.known_to,
    targets.indicator_id,
    targets.definition_version,
    targets.org_level,
    targets.is_of_the_whole,
    targets.year,
    targets.target_kind,
    targets.operator,
    targets.target_value,
    targets.target_code,
    targets.stated_name,
    targets.raw_text,
    targets.line,
    targets.locator,
    current_values.numerator,
    current_values.denominator,
    current_values.value,
    current_values.reported_value,
    current_values.value_status,
    current_values.obs_status,
    current_values.reason,
    current_values.missing_reporters,
    current_values.missing_periods,
    -- a published ratio is of all of its period, whichever months of its inputs are unknown
    {{ last_month('targets.period_id') | indent }}
    - case
        when current_values.value_status = 'computed' then coalesce(len(current_values.missing_periods), 0) else 0
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
    base_values.value as base_value,
    coalesce(base_values.is_measured_otherwise, false) as is_base_measured_otherwise,
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
left join answers as base_values
    on targets.text_id = base_values.text_id
    and base_values.role = 'base'
    and {{ known_at('base_values', 'intervals.moment') }}
where
    current_values.value is not null
    -- what is set for a whole is asked of it, answered or not
    or (targets.is_of_the_whole and (length(targets.period_id) = 4 or current_values.value_status is not null))
