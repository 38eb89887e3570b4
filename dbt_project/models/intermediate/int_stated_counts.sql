-- What each source says of each count, and each of its reporters where several state a part: of several statements that
-- stand at once the first in the document. What is reported from the beginning of the year on says how much came to it
-- since the report before.
with observations as (

    select
        *,
        -- where nobody else must report, whoever reports speaks for the organisation
        case when is_part then reporter_org_id end as part_reporter
    from {{ ref('int_observations') }}

),

statements as (

    select
        {{ count_cell('observations', {'reporter_org_id': 'part_reporter'}) }} as cell_id,
        measure_id,
        org_key,
        source_id,
        part_reporter as reporter_org_id,
        period_id,
        period_start,
        period_end,
        'stated' as basis,
        precedence,
        statement_order,
        observation_id as content_id,
        value,
        obs_status,
        is_measured_otherwise,
        [observation_id] as observation_ids,
        cast(null as varchar) as missing_reporters,
        cast([] as varchar[]) as missing_periods,
        plan_id,
        line,
        locator,
        is_made_up,
        is_cumulative,
        known_from,
        known_to
    from observations

),

-- what the first month or quarter of a year counted, it counted from the beginning of the year on
to_date as (

    select *
    from statements
    where is_cumulative or {{ last_month('period_id') }} = {{ period_length('period_id') }}

),

standing_to_date as (

    {{ first_standing('to_date', 'statement_order') | indent }}

),

-- Each period that ends where a cumulated count ends, and the cumulated count that ended just before it began.
ends as (

    select
        later.*,
        lengths.kind,
        {{ last_month('later.period_id') }} - lengths.length as month_before
    from standing_to_date as later
    cross join (values ('month', 1), ('quarter', 3), ('year', 12)) as lengths (kind, length)
    where
        {{ last_month('later.period_id') }} > {{ period_length('later.period_id') }}
        and lengths.length >= {{ period_length('later.period_id') }}
        and {{ last_month('later.period_id') }} % lengths.length = 0

),

differences as (

    select
        {{ count_cell('later', {'period_id': period_ending('later.period_id', 'later.kind')}) }} as cell_id,
        later.measure_id,
        later.org_key,
        later.source_id,
        later.reporter_org_id,
        {{ period_ending('later.period_id', 'later.kind') }} as period_id,
        coalesce(earlier.period_end + 1, later.period_start) as period_start,
        later.period_end,
        'difference' as basis,
        later.precedence,
        -- reported month by month rather than quarter by quarter
        cast({{ period_length('later.period_id') }} as bigint) as statement_order,
        concat_ws('|', later.content_id, earlier.content_id) as content_id,
        cast(later.value - coalesce(earlier.value, 0) as decimal(18, 2)) as value,
        {{ worse_status('later.obs_status', 'earlier.obs_status') | indent(8) }} as obs_status,
        later.is_measured_otherwise or coalesce(earlier.is_measured_otherwise, false) as is_measured_otherwise,
        list_sort(list_concat(later.observation_ids, coalesce(earlier.observation_ids, []))) as observation_ids,
        later.missing_reporters,
        later.missing_periods,
        later.plan_id,
        later.line,
        later.locator,
        later.is_made_up or coalesce(earlier.is_made_up, false) as is_made_up,
        greatest(later.known_from, earlier.known_from) as known_from,
        least(later.known_to, earlier.known_to) as known_to
    from ends as later
    left join standing_to_date as earlier
        on later.measure_id = earlier.measure_id
        and later.org_key = earlier.org_key
        and later.source_id = earlier.source_id
        and later.reporter_org_id is not distinct from earlier.reporter_org_id
        and left(later.period_id, 4) = left(earlier.period_id, 4)
        and {{ period_length('later.period_id') }} = {{ period_length('earlier.period_id') }}
        and later.month_before = {{ last_month('earlier.period_id') }}
        and later.known_from < coalesce(earlier.known_to, cast('9999-12-31 00:00:00+00' as timestamptz))
        and earlier.known_from < coalesce(later.known_to, cast('9999-12-31 00:00:00+00' as timestamptz))
    where later.month_before = 0 or earlier.content_id is not null

),

candidates as (

    select * exclude (is_cumulative) from statements where not is_cumulative
    union all
    select * from differences

),

standing as (

    {{ first_standing('candidates', "case basis when 'stated' then 0 else 1 end, statement_order") | indent }}

)

select * from standing
