{{ config(materialized='view') }}

-- How many months each denominator is older than the end of the period, and of those alike the first that it is too old
-- for: in one period, for one indicator.
with ages as (

    select
        *,
        {{ hashed('denominator_measure', 'org_key', 'denominator_as_of') }} as denominator_id,
        cast(
            12 * (year(period_ends) - year(denominator_as_of))
            + month(period_ends) - month(denominator_as_of) as integer
        ) as denominator_age_months
    from {{ ref('int_reported_ratios') }}

)

select
    * exclude (denominator_id),
    row_number() over (
        partition by denominator_id, denominator_age_months > 12
        order by period_ends, period_id, indicator_id, definition_version
    ) > 1 as is_denominator_told
from ages
