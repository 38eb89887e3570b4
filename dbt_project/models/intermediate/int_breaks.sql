-- Where a series breaks: for an organisation that came to be by a change, the first period of each kind at whose end it
-- existed. What came before it was counted in other units.
select
    organisations.org_key,
    periods.period_id
from {{ ref('stg_organisations') }} as organisations
inner join {{ ref('dim_period') }} as periods
    on periods.start_date <= organisations.valid_from
    and periods.end_date >= organisations.valid_from
where organisations.org_key in (select to_org_key from {{ ref('stg_org_changes') }})
