-- The organisation of which a row set aside would have stated something: the one that its cells name first, where they
-- name just one. text_keys: what stands in its cells, as names are matched.
with texts as (

    select
        rejected.extract_id,
        rejected.row_no,
        positions.position,
        {{ match_key('positions.text') }} as text_key
    from {{ ref('stg_rejected_rows') }} as rejected
    cross join lateral (
        select
            unnest(list_append(rejected.row_texts, rejected.raw_text)) as text,
            unnest(range(len(rejected.row_texts) + 1)) as position
    ) as positions

),

extracts as (

    select
        extract_id,
        source_id,
        period_id,
        is_made_up,
        {{ last_day_of('period_id') }} as last_day
    from {{ ref('stg_extracts') }}
    where period_id is not null

),

named as (

    select
        texts.extract_id,
        texts.row_no,
        texts.position,
        min(names.org_key) as org_key
    from texts
    inner join extracts
        on texts.extract_id = extracts.extract_id
    inner join {{ ref('int_org_names') }} as names
        on texts.text_key = names.name_key
        and names.level <> 'operator'
        and {{ is_valid_on('names', 'extracts.last_day') }}
    group by texts.extract_id, texts.row_no, texts.position
    having count(distinct names.org_key) = 1

),

organisations as (

    select
        extract_id,
        row_no,
        arg_min(org_key, position) as org_key
    from named
    group by extract_id, row_no

),

keys as (

    select
        extract_id,
        row_no,
        list(text_key) as text_keys
    from texts
    group by extract_id, row_no

)

select
    organisations.extract_id,
    organisations.row_no,
    organisations.org_key,
    keys.text_keys,
    rejected.locator,
    extracts.source_id,
    extracts.period_id,
    extracts.last_day,
    extracts.is_made_up
from organisations
inner join {{ ref('stg_rejected_rows') }} as rejected
    on organisations.extract_id = rejected.extract_id
    and organisations.row_no = rejected.row_no
inner join extracts
    on organisations.extract_id = extracts.extract_id
inner join keys
    on organisations.extract_id = keys.extract_id
    and organisations.row_no = keys.row_no
