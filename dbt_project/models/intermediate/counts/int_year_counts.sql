{{ config(materialized='incremental') }}

-- A year that a source did not count as such is what its quarters make of it, as a quarter is made of its months.
with counts as (

    select
        *,
        left(period_id, 4) as year_id,
        -- the year itself is 0, its quarters are 1 to 4
        case {{ period_kind('period_id') }} when 'quarter' then {{ last_month('period_id') }} // 3 else 0 end
            as position
    from (
        select * from {{ ref('int_quarter_counts') }}
        union all by name
        select * from {{ ref('int_counts_over_orgs') }} where {{ period_kind('period_id') }} = 'year'
    ) as quarters_and_years
    where {{ is_touched('year_id') }}

),

-- Which count begins or ends at each moment, and which of them stand, are numbers, or only say who is missing: a bit
-- for each position.
changes as (

    select
        series_id,
        year_id,
        {{ moment_of('counts') }} as moment,
        max(case ends.sign when 1 then count_id else 0 end) filter (where position = 0) as own,
        max(case ends.sign when 1 then count_id else 0 end) filter (where position = 1) as first,
        max(case ends.sign when 1 then count_id else 0 end) filter (where position = 2) as second,
        max(case ends.sign when 1 then count_id else 0 end) filter (where position = 3) as third,
        max(case ends.sign when 1 then count_id else 0 end) filter (where position = 4) as fourth,
        sum(ends.sign * (1 << position)) as standing,
        sum(case when value is not null then ends.sign * (1 << position) else 0 end) as known,
        sum(
            case when value is null and missing_reporters is not null then ends.sign * (1 << position) else 0 end
        ) as silent,
        sum(case when is_made_up and position > 0 then ends.sign else 0 end) as made_up
    from counts
    cross join (values (1), (-1)) as ends (sign)
    where ends.sign = 1 or known_to is not null
    group by series_id, year_id, moment

),

standing as (

    select
        series_id,
        year_id,
        moment,
        [
            last_value(own ignore nulls) over so_far,
            last_value(first ignore nulls) over so_far,
            last_value(second ignore nulls) over so_far,
            last_value(third ignore nulls) over so_far,
            last_value(fourth ignore nulls) over so_far
        ] as count_ids,
        sum(standing) over so_far >= 2 as has_parts,
        cast(sum(known) over so_far as integer) as known,
        cast(sum(silent) over so_far as integer) as silent,
        sum(made_up) over so_far > 0 as is_made_up
    from changes
    window so_far as (partition by series_id, year_id order by moment rows unbounded preceding)

),

-- A stock is what its last count says, whatever is unknown before.
beside_series as (

    select
        standing.*,
        series.is_level,
        case when series.over_time = 'sum' then 0 else {{ last_position('standing.known') }} end as last_part
    from standing
    inner join {{ ref('int_count_series') }} as series
        on standing.series_id = series.series_id

),

parts as (

    select
        * exclude (count_ids),
        silent >> (last_part + 1) > 0 as has_silent,
        unnest(count_ids) as count_id,
        unnest([0, 1, 2, 3, 4]) as position
    from beside_series

),

-- Only the counts that are used are looked up; all of them where none is a number or a level is not whole.
used as (

    select
        parts.* exclude (count_id),
        counts.* exclude (series_id, year_id, position, last_part, is_made_up),
        parts.position > 0 and counts.value is not null as is_used,
        parts.position > parts.last_part and counts.value is null as is_lacking
    from parts
    left join counts
        on parts.count_id = counts.count_id
    where
        parts.position = 0
        or (parts.known < 2 and counts.count_id is not null)
        or (parts.known >> parts.position & 1 = 1 and parts.last_part in (0, parts.position))
        or (parts.is_level and parts.has_silent and parts.silent >> parts.position & 1 = 1)

),

