{{ config(tags=['of_plans']) }}

-- Every plan document received: the organisation it speaks for, and each time for which it was its plan's current text.
with documents as (

    select
        documents.*,
        extracts.file_name,
        extracts.publisher,
        extracts.is_made_up,
        times.known_from,
        times.known_to,
        make_date(documents.result_year, 12, 31) as results_on
    from {{ ref('stg_plan_documents') }} as documents
    inner join {{ ref('stg_extracts') }} as extracts
        on documents.extract_id = extracts.extract_id
    inner join {{ ref('int_document_times') }} as times
        on documents.extract_id = times.extract_id

)

select
    documents.extract_id,
    documents.plan_id,
    documents.title,
    documents.province,
    documents.organisation,
    organisations.org_key,
    organisations.name_vi as org_vi,
    organisations.level,
    organisations.is_registered,
    documents.year_from,
    documents.year,
    documents.issued_on,
    coalesce(documents.is_amendment, false) as is_amendment,
    documents.result_year,
    documents.results_on,
    documents.line_count,
    documents.file_name,
    documents.publisher,
    documents.is_made_up,
    documents.known_from,
    documents.known_to,
    documents.known_to is null as is_current
from documents
left join {{ ref('int_plan_organisations') }} as organisations
    on documents.extract_id = organisations.extract_id
