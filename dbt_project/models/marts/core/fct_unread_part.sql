with names as (

    select
        part,
        part_vi,
        part_en
    from ({{ listed('unread_parts') | indent(8) }}) as parts (part, part_vi, part_en)  -- noqa: AL05

)

select
    unread.extract_id || '|' || unread.part_no as unread_part_id,
    unread.extract_id,
    unread.source_id,
    extracts.period_id,
    extracts.file_name,
    unread.part,
    names.part_vi,
    names.part_en,
    unread.locator,
    unread.text,
    unread.figures,
    extracts.received_at,
    extracts.is_made_up
from {{ ref('stg_unread_parts') }} as unread
inner join names
    on unread.part = names.part
inner join {{ ref('stg_extracts') }} as extracts
    on unread.extract_id = extracts.extract_id
where not coalesce(extracts.is_withdrawn, false)
