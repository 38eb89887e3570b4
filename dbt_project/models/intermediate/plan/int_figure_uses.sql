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

uses as (

    select
        figures.extract_id,
        figures.figure_key,
        unnest([
            case when claims.claim_id is not null then {'rank': 1, 'used_as': 'claim', 'used_by': claims.claim_id} end,
            case when groups.claim_id is not null then {'rank': 2, 'used_as': 'claim', 'used_by': groups.claim_id} end,
            {'rank': 3, 'used_as': figures.used_as, 'used_by': figures.used_by},
            {'rank': 4, 'used_as': cells.used_as, 'used_by': cells.used_by},
            case when percents.indicator_id is not null
                then {'rank': 5, 'used_as': 'result', 'used_by': percents.indicator_id} end,
            case when measures.measure_id is not null
                then {'rank': 6, 'used_as': 'count', 'used_by': measures.measure_id} end,
            case when targets.number is not null
                then {'rank': 7, 'used_as': 'target', 'used_by': 'II.2.' || targets.number} end,
            case when planned.indicator_id is not null
                then {'rank': 8, 'used_as': 'target_beside_the_list', 'used_by': planned.indicator_id} end
        ]) as use
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
    arg_min(use.used_as, use.rank) as used_as,
    arg_min(use.used_by, use.rank) as used_by
from uses
where use.used_as is not null
group by extract_id, figure_key
