-- Which reports had to come: from the first period of which one came in its own time to the last one that has ended.
-- The clock is the last receipt of anything, not the day of the build, so that the same input always gives the same
-- rows. What came when the same period's report of the next year was due already is from an archive: it asks for its
-- own period and those between it and others like it, not for all that ended since.
with organisations as (

    select
        units.*,
        -- where no district lies between, the communes of a province report as districts did
        case when units.level = 'commune' and above.level = 'province' then 'district' else units.level end
            as reporting_level
    from {{ ref('stg_organisations') }} as units
    left join {{ ref('stg_organisations') }} as above
        on units.parent_org_key = above.org_key

),

-- the sources to which communes report for themselves, beside their districts
of_communes as (

    select distinct fields.source_id
    from {{ ref('stg_measure_fields') }} as fields
    inner join {{ ref('stg_measures') }} as measures
        on fields.measure_id = measures.measure_id
    where list_contains(measures.reported_by, 'commune')

),

reporters as (

    select
        sources.source_id,
        case sources.frequency when 'monthly' then 'month' when 'quarterly' then 'quarter' when 'yearly' then 'year' end
            as kind,
        sources.due_day,
        sources.due_month,
        organisations.org_key,
        organisations.valid_from,
        organisations.valid_to
    from {{ ref('stg_sources') }} as sources
    left join {{ ref('stg_source_reporters') }} as named
        on sources.source_id = named.source_id
    inner join organisations
        on named.org_id = organisations.org_id
        or (named.org_id is null and organisations.reporting_level = sources.reporting_level)
        or (organisations.level = 'commune' and sources.source_id in (select source_id from of_communes))
        or exists (
            select 1
            from {{ ref('stg_source_agencies') }} as agencies
            where agencies.source_id = sources.source_id and agencies.org_id = organisations.org_id
        )
    where sources.due_day is not null

),

clock as (

    select cast(max(received_at) at time zone 'Asia/Ho_Chi_Minh' as date) as today from {{ ref('stg_extracts') }}

),

periods_due as (

    select
        reporters.source_id,
        reporters.org_key,
        reporters.due_day,
        periods.period_id,
        periods.start_date,
        periods.end_date,
        cast(
            date_trunc('month', periods.end_date)
            + case reporters.due_month when 'following' then interval 1 month else interval 0 month end
            as date
        ) as month_due
    from reporters
    inner join {{ ref('int_periods') }} as periods
        on reporters.kind = periods.kind
        and {{ is_valid_on('reporters', 'periods.end_date') }}

),

due as (

    select
        *,
        -- the 31st of a shorter month is its last day
        least(month_due + (due_day - 1), last_day(month_due)) as due_on
    from periods_due

),

came as (

    select
        due.source_id,
        due.start_date,
        received.is_made_up,
        cast(received.received_at at time zone 'Asia/Ho_Chi_Minh' as date)
        > due.due_on + interval 1 year as is_of_an_archive
    from {{ ref('int_received_reports') }} as received
    inner join due
        on received.source_id = due.source_id
        and received.org_key = due.org_key
        and received.period_id = due.period_id

),

begun as (

    select
        source_id,
        min(start_date) filter (where not is_of_an_archive) as first_day,
        bool_or(is_made_up) as is_made_up
    from came
    group by source_id

),

archives as (

    select
        came.source_id,
        min(came.start_date) as first_day,
        max(came.start_date) as last_day
    from came
    inner join begun
        on came.source_id = begun.source_id
    where came.is_of_an_archive and came.start_date < coalesce(begun.first_day, date '9999-12-31')
    group by came.source_id

)

select
    due.source_id,
    due.org_key,
    due.period_id,
    due.due_on,
    begun.is_made_up
from due
inner join begun
    on due.source_id = begun.source_id
left join archives
    on due.source_id = archives.source_id
cross join clock
where
    (due.start_date >= begun.first_day and due.end_date < clock.today)
    or due.start_date between archives.first_day and archives.last_day
