-- A file is replaced once another one has come for the same report and nobody's numbers are missing of it.
with incomplete as (

    select distinct
        source_id,
        period_id
    from {{ ref('fct_reporting') }}
    where expected = 1 and received = 0

),

followed as (

    select distinct refused.extract_id
    from {{ ref('stg_refused_files') }} as refused
    inner join {{ ref('stg_extracts') }} as extracts
        on refused.source_id = extracts.source_id
        and coalesce(refused.period_id, refused.plan_id) = coalesce(extracts.period_id, extracts.plan_id)
        and refused.received_at <= extracts.received_at  -- both may state when they were sent

)

select
    refused.extract_id,
    refused.source_id,
    sources.name_vi as source_vi,
    sources.name_en as source_en,
    refused.plan_id,
    refused.period_id,
    refused.file_name,
    refused.bytes,
    refused.received_at,
    refused.code,
    reasons.reason_vi,
    reasons.reason_en,
    refused.locator,
    refused.earlier_source_id,
    refused.earlier_period_id,
    refused.earlier_plan_id,
    followed.extract_id is not null and incomplete.source_id is null as is_replaced,
    refused.is_made_up
from {{ ref('stg_refused_files') }} as refused
left join {{ ref('dim_source') }} as sources
    on refused.source_id = sources.source_id
left join {{ ref('dim_rejection_reason') }} as reasons
    on refused.code = reasons.code
left join followed
    on refused.extract_id = followed.extract_id
left join incomplete
    on refused.source_id = incomplete.source_id
    and refused.period_id = incomplete.period_id
