{{ config(materialized='incremental') }}

-- Which reports came and were not withdrawn, from whom and when first: a report is what one source heard from one
-- organisation about one period. Where a source has reporters of its own, such as operators, the report is theirs, not
-- the district's it is about.
with said as (

    select
        source_id,
        org_key,
        period_id,
        extract_id,
        case when is_part then reporter_org_id end as part_reporter,
        period_end,
        min(known_from) as received_at,
        bool_or(is_made_up) as is_made_up
    from {{ ref('int_observations') }}
    where {{ is_touched('period_id') }}
    group by all

    union all

    select
        source_id,
        org_key,
        period_id,
        extract_id,
        null as part_reporter,
        null as period_end,
        known_from as received_at,
        is_made_up
    from {{ ref('int_reports') }}
    where {{ is_touched('period_id') }}

),

-- an organisation has a key for each time of its own
reporters as (

    select distinct
        said.part_reporter,
        said.period_end,
        organisations.org_key
    from said
    inner join {{ ref('stg_organisations') }} as organisations
        on said.part_reporter = organisations.org_id
    where {{ is_valid_on('organisations', 'said.period_end') }}

)

select
    said.source_id,
    coalesce(reporters.org_key, said.org_key) as org_key,
    said.period_id,
    min(said.received_at) as received_at,
    bool_or(said.is_made_up) as is_made_up
from said
left join reporters
    on said.part_reporter = reporters.part_reporter
    and said.period_end is not distinct from reporters.period_end
where said.extract_id not in (select extract_id from {{ ref('stg_extracts') }} where is_withdrawn)
group by said.source_id, coalesce(reporters.org_key, said.org_key), said.period_id
