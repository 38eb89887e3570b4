{{ config(materialized='view') }}

-- The statements behind each count of a source, and from when to when: its own, or those of all that it is the sum of.
-- observation_key: one number for the id of a statement, of which there are millions here.
with recursive evidence as (

    select cell_id, {{ hashed('observation_id') }} as observation_key, known_from, known_to
    from {{ ref('int_stated_counts') }}
    union all
    select cell_id, {{ hashed('observation_before_id') }} as observation_key, known_from, known_to
    from {{ ref('int_stated_counts') }}
    where observation_before_id is not null
    union all
    select
        uses.whole_id as cell_id,
        evidence.observation_key,
        greatest(evidence.known_from, uses.known_from) as known_from,
        least(evidence.known_to, uses.known_to) as known_to
    from evidence
    inner join {{ ref('int_count_uses') }} as uses
        on evidence.cell_id = uses.part_id
        and uses.made_of <> 'sources'
        and {{ known_together('evidence', 'uses') }}

)

select * from evidence
