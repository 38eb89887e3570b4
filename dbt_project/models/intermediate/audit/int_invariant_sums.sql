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
        *,
        period_id as placed_in,
        coalesce(is_cumulative, false) as is_since_january,
        false as is_before
    from {{ ref('int_current_counts') }}

    union all

    select
        *,
        {{ period_after('period_id') | indent(8) }} as placed_in,
        false as is_since_january,
        true as is_before
    from {{ ref('int_current_counts') }}
    where not coalesce(is_cumulative, false)

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
        extracts.file_name,
        doubts.suspicion is not null or doubts.is_explained or doubts.is_contradicted as is_doubted,
        concat_ws(
            '|',
            placed.source_id, placed.org_key, placed.part_reporter, placed.placed_in,
            case when placed.is_since_january then 'cumulative' end
        ) as group_id
    from placed
    inner join {{ ref('int_count_doubts') }} as doubts
        on placed.observation_id = doubts.observation_id
    inner join {{ ref('stg_extracts') }} as extracts
        on placed.extract_id = extracts.extract_id
    left join since_january
        on placed.is_before
        and placed.source_id = since_january.source_id
        and placed.org_key = since_january.org_key
        and placed.placed_in = since_january.period_id
    where since_january.source_id is null

)

select
    invariants.invariant_id || '|' || stated.group_id as case_id,
    invariants.invariant_id,
    stated.group_id,
    min(invariants.position) as position,
    min(invariants.relation) as relation,
    min(invariants.tolerance) as tolerance,
    min(invariants.formula_vi) as formula_vi,
    min(invariants.formula_en) as formula_en,
    min(stated.source_id) as source_id,
    min(stated.org_key) as org_key,
    min(stated.part_reporter) as reporter_org_id,
    min(stated.placed_in) as period_id,
    sum(case when invariants.side = 'part' then stated.value else 0 end) as parts_value,
    sum(case when invariants.side = 'whole' then stated.value else 0 end) as wholes_value,
    list_sort(list(stated.measure_id)) as measures,
    list_sort(list(stated.observation_id)) as observation_ids,
    bool_or(stated.is_doubted) as is_doubted,
    coalesce(min(stated.locator) filter (where not stated.is_before), min(stated.locator)) as locator,
    min(stated.line) filter (where not stated.is_before) as line,
    case when count(distinct stated.file_name) = 1 then min(stated.file_name) end as file_name,
    min(stated.plan_id) as plan_id,
    bool_or(stated.is_made_up) as is_made_up
from invariants
inner join stated
    on invariants.measure_id = stated.measure_id
    and invariants.is_before = stated.is_before
group by invariants.invariant_id, stated.group_id
having
    count(*) = min(invariants.terms)
    and count(distinct case when not stated.is_before then stated.period_end end) <= 1
    and count(distinct case when stated.over_time = 'sum' then stated.period_start end) <= 1