made as (

    select
        series_id,
        year_id,
        moment,
        is_level,
        known,
        last_part,
        has_parts,
        has_silent,
        is_made_up,
        max(case when position = 0 then count_id end) as own_count_id,
        max(case when position = 0 then content end) as own_content,
        -- the days of what is known, or of what was reported in vain
        min(case when is_used or (position > 0 and known < 2) then period_start end) as period_start,
        max(case when is_used or (position > 0 and known < 2) then period_end end) as period_end,
        sum(case when is_used then value end) as value,
        sum(case when is_used then {{ weight_of_status('obs_status') }} end) as status_weight,
        bool_or(case when is_used then is_measured_otherwise end) as is_measured_otherwise,
        sum(case when is_used then content end) as content,
        cast(sum(case when is_used then missing_months end) as integer) as months_lacking
    from used
    group by series_id, year_id, moment, is_level, known, last_part, has_parts, has_silent, is_made_up

),

judged as (

    select
        *,
        known > 1 and not (is_level and has_silent) as is_known,
        known % 2 = 1 or (own_count_id is not null and not is_known) as is_itself,
        -- quarters that are not known, after the last one that counts, and the months that those lack which are
        {{ months_of_quarters('((30 - (known & 30)) >> (last_part + 1) << (last_part + 1)) >> 1') }}
        + coalesce(months_lacking, 0) as months
    from made

),

-- Who is missing is asked only where there is no number.
silent as (

    select
        judged.series_id,
        judged.year_id,
        judged.moment,
        array_to_string(list_sort(list_distinct(list(used.missing_reporters))), '; ') as missing_reporters
    from judged
    inner join used
        on judged.series_id = used.series_id
        and judged.year_id = used.year_id
        and judged.moment = used.moment
    where not judged.is_known and not judged.is_itself and judged.has_silent and used.is_lacking
    group by judged.series_id, judged.year_id, judged.moment

),

told as (

    select
        judged.* exclude (months, months_lacking),
        silent.missing_reporters,
        nullif(judged.months, 0) as missing_months,
        case
            when judged.is_itself then {{ hashed('judged.own_content') }}
            when judged.is_known then {{ hashed('judged.content', 'judged.last_part', 'judged.months') }}
            when judged.has_parts then {{ hashed(text_number('silent.missing_reporters'), 'judged.months') }}
        end as what
    from judged
    left join silent
        on judged.series_id = silent.series_id
        and judged.year_id = silent.year_id
        and judged.moment = silent.moment

),

-- A moment at which nothing changed is none.
compared as (

    select
        *,
        lag(what) over (partition by series_id, year_id order by moment) as what_before
    from told

),

spans as (

    select
        *,
        moment as known_from,
        lead(moment) over (partition by series_id, year_id order by moment) as known_to
    from compared
    where what is distinct from what_before

),

chosen as (

    select
        counts.* exclude (count_id, year_id, position)
        replace (spans.known_from as known_from, spans.known_to as known_to)
    from spans
    inner join counts
        on spans.own_count_id = counts.count_id
    where spans.is_itself
    union all by name
    select
        series.series_id,
        series.org_terms,
        series.measure_id,
        series.org_key,
        series.source_id,
        spans.year_id as period_id,
        spans.period_start,
        spans.period_end,
        case
            when not spans.is_known then 'incomplete' when spans.missing_months is null then 'periods' else 'partial'
        end as basis,
        case when spans.is_known then cast(spans.value as decimal(18, 2)) end as value,
        case
            when spans.is_known
                then
                    {{ worst_status(
                        'spans.status_weight + case when spans.missing_months is null then 0 else '
                        ~ weight_of_status("'P'") ~ ' end'
                    ) | indent(20) }}
        end as obs_status,
        case when spans.is_known then spans.is_measured_otherwise end as is_measured_otherwise,
        spans.is_made_up,
        spans.missing_reporters,
        case when spans.known > 1 then spans.missing_months end as missing_months,
        case when spans.is_known then spans.content end as content,
        spans.last_part,
        spans.known_from,
        spans.known_to
    from spans
    inner join {{ ref('int_count_series') }} as series
        on spans.series_id = series.series_id
    where spans.has_parts and not spans.is_itself

)

select
    {{ hashed('series_id', 'period_id', 'known_from') }} as count_id,
    *
from chosen
