-- The rows of all extracts of the tall kind, each with the organisation it is about and the time it was known from.
with received as (

    select * from {{ ref('stg_published_figures') }}
    union all
    select * from {{ ref('stg_dvc_portal') }}
    union all
    select * from {{ ref('stg_vneid') }}

),

numbered as (

    select
        *,
        {{ match_key('org_text') }} as org_text_key,
        extract_id || '|' || place || '|' || subject as row_id
    from received

),

candidates as (

    select
        numbered.row_id,
        names.org_key,
        row_number() over (
            partition by numbered.row_id
            -- Codes are reused under new names, so the name decides; the code only helps where there is no name.
            order by names.name_key = numbered.org_text_key desc, names.level, names.org_key
        ) as choice
    from numbered
    inner join {{ ref('int_org_names') }} as names
        on (
            names.name_key = numbered.org_text_key
            or (coalesce(numbered.org_text_key, '') = '' and names.code = numbered.org_code)
        )
        and (names.valid_from is null or names.valid_from <= numbered.period_end)
        and (names.valid_to is null or names.valid_to >= numbered.period_end)

)

select
    numbered.*,
    candidates.org_key,
    extracts.received_at as known_from,
    extracts.is_made_up,
    sources.precedence
from numbered
inner join {{ ref('stg_extracts') }} as extracts
    on numbered.extract_id = extracts.extract_id
inner join {{ ref('stg_sources') }} as sources
    on numbered.source_id = sources.source_id
left join candidates
    on numbered.row_id = candidates.row_id
    and candidates.choice = 1
