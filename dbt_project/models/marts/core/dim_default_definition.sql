-- Of several definitions in one year the one that a plan sets a target for is meant; of several of those, or of none,
-- the one that came into force last, then the first of the registry.
with years as (

    select cast(period_id as integer) as year
    from {{ ref('int_periods') }}
    where kind = 'year'

),

aimed_at as (

    select distinct
        indicator_id,
        definition_version,
        year
    from {{ ref('fct_indicator_target') }}

),

ranked as (

    select
        indicators.indicator_id,
        indicators.definition_version,
        years.year,
        aimed_at.year is not null as has_target,
        row_number() over (
            partition by indicators.indicator_id, years.year
            order by
                aimed_at.year is not null desc,
                years.year between coalesce(year(indicators.valid_from), years.year)
                and coalesce(year(indicators.valid_to), years.year) desc,
                indicators.valid_from desc nulls last,
                indicators.definition_version
        ) as choice_no
    from {{ ref('stg_indicators') }} as indicators
    cross join years
    left join aimed_at
        on indicators.indicator_id = aimed_at.indicator_id
        and indicators.definition_version = aimed_at.definition_version
        and years.year = aimed_at.year

)

select
    indicator_id,
    year,
    definition_version,
    has_target
from ranked
where choice_no = 1
