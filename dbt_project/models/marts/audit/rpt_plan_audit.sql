-- Each plan beside the others of its organisation: the one before it for the same year, of which it may be another
-- version or an amendment, and the one for the year before that.
with documents as (

    select
        *,
        lag(plan_id) over (partition by org_key, year order by known_from, plan_id) as same_before
    from {{ ref('int_documents') }}
    where is_current

)

select
    documents.plan_id,
    documents.title,
    documents.org_key,
    documents.org_vi,
    documents.year,
    documents.is_amendment,
    case when documents.org_key is not null and documents.year is not null then documents.same_before end
        as same_year_plan_id,
    max_by(earlier.plan_id, earlier.year) as previous_plan_id,
    cast(max(earlier.year) as integer) as previous_year,
    'the whole document' as locator,
    documents.extract_id,
    documents.file_name,
    documents.is_made_up
from documents
left join documents as earlier
    on documents.org_key = earlier.org_key
    and documents.year > earlier.year
group by all
