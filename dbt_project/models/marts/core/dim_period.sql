with used as (

    select cast(left(period_id, 4) as integer) as year from {{ ref('int_indicator_periods') }}
    union
    select cast(left(period_id, 4) as integer) as year from {{ ref('int_observations') }}
    union
    select cast(left(period_id, 4) as integer) as year from {{ ref('stg_extracts') }} where period_id is not null
    union
    select year from {{ ref('int_documents') }}
    union
    -- to this day reports are expected
    select cast(extract(year from received_at) as integer) as year from {{ ref('stg_extracts') }}

),

years as (

    select cast(numbers.generate_series as integer) as year
    from generate_series((select min(year) from used), (select max(year) from used)) as numbers

),

months as (

    select cast(numbers.generate_series as integer) as month
    from generate_series(1, 12) as numbers

),

starts as (

    select
        cast(years.year as varchar) as period_id,
        'year' as kind,
        make_date(years.year, 1, 1) as start_date,
        12 as length
    from years
    union all
    select
        years.year || '-Q' || cast((months.month + 2) // 3 as integer) as period_id,
        'quarter' as kind,
        make_date(years.year, months.month, 1) as start_date,
        3 as length
    from years
    cross join months
    where months.month in (1, 4, 7, 10)
    union all
    select
        years.year || '-' || lpad(cast(months.month as varchar), 2, '0') as period_id,
        'month' as kind,
        make_date(years.year, months.month, 1) as start_date,
        1 as length
    from years
    cross join months

)

select
    period_id,
    kind,
    start_date,
    cast(start_date + to_months(length) - interval 1 day as date) as end_date
from starts
