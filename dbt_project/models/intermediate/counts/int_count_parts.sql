{{ config(materialized='incremental') }}

-- Whose counts make up whose, of each measure and source and in each period of which something was stated. Only who
-- exists at the end of the period is expected; whoever else counts beside them makes that no sum is the whole.
with stated as (

    select distinct
        source_id,
        measure_id,
        period_id,
        {{ last_day_of('period_id') }} as last_day
    from {{ ref('int_stated_counts') }}
    where {{ is_touched('period_id') }}

)

select
    stated.source_id,
    stated.measure_id,
    stated.period_id,
    children.parent_level as whole_level,
    children.parent_org_key as whole_org_key,
    children.parent_name as whole_name,
    children.org_key,
    children.name,
    children.position,
    children.is_expected,
    count(*) filter (where children.is_expected) over (
        partition by stated.source_id, stated.measure_id, stated.period_id, children.parent_org_key
    ) as parts_expected
from stated
inner join {{ ref('int_children') }} as children
    on stated.source_id = children.source_id
    and stated.measure_id = children.measure_id
where
    not children.is_expected
    or (
        {{ is_valid_on('children', 'stated.last_day') }}
    )
