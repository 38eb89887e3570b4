-- Every figure of a plan, in its text and in its tables, and what it is used for.
select
    figures.plan_id || '/figure/' || row_number() over (
        partition by figures.extract_id order by figures.line, figures.locator, figures.figure_key
    ) as figure_id,
    figures.plan_id,
    figures.line,
    figures.locator,
    citations.citation_vi,
    citations.citation_en,
    figures.raw_text,
    figures.kind,
    cast(figures.value as decimal(24, 4)) as value,
    figures.unit_text as unit,
    figures.context,
    coalesce(uses.used_as, 'unused') as used_as,
    uses.used_by,
    figures.extract_id,
    documents.is_made_up
from {{ ref('int_figures') }} as figures
inner join {{ ref('int_documents') }} as documents
    on figures.extract_id = documents.extract_id
    and documents.is_current
left join {{ ref('int_figure_uses') }} as uses
    on figures.extract_id = uses.extract_id
    and figures.figure_key = uses.figure_key
left join {{ ref('stg_plan_citations') }} as citations
    on figures.extract_id = citations.extract_id
    and figures.locator = citations.locator
