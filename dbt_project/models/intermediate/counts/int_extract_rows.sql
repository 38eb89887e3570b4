{{ config(materialized='incremental') }}

-- The rows of all extracts, each with the organisation it is about, and who reported it where that is another one.
with names as (

    select distinct
        unnest([org_text, reporter]) as text,
        unnest([org_code, null]) as code,
        period_end
    from {{ ref('stg_extract_rows') }}
    where {{ is_touched('period_id') }}

),

keyed as (

    select
        *,
        {{ hashed(text_number('text'), text_number('code'), 'period_end') }} as name_id,
        coalesce(nullif({{ match_key('text') }}, ''), '#' || code) as name_key,
        lower(nfc_normalize(text)) as spelling
    from names

),

-- Codes are reused under new names, so the name decides; the code only helps where there is no name, or several
-- communes have it. Then the spelling does: Ia Băng and Ia Bang are two communes of one district.
candidates as (

    select distinct
        keyed.name_id,
        orgs.org_key,
        orgs.org_id,
        orgs.level,
        case
            when orgs.level <> 'commune' then 0
            when keyed.code = orgs.code then 1
            when contains(keyed.spelling, regexp_replace(lower(orgs.name_vi), '^(xã|phường|thị trấn) ', '')) then 2
            else 3
        end as fit
    from keyed
    inner join {{ ref('int_org_names') }} as orgs
        on keyed.name_key = orgs.name_key
        and {{ is_valid_on('orgs', 'keyed.period_end') }}

),

ranked as (

    select
        *,
        level = 'commune' and count(*) over (partition by name_id, fit) > 1 as is_shared,
        row_number() over (partition by name_id order by fit, level, org_key) as choice_no
    from candidates

),

owners as (

    select
        keyed.name_id,
        list(distinct orgs.org_key order by orgs.org_key) as org_keys
    from keyed
    inner join {{ ref('int_org_names') }} as orgs
        on '#' || keyed.code = orgs.name_key
        and {{ is_valid_on('orgs', 'keyed.period_end') }}
    group by keyed.name_id

),

-- A code that belongs to another unit than the name: whose the numbers are nobody can say.
matched as (

    select
        keyed.name_id,
        keyed.name_key is not null and ranked.org_key is null as is_unknown,
        ranked.org_key,
        ranked.org_id,
        keyed.name_id in (select one.name_id from ranked as one where one.is_shared and one.choice_no = 1) as is_shared,
        case when not list_contains(owners.org_keys, ranked.org_key) then owners.org_keys[1] end as code_org_key
    from keyed
    left join ranked
        on keyed.name_id = ranked.name_id
        and ranked.choice_no = 1
        and not ranked.is_shared
    left join owners
        on keyed.name_id = owners.name_id

),

matched_rows as (

    select
        stated.*,
        {{ text_number("concat_ws('|', stated.extract_id, row_no, locator, subject, unit)") }} as row_key,
        orgs.org_key,
        orgs.is_shared as is_org_ambiguous,
        orgs.code_org_key,
        reporters.org_id as reporter_org_id,
        -- Where several must report, each states a part, and a part of nobody's is no part.
        expecting.source_id is not null as is_part,
        expected.org_id is null
        and (expecting.source_id is not null or reporters.is_unknown) as is_reporter_unknown,
        {{ hashed(
            'stated.extract_id', text_number('subject'), 'kind', 'stated.period_id', 'orgs.org_key', 'reporters.org_id'
        ) }}
            as statement_id
    from {{ ref('stg_extract_rows') }} as stated
    inner join matched as orgs
        on {{ hashed(text_number('org_text'), text_number('org_code'), 'stated.period_end') }} = orgs.name_id
    inner join matched as reporters
        on {{ hashed(text_number('reporter'), 'cast(null as ubigint)', 'stated.period_end') }} = reporters.name_id
    left join (select distinct source_id from {{ ref('stg_source_reporters') }}) as expecting
        on stated.source_id = expecting.source_id
    left join {{ ref('stg_source_reporters') }} as expected
        on stated.source_id = expected.source_id
        and reporters.org_id = expected.org_id
    where {{ is_touched('stated.period_id') }}

),

-- One unit under two spellings in one extract is one unit: what both say alike counts once, what differs not at all.
repeated as (

    select
        row_key,
        row_number() over (partition by statement_id order by row_no, locator) as statement_no,
        coalesce(min(value) over alike <> max(value) over alike, false)
        or (count(value) over alike > 0 and count(value) over alike < count(*) over alike) as is_contested
    from matched_rows
    where
        org_key is not null
        and statement_id in (select several.statement_id from matched_rows as several group by all having count(*) > 1)
    window alike as (partition by statement_id)

)

select
    matched_rows.* exclude (statement_id),
    extracts.received_at,
    extracts.is_made_up,
    coalesce(repeated.is_contested, false) as is_contested,
    matched_rows.code_org_key is not null
    or coalesce(repeated.is_contested or repeated.statement_no > 1, false) as is_left_out
from matched_rows
inner join {{ ref('stg_extracts') }} as extracts
    on matched_rows.extract_id = extracts.extract_id
left join repeated
    on matched_rows.row_key = repeated.row_key
