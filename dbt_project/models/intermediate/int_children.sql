-- Whose counts make up the count of an organisation that did not report itself: those at the level the source hears
-- from. The total of a district holds its communes, so they are never parts of the province beside it. Who stands
-- beside those levels, as departments do, is not expected; but where they report, the expected are not the whole.
-- Since there are no districts any more the source hears from the communes of the province instead.
select
    sources.source_id,
    parents.level as parent_level,
    children.parent_org_key,
    children.org_key,
    children.name_vi as name,
    coalesce(children.code, '~') || '|' || children.name_vi as position,
    children.level in ('district', 'commune') as is_expected,
    parents.name_vi as parent_name,
    children.valid_from,
    children.valid_to
from {{ ref('stg_organisations') }} as children
inner join {{ ref('stg_organisations') }} as parents
    on children.parent_org_key = parents.org_key
inner join {{ ref('stg_sources') }} as sources
    on sources.reporting_level = 'district'
where parents.level = 'province' or (parents.level = 'district' and children.level = 'commune')
