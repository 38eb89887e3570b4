select
    invariant_id,
    position,
    side,
    measure_id,
    relation,
    is_of_period_before,
    tolerance,
    formula_vi,
    formula_en
from {{ source('registry', 'invariants') }}
