-- Whether each invariant is broken, and whether that is explained: by a number in it that is doubted already, by one
-- that broke an invariant before it, or by a district where it is broken, as the province's numbers are sums.
with compared as (

    select
        *,
        case relation
            when '=' then abs(parts_value - wholes_value) > tolerance
            else parts_value > wholes_value + tolerance
        end as is_broken
    from {{ ref('int_invariant_sums') }}

),

broken as (

    select * from compared where is_broken

),

broken_below as (

    select distinct
        children.parent_org_key as org_key,
        broken.invariant_id,
        broken.source_id,
        broken.period_id
    from broken
    inner join {{ ref('int_children') }} as children
        on broken.org_key = children.org_key
        and broken.source_id = children.source_id
        and list_contains(broken.measures, children.measure_id)

),

broken_before as (

    select distinct later.case_id
    from broken as later
    inner join broken as earlier
        on later.group_id = earlier.group_id
        and later.position > earlier.position
        and list_has_any(earlier.measures, later.measures)

)

select
    compared.*,
    compared.is_doubted or broken_below.org_key is not null or broken_before.case_id is not null as is_explained
from compared
left join broken_below
    on compared.org_key = broken_below.org_key
    and compared.invariant_id = broken_below.invariant_id
    and compared.source_id = broken_below.source_id
    and compared.period_id = broken_below.period_id
left join broken_before
    on compared.case_id = broken_before.case_id
