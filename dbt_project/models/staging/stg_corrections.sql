select
    correction_id,
    source_id,
    measure_id,
    org_id,
    reporter_org_id,
    period_id,
    published,
    corrected,
    status,
    reason,
    evidence,
    known_on,
    timezone('Asia/Ho_Chi_Minh', cast(known_on as timestamp)) as known_from
from {{ source('registry', 'corrections') }}
