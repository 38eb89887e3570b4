-- Which definition a target in a plan's text is set for: by the registry's targets, or else by the name of an
-- indicator; in full or by the longest known wording within its name.
-- `Trên 65% dân số trưởng thành có …` is `Tỷ lệ dân số trưởng thành có …`.
with target_rows as (

    select
        *,
        case
            when unit = 'percent' and not regexp_matches(name_key, '^t[iy] (le|trong)\b') then 'ty le ' || name_key
            else name_key
        end as ratio_key
    from {{ ref('stg_plan_targets') }}

),

known as (

    select
        *,
        wording_key as known_key,
        0 as rank_no
    from {{ ref('stg_registry_targets') }}

    union all by name

    select
        indicator_id,
        definition_version,
        wording_key as known_key,
        1 as rank_no
    from {{ ref('stg_indicator_wordings') }}
    where wording_use = 'name'

),

ranked as (

    select
        target_rows.extract_id,
        target_rows.code,
        known.*,
        row_number() over (
            partition by target_rows.extract_id, target_rows.code
            order by
                known.rank_no,
                case when known.known_key in (target_rows.name_key, target_rows.ratio_key) then 0 else 1 end,
                length(known.known_key) desc,
                known.target_no,
                known.definition_version,
                known.indicator_id
        ) as choice_no
    from target_rows
    inner join known
        on {{ says('target_rows.ratio_key', 'known.known_key') }}
        and (target_rows.unit = 'percent' or target_rows.target_kind in ('milestone', 'continuous'))
        and (
            known.rank_no = 0
            or known.known_key in (target_rows.name_key, target_rows.ratio_key)
            or (target_rows.part is null and {{ is_of_no_part('target_rows.name_key') }})
        )

)

select
    target_rows.* exclude (ratio_key),
    ranked.target_no,
    ranked.indicator_id,
    ranked.definition_version,
    ranked.org_level,
    ranked.nearest_indicator_id,
    ranked.nearest_definition_version,
    ranked.differs_vi,
    ranked.differs_en
from target_rows
left join ranked
    on target_rows.extract_id = ranked.extract_id
    and target_rows.code = ranked.code
    and ranked.choice_no = 1
