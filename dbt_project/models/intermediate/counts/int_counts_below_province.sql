{{ config(materialized='view') }}

-- What each source says of communes, districts and agencies: what was stated of them, and the sums of districts that
-- did not report themselves.
select * from {{ ref('int_stated_counts') }}
union all by name
select * from {{ ref('int_district_counts') }}
