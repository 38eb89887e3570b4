{{ config(materialized='view') }}

-- The counts of organisations as they were at the end of each period.
select * exclude (org_terms)
from {{ ref('int_counts_by_terms') }}
where org_terms = 'then'
