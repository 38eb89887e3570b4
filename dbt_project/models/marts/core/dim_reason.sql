select
    reason,
    reason_vi,
    reason_en
from ({{ listed('reasons') | indent(4) }}) as reasons (reason, reason_vi, reason_en)  -- noqa: AL05
