-- Whose counts make up the count of an organisation that did not report itself: those at the level the source hears
-- from. The total of a district holds its communes, so they are never parts of the province beside it.
select
    sources.source_id,
    parents.level as parent_level,
    children.parent_org_key,
    children.org_key,
    children.name_vi as name,
    coalesce(children.code, '~') || '|' || children.name_vi as position,
    children.valid_from,
    children.valid_to
from {{ ref('stg_organisations') }} as children
inner join {{ ref('stg_organisations') }} as parents
    on children.parent_org_key = parents.org_key
inner join {{ ref('stg_sources') }} as sources
    on (parents.level = 'province' and children.level = sources.reporting_level)
    or (parents.level = 'district' and children.level = 'commune' and sources.reporting_level = 'district')
