-- Every name under which an organisation is known: its own and its aliases.
with own as (

    select
        org_key,
        org_id,
        level,
        code,
        valid_from,
        valid_to,
        {{ match_key('name_vi') }} as name_key
    from {{ ref('stg_organisations') }}

),

aliases as (

    select
        organisations.org_key,
        organisations.org_id,
        organisations.level,
        organisations.code,
        organisations.valid_from,
        organisations.valid_to,
        aliases.alias_key as name_key
    from {{ ref('stg_org_aliases') }} as aliases
    inner join {{ ref('stg_organisations') }} as organisations
        on aliases.org_id = organisations.org_id

)

select * from own
union
select * from aliases
