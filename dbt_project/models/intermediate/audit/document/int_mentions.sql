-- Each mention of a document, with the number that tells documents apart however it is spelled.
select
    mentions.*,
    documents.level,
    documents.issued_on,
    mentions.kind = 'document' and not mentions.is_own and mentions.serial is not null as is_cited,
    concat_ws(' ', mentions.serial, mentions.number_year, mentions.symbol_key) as number_key,
    {{ locator('mentions.line', 'mentions.cell', 'mentions.char_from', 'mentions.char_to') }} as locator
from {{ ref('stg_plan_references') }} as mentions
inner join {{ ref('int_documents') }} as documents
    on mentions.extract_id = documents.extract_id
where documents.is_current
