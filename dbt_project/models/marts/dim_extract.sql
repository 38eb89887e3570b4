with arrivals as (

    select
        extract_id,
        list_sort(list(received_at)) as arrived_at
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
    extracts.publisher,
    extracts.citation,
    extracts.is_made_up
from {{ ref('stg_extracts') }} as extracts
inner join arrivals
    on extracts.extract_id = arrivals.extract_id
