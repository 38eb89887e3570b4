select
    period_id,
    kind,
    start_date,
    end_date
from {{ ref('int_periods') }}
