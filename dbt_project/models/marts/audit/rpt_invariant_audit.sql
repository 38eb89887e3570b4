-- What must hold between the counts of one organisation, source and period, or between them and those of the period
-- before, with both of its sides added up. Judged only where every count is stated and all of a period are about the same
-- days; counts since the beginning of the year begin with what was there then. Where several are broken by one number, or a
-- number in it is doubted already, only the first is told.
with invariants as (

    select
        *,
        count(*) over (partition by invariant_id) as terms
    from {{ ref('stg_invariants') }}

),

stated as (

    select
        counts.*,
        measures.over_time,
        concat_ws(
            '|',
            counts.source_id, counts.org_key, counts.reporter_org_id, counts.period_id,
            case when counts.is_cumulative then 'cumulative' end
        ) as told_in
    from {{ ref('rpt_count_audit') }} as counts
    inner join {{ ref('stg_measures') }} as measures
        on counts.measure_id = measures.measure_id

),

cumulative as (

    select distinct
        source_id,
        org_key,
        period_id
    from stated
    where is_cumulative

),

-- what the period before ended with stands beside what this one begins with
placed as (

    select
        stated.*,
        false as is_of_period_before
    from stated

    union all

    select
        stated.* replace (
            concat_ws(
                '|',
                stated.source_id, stated.org_key, stated.reporter_org_id, {{ period_after('stated.period_id') | indent(16) }}
            ) as told_in,
            {{ period_after('stated.period_id') | indent(12) }} as period_id
        ),
        true as is_of_period_before
    from stated
    left join cumulative
        on stated.source_id = cumulative.source_id
        and stated.org_key = cumulative.org_key
        and {{ period_after('stated.period_id') | indent(8) }} = cumulative.period_id
    where not coalesce(stated.is_cumulative, false) and cumulative.source_id is null

),

added as (

    select
        invariants.invariant_id,
        stated.told_in,
        min(invariants.position) as position,
        min(invariants.relation) as relation,
        min(invariants.tolerance) as tolerance,
        min(invariants.formula_vi) as formula_vi,
        min(invariants.formula_en) as formula_en,
        min(stated.org_key) as org_key,
        min(stated.org_vi) as org_vi,
        min(stated.reporter_org_id) as reporter_org_id,
        min(stated.reporter_vi) as reporter_vi,
        min(stated.source_id) as source_id,
        min(stated.period_id) as period_id,
        sum(case when invariants.side = 'part' then stated.value else 0 end) as parts_value,
        sum(case when invariants.side = 'whole' then stated.value else 0 end) as wholes_value,
        list_sort(list(stated.measure_id)) as measures,
        list_sort(list(stated.observation_id)) as observation_ids,
        bool_or(stated.suspicion is not null or stated.is_explained or stated.is_contradicted) as is_doubted,
        coalesce(min(stated.locator) filter (where not stated.is_of_period_before), min(stated.locator)) as locator,
        min(stated.line) filter (where not stated.is_of_period_before) as line,
        case when count(distinct stated.file_name) = 1 then min(stated.file_name) end as file_name,
        min(stated.plan_id) as plan_id,
        bool_or(stated.is_made_up) as is_made_up
    from invariants
    inner join placed as stated
        on invariants.measure_id = stated.measure_id
        and coalesce(invariants.is_of_period_before, false) = stated.is_of_period_before
    group by invariants.invariant_id, stated.told_in
    having
        count(*) = min(invariants.terms)
        and count(distinct case when not stated.is_of_period_before then stated.period_end end) <= 1
        and count(distinct case when stated.over_time = 'sum' then stated.period_start end) <= 1

),

compared as (

    select
        *,
        case relation
            when '=' then abs(parts_value - wholes_value) > tolerance
            else parts_value > wholes_value + tolerance
        end as is_broken
    from added

),

-- The province's numbers are sums: what is broken in a district is broken in them.
broken_in_children as (

    select distinct
        expected.parent_org_key,
        compared.invariant_id,
        compared.source_id,
        compared.period_id
    from compared
    inner join {{ ref('int_children') }} as expected
        on compared.org_key = expected.org_key
        and compared.source_id = expected.source_id
        and list_contains(compared.measures, expected.measure_id)
    where compared.is_broken

),

told_before as (

    select distinct
        later.invariant_id,
        later.told_in
    from compared as later
    inner join compared as earlier
        on later.told_in = earlier.told_in
        and earlier.position < later.position
        and list_has_any(earlier.measures, later.measures)
    where later.is_broken and earlier.is_broken

)

select
    compared.invariant_id || '|' || compared.told_in as case_id,
    compared.invariant_id,
    compared.source_id,
    compared.org_key,
    compared.org_vi,
    compared.reporter_org_id,
    compared.reporter_vi,
    compared.period_id,
    compared.relation,
    compared.formula_vi,
    compared.formula_en,
    cast(compared.tolerance as decimal(18, 2)) as tolerance,
    cast(compared.parts_value as decimal(18, 2)) as parts_value,
    cast(compared.wholes_value as decimal(18, 2)) as wholes_value,
    cast(
        case compared.relation when '=' then compared.wholes_value - compared.tolerance end as decimal(18, 2)
    ) as parts_at_least,
    cast(compared.wholes_value + compared.tolerance as decimal(18, 2)) as parts_at_most,
    compared.observation_ids,
    compared.is_broken,
    compared.is_doubted or above.invariant_id is not null or told_before.invariant_id is not null as is_explained,
    compared.locator,
    compared.line,
    compared.file_name,
    compared.plan_id,
    compared.is_made_up
from compared
left join broken_in_children as above
    on compared.org_key = above.parent_org_key
    and compared.invariant_id = above.invariant_id
    and compared.source_id = above.source_id
    and compared.period_id = above.period_id
left join told_before
    on compared.invariant_id = told_before.invariant_id
    and compared.told_in = told_before.told_in
