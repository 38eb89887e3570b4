-- The rows of all extracts, each with the organisation it is about, and who reported it where that is another one.
-- A name is looked up once for each day of which it is said, not once for each row.
with names as (

    select
        org_text as text,
        org_code as code,
        period_end
    from {{ ref('stg_extract_rows') }}
    union
    select
        reporter as text,
        cast(null as varchar) as code,
        period_end
    from {{ ref('stg_extract_rows') }}

),

keyed as (

    select
        *,
        {{ hashed('text', 'code', 'period_end') }} as name_id,
        coalesce(nullif({{ match_key('text') }}, ''), '#' || code) as label,
        lower(nfc_normalize(text)) as spelling
    from names

),

labels as (

    select * from {{ ref('int_org_names') }}
    union
    select * replace ('#' || code as name_key) from {{ ref('int_org_names') }}
    where code is not null

),

-- Codes are reused under new names, so the name decides; the code only helps where there is no name, or where the name
-- is that of several communes.
candidates as (

    select distinct
        keyed.name_id,
        labels.org_key,
        labels.org_id,
        labels.level,
        case
            when labels.level <> 'commune' then 0
            when keyed.code = labels.code then 1
            -- Ia Băng and Ia Bang are two communes of one district
            when position(
                regexp_replace(lower(labels.name_vi), '^(xã|phường|thị trấn) ', '') in keyed.spelling
            ) > 0 then 2
            else 3
        end as fit
    from keyed
    inner join labels
        on keyed.label = labels.name_key
        and {{ is_valid_on('labels', 'keyed.period_end') }}

),

ranked as (

    select
        *,
        level = 'commune' and count(*) over (partition by name_id, fit) > 1 as is_ambiguous,
        row_number() over (partition by name_id order by fit, level, org_key) as choice
    from candidates

),

owners as (

    select
        keyed.name_id,
        list(distinct labels.org_key order by labels.org_key) as org_keys
    from keyed
    inner join labels
        on '#' || keyed.code = labels.name_key
        and {{ is_valid_on('labels', 'keyed.period_end') }}
    group by keyed.name_id

),

-- A code that belongs to another unit than the name: whose the numbers are nobody can say.
matched as (

    select
        keyed.name_id,
        keyed.label,
        coalesce(ranked.is_ambiguous, false) as is_ambiguous,
        case when not ranked.is_ambiguous then ranked.org_key end as org_key,
        case when not ranked.is_ambiguous then ranked.org_id end as org_id,
        case
            when not ranked.is_ambiguous and not list_contains(owners.org_keys, ranked.org_key) then owners.org_keys[1]
        end as code_org_key
    from keyed
    left join ranked
        on keyed.name_id = ranked.name_id
        and ranked.choice = 1
    left join owners
        on keyed.name_id = owners.name_id

),

expected as (

    select
        source_id,
        list(org_id) as org_ids
    from {{ ref('stg_source_reporters') }}
    group by source_id

),

matched_rows as (

    select
        stated.*,
        {{ hashed('stated.extract_id', 'stated.row_no', 'stated.place', 'stated.subject', 'stated.unit') }} as row_id,
        orgs.org_key,
        orgs.is_ambiguous as is_org_ambiguous,
        orgs.code_org_key,
        reporters.org_id as reporter_org_id,
        -- Where several must report, each states a part, and a part of nobody's is no part.
        expected.source_id is not null as is_part,
        case
            when expected.source_id is not null
                then not coalesce(list_contains(expected.org_ids, reporters.org_id), false)
            else reporters.label is not null and reporters.org_id is null
        end as is_reporter_unknown,
        {{ hashed(
            'stated.extract_id', 'stated.subject', 'stated.kind', 'stated.period_id', 'orgs.org_key', 'reporters.org_id'
        ) }} as statement_id
    from {{ ref('stg_extract_rows') }} as stated
    inner join matched as orgs
        on {{ hashed('stated.org_text', 'stated.org_code', 'stated.period_end') }} = orgs.name_id
    inner join matched as reporters
        on {{ hashed('stated.reporter', 'cast(null as varchar)', 'stated.period_end') }} = reporters.name_id
    left join expected
        on stated.source_id = expected.source_id

),

several as (

    select statement_id
    from matched_rows
    where org_key is not null
    group by statement_id
    having count(*) > 1

),

-- One unit under two spellings in one extract is one unit: what both say alike counts once, what differs not at all.
repeated as (

    select
        matched_rows.row_id,
        row_number() over statements as statement_no,
        coalesce(min(value) over alike <> max(value) over alike, false)
        or (count(value) over alike > 0 and count(value) over alike < count(*) over alike) as is_contested
    from matched_rows
    inner join several
        on matched_rows.statement_id = several.statement_id
    window
        alike as (partition by matched_rows.statement_id),
        statements as (alike order by matched_rows.row_no, matched_rows.place)

)

select
    matched_rows.* exclude (statement_id),
    extracts.received_at,
    extracts.is_made_up,
    coalesce(repeated.is_contested, false) as is_contested,
    matched_rows.code_org_key is not null
    or coalesce(repeated.is_contested, false)
    or coalesce(repeated.statement_no, 1) > 1 as is_left_out
from matched_rows
inner join {{ ref('stg_extracts') }} as extracts
    on matched_rows.extract_id = extracts.extract_id
left join repeated
    on matched_rows.row_id = repeated.row_id
