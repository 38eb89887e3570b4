{{ config(tags=['of_plans']) }}

-- From when to when each document received was its plan's current text: until another text of the plan arrived or it
-- was withdrawn; then the text before is current again.
with arrived as (

    select
        documents.plan_id,
        documents.extract_id,
        arrivals.received_at,
        arrivals.withdrawn_at
    from {{ ref('stg_plan_documents') }} as documents
    inner join {{ ref('stg_arrivals') }} as arrivals
        on documents.extract_id = arrivals.extract_id

),

moments as (

    select
        plan_id,
        received_at as moment
    from arrived
    union
    select
        plan_id,
        withdrawn_at as moment
    from arrived where withdrawn_at is not null

),

current_texts as (

    select
        moments.plan_id,
        moments.moment,
        arrived.extract_id,
        arrived.received_at,
        row_number() over (
            partition by moments.plan_id, moments.moment
            order by arrived.received_at desc nulls last, arrived.extract_id desc
        ) as choice_no
    from moments
    left join arrived
        on moments.plan_id = arrived.plan_id
        and arrived.received_at <= moments.moment
        and (arrived.withdrawn_at is null or arrived.withdrawn_at > moments.moment)

),

changes as (

    select
        *,
        lag(extract_id) over (partition by plan_id order by moment, extract_id) as extract_before
    from current_texts
    -- of two that arrive at once both were current, the one for no time
    where choice_no = 1 or received_at = moment

),

spans as (

    select
        *,
        lead(moment) over (partition by plan_id order by moment, extract_id) as known_to
    from changes
    where extract_before is distinct from extract_id

)

select
    plan_id,
    extract_id,
    moment as known_from,
    known_to
from spans
where extract_id is not null
