{{ config(meta={'dagster': {'ref': {'name': 'dim_org'}}}) }}
-- The engine finds counts by numbers made of keys (macro hashed): each key of the registry has one of its own.
with keys as (

    select org_key as id from {{ ref('int_organisations') }}
    union
    select org_id as id from {{ ref('int_organisations') }}
    union
    select measure_id as id from {{ ref('stg_measures') }}
    union
    select indicator_id as id from {{ ref('stg_indicators') }}
    union
    select source_id as id from {{ ref('stg_sources') }}

)

select list(id) as ids
from keys
group by {{ hashed('id') }}
having count(*) > 1
