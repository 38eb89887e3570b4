-- Who is held against each target, and of which periods. A target of a level of government is held against its whole
-- and each organisation of it within who set it; a threshold of a year also in the quarters and months of which
-- something is known of its indicator.
with of_orgs as (

    select
        *,
        true as is_of_the_whole
    from {{ ref('int_targets') }}

    union all

    select
        targets.* replace (organisations.org_key as org_key),
        false as is_of_the_whole
    from {{ ref('int_targets') }} as targets
    inner join {{ ref('stg_organisations') }} as organisations
        on targets.org_level = organisations.level and targets.org_key <> organisations.org_key
    left join {{ ref('stg_organisations') }} as above on organisations.parent_org_key = above.org_key
    where targets.planner_org_key in (organisations.parent_org_key, above.parent_org_key)

),

parts_of_years as (

    select
        indicator_id,
        definition_version,
        org_key,
        period_id,
        left(period_id, 4) as year_id
    from {{ ref('int_value_cells') }}
    where org_terms = 'then' and length(period_id) > 4

),

of_periods as (

    select
        *,
        cast(year - 1 as varchar) as previous_period_id
    from of_orgs

    union all

    select
        targets.* replace (parts.period_id as period_id),
        {{ period_before('parts.period_id') | indent }} as previous_period_id
    from of_orgs as targets
    inner join parts_of_years as parts
        on targets.indicator_id = parts.indicator_id
        and targets.definition_version = parts.definition_version
        and targets.org_key = parts.org_key
        and targets.period_id = parts.year_id
    where targets.target_kind = 'threshold'

)

select
    * exclude (is_current),
    cast(year - 1 as varchar) as base_period_id,
    {{ hashed(text_number('target_id'), 'org_key', 'period_id') }} as cell_id,
    {{ hashed(text_number('target_id'), 'extract_id', 'org_key', 'period_id', 'known_from') }} as text_id
from of_periods
