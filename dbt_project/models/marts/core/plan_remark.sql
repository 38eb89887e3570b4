-- Named by what it is about, so that the name outlives a line more above it; raw texts are long, hence a digest.
select
    concat_ws(
        '/',
        remarks.plan_id, 'remark', remarks.kind, left(md5(remarks.raw_text), 8),
        row_number() over (partition by remarks.plan_id, remarks.kind, remarks.raw_text order by remarks.remark_no)
    ) as remark_id,
    remarks.plan_id,
    remarks.kind,
    remarks.line,
    remarks.line_to,
    remarks.cell,
    remarks.raw_text,
    remarks.detail_vi,
    remarks.detail_en,
    {{ locator('remarks.line', 'remarks.cell', 'null', 'null') }} as locator,
    citations.citation_vi,
    citations.citation_en,
    remarks.extract_id,
    documents.is_made_up
from {{ ref('stg_plan_remarks') }} as remarks
inner join {{ ref('int_documents') }} as documents
    on remarks.extract_id = documents.extract_id
left join {{ ref('stg_plan_citations') }} as citations
    on remarks.extract_id = citations.extract_id
    and {{ locator('remarks.line', 'remarks.cell', 'null', 'null') }} = citations.locator
where documents.is_current
