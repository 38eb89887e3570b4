-- Every plan document received: the province it speaks for, and each time for which it was its plan's current text.
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

),

provinces as (

    select
        documents.extract_id,
        names.org_key,
        row_number() over (partition by documents.extract_id order by names.org_key) as choice
    from documents
    inner join {{ ref('int_org_names') }} as names
        on names.name_key = {{ match_key('documents.province') }}
        and names.level = 'province'
        and {{ is_valid_on('names', 'documents.results_on') }}

)

select
    documents.extract_id,
    documents.plan_id,
    documents.title,
    documents.province,
    provinces.org_key,
    documents.year,
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
left join provinces
    on documents.extract_id = provinces.extract_id
    and provinces.choice = 1
