-- The two sides of each invariant between the counts of one organisation, source and period, each added up. Only where
-- every count is stated and all of a period are about the same days; counts since the beginning of the year begin with
-- what was there then.
with invariants as (

    select
        *,
        coalesce(is_of_period_before, false) as is_before,
        count(*) over (partition by invariant_id) as terms
    from {{ ref('stg_invariants') }}

),

-- what the period before ended with stands beside what this one begins with
placed as (

    select
        invariants.*,
        counts.* exclude (measure_id),
        case when invariants.is_before then {{ period_after('counts.period_id') }} else counts.period_id end
            as placed_in,
        coalesce(counts.is_cumulative, false) as is_since_january
    from {{ ref('int_current_counts') }} as counts
    inner join invariants
        on counts.measure_id = invariants.measure_id
    where not (invariants.is_before and coalesce(counts.is_cumulative, false))

),

since_january as (

    select distinct
        source_id,
        org_key,
        period_id
    from {{ ref('int_current_counts') }}
    where is_cumulative

),

stated as (

    select
        placed.*,
        observations.locator,
        observations.line,
        observations.plan_id,
        observations.is_made_up,
        extracts.file_name,
        coalesce(doubts.suspicion is not null or doubts.is_explained or doubts.is_contradicted, false) as is_doubted
    from placed
    inner join {{ ref('int_observations') }} as observations
        on placed.observation_id = observations.observation_id
    inner join {{ ref('stg_extracts') }} as extracts
        on observations.extract_id = extracts.extract_id
    left join {{ ref('int_count_doubts') }} as doubts
        on placed.observation_id = doubts.observation_id
    left join since_january
        on placed.is_before
        and placed.source_id = since_january.source_id
        and placed.org_key = since_january.org_key
        and placed.placed_in = since_january.period_id
    where since_january.source_id is null

)

select
    concat_ws('|', source_id, org_key, part_reporter, placed_in, case when is_since_january then 'cumulative' end)
        as group_id,
    invariant_id || '|' || group_id as case_id,
    invariant_id,
    source_id,
    org_key,
    part_reporter as reporter_org_id,
    placed_in as period_id,
    any_value(position) as position,
    any_value(relation) as relation,
    any_value(tolerance) as tolerance,
    any_value(formula_vi) as formula_vi,
    any_value(formula_en) as formula_en,
    sum(case when side = 'part' then value else 0 end) as parts_value,
    sum(case when side = 'whole' then value else 0 end) as wholes_value,
    list_sort(list(measure_id)) as measures,
    list_sort(list(observation_id)) as observation_ids,
    bool_or(is_doubted) as is_doubted,
    coalesce(min(locator) filter (where not is_before), min(locator)) as locator,
    min(line) filter (where not is_before) as line,
    case when min(file_name) = max(file_name) then min(file_name) end as file_name,
    min(plan_id) as plan_id,
    bool_or(is_made_up) as is_made_up
from stated
group by invariant_id, source_id, org_key, part_reporter, placed_in, is_since_january
having
    count(*) = min(terms)
    and coalesce(min(period_end) filter (where not is_before) = max(period_end) filter (where not is_before), true)
    and coalesce(
        min(period_start) filter (where flow_months is not null)
        = max(period_start) filter (where flow_months is not null),
        true
    )
