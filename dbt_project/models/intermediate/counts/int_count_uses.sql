{{ config(materialized='incremental') }}

-- Which counts each count is made of, and from when to when: a district of its communes, a source of its reporters, a
-- quarter of its months, a year of its quarters. Spans of a whole that are made in the same way are one here, however
-- often a part changed.
with made as (

    select
        cell_id as whole_id,
        'organisations' as made_of,
        measure_id,
        org_key,
        source_id,
        reporter_org_id,
        period_id,
        0 as last_part,
        known_from,
        known_to
    from (
        select * from {{ ref('int_district_counts') }}
        union all by name
        select * from {{ ref('int_province_counts') }}
    ) as sums
    where basis = 'children' and {{ is_touched('period_id') }}
    union all
    select
        cell_id,
        'reporters' as made_of,
        measure_id,
        org_key,
        source_id,
        cast(null as varchar) as reporter_org_id,
        period_id,
        0 as last_part,
        known_from,
        known_to
    from {{ ref('int_source_counts') }}
    where basis = 'reporters' and {{ is_touched('period_id') }}
    union all
    select
        {{ hashed('measure_id', 'org_key', 'source_id', 'null', 'period_id') }} as whole_id,
        'periods' as made_of,
        measure_id,
        org_key,
        source_id,
        cast(null as varchar) as reporter_org_id,
        period_id,
        last_part,
        known_from,
        known_to
    from (
        select * from {{ ref('int_quarter_counts') }}
        union all by name
        select * from {{ ref('int_year_counts') }}
    ) as longer_periods
    where org_terms = 'then' and basis in ('periods', 'partial') and {{ is_touched('period_id') }}

),

-- Where one span ends and the next begins nothing changes.
ends as (

    select
        made.whole_id,
        made.made_of,
        made.last_part,
        {{ moment_of('made') }} as moment,
        sum(ends.sign) as sign
    from made
    cross join (values (1), (-1)) as ends (sign)
    where ends.sign = 1 or made.known_to is not null
    group by made.whole_id, made.made_of, made.last_part, moment
    having sum(ends.sign) <> 0

),

times as (

    select
        *,
        lead(moment) over (partition by whole_id, made_of, last_part order by moment) as next_moment
    from ends

),

wholes as (

    select distinct * exclude (last_part, known_from, known_to) from made

),

parts as (

    select
        wholes.whole_id,
        wholes.made_of,
        wholes.period_id,
        0 as position,
        {{ count_key('wholes', org_key='parts.org_key') }} as part_id
    from wholes
    inner join {{ ref('int_count_parts') }} as parts
        on wholes.measure_id = parts.measure_id
        and wholes.org_key = parts.whole_org_key
        and wholes.source_id = parts.source_id
        and wholes.period_id = parts.period_id
        and parts.is_expected
    where wholes.made_of = 'organisations'
    union all
    select
        wholes.whole_id,
        wholes.made_of,
        wholes.period_id,
        0 as position,
        {{ count_key('wholes', reporter_org_id='reporters.org_id') }} as part_id
    from wholes
    inner join {{ ref('stg_source_reporters') }} as reporters
        on wholes.source_id = reporters.source_id
    where wholes.made_of = 'reporters'
    union all
    select
        wholes.whole_id,
        wholes.made_of,
        wholes.period_id,
        parts.position,
        {{ count_key('wholes', period_id='parts.period_id') }} as part_id
    from wholes
    inner join {{ ref('int_period_parts') }} as parts
        on wholes.period_id = parts.whole_period_id
    where wholes.made_of = 'periods'

)

select
    parts.whole_id,
    parts.made_of,
    parts.period_id,
    parts.part_id,
    times.moment as known_from,
    times.next_moment as known_to
from times
inner join parts
    on times.whole_id = parts.whole_id
    and times.made_of = parts.made_of
    and (times.last_part = 0 or times.last_part = parts.position)
where times.sign = 1
