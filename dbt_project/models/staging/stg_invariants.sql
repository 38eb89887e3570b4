select
    invariant_id,
    position,
    side,
    measure_id,
    relation,
    tolerance,
    formula_vi,
    formula_en
from {{ source('registry', 'invariants') }}
