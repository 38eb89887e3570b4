select
    correction_id,
    source_id,
    measure_id,
    org_id,
    reporter_org_id,
    period_id,
    cast(published as decimal(18, 2)) as published,
    cast(corrected as decimal(18, 2)) as corrected,
    status,
    reason,
    evidence,
    known_on
from {{ ref('stg_corrections') }}
