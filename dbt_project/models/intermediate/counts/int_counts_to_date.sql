-- What was counted from the beginning of the year on, and what it says of the periods in between: how much came to it
-- since the report before. One row for each period, each kind of report (monthly, quarterly) and each time.
with statements as (

    select
        *,
        -- where nobody else must report, whoever reports speaks for the organisation
        case when is_part then reporter_org_id end as part_reporter,
        {{ last_month('period_id') }} as month,
        {{ period_length('period_id') }} as length
    from {{ ref('int_observations') }}
    where measure_id in (select measure_id from {{ ref('int_observations') }} where is_cumulative)

),

-- What the first month or quarter of a year counted, it counted from the beginning of the year on.
to_date as (

    select
        *,
        {{ hashed('measure_id', 'org_key', 'source_id', 'part_reporter') }} as series_id,
        {{ hashed('measure_id', 'org_key', 'source_id', 'part_reporter', 'period_id') }} as cell_id
    from statements
    where is_cumulative or month = length

),

moments as (

    select
        cell_id,
        known_from as moment
    from to_date
    union
    select
        cell_id,
        known_to as moment
    from to_date where known_to is not null

),

-- Of several that stand at once the first in its document.
first_statements as (

    select
        moments.cell_id,
        moments.moment,
        arg_min(
            to_date.observation_key, (to_date.statement_order, to_date.observation_key)
        ) as observation_key
    from moments
    left join to_date
        on moments.cell_id = to_date.cell_id
        and {{ known_at('to_date', 'moments.moment') }}
    group by moments.cell_id, moments.moment

),

changes as (

    select
        *,
        lag(observation_key) over (partition by cell_id order by moment) as observation_before
    from first_statements

),

spans as (

    select
        cell_id,
        observation_key,
        moment as known_from,
        lead(moment) over (partition by cell_id order by moment) as known_to
    from changes
    where observation_key is distinct from observation_before

),

standing as (

    select
        to_date.* replace (spans.known_from as known_from, spans.known_to as known_to),
        left(to_date.period_id, 4) as year
    from spans
    inner join to_date
        on spans.cell_id = to_date.cell_id
        and spans.observation_key = to_date.observation_key

),

-- Each period that ends where a cumulated count ends, and the month after which it begins.
ends as (

    select
        standing.*,
        lengths.kind,
        standing.month - lengths.length as month_before
    from standing
    cross join (values ('month', 1), ('quarter', 3), ('year', 12)) as lengths (kind, length)
    where
        standing.month > standing.length
        and lengths.length >= standing.length
        and standing.month % lengths.length = 0

)

select
    later.measure_id,
    later.org_key,
    later.source_id,
    later.part_reporter as reporter_org_id,
    {{ period_ending('later.period_id', 'later.kind') }} as period_id,
    coalesce(earlier.period_end + 1, later.period_start) as period_start,
    later.period_end,
    later.length as report_length,
    cast(later.value - coalesce(earlier.value, 0) as decimal(18, 2)) as value,
    {{ worst_status(weight_of_status('later.obs_status') ~ ' + ' ~ weight_of_status('earlier.obs_status')) | indent }}
        as obs_status,
    later.is_measured_otherwise or coalesce(earlier.is_measured_otherwise, false) as is_measured_otherwise,
    later.is_made_up or coalesce(earlier.is_made_up, false) as is_made_up,
    later.observation_key,
    earlier.observation_key as observation_before_key,
    greatest(later.known_from, earlier.known_from) as known_from,
    least(later.known_to, earlier.known_to) as known_to
from ends as later
left join standing as earlier
    on later.series_id = earlier.series_id
    and later.year = earlier.year
    and later.length = earlier.length
    and later.month_before = earlier.month
    and {{ known_together('later', 'earlier') }}
where later.month_before = 0 or earlier.observation_key is not null
