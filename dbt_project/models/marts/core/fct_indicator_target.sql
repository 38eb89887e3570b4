select
    targets.target_id,
    targets.plan_id,
    targets.indicator_id,
    targets.definition_version,
    targets.org_level,
    targets.org_key,
    targets.year,
    targets.target_kind,
    targets.operator,
    targets.target_value,
    targets.target_from,
    targets.target_to,
    targets.raw_text,
    targets.stated_name,
    targets.line,
    targets.locator,
    citations.citation_vi,
    citations.citation_en,
    targets.nearest_indicator_id,
    targets.differs_vi,
    targets.differs_en,
    targets.extract_id,
    targets.is_made_up
from {{ ref('int_targets') }} as targets
left join {{ ref('stg_plan_citations') }} as citations
    on targets.extract_id = citations.extract_id
    and targets.locator = citations.locator
where targets.is_current
