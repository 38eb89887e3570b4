{{ config(materialized='incremental') }}

-- Which source's count is used of each measure, organisation and period (counted_id), and from when to when.
with used as (

    select
        {{ hashed('measure_id', 'org_key', 'source_id', 'null', 'period_id') }} as part_id,
        measure_id,
        org_key,
        period_id,
        known_from,
        known_to
    from {{ ref('int_counts') }}
    where value is not null and {{ is_touched('period_id') }}

),

-- Where one span ends and the next begins the source stays the same.
ends as (

    select
        used.part_id,
        {{ moment_of('used') }} as moment,
        sum(ends.sign) as sign
    from used
    cross join (values (1), (-1)) as ends (sign)
    where ends.sign = 1 or used.known_to is not null
    group by used.part_id, moment
    having sum(ends.sign) <> 0

),

times as (

    select
        *,
        lead(moment) over (partition by part_id order by moment) as next_moment
    from ends

),

cells as (

    select
        part_id,
        any_value(measure_id) as measure_id,
        any_value(org_key) as org_key,
        any_value(period_id) as period_id,
        {{ hashed('any_value(measure_id)', 'any_value(org_key)', 'any_value(period_id)') }} as counted_id
    from used
    group by part_id

)

select
    cells.*,
    times.moment as known_from,
    times.next_moment as known_to
from times
inner join cells
    on times.part_id = cells.part_id
where times.sign = 1
