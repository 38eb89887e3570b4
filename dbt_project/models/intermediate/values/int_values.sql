{{ config(materialized='view') }}

-- The values of organisations as they were at the end of each period.
select * exclude (org_terms)
from {{ ref('int_values_by_terms') }}
where org_terms = 'then'
