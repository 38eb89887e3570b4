{{ config(materialized='view') }}

-- Of a quarter, at each moment at which a count of it changed: which counts say what it is, its own or those of its
-- months. A flow is the sum of the months that are known, a stock the last of them. A level of government has to be
-- whole: there is no count of it while one of its members is silent in a month that others reported.
-- standing, known, used: a bit for each count; missing_months: a bit for each, of January the lowest.
with counts as (

    select
        *,
        {{ period_around('period_id', 'quarter') }} as quarter_id,
        -- the quarter itself is 0, its months are 1 to 3
        case {{ period_kind('period_id') }} when 'month' then ({{ last_month('period_id') }} - 1) % 3 + 1 else 0 end
            as position
    from {{ ref('int_counts_over_orgs') }}
    where {{ period_kind('period_id') }} <> 'year'

),

-- Which count begins or ends at each moment, and which of them stand, are numbers, or only say who is missing.
changes as (

    select
        series_id,
        quarter_id,
        {{ moment_of('counts') }} as moment,
        max(count_id) filter (where ends.sign = 1 and position = 0) as own,
        max(count_id) filter (where ends.sign = 1 and position = 1) as first,
        max(count_id) filter (where ends.sign = 1 and position = 2) as second,
        max(count_id) filter (where ends.sign = 1 and position = 3) as third,
        sum(ends.sign * (1 << position)) as standing,
        sum(case when value is not null then ends.sign * (1 << position) else 0 end) as known,
        sum(
            case when value is null and missing_reporters is not null then ends.sign * (1 << position) else 0 end
        ) as silent,
        sum(case when is_made_up and position > 0 then ends.sign else 0 end) as made_up
    from counts
    cross join (values (1), (-1)) as ends (sign)
    where ends.sign = 1 or known_to is not null
    group by series_id, quarter_id, moment

),

standing as (

    select
        series_id,
        quarter_id,
        moment,
        [
            last_value(own ignore nulls) over so_far,
            last_value(first ignore nulls) over so_far,
            last_value(second ignore nulls) over so_far,
            last_value(third ignore nulls) over so_far
        ] as count_ids,
        cast(sum(standing) over so_far as integer) as standing,
        cast(sum(known) over so_far as integer) as known,
        cast(sum(silent) over so_far as integer) as silent,
        sum(made_up) over so_far > 0 as is_made_up
    from changes
    window so_far as (partition by series_id, quarter_id order by moment rows unbounded preceding)

),

-- A stock is what its last count says, whatever is unknown before.
beside_series as (

    select
        standing.* exclude (silent),
        series.is_level,
        case when series.over_time = 'sum' then 0 else {{ last_position('standing.known') }} end as last_part,
        standing.silent >> (last_part + 1) << (last_part + 1) as silent
    from standing
    inner join {{ ref('int_count_series') }} as series
        on standing.series_id = series.series_id

),

judged as (

    select
        *,
        known > 1 and not (is_level and silent > 0) as is_known,
        known % 2 = 1 or (standing % 2 = 1 and not is_known) as is_itself,
        -- months that are not known, after the last one that counts
        ((14 - (known & 14)) >> (last_part + 1) << (last_part + 1)) >> 1 << ({{ last_month('quarter_id') }} - 3)
            as missing_months
    from beside_series

)

select
    * exclude (is_level, silent),
    case
        when is_itself then 1
        when known < 2 then standing
        else case last_part when 0 then known else 1 << last_part end | case when is_level then silent else 0 end
    end as used
from judged
