-- The statements behind each count, and from when to when: those of its own source and time, or of all that it is the sum
-- of. One row for each count of a source, statement and time.
with recursive evidence as (

    select cell_id, observation_id, known_from, known_to from {{ ref('int_stated_counts') }}
    union all
    select cell_id, observation_before_id, known_from, known_to from {{ ref('int_stated_counts') }}
    where observation_before_id is not null
    union all
    select
        uses.whole_id as cell_id,
        evidence.observation_id,
        greatest(evidence.known_from, uses.known_from) as known_from,
        least(evidence.known_to, uses.known_to) as known_to
    from evidence
    inner join {{ ref('int_count_uses') }} as uses
        on evidence.cell_id = uses.part_id
        and {{ known_together('evidence', 'uses') }}

)

select * from evidence
