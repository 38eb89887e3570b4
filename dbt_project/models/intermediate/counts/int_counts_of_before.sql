{{ config(materialized='incremental') }}

-- The counts of organisations that changed, as they are known now, in periods at whose end the organisation existed.
select counts.*
from {{ ref('int_source_counts') }} as counts
inner join {{ ref('stg_organisations') }} as organisations
    on counts.org_key = organisations.org_key
inner join {{ ref('stg_measures') }} as measures
    on counts.measure_id = measures.measure_id
where
    {{ is_touched('counts.period_id') }}
    and counts.known_to is null
    and measures.over_orgs = 'sum'
    and counts.org_key in (select from_org_key from {{ ref('stg_org_changes') }})
    and {{ is_valid_on('organisations', last_day_of('counts.period_id')) }}
