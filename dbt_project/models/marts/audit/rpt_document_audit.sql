-- What a careful reader of a plan would remark on: each doubt with its place and what it is compared with.
with doubts as (

    select * from {{ ref('int_citation_doubts') }}
    union all by name
    select * from {{ ref('int_date_doubts') }}
    union all by name
    select * from {{ ref('int_reference_doubts') }}
    union all by name
    select * from {{ ref('int_heading_doubts') }}
    union all by name
    select * from {{ ref('int_row_number_doubts') }}
    union all by name
    select * from {{ ref('int_task_change_doubts') }}
    union all by name
    select * from {{ ref('int_class_doubts') }}
    union all by name
    select * from {{ ref('int_unfinished_tasks') }}
    union all by name
    select * from {{ ref('int_money_doubts') }}
    union all by name
    select * from {{ ref('int_district_doubts') }}
    union all by name
    select * from {{ ref('int_result_doubts') }}
    union all by name
    select * from {{ ref('int_base_doubts') }}
    union all by name
    select * from {{ ref('int_aim_doubts') }}

),

agencies as (

    select
        org_id,
        max(org_key) as org_key
    from {{ ref('int_organisations') }}
    group by org_id

)

select
    doubts.plan_id || '/' || doubts.doubt || '/' || doubts.subject_key as audit_id,
    doubts.plan_id,
    doubts.doubt,
    doubts.subject,
    coalesce(doubts.subject_en, doubts.subject) as subject_en,
    doubts.stated,
    doubts.compared,
    doubts.place,
    doubts.compared_place,
    doubts.listed,
    cast(coalesce(doubts.items, 1) as integer) as items,
    cast(doubts.amount_vnd as bigint) as amount_vnd,
    doubts.indicator_id,
    coalesce(doubts.period_id, cast(documents.year as varchar)) as period_id,
    coalesce(agencies.org_key, documents.org_key) as org_key,
    doubts.line,
    doubts.locator,
    citations.citation_vi,
    citations.citation_en,
    doubts.compared_locator,
    coalesce(others.citation_vi, doubts.compared_locator) as compared_vi,
    coalesce(others.citation_en, doubts.compared_locator) as compared_en,
    doubts.extract_id,
    documents.is_made_up
from doubts
inner join {{ ref('int_documents') }} as documents
    on doubts.extract_id = documents.extract_id
    and documents.is_current
left join agencies
    on doubts.lead_org_id = agencies.org_id
left join {{ ref('stg_plan_citations') }} as citations
    on doubts.extract_id = citations.extract_id
    and doubts.locator = citations.locator
left join {{ ref('stg_plan_citations') }} as others
    on doubts.extract_id = others.extract_id
    and doubts.compared_locator = others.locator
