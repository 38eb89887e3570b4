{{ config(tags=['findings']) }}

-- Each definition as it is now and as it was in the release before, and whether it divides other counts.
select
    coalesce(now_.indicator_id, before.indicator_id) as indicator_id,
    coalesce(now_.definition_version, before.definition_version) as definition_version,
    now_.valid_from,
    now_.valid_to,
    before.valid_from as valid_from_before,
    before.valid_to as valid_to_before,
    (
        now_.kind is distinct from before.kind
        or now_.numerator_measure is distinct from before.numerator_measure
        or now_.denominator_measure is distinct from before.denominator_measure
    ) as is_redefined
from {{ ref('stg_indicators') }} as now_
full join {{ ref('stg_indicators_before') }} as before
    on now_.indicator_id = before.indicator_id
    and now_.definition_version = before.definition_version
