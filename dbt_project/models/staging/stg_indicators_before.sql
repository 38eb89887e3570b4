{{ config(tags=['findings']) }}

select
    indicator_id,
    definition_version,
    kind,
    numerator_measure,
    denominator_measure,
    valid_from,
    valid_to
from {{ source('checks', 'indicators_before') }}
