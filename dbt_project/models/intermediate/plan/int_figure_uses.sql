-- What each figure of a plan is used for: the first of what it claims, what it counts, which result or target it is.
with figures as (

    select * from {{ ref('int_figures') }}

),

claims as (

    select
        extract_id,
        locator,
        claim_id
    from {{ ref('int_claims') }}

),

-- p% (a/b): the other figures of a claim are told by their group.
groups as (

    select
        figures.extract_id,
        figures.group_no,
        min(claims.claim_id) as claim_id
    from figures
    inner join claims
        on figures.extract_id = claims.extract_id
        and figures.locator = claims.locator
    where figures.group_no is not null
    group by figures.extract_id, figures.group_no

),

cells as (

    select
        extract_id,
        line,
        target_cell as cell,
        'target' as used_as,
        coalesce(indicator_id, number) as used_by
    from {{ ref('int_indicator_rows') }}
    where target_kind is not null
    union all
    select
        extract_id,
        line,
        result_cell as cell,
        'result' as used_as,
        coalesce(indicator_id, number) as used_by
    from {{ ref('int_indicator_rows') }}
    where result_kind is not null

),

named as (

    select
        figures.extract_id,
        figures.figure_key,
        coalesce(claims.claim_id, groups.claim_id) as claim_id,
        figures.used_as,
        figures.used_by,
        cells.used_as as cell_used_as,
        cells.used_by as cell_used_by,
        percents.indicator_id as result_of,
        measures.measure_id as count_of,
        targets.code as target_code,
        planned.indicator_id as planned_for
    from figures
    left join claims
        on figures.extract_id = claims.extract_id
        and figures.locator = claims.locator
    left join groups
        on figures.extract_id = groups.extract_id
        and figures.group_no = groups.group_no
    left join cells
        on figures.extract_id = cells.extract_id
        and figures.line = cells.line
        and figures.cell = cells.cell
    left join {{ ref('int_percents') }} as percents
        on figures.extract_id = percents.extract_id
        and figures.figure_no = percents.figure_no
    left join {{ ref('int_figure_measures') }} as measures
        on figures.extract_id = measures.extract_id
        and figures.figure_no = measures.figure_no
    left join {{ ref('stg_plan_targets') }} as targets
        on figures.extract_id = targets.extract_id
        and figures.line = targets.line
        and figures.char_from between targets.char_from and targets.char_to
    left join {{ ref('int_planned_percents') }} as planned
        on figures.extract_id = planned.extract_id
        and figures.figure_no = planned.figure_no

)

select
    extract_id,
    figure_key,
    case
        when claim_id is not null then 'claim'
        when used_as is not null then used_as
        when cell_used_as is not null then cell_used_as
        when result_of is not null then 'result'
        when count_of is not null then 'count'
        when target_code is not null then 'target'
        else 'target_beside_the_list'
    end as used_as,
    coalesce(claim_id, used_by, cell_used_by, result_of, count_of, target_code, planned_for) as used_by
from named
where coalesce(claim_id, used_as, cell_used_as, result_of, count_of, target_code, planned_for) is not null
qualify row_number() over (partition by extract_id, figure_key order by claim_id, target_code) = 1
