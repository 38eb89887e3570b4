select
    code,
    reason_vi,
    reason_en
from ({{ listed('rejection_reasons') | indent(4) }}) as reasons (code, reason_vi, reason_en)  -- noqa: AL05
