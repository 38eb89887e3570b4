{{ config(materialized='incremental') }}

-- Each count beside the sum of what the organisations below it state to the same source for the same days. Children
-- hold what their communes counted, so only one level is added.
with sums as (

    select
        wholes.observation_id,
        wholes.period_id,
        cast(sum(parts.value) as decimal(18, 2)) as children_sum,
        cast(count(*) as integer) as children_stated,
        bool_and(children.is_expected) as is_nobody_beside
    from {{ ref('int_current_counts') }} as wholes
    inner join {{ ref('int_children') }} as children
        on wholes.org_key = children.parent_org_key
        and wholes.source_id = children.source_id
        and wholes.measure_id = children.measure_id
    inner join {{ ref('int_current_counts') }} as parts
        on children.org_key = parts.org_key
        and wholes.measure_id = parts.measure_id
        and wholes.source_id = parts.source_id
        and wholes.period_id = parts.period_id
        and wholes.period_end = parts.period_end
        and wholes.part_reporter is not distinct from parts.part_reporter
        and (wholes.flow_months is null or wholes.period_start = parts.period_start)
    where wholes.is_sum_of_orgs and {{ is_touched('wholes.period_id') }}
    group by wholes.observation_id, wholes.period_id

),

due as (

    select
        wholes.observation_id,
        count(*) as children_due
    from {{ ref('int_current_counts') }} as wholes
    inner join {{ ref('int_children') }} as children
        on wholes.org_key = children.parent_org_key
        and wholes.source_id = children.source_id
        and wholes.measure_id = children.measure_id
        and children.is_expected
        and coalesce(children.valid_from <= wholes.period_end, true)
        and coalesce(children.valid_to >= wholes.period_end, true)
    where {{ is_touched('wholes.period_id') }}
    group by wholes.observation_id

)

select
    sums.observation_id,
    sums.period_id,
    sums.children_sum,
    sums.children_stated,
    sums.is_nobody_beside and sums.children_stated = due.children_due as is_whole
from sums
left join due
    on sums.observation_id = due.observation_id
