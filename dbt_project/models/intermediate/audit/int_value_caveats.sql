-- The values of which the current text of a plan itself says that they are only estimated or have no data.
select
    caveats.indicator_id,
    caveats.definition_version,
    documents.org_key,
    cast(documents.result_year as varchar) as period_id,
    min(caveats.line) as line,
    min(caveats.item) as item
from {{ ref('int_caveats') }} as caveats
inner join {{ ref('int_documents') }} as documents
    on caveats.extract_id = documents.extract_id
where documents.is_current
group by caveats.indicator_id, caveats.definition_version, documents.org_key, documents.result_year
