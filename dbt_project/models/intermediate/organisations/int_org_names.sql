-- Every name under which an organisation is known: its own and its aliases; of a district also its short forms; of a
-- commune also with what says that it is one, alone and before the name of what it belongs to, as in
-- "Ia O (cấp xã), huyện Chư Prông". Its code stands among them as "#622".
with own as (

    select
        org_key,
        {{ match_key('name_vi') }} as name_key
    from {{ ref('stg_organisations') }}
    where level <> 'group'
    union
    select
        organisations.org_key,
        aliases.alias_key as name_key
    from {{ ref('stg_org_aliases') }} as aliases
    inner join {{ ref('stg_organisations') }} as organisations
        on aliases.org_id = organisations.org_id

),

of_communes as (

    select
        own.org_key,
        organisations.parent_org_key,
        own.name_key
    from own
    inner join {{ ref('stg_organisations') }} as organisations
        on own.org_key = organisations.org_key
    where organisations.level = 'commune'

),

as_communes as (

    select * from of_communes
    union
    select
        org_key,
        parent_org_key,
        'ubnd ' || name_key as name_key
    from of_communes
    union
    select
        org_key,
        parent_org_key,
        regexp_replace(
            regexp_replace(regexp_replace(name_key, '^thi tran ', 'tt '), '^phuong ', 'p '), '^xa ', 'x '
        ) as name_key
    from of_communes
    union
    select
        org_key,
        parent_org_key,
        regexp_replace(name_key, '^(xa|phuong|thi tran) ', '') || ' cap xa' as name_key
    from of_communes

),

-- Offices shorten what a district is, and head its row by who reports for it.
of_districts as (

    select
        own.org_key,
        own.name_key
    from own
    inner join {{ ref('stg_organisations') }} as organisations
        on own.org_key = organisations.org_key
    where organisations.level = 'district' and regexp_matches(own.name_key, '^(thanh pho|thi xa|huyen) ')

),

shortened as (

    select * from of_districts
    union
    select
        org_key,
        regexp_replace(
            regexp_replace(regexp_replace(name_key, '^thanh pho ', 'tp '), '^thi xa ', 'tx '), '^huyen ', 'h '
        ) as name_key
    from of_districts

),

as_districts as (

    select * from shortened
    union
    select
        org_key,
        'ubnd ' || name_key as name_key
    from shortened
    union
    select
        org_key,
        'cong an ' || name_key as name_key
    from shortened

),

names as (

    select * from own
    union
    select
        org_key,
        '#' || code as name_key
    from {{ ref('stg_organisations') }}
    where level <> 'group' and code is not null
    union
    select * from as_districts
    union
    select
        org_key,
        name_key
    from as_communes
    union
    select
        as_communes.org_key,
        as_communes.name_key || ' ' || own.name_key as name_key
    from as_communes
    inner join own
        on as_communes.parent_org_key = own.org_key

)

select
    names.org_key,
    organisations.org_id,
    organisations.level,
    organisations.code,
    organisations.name_vi,
    organisations.valid_from,
    organisations.valid_to,
    names.name_key
from names
inner join {{ ref('stg_organisations') }} as organisations
    on names.org_key = organisations.org_key
