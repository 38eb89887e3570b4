select
    coalesce(expected.source_id, received.source_id) as source_id,
    coalesce(expected.org_key, received.org_key) as org_key,
    coalesce(expected.period_id, received.period_id) as period_id,
    case
        when expected.source_id is not null then 1
        -- of a source without a due day nobody has said what to expect
        when sources.due_day is not null then 0
    end as expected,
    case when received.source_id is null then 0 else 1 end as received,
    case
        when expected.source_id is null then null
        when cast(received.received_at at time zone 'Asia/Ho_Chi_Minh' as date) <= expected.due_on then 1
        else 0
    end as on_time,
    expected.due_on,
    received.received_at,
    coalesce(received.is_made_up, expected.is_made_up) as is_made_up
from {{ ref('int_expected_reports') }} as expected
full join {{ ref('int_received_reports') }} as received
    on expected.source_id = received.source_id
    and expected.org_key = received.org_key
    and expected.period_id = received.period_id
inner join {{ ref('stg_sources') }} as sources
    on coalesce(expected.source_id, received.source_id) = sources.source_id
