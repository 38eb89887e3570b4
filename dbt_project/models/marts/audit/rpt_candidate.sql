-- Each target or result that a plan names and the registry has no indicator for: what a new entry would be made of.
with named as (

    select
        extract_id,
        'appendix' as origin,
        row_code as code,
        name,
        section_name,
        unit_raw,
        unit,
        target_year as year,
        target_kind,
        operator,
        target_value,
        target_from,
        target_to,
        target_raw,
        result_year,
        result_raw,
        lead_raw,
        line,
        coalesce(target_no, 1) as target_no,
        {{ locator('line', 'coalesce(target_cell, result_cell)', 'null', 'null') }} as locator
    from {{ ref('int_indicator_rows') }}
    where indicator_id is null and (target_raw is not null or result_raw is not null)

    union all

    select
        extract_id,
        'text' as origin,
        code,
        name,
        section as section_name,
        unit_raw,
        unit,
        year,
        target_kind,
        operator,
        target_value,
        target_from,
        target_to,
        raw_text as target_raw,
        cast(null as integer) as result_year,
        cast(null as varchar) as result_raw,
        cast(null as varchar) as lead_raw,
        line,
        cast(row_number() over (partition by extract_id, line order by code) as integer) as target_no,
        {{ prose_locator('line', 'char_from', 'char_to') }} as locator
    from {{ ref('int_target_rows') }}
    where indicator_id is null

)

select
    concat_ws('/', documents.plan_id, 'candidate', named.code, 'line ' || named.line, named.target_no) as candidate_id,
    documents.plan_id,
    documents.org_key,
    named.origin,
    named.code,
    named.name,
    named.section_name,
    named.unit_raw,
    named.unit,
    coalesce(named.year, documents.year) as year,
    named.target_kind,
    named.operator,
    cast(named.target_value as decimal(24, 4)) as target_value,
    cast(named.target_from as decimal(24, 4)) as target_from,
    cast(named.target_to as decimal(24, 4)) as target_to,
    named.target_raw,
    coalesce(named.result_year, documents.result_year) as result_year,
    named.result_raw,
    named.lead_raw,
    named.line,
    named.locator,
    citations.citation_vi,
    citations.citation_en,
    documents.extract_id,
    documents.is_made_up
from named
inner join {{ ref('int_documents') }} as documents
    on named.extract_id = documents.extract_id
left join {{ ref('stg_plan_citations') }} as citations
    on named.extract_id = citations.extract_id
    and named.locator = citations.locator
where documents.is_current
