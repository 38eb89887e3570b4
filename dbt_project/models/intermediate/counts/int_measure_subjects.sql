-- What a source calls each measure: its own field name, or the measure itself where the extract was written for this
-- warehouse.
select
    source_id,
    field as subject,
    measure_id
from {{ ref('stg_measure_fields') }}
union
select
    'published_figures' as source_id,
    measure_id as subject,
    measure_id
from {{ ref('stg_measures') }}
