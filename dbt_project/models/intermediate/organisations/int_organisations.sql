-- Every organisation: those of the registry; those that only a plan makes known; and of whoever has a plan the levels
-- below it, as groups that its targets may be set for.
with made as (

    select
        org_key,
        org_id,
        min(name_vi) as name_vi,
        min(level) as level
    from {{ ref('int_plan_organisations') }}
    where not is_registered
    group by org_key, org_id

),

levels (level, members_level, ending) as (

    values
    ('province', 'agency', '_agencies'),
    ('province', 'district', '_districts'),
    ('province', 'commune', '_communes'),
    ('district', 'commune', '_communes')

),

groups as (

    select distinct
        planned.org_id || levels.ending as org_id,
        case levels.members_level
            when 'agency' then {{ phrase('organisations.agencies', 'vi', org='planned.name_vi') }}
            when 'district' then {{ phrase('organisations.districts', 'vi', org='planned.name_vi') }}
            when 'commune' then {{ phrase('organisations.communes', 'vi', org='planned.name_vi') }}
        end as name_vi,
        planned.org_key as parent_org_key,
        levels.members_level
    from {{ ref('int_plan_organisations') }} as planned
    inner join levels
        on planned.level = levels.level
    left join {{ ref('stg_organisations') }} as known
        on planned.org_key = known.parent_org_key
        and known.level = 'group'
        and levels.members_level = known.members_level
    where known.org_key is null

)

select
    org_key,
    org_id,
    code,
    name_vi,
    level,
    parent_org_key,
    communes,
    valid_from,
    valid_to,
    legal_basis,
    members_level
from {{ ref('stg_organisations') }}

union all

select
    org_key,
    org_id,
    null as code,
    name_vi,
    level,
    null as parent_org_key,
    null as communes,
    null as valid_from,
    null as valid_to,
    null as legal_basis,
    null as members_level
from made

union all

select
    org_id || '@plan' as org_key,
    org_id,
    null as code,
    min(name_vi) as name_vi,
    'group' as level,
    parent_org_key,
    null as communes,
    null as valid_from,
    null as valid_to,
    null as legal_basis,
    members_level
from groups
group by org_id, parent_org_key, members_level
