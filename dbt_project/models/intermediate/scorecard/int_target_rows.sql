-- Which definition a target of II.2 is set for: by its name, in full or else by the longest known wording within it.
with ranked as (

    select
        target_rows.extract_id,
        target_rows.number,
        registered.target_no,
        registered.indicator_id,
        registered.definition_version,
        registered.org_level,
        registered.nearest_indicator_id,
        registered.nearest_definition_version,
        registered.differs_vi,
        registered.differs_en,
        row_number() over (
            partition by target_rows.extract_id, target_rows.number
            order by
                case when target_rows.name_key = registered.wording_key then 0 else 1 end,
                length(registered.wording_key) desc,
                registered.target_no
        ) as choice
    from {{ ref('stg_plan_targets') }} as target_rows
    inner join {{ ref('stg_registry_targets') }} as registered
        on {{ says('target_rows.name_key', 'registered.wording_key') }}

)

select
    target_rows.*,
    ranked.target_no,
    ranked.indicator_id,
    ranked.definition_version,
    ranked.org_level,
    ranked.nearest_indicator_id,
    ranked.nearest_definition_version,
    ranked.differs_vi,
    ranked.differs_en
from {{ ref('stg_plan_targets') }} as target_rows
left join ranked
    on target_rows.extract_id = ranked.extract_id
    and target_rows.number = ranked.number
    and ranked.choice = 1
