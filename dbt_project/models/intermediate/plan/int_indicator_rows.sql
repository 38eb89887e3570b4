-- Which indicator a row of Phụ lục 01 is: by its name, in full or else by the longest known wording within it.
with named as (

    -- a row may hold targets of its parts beside its own, such as of quarters
    select
        *,
        row_number() over (partition by extract_id, line, name_key order by target_no) as name_no
    from {{ ref('stg_plan_indicators') }}

),

candidates as (

    select
        rows.extract_id,
        rows.line,
        rows.name_key,
        rows.target_year,
        wordings.indicator_id,
        wordings.definition_version,
        rows.name_key = wordings.wording_key as is_in_full,
        length(wordings.wording_key) as wording_length
    from named as rows
    inner join {{ ref('stg_indicator_wordings') }} as wordings
        on {{ says('rows.name_key', 'wordings.wording_key') }}
    where
        wordings.wording_use = 'name'
        and rows.name_no = 1
        -- an indicator of the registry is a percentage or a milestone, and its plan's whole, not a part of it
        and (rows.unit = 'percent' or (rows.unit is null and rows.target_kind is distinct from 'threshold'))
        and (
            rows.name_key = wordings.wording_key
            or (rows.parent_name is null and {{ is_of_no_part('rows.name_key') }})
        )

),

best_of_row as (

    select
        *,
        row_number() over (
            partition by extract_id, line, name_key
            order by is_in_full desc, wording_length desc, definition_version, indicator_id
        ) as choice_no
    from candidates

),

best_of_indicator as (

    select
        *,
        row_number() over (
            partition by extract_id, indicator_id, definition_version, target_year
            order by is_in_full desc, wording_length desc, line
        ) as rivals
    from best_of_row
    where choice_no = 1

)

select
    rows.*,
    best.indicator_id,
    best.definition_version
from {{ ref('stg_plan_indicators') }} as rows
left join best_of_indicator as best
    on rows.extract_id = best.extract_id
    and rows.line = best.line
    and rows.name_key = best.name_key
    and best.rivals = 1
