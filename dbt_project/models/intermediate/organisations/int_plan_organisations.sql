{{ config(tags=['of_plans']) }}

-- Whose plan each text is: the organisation of the registry that has the name, by what was given with the text or else
-- by what it says, as it was on the day of issue; below a province only within the province that the text names. What
-- the registry does not know is an organisation of its own.
with documents as (

    select
        documents.*,
        -- a text that names nothing but a province is the province's
        coalesce(documents.level, case when documents.given_org is null then 'province' end) as asked_level,
        coalesce(documents.organisation, documents.province) as name_vi,
        {{ match_key('coalesce(documents.organisation, documents.province)') }} as name_key,
        coalesce({{ match_key('documents.province') }}, '') as province_key,
        coalesce(
            documents.issued_on,
            make_date(documents.result_year, 12, 31),
            make_date(documents.year, 1, 1),
            cast(extracts.received_at as date)
        ) as existing_on
    from {{ ref('stg_plan_documents') }} as documents
    inner join {{ ref('stg_extracts') }} as extracts
        on documents.extract_id = extracts.extract_id

),

within as (

    select
        organisations.org_key,
        unnest([organisations.parent_org_key, above.parent_org_key]) as above_org_key
    from {{ ref('stg_organisations') }} as organisations
    left join {{ ref('stg_organisations') }} as above
        on organisations.parent_org_key = above.org_key

),

of_provinces as (

    select distinct
        within.org_key,
        names.name_key as province_key
    from within
    inner join {{ ref('int_org_names') }} as names
        on within.above_org_key = names.org_key
        and names.level = 'province'

),

registered as (

    select distinct
        documents.extract_id,
        names.org_key,
        names.org_id,
        names.name_vi,
        names.level
    from documents
    inner join {{ ref('int_org_names') }} as names
        on (
            documents.name_key in (names.name_key, names.name_key || ' tinh ' || documents.province_key)
            or documents.given_org in (names.org_id, names.org_key)
        )
        and coalesce(documents.asked_level, names.level) = names.level
        and {{ is_valid_on('names', 'documents.existing_on') }}
    left join of_provinces
        on names.org_key = of_provinces.org_key
        and documents.province_key = of_provinces.province_key
    where names.level = 'province' or documents.given_org is not null or of_provinces.org_key is not null

),

-- One of several of the same name would be a guess.
named as (

    select
        extract_id,
        any_value(org_key) as org_key,
        any_value(org_id) as org_id,
        any_value(name_vi) as name_vi,
        any_value(level) as level
    from registered
    group by extract_id
    having count(*) = 1

),

made as (

    select
        extract_id,
        name_vi,
        asked_level as level,
        replace(
            case
                when
                    asked_level in ('district', 'commune', 'agency') and province_key <> ''
                    and not {{ says('name_key', 'province_key') }}
                    then name_key || ' tinh ' || province_key
                else name_key
            end,
            ' ', '_'
        ) as org_id
    from documents
    where name_key <> ''

)

select
    documents.extract_id,
    coalesce(named.org_key, made.org_id || '@plan') as org_key,
    coalesce(named.org_id, made.org_id) as org_id,
    coalesce(named.name_vi, made.name_vi) as name_vi,
    coalesce(named.level, made.level) as level,
    named.org_key is not null as is_registered
from documents
left join named
    on documents.extract_id = named.extract_id
left join made
    on documents.extract_id = made.extract_id
where coalesce(named.org_key, made.org_id) is not null
