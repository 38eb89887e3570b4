{{ config(materialized='incremental') }}

select
    observations.observation_id,
    observations.observation_key,
    observations.measure_id,
    observations.org_key,
    observations.reporter_org_id,
    observations.period_id,
    observations.period_start,
    observations.period_end,
    observations.stated_as_of,
    observations.is_cumulative,
    observations.value,
    observations.stated_value,
    observations.correction_id,
    observations.obs_status,
    observations.source_id,
    observations.plan_id,
    observations.extract_id,
    observations.locator,
    citations.citation_vi,
    citations.citation_en,
    observations.line,
    observations.raw_text,
    observations.known_from,
    observations.known_to,
    observations.is_made_up
from {{ ref('int_observations') }} as observations
left join {{ ref('stg_plan_citations') }} as citations
    on observations.extract_id = citations.extract_id
    and observations.locator = citations.locator
where {{ is_touched('observations.period_id') }}
