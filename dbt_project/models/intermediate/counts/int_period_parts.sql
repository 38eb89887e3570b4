-- The months of each quarter and the quarters of each year.
select
    {{ period_around('period_id', 'quarter') }} as whole_period_id,
    period_id,
    ({{ last_month('period_id') }} - 1) % 3 + 1 as position
from {{ ref('int_periods') }}
where kind = 'month'
union all
select
    left(period_id, 4) as whole_period_id,
    period_id,
    {{ last_month('period_id') }} // 3 as position
from {{ ref('int_periods') }}
where kind = 'quarter'
