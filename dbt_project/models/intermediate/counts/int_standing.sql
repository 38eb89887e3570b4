{{ config(materialized='incremental') }}

-- From when to when what an extract states of a cell stood: from its arrival until another extract states the cell, or
-- until it is withdrawn; then what it had taken the place of stands again. The same extract again goes on standing if
-- no other came in between. A text of a plan has its own time (int_document_times), so that each is told apart here.
with arrived as (

    select distinct
        cell_id,
        period_id,
        source_id,
        extract_id,
        stated_from,
        withdrawn_at
    from {{ ref('int_stated_numbers') }}
    where {{ is_touched('period_id') }}
    union all
    select distinct
        cell_id,
        period_id,
        source_id,
        extract_id,
        stated_from,
        withdrawn_at
    from {{ ref('int_stated_ratios') }}
    where {{ is_touched('period_id') }}

),

withdrawn as (

    select distinct cell_id from arrived where withdrawn_at is not null

),

-- Where something was withdrawn, what counts is asked again at each moment: nothing does where there is no extract.
moments as (

    select
        arrived.cell_id,
        arrived.period_id,
        arrived.stated_from as moment
    from arrived
    inner join withdrawn
        on arrived.cell_id = withdrawn.cell_id
    union
    select
        cell_id,
        period_id,
        withdrawn_at as moment
    from arrived where withdrawn_at is not null

),

asked_again as (

    select
        moments.cell_id,
        moments.period_id,
        moments.moment,
        arrived.source_id,
        arrived.extract_id,
        arrived.stated_from,
        row_number() over (
            partition by moments.cell_id, moments.moment
            order by arrived.stated_from desc nulls last, arrived.extract_id desc
        ) as choice_no
    from moments
    left join arrived
        on moments.cell_id = arrived.cell_id
        and arrived.stated_from <= moments.moment
        and (arrived.withdrawn_at is null or arrived.withdrawn_at > moments.moment)

),

counting as (

    select
        arrived.cell_id,
        arrived.period_id,
        arrived.stated_from as moment,
        arrived.source_id,
        arrived.extract_id,
        arrived.stated_from
    from arrived
    left join withdrawn
        on arrived.cell_id = withdrawn.cell_id
    where withdrawn.cell_id is null
    union all
    select
        cell_id,
        period_id,
        moment,
        source_id,
        extract_id,
        stated_from
    from asked_again
    -- of two that arrive at once both stood, the one for no time
    where choice_no = 1 or stated_from = moment

),

changes as (

    select
        *,
        lag(extract_id) over (partition by cell_id order by moment, extract_id) as extract_before
    from counting

),

spans as (

    select
        *,
        lead(moment) over (partition by cell_id order by moment, extract_id) as restated_at
    from changes
    where extract_before is distinct from extract_id or source_id = 'plan'

)

select
    cell_id,
    period_id,
    extract_id,
    stated_from,
    moment as known_from,
    restated_at,
    row_number() over (partition by cell_id, extract_id order by moment) as stand_no
from spans
where extract_id is not null
