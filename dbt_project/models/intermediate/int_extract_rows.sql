-- The rows of all extracts of the tall kind, each with the organisation it is about, who reported it where that is
-- another one, and the time it was known from.
with numbered as (

    select
        *,
        coalesce({{ match_key('org_text') }}, '') as org_text_key,
        coalesce({{ match_key('reporter') }}, '') as reporter_key,
        extract_id || '|' || place || '|' || subject as row_id
    from {{ ref('int_rows_of_sources') }}

),

said as (

    select distinct org_text_key as name_key, org_code as code, period_end from numbered
    union
    select distinct reporter_key as name_key, cast(null as varchar) as code, period_end from numbered

),

candidates as (

    select
        said.*,
        names.org_key,
        names.org_id,
        names.level
    from said
    inner join {{ ref('int_org_names') }} as names
        on said.name_key = names.name_key
        and (names.valid_from is null or names.valid_from <= said.period_end)
        and (names.valid_to is null or names.valid_to >= said.period_end)
    where said.name_key <> ''

    union all

    -- Codes are reused under new names, so the name decides; the code only helps where there is no name.
    select
        said.*,
        names.org_key,
        names.org_id,
        names.level
    from said
    inner join {{ ref('int_org_names') }} as names
        on said.code = names.code
        and (names.valid_from is null or names.valid_from <= said.period_end)
        and (names.valid_to is null or names.valid_to >= said.period_end)
    where said.name_key = ''

),

matched as (

    select
        *,
        row_number() over (partition by name_key, code, period_end order by level, org_key) as choice
    from candidates

),

expected as (

    select
        source_id,
        list(org_id) as org_ids
    from {{ ref('stg_source_reporters') }}
    group by source_id

)

select
    numbered.*,
    organisations.org_key,
    reporters.org_id as reporter_org_id,
    -- Where several must report, each states a part, and a part of nobody's is no part.
    expected.source_id is not null as is_part,
    case
        when expected.source_id is not null then not coalesce(list_contains(expected.org_ids, reporters.org_id), false)
        else numbered.reporter_key <> '' and reporters.org_id is null
    end as is_reporter_unknown,
    extracts.received_at as known_from,
    extracts.is_made_up,
    sources.precedence
from numbered
inner join {{ ref('stg_extracts') }} as extracts
    on numbered.extract_id = extracts.extract_id
inner join {{ ref('stg_sources') }} as sources
    on numbered.source_id = sources.source_id
left join matched as organisations
    on numbered.org_text_key = organisations.name_key
    and numbered.org_code is not distinct from organisations.code
    and numbered.period_end = organisations.period_end
    and organisations.choice = 1
left join matched as reporters
    on numbered.reporter_key = reporters.name_key
    and reporters.code is null
    and numbered.period_end = reporters.period_end
    and reporters.choice = 1
left join expected
    on numbered.source_id = expected.source_id
