-- Who supplies numbers of an organisation: whoever the registry names for the indicator, within their own province and
-- what it became; of another province that province itself, until its own suppliers are in the registry.
with homes as (

    select
        own.org_key,
        own.org_id,
        coalesce(above.parent_org_key, above.org_key, own.org_key) as home_key
    from {{ ref('int_organisations') }} as own
    left join {{ ref('int_organisations') }} as above
        on own.parent_org_key = above.org_key

),

provinces as (

    select
        org_key,
        org_key as home_key
    from {{ ref('int_organisations') }}
    where level = 'province'

    union

    select
        successors.org_key,
        successors.org_key_today as home_key
    from {{ ref('int_org_successors') }} as successors
    inner join {{ ref('int_organisations') }} as former
        on successors.org_key = former.org_key
        and former.level = 'province'

),

-- an agency without a province supplies the numbers of all
reach as (

    select distinct
        homes.org_id as supplier_org_id,
        provinces.home_key
    from homes
    left join provinces
        on homes.home_key = provinces.org_key
    where homes.org_id in (select supplier_org_id from {{ ref('stg_indicators') }})

),

answering as (

    select
        reach.supplier_org_id,
        homes.org_key,
        case
            when bool_or(reach.home_key is null or reach.home_key = homes.home_key) then reach.supplier_org_id
            else min(heads.org_id)
        end as org_id
    from homes
    cross join reach
    inner join {{ ref('int_organisations') }} as heads
        on homes.home_key = heads.org_key
    group by reach.supplier_org_id, homes.org_key

)

select
    answering.supplier_org_id,
    answering.org_key,
    answering.org_id,
    labels.name_vi as org_name_vi
from answering
inner join {{ ref('int_org_labels') }} as labels
    on answering.org_id = labels.org_id
