select
    cause_kind,
    title_vi,
    title_en,
    ask_vi,
    ask_en
from {{ source('registry', 'causes') }}
