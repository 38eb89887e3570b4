-- Where a series breaks: for an organisation that came to be by a change, the first period of each kind at whose end it
-- existed. What came before it was counted in other units.
with changed as (

    select
        org_key,
        cast(year(valid_from) as varchar) as year_id,
        cast(year(valid_from) as varchar) || '-' || lpad(cast(month(valid_from) as varchar), 2, '0') as month_id
    from {{ ref('stg_organisations') }}
    where valid_from is not null and org_key in (select to_org_key from {{ ref('stg_org_changes') }})

)

select
    org_key,
    year_id as period_id
from changed
union all
select
    org_key,
    {{ period_around('month_id', 'quarter') }} as period_id
from changed
union all
select
    org_key,
    month_id as period_id
from changed
