-- Which reports came and were not withdrawn, from whom and when first: a report is what one source heard from one
-- organisation about one period. Where a source has reporters of its own, such as operators, the report is theirs, not
-- the district's it is about.
with said as (

    select
        observations.source_id,
        coalesce(reporters.org_key, observations.org_key) as org_key,
        observations.period_id,
        observations.known_from,
        observations.is_made_up
    from {{ ref('int_observations') }} as observations
    left join {{ ref('stg_organisations') }} as reporters
        on observations.is_part
        and observations.reporter_org_id = reporters.org_id
        and {{ is_valid_on('reporters', 'observations.period_end') }}

    where observations.extract_id not in (select extract_id from {{ ref('stg_extracts') }} where is_withdrawn)

    union all

    select
        source_id,
        org_key,
        period_id,
        known_from,
        is_made_up
    from {{ ref('int_reports') }}
    where extract_id not in (select extract_id from {{ ref('stg_extracts') }} where is_withdrawn)

)

select
    source_id,
    org_key,
    period_id,
    min(known_from) as received_at,
    bool_or(is_made_up) as is_made_up
from said
group by source_id, org_key, period_id
