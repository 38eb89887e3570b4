-- Which reports had to come: from the first period of which one came to the last one that has ended. The clock is the
-- last receipt of anything, not the day of the build, so that the same input always gives the same rows.
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

begun as (

    select
        reporters.source_id,
        min(periods.start_date) as first_day,
        bool_or(received.is_made_up) as is_made_up
    from {{ ref('int_received_reports') }} as received
    inner join {{ ref('int_periods') }} as periods
        on received.period_id = periods.period_id
    inner join reporters
        on received.source_id = reporters.source_id
        and received.org_key = reporters.org_key
        and periods.kind = reporters.kind
    group by reporters.source_id

),

due as (

    select
        reporters.source_id,
        reporters.org_key,
        periods.period_id,
        begun.is_made_up,
        reporters.due_day,
        cast(
            date_trunc('month', periods.end_date)
            + case reporters.due_month when 'following' then interval 1 month else interval 0 month end
            as date
        ) as month_due
    from reporters
    inner join begun
        on reporters.source_id = begun.source_id
    inner join {{ ref('int_periods') }} as periods
        on reporters.kind = periods.kind
        and periods.start_date >= begun.first_day
        and {{ is_valid_on('reporters', 'periods.end_date') }}
    inner join clock
        on periods.end_date < clock.today

)

select
    source_id,
    org_key,
    period_id,
    -- the 31st of a shorter month is its last day
    least(month_due + (due_day - 1), last_day(month_due)) as due_on,
    is_made_up
from due
