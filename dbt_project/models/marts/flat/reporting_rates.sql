-- Reports of one source about one period: of each who reports, and of all together. A report that nobody expected
-- counts towards no rate, so that none is above 100.
with counted as (

    select
        source_id,
        period_id,
        org_key,
        cast(sum(expected) as integer) as expected_reports,
        cast(count(*) filter (where expected = 1 and received = 1) as integer) as actual_reports,
        cast(count(*) filter (where expected = 1 and on_time = 1) as integer) as actual_reports_on_time,
        cast(count(*) filter (where coalesce(expected, 0) = 0 and received = 1) as integer) as other_reports,
        max(due_on) as due_on,
        {{ day_in_vietnam('min(received_at)') }} as first_received_on,
        {{ day_in_vietnam('max(received_at)') }} as last_received_on,
        bool_or(is_made_up) as is_made_up
    from {{ ref('fct_reporting') }}
    group by grouping sets ((source_id, period_id, org_key), (source_id, period_id))

)

select
    counted.source_id,
    sources.name_vi as source_vi,
    sources.name_en as source_en,
    sources.publisher,
    sources.frequency,
    counted.period_id,
    periods.kind as period_kind,
    periods.start_date as period_start,
    counted.org_key is null as is_of_the_whole,
    coalesce(counted.org_key, 'all') as org_key,
    organisations.org_id,
    coalesce(organisations.name_vi, {{ phrase('organisations.all_reporters', 'vi') }}) as org_name_vi,
    organisations.level as org_level,
    counted.expected_reports,
    counted.actual_reports,
    counted.actual_reports_on_time,
    case
        when counted.expected_reports > 0
            then
                cast(
                    {{ percent_half_up('counted.actual_reports', 'counted.expected_reports', 2) | indent(20) }}
                    as double
                )
    end as reporting_rate,
    case
        when counted.expected_reports > 0
            then
                cast(
                    {{ percent_half_up('counted.actual_reports_on_time', 'counted.expected_reports', 2) | indent(20) }}
                    as double
                )
    end as reporting_rate_on_time,
    counted.other_reports,
    counted.due_on,
    counted.first_received_on,
    counted.last_received_on,
    counted.is_made_up
from counted
inner join {{ ref('dim_source') }} as sources
    on counted.source_id = sources.source_id
inner join {{ ref('dim_period') }} as periods
    on counted.period_id = periods.period_id
left join {{ ref('dim_org') }} as organisations
    on counted.org_key = organisations.org_key
