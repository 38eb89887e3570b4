-- A plan's own number and day left blank, and appendices that it refers to and does not have.
with has_appendices as (

    select distinct extract_id from {{ ref('stg_plan_headings') }} where form = 'appendix'

)

select
    extract_id,
    plan_id,
    'own_number_blank' as doubt,
    'own' as subject_key,
    arg_min(raw_text, reference_no) as subject,
    count(*) as items,
    min(line) as line,
    arg_min(locator, reference_no) as locator
from {{ ref('int_mentions') }}
where is_own and kind = 'document' and (serial is null or (date_raw is not null and dated_on is null))
group by extract_id, plan_id

union all by name

select
    mentions.extract_id,
    mentions.plan_id,
    'appendix_absent' as doubt,
    mentions.appendix as subject_key,
    mentions.appendix as subject,
    count(*) as items,
    min(mentions.line) as line,
    arg_min(mentions.locator, mentions.reference_no) as locator
from {{ ref('int_mentions') }} as mentions
inner join has_appendices
    on mentions.extract_id = has_appendices.extract_id
left join {{ ref('stg_plan_headings') }} as headings
    on mentions.extract_id = headings.extract_id
    and mentions.appendix = headings.mark
    and headings.form = 'appendix'
where mentions.kind = 'appendix' and headings.extract_id is null
group by mentions.extract_id, mentions.plan_id, mentions.appendix
