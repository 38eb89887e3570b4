-- By which numbers the plans' targets call an indicator in each year: those set for the year, else for the nearest year
-- before it that has any, else after it.
with numbers as (

    select distinct
        indicator_id,
        definition_version,
        year,
        regexp_replace(target_code, '^PL01\.', '') as number
    from {{ ref('int_targets') }}
    where is_current

),

listed as (

    select
        indicator_id,
        definition_version,
        year,
        string_agg(number, ', ' order by number) as target_number
    from numbers
    group by all

),

years as (

    select cast(period_id as integer) as year
    from {{ ref('dim_period') }}
    where kind = 'year'

),

ranked as (

    select
        listed.indicator_id,
        listed.definition_version,
        years.year,
        listed.target_number,
        case when listed.year <= years.year then years.year - listed.year else 1000 + listed.year end as years_away
    from listed
    cross join years

)

select
    indicator_id,
    definition_version,
    year,
    arg_min(target_number, years_away) as target_number,
    min(years_away) as years_away
from ranked
group by all
