-- Which organisations of today an organisation of before led to, by whatever changes. What nothing became is its own
-- successor nowhere: it stands for itself.
with recursive leads_to as (

    select
        from_org_key as org_key,
        to_org_key
    from {{ ref('stg_org_changes') }}
    union
    select
        leads_to.org_key,
        changes.to_org_key
    from leads_to
    inner join {{ ref('stg_org_changes') }} as changes
        on leads_to.to_org_key = changes.from_org_key

)

select
    org_key,
    to_org_key as org_key_today
from leads_to
where to_org_key not in (select from_org_key from {{ ref('stg_org_changes') }})
