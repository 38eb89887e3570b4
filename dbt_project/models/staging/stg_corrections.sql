select
    correction_id,
    source_id,
    measure_id,
    org_id,
    period_id,
    published,
    corrected,
    status,
    reason,
    evidence
from {{ source('registry', 'corrections') }}
