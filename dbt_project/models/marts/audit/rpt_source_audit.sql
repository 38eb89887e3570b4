{{ config(materialized='incremental') }}

-- Counts that are stated differently of one organisation and the same days: by two sources, by two who report to one,
-- at two places of a document. One row for each number that the marts do not use, beside the one that they do. A bound,
-- an estimate or a count measured otherwise contradicts nothing.
with chosen as (

    select *
    from {{ ref('int_counts') }}
    where
        known_to is null
        and value is not null
        and basis <> 'partial'
        and obs_status <> 'E'
        and not is_measured_otherwise
        and {{ is_touched('period_id') }}

),

offered as (

    select
        measure_id,
        org_key,
        source_id,
        reporter_org_id,
        period_id,
        period_start,
        period_end,
        true as is_stated,
        value,
        extract_id,
        plan_id,
        line,
        locator,
        is_made_up
    from {{ ref('int_observations') }}
    where
        known_to is null
        and not is_part
        and not is_cumulative
        and obs_status <> 'E'
        and not is_measured_otherwise
        and {{ is_touched('period_id') }}

    union all

    select
        counts.measure_id,
        counts.org_key,
        counts.source_id,
        cast(null as varchar) as reporter_org_id,
        counts.period_id,
        counts.period_start,
        counts.period_end,
        false as is_stated,
        counts.value,
        cast(null as varchar) as extract_id,
        stated.plan_id,
        stated.line,
        stated.locator,
        counts.is_made_up
    from {{ ref('int_source_counts') }} as counts
    left join {{ ref('int_observations') }} as stated
        on counts.observation_key = stated.observation_key
    where
        counts.known_to is null
        and counts.value is not null
        and counts.basis in ('difference', 'reporters', 'children')
        and counts.obs_status <> 'E'
        and not counts.is_measured_otherwise
        and {{ is_touched('counts.period_id') }}

)

select
    concat_ws(
        '|',
        offered.measure_id, offered.org_key, offered.period_id, offered.source_id, offered.reporter_org_id,
        offered.locator
    ) as disagreement_id,
    offered.measure_id,
    measures.name_vi as measure_vi,
    measures.name_en as measure_en,
    offered.org_key,
    organisations.name_vi as org_vi,
    offered.period_id,
    offered.source_id,
    sources.name_vi as source_vi,
    sources.name_en as source_en,
    reporters.name_vi as reporter_vi,
    offered.value,
    chosen.source_id as used_source_id,
    used_sources.name_vi as used_source_vi,
    used_sources.name_en as used_source_en,
    used.locator as used_locator,
    chosen.value as used_value,
    cast(offered.value - chosen.value as decimal(18, 2)) as difference,
    offered.extract_id,
    offered.plan_id,
    offered.line,
    offered.locator,
    offered.is_made_up
from chosen
inner join offered
    on chosen.measure_id = offered.measure_id
    and chosen.org_key = offered.org_key
    and chosen.period_id = offered.period_id
    and chosen.period_end = offered.period_end
    and chosen.value <> offered.value
inner join {{ ref('stg_measures') }} as measures
    on offered.measure_id = measures.measure_id
inner join {{ ref('int_organisations') }} as organisations
    on offered.org_key = organisations.org_key
inner join {{ ref('stg_sources') }} as sources
    on offered.source_id = sources.source_id
inner join {{ ref('stg_sources') }} as used_sources
    on chosen.source_id = used_sources.source_id
left join {{ ref('int_observations') }} as used
    on chosen.observation_key = used.observation_key
left join {{ ref('int_org_labels') }} as reporters
    on offered.reporter_org_id = reporters.org_id
where
    (measures.over_time <> 'sum' or chosen.period_start = offered.period_start)
    -- the parts of one source that do not make its total are rules of their own
    and (offered.is_stated or offered.source_id <> chosen.source_id)
    and not (
        chosen.source_id = offered.source_id
        and chosen.basis in ('reporters', 'children', 'periods', 'difference')
    )
