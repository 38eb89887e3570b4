-- Each period that a source had to report on, with who did not and who was late. What is not due yet is not missed;
-- the clock is the last receipt of anything, not the day of the build.
with clock as (

    select cast(max(received_at) at time zone 'Asia/Ho_Chi_Minh' as date) as today from {{ ref('stg_extracts') }}

)

select
    reports.source_id,
    reports.period_id,
    min(sources.name_vi) as source_vi,
    min(sources.name_en) as source_en,
    min(reports.due_on) as due_on,
    min(reports.due_on) < min(clock.today) as is_due,
    cast(count(*) as integer) as expected,
    cast(sum(reports.received) as integer) as received,
    cast(count(*) - sum(reports.received) as integer) as missing,
    cast(sum(case when reports.received = 1 and reports.on_time = 0 then 1 else 0 end) as integer) as late,
    case when sum(reports.received) = 0 then cast(count(*) as integer) end as none_of,
    case
        when sum(reports.received) > 0
            then
                string_agg(
                    organisations.name_vi, ', ' order by coalesce(organisations.code, '~'), organisations.name_vi
                ) filter (where reports.received = 0)
    end as missing_names,
    string_agg(organisations.name_vi, ', ' order by coalesce(organisations.code, '~'), organisations.name_vi)
    filter (where reports.received = 1 and reports.on_time = 0) as late_names,
    max(reports.received_at) as last_received_at,
    bool_or(reports.is_made_up) as is_made_up
from {{ ref('fct_reporting') }} as reports
inner join {{ ref('stg_sources') }} as sources
    on reports.source_id = sources.source_id
inner join {{ ref('int_organisations') }} as organisations
    on reports.org_key = organisations.org_key
cross join clock
where reports.expected = 1
group by reports.source_id, reports.period_id
