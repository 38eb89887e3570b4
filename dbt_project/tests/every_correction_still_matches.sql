-- A correction of what is published no longer would be forgotten here and kept for ever: it must be taken out, or fitted.
select corrections.*
from {{ ref('stg_corrections') }} as corrections
left join {{ ref('fct_observation') }} as observations
    on corrections.correction_id = observations.correction_id
    and observations.known_to is null
where observations.observation_id is null
