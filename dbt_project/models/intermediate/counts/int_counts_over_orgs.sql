{{ config(materialized='view') }}

-- What each source says of each organisation: of those of then, at any time of knowledge, and of those of today, as it
-- is known now (org_terms). series_id: a source's counts of one measure and organisation, over all periods; count_id:
-- one count of them.
select * exclude (cell_id) from {{ ref('int_source_counts') }}
union all by name
select * from {{ ref('int_source_counts_today') }}
