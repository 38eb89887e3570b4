-- Which definition a target of II.2 is set for: by its name, in full or else by the longest known wording within it.
with ranked as (

    select
        rows.extract_id,
        rows.number,
        registered.target_no,
        registered.indicator_id,
        registered.definition_version,
        registered.org_level,
        registered.nearest_indicator_id,
        registered.nearest_definition_version,
        registered.differs_vi,
        registered.differs_en,
        row_number() over (
            partition by rows.extract_id, rows.number
            order by
                rows.name_key = registered.wording_key desc,
                length(registered.wording_key) desc,
                registered.target_no
        ) as choice
    from {{ ref('stg_plan_targets') }} as rows
    inner join {{ ref('stg_registry_targets') }} as registered
        on {{ says('rows.name_key', 'registered.wording_key') }}

)

select
    rows.*,
    ranked.target_no,
    ranked.indicator_id,
    ranked.definition_version,
    ranked.org_level,
    ranked.nearest_indicator_id,
    ranked.nearest_definition_version,
    ranked.differs_vi,
    ranked.differs_en
from {{ ref('stg_plan_targets') }} as rows
left join ranked
    on rows.extract_id = ranked.extract_id
    and rows.number = ranked.number
    and ranked.choice = 1
