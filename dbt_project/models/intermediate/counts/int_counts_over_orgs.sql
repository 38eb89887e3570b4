{{ config(materialized='view') }}

-- What each source says of each organisation: of those of then, at any time of knowledge, and of those of today, as it
-- is known now (org_terms). series_id: a source's counts of one measure and organisation, over all periods.
with counts as (

    select
        'then' as org_terms,
        * exclude (cell_id, reporter_org_id)
    from {{ ref('int_source_counts') }}
    union all by name
    select
        'today' as org_terms,
        * exclude (reporter_org_id)
    from {{ ref('int_source_counts_today') }}

)

select
    {{ hashed('org_terms', 'measure_id', 'org_key', 'source_id') }} as series_id,
    *
from counts
