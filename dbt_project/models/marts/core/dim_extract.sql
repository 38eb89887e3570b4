with arrivals as (

    select
        extract_id,
        list_sort(list(received_at)) as arrived_at,
        list_sort(list(withdrawn_at) filter (where withdrawn_at is not null)) as withdrawals
    from {{ ref('stg_arrivals') }}
    group by extract_id

)

select
    extracts.extract_id,
    extracts.source_id,
    extracts.plan_id,
    extracts.file_name,
    extracts.bytes,
    extracts.period_id,
    extracts.received_at,
    arrivals.arrived_at,
    coalesce(arrivals.withdrawals, cast([] as timestamptz[])) as withdrawals,
    extracts.withdrawn_at,
    extracts.withdrawn_reason,
    extracts.publisher,
    extracts.citation,
    extracts.is_made_up
from {{ ref('stg_extracts') }} as extracts
inner join arrivals
    on extracts.extract_id = arrivals.extract_id
