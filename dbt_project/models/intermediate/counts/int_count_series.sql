-- Each source's counts of one measure and organisation, over all periods; in terms of the organisations of then, or of
-- today. is_level: of all organisations of one level of government.
select distinct
    counts.series_id,
    counts.org_terms,
    counts.measure_id,
    counts.org_key,
    counts.source_id,
    measures.over_time,
    coalesce(organisations.level = 'group', false) as is_level
from {{ ref('int_counts_over_orgs') }} as counts
inner join {{ ref('stg_measures') }} as measures
    on counts.measure_id = measures.measure_id
left join {{ ref('int_organisations') }} as organisations
    on counts.org_key = organisations.org_key
