-- The targets of each value as they are known now, and of several the one whose verdict depends on the value taken.
with scores as (

    select
        *,
        string_agg(raw_text, '; ' order by target_id) over cell as targets,
        row_number() over (
            partition by indicator_id, definition_version, org_key, period_id
            order by met <> met_as_reported desc nulls last, known_from desc, target_id
        ) as choice_no
    from {{ ref('int_scorecard') }}
    where known_to is null and period_id = cast(year as varchar)
    window cell as (partition by indicator_id, definition_version, org_key, period_id)

)

select
    indicator_id,
    definition_version,
    org_key,
    period_id,
    target_id,
    operator,
    target_value,
    met,
    met_as_reported,
    targets
from scores
where choice_no = 1
