select cast(null as varchar) as org_key, cast(null as varchar) as period_id where false
