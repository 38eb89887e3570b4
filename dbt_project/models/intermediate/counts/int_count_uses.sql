-- Which counts each count is made of, and from when to when: a district of its communes, a source of its reporters, a
-- quarter of its months, and in the end what is used of a measure, organisation and period of one source. Spans of a
-- whole that are made in the same way are one here, however often a part changed.
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
    from {{ ref('int_province_counts') }}
    where basis = 'children'
    union all
    select
        cell_id,
        'reporters' as made_of,
        measure_id,
        org_key,
        source_id,
        reporter_org_id,
        period_id,
        0 as last_part,
        known_from,
        known_to
    from {{ ref('int_source_counts') }}
    where basis = 'reporters'
    union all
    select
        {{ hashed('measure_id', 'org_key', 'source_id', 'cast(null as varchar)', 'period_id') }} as whole_id,
        'periods' as made_of,
        measure_id,
        org_key,
        source_id,
        cast(null as varchar) as reporter_org_id,
        period_id,
        last_part,
        known_from,
        known_to
    from {{ ref('int_year_counts') }}
    where org_terms = 'then' and basis in ('periods', 'partial')
    union all
    select
        {{ hashed('measure_id', 'org_key', 'period_id') }} as whole_id,
        'sources' as made_of,
        measure_id,
        org_key,
        source_id,
        cast(null as varchar) as reporter_org_id,
        period_id,
        0 as last_part,
        known_from,
        known_to
    from {{ ref('int_counts') }}
    where value is not null

),

followed as (

    select
        *,
        coalesce(
            lag(known_to)
                over (partition by whole_id, made_of, source_id order by known_from)
            is distinct from known_from
            or lag(last_part) over (partition by whole_id, made_of, source_id order by known_from) <> last_part,
            true
        ) as is_new
    from made

),

numbered as (

    select
        *,
        sum(cast(is_new as integer)) over (partition by whole_id, made_of, source_id order by known_from) as time_no
    from followed

),

times as (

    select
        whole_id,
        made_of,
        measure_id,
        org_key,
        source_id,
        reporter_org_id,
        period_id,
        last_part,
        time_no,
        min(known_from) as known_from,
        nullif(max(coalesce(known_to, {{ forever() }})), {{ forever() }}) as known_to
    from numbered
    group by all

)

select
    times.*,
    {{ count_key('times', org_key='parts.org_key') }} as part_id
from times
inner join {{ ref('int_count_parts') }} as parts
    on times.measure_id = parts.measure_id
    and times.org_key = parts.whole_org_key
    and times.source_id = parts.source_id
    and times.period_id = parts.period_id
    and parts.is_expected
where times.made_of = 'organisations'
union all
select
    times.*,
    {{ count_key('times', reporter_org_id='reporters.org_id') }} as part_id
from times
inner join {{ ref('stg_source_reporters') }} as reporters
    on times.source_id = reporters.source_id
where times.made_of = 'reporters'
union all
select
    times.*,
    {{ count_key('times', period_id='parts.period_id') }} as part_id
from times
inner join {{ ref('int_period_parts') }} as parts
    on times.period_id = parts.whole_period_id
    and times.last_part in (0, parts.position)
where times.made_of = 'periods'
union all
select
    *,
    {{ count_key('times') }} as part_id
from times
where made_of = 'sources'
