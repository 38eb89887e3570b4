-- The rows of all extracts of the tall kind, each with the organisation it is about, and who reported it where that is
-- another one.
with numbered as (

    select
        *,
        coalesce({{ match_key('org_text') }}, '') as org_text_key,
        coalesce(lower(nfc_normalize(org_text)), '') as org_spelling,
        coalesce({{ match_key('reporter') }}, '') as reporter_key,
        concat_ws('|', extract_id, row_no, place, subject, unit) as row_id
    from {{ ref('int_rows_of_sources') }}

),

said as (

    select distinct
        org_text_key as name_key,
        org_spelling as spelling,
        org_code as code,
        period_end
    from numbered
    union
    select distinct
        reporter_key as name_key,
        '' as spelling,
        cast(null as varchar) as code,
        period_end
    from numbered

),

-- Codes are reused under new names, so the name decides; the code only helps where there is no name, or where the name
-- is that of several communes.
candidates as (

    select distinct
        said.*,
        names.org_key,
        names.org_id,
        names.level,
        case
            when names.level <> 'commune' then 0
            when said.code = names.code then 1
            -- Ia Băng and Ia Bang are two communes of one district
            when position(
                regexp_replace(lower(names.name_vi), '^(xã|phường|thị trấn) ', '') in said.spelling
            ) > 0 then 2
            else 3
        end as fit
    from said
    inner join {{ ref('int_org_names') }} as names
        on said.name_key = names.name_key
        and {{ is_valid_on('names', 'said.period_end') }}
    where said.name_key <> ''

    union all

    select distinct
        said.*,
        names.org_key,
        names.org_id,
        names.level,
        0 as fit
    from said
    inner join {{ ref('int_org_names') }} as names
        on said.code = names.code
        and {{ is_valid_on('names', 'said.period_end') }}
    where said.name_key = ''

),

ranked as (

    select
        *,
        count(*) over (partition by name_key, spelling, code, period_end, fit) as as_good,
        row_number() over (partition by name_key, spelling, code, period_end order by fit, level, org_key) as choice
    from candidates

),

matched as (

    select
        *,
        level = 'commune' and as_good > 1 as is_ambiguous
    from ranked
    where choice = 1

),

expected as (

    select
        source_id,
        list(org_id) as org_ids
    from {{ ref('stg_source_reporters') }}
    group by source_id

),

named as (

    select
        numbered.*,
        case when not organisations.is_ambiguous then organisations.org_key end as org_key,
        coalesce(organisations.is_ambiguous, false) as is_org_ambiguous,
        reporters.org_id as reporter_org_id,
        -- Where several must report, each states a part, and a part of nobody's is no part.
        expected.source_id is not null as is_part,
        case
            when expected.source_id is not null
                then not coalesce(list_contains(expected.org_ids, reporters.org_id), false)
            else numbered.reporter_key <> '' and reporters.org_id is null
        end as is_reporter_unknown,
        extracts.received_at,
        extracts.is_made_up,
        sources.precedence
    from numbered
    inner join {{ ref('stg_extracts') }} as extracts
        on numbered.extract_id = extracts.extract_id
    inner join {{ ref('stg_sources') }} as sources
        on numbered.source_id = sources.source_id
    left join matched as organisations
        on numbered.org_text_key = organisations.name_key
        and numbered.org_spelling = organisations.spelling
        and numbered.org_code is not distinct from organisations.code
        and numbered.period_end = organisations.period_end
    left join matched as reporters
        on numbered.reporter_key = reporters.name_key
        and reporters.spelling = ''
        and reporters.code is null
        and numbered.period_end = reporters.period_end
        and not reporters.is_ambiguous
    left join expected
        on numbered.source_id = expected.source_id

),

-- A code that belongs to another unit than the name: whose the numbers are nobody can say.
coded as (

    select
        named.row_id,
        min(codes.org_key) as code_org_key
    from named
    inner join (
        select distinct
            code,
            org_key,
            valid_from,
            valid_to
        from {{ ref('int_org_names') }}
    ) as codes
        on named.org_code = codes.code
        and {{ is_valid_on('codes', 'named.period_end') }}
    where named.org_key is not null
    group by named.row_id
    having bool_and(codes.org_key <> named.org_key)

),

-- One unit under two spellings in one extract is one unit: what both say alike counts once, what differs not at all.
repeated as (

    select
        row_id,
        row_number() over statements as statement_no,
        coalesce(min(value) over alike <> max(value) over alike, false)
        or (count(value) over alike > 0 and count(value) over alike < count(*) over alike) as is_contested
    from named
    where org_key is not null
    window
        alike as (partition by extract_id, subject, kind, org_key, reporter_org_id, period_id),
        statements as (alike order by row_no, place)

)

select
    named.*,
    coded.code_org_key,
    coalesce(repeated.is_contested, false) as is_contested,
    coded.row_id is not null
    or coalesce(repeated.is_contested, false)
    or coalesce(repeated.statement_no, 1) > 1 as is_left_out
from named
left join coded
    on named.row_id = coded.row_id
left join repeated
    on named.row_id = repeated.row_id
