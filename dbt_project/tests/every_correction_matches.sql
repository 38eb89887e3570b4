{{ config(meta={'dagster': {'ref': {'name': 'fct_observation'}}}) }}
-- A correction of what nobody ever published would be kept for ever and correct nothing: it must be fitted or taken
-- out.
select corrections.*
from {{ ref('stg_corrections') }} as corrections
left join {{ ref('fct_observation') }} as observations
    on corrections.correction_id = observations.correction_id
where observations.observation_id is null
