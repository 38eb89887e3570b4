-- Whose counts make up the count of an organisation that did not report itself, by measure and by who reports it.
-- Mostly the count of a district holds its communes, so they are never parts of the province beside it; of what every
-- level counts for itself they are, and of no district. Beside the districts stand the agencies that the registry
-- names; while it names none, one that nobody knows is missing. Whoever else reports is not expected, and then the
-- expected are not the whole. Since there are no districts any more the communes of the province stand in their place.
-- A group is all of one level: what a target of that level is held against.
with recursive above as (

    select
        org_key,
        parent_org_key,
        true as is_nearest
    from {{ ref('stg_organisations') }}
    where level <> 'group'
    union all
    select
        above.org_key,
        between_them.parent_org_key,
        between_them.level = 'agency' and above.is_nearest as is_nearest
    from above
    inner join {{ ref('stg_organisations') }} as between_them
        on above.parent_org_key = between_them.org_key
    where between_them.level in ('agency', 'district')

),

measures as (

    select distinct
        fields.source_id,
        measures.measure_id,
        measures.reported_by
    from {{ ref('stg_measure_fields') }} as fields
    inner join {{ ref('stg_measures') }} as measures using (measure_id)
    inner join {{ ref('stg_sources') }} as sources
        on fields.source_id = sources.source_id
    where sources.reporting_level = 'district' and measures.over_orgs = 'sum'

),

-- The measures of which a target of one level asks.
of_levels as (

    select distinct
        unnest([indicators.numerator_measure, indicators.denominator_measure]) as measure_id,
        targets.org_level
    from {{ ref('stg_registry_targets') }} as targets
    inner join {{ ref('stg_indicators') }} as indicators using (indicator_id, definition_version)

),

parents as (

    select
        org_key as parent_org_key,
        case level when 'group' then parent_org_key else org_key end as territory_org_key,
        level as parent_level,
        members_level,
        name_vi as parent_name,
        valid_from,
        valid_to
    from {{ ref('stg_organisations') }}
    where level in ('province', 'district', 'group')

),

pairs as (

    select
        parents.parent_org_key,
        parents.parent_level,
        parents.members_level,
        parents.parent_name,
        above.is_nearest,
        children.org_key,
        children.org_id,
        children.level,
        children.name_vi as name,
        coalesce(children.code, '~') || '|' || children.name_vi as position,
        greatest(children.valid_from, parents.valid_from) as valid_from,
        least(children.valid_to, parents.valid_to) as valid_to
    from parents
    inner join above
        on parents.territory_org_key = above.parent_org_key
    inner join {{ ref('stg_organisations') }} as children
        on above.org_key = children.org_key

),

roles as (

    select
        measures.source_id,
        measures.measure_id,
        pairs.*,
        case pairs.level
            when 'agency' then list_contains(measures.reported_by, 'agency') and listed.org_id is not null
            when 'district' then list_contains(measures.reported_by, 'district')
            when 'commune'
                then
                    list_contains(measures.reported_by, 'commune')
                    or (pairs.is_nearest and list_contains(measures.reported_by, 'district'))
        end as is_expected,
        case pairs.parent_level
            when 'group' then pairs.level = pairs.members_level and of_levels.measure_id is not null
            when 'district' then not list_contains(measures.reported_by, 'commune') and pairs.is_nearest
            else pairs.is_nearest or (pairs.level = 'commune' and list_contains(measures.reported_by, 'commune'))
        end as is_part
    from measures
    cross join pairs
    left join {{ ref('stg_source_agencies') }} as listed
        on measures.source_id = listed.source_id
        and pairs.org_id = listed.org_id
    left join of_levels
        on measures.measure_id = of_levels.measure_id
        and pairs.members_level = of_levels.org_level

)

select * exclude (members_level, is_nearest, org_id, level, is_part)
from roles
where is_part

union all by name

select
    measures.source_id,
    measures.measure_id,
    parents.parent_level,
    parents.parent_org_key,
    {{ phrase('organisations.unnamed_agencies', 'vi') }} as name,
    '~~' as position,
    true as is_expected,
    parents.parent_name,
    parents.valid_from,
    parents.valid_to
from measures
inner join parents
    on parents.parent_level = 'province'
    or (
        parents.members_level = 'agency'
        and measures.measure_id in (select of_levels.measure_id from of_levels where of_levels.org_level = 'agency')
    )
left join roles
    on measures.source_id = roles.source_id
    and measures.measure_id = roles.measure_id
    and parents.parent_org_key = roles.parent_org_key
    and roles.level = 'agency'
    and roles.is_expected
where list_contains(measures.reported_by, 'agency') and roles.org_key is null
