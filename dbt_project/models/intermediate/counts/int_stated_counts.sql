{{ config(materialized='incremental') }}

-- What each source says of each count, and each of its reporters where several state a part: of several statements that
-- stand at once the first in the document, else what came to a number counted from the beginning of the year on.
-- content: the same for the same statements behind a count.
with candidates as (

    select * from {{ ref('int_count_statements') }} where {{ is_touched('period_id') }}

),

followed as (

    select
        cell_id,
        known_to,
        lead(known_from) over (partition by cell_id order by known_from) as next_from
    from candidates
    where cell_id in (select several.cell_id from candidates as several group by several.cell_id having count(*) > 1)

),

-- Cells of which several statements stand at once; all others are as they were stated.
contested as (

    select distinct cell_id
    from followed
    where next_from < coalesce(known_to, {{ forever() }})

),

moments as (

    select
        cell_id,
        known_from as moment
    from candidates where cell_id in (select cell_id from contested)
    union
    select
        cell_id,
        known_to as moment
    from candidates
    where cell_id in (select cell_id from contested) and known_to is not null

),

choices as (

    select
        moments.cell_id,
        moments.moment,
        arg_min(candidates.candidate_id, (candidates.statement_order, candidates.observation_key)) as candidate_id
    from moments
    left join candidates
        on moments.cell_id = candidates.cell_id
        and {{ known_at('candidates', 'moments.moment') }}
    group by moments.cell_id, moments.moment

),

changes as (

    select
        *,
        lag(candidate_id) over (partition by cell_id order by moment) as candidate_before
    from choices

),

spans as (

    select
        cell_id,
        candidate_id,
        moment as known_from,
        lead(moment) over (partition by cell_id order by moment) as known_to
    from changes
    where candidate_id is distinct from candidate_before

),

standing as (

    select * from candidates where cell_id not in (select cell_id from contested)
    union all
    select candidates.* replace (spans.known_from as known_from, spans.known_to as known_to)
    from spans
    inner join candidates
        on spans.cell_id = candidates.cell_id
        and spans.candidate_id = candidates.candidate_id

)

select
    cell_id,
    measure_id,
    org_key,
    source_id,
    reporter_org_id,
    period_id,
    period_start,
    period_end,
    basis,
    value,
    obs_status,
    is_measured_otherwise,
    is_made_up,
    cast(null as varchar) as missing_reporters,
    cast(observation_key as hugeint) + coalesce(cast(observation_before_key as hugeint), 0) as content,
    observation_key,
    observation_before_key,
    known_from,
    known_to
from standing
