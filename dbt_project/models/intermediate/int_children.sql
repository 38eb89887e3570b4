-- Whose counts make up the count of an organisation that did not report itself: those at the level the source hears
-- from, and the agencies it is known to hear from beside them. The total of a district holds its communes, so they are
-- never parts of the province beside it. Nobody has said of other agencies that they report, nor of those below them;
-- but where they do, the expected are not the whole. Since there are no districts any more the source hears from the
-- communes of the province instead.
with recursive above as (

    select
        org_key,
        parent_org_key
    from {{ ref('stg_organisations') }}
    union all
    select
        above.org_key,
        agencies.parent_org_key
    from above
    inner join {{ ref('stg_organisations') }} as agencies
        on above.parent_org_key = agencies.org_key
    where agencies.level = 'agency'

)

select
    sources.source_id,
    parents.level as parent_level,
    above.parent_org_key,
    children.org_key,
    children.name_vi as name,
    coalesce(children.code, '~') || '|' || children.name_vi as position,
    children.level in ('district', 'commune') or listed.org_id is not null as is_expected,
    parents.name_vi as parent_name,
    greatest(children.valid_from, parents.valid_from) as valid_from,
    least(children.valid_to, parents.valid_to) as valid_to
from above
inner join {{ ref('stg_organisations') }} as children
    on above.org_key = children.org_key
inner join {{ ref('stg_organisations') }} as parents
    on above.parent_org_key = parents.org_key
inner join {{ ref('stg_sources') }} as sources
    on sources.reporting_level = 'district'
left join {{ ref('stg_source_agencies') }} as listed
    on sources.source_id = listed.source_id
    and children.org_id = listed.org_id
where parents.level = 'province' or (parents.level = 'district' and children.level in ('commune', 'agency'))
