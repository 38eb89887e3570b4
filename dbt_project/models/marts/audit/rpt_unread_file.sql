-- One row for each file with parts that no number was taken from, in the words of a finding. What is called the same is
-- named once.
with shown as (

    select
        parts.*,
        parts.figures > 0 as holds_figures,
        case when parts.text is null then parts.locator else '“' || left(parts.text, 80) || '”' end as text_shown
    from {{ ref('fct_unread_part') }} as parts

),

alike as (

    select
        *,
        row_number() over (
            partition by extract_id, holds_figures, part_vi, text_shown order by figures desc, locator
        ) as alike_no
    from shown

),

named as (

    select
        *,
        row_number() over (
            partition by extract_id, holds_figures, alike_no order by figures desc, locator, text
        ) as place_no
    from alike

),

told as (

    select
        extract_id,
        count(*) filter (where holds_figures) as parts_with_figures,
        sum(figures) as figures,
        count(*) filter (where not holds_figures) as other_parts,
        string_agg(part_vi || ' ' || text_shown, ', ' order by place_no)
        filter (where holds_figures and alike_no = 1 and place_no <= 8) as figures_vi,
        string_agg(part_en || ' ' || text_shown, ', ' order by place_no)
        filter (where holds_figures and alike_no = 1 and place_no <= 8) as figures_en,
        string_agg(part_vi || ' ' || text_shown, ', ' order by place_no)
        filter (where not holds_figures and text is not null and alike_no = 1 and place_no <= 8) as others_vi,
        string_agg(part_en || ' ' || text_shown, ', ' order by place_no)
        filter (where not holds_figures and text is not null and alike_no = 1 and place_no <= 8) as others_en
    from named
    group by extract_id

)

select
    extracts.extract_id,
    extracts.source_id,
    sources.name_vi as source_vi,
    sources.name_en as source_en,
    extracts.period_id,
    extracts.file_name,
    cast(told.parts_with_figures as integer) as parts_with_figures,
    cast(told.figures as integer) as figures,
    cast(told.other_parts as integer) as other_parts,
    told.figures_vi,
    told.figures_en,
    told.others_vi,
    told.others_en,
    extracts.is_made_up
from told
inner join {{ ref('stg_extracts') }} as extracts
    on told.extract_id = extracts.extract_id
left join {{ ref('dim_source') }} as sources
    on extracts.source_id = sources.source_id
