-- Each file whose counts can be held against those of the period before: how many are the same, and whether all are.
-- A file is one matter, however many units stand in it. People, accounts, dossiers and the like change from day to
-- day: three of them that stand still, each of 100 or more, and none that moved, are no chance. Procedures, systems
-- or sites may well stay as they were, so they prove nothing by being the same.
with stated as (

    select
        observations.extract_id,
        observations.source_id,
        observations.period_id,
        observations.reporter_org_id,
        observations.value,
        observations.is_made_up,
        periods.kind as period_kind,
        {{ period_ordinal('observations.period_id') }} as period_no,
        observations.value >= 100
        and measures.unit not in ('procedures', 'systems', 'units', 'sites', 'facilities', 'points') as is_telling,
        {{ hashed(
            'observations.measure_id', 'observations.org_key', 'observations.source_id', 'observations.is_cumulative',
            'case when observations.is_part then observations.reporter_org_id end', 'periods.kind'
        ) | indent(8) }} as series_id
    from {{ ref('int_observations') }} as observations
    inner join {{ ref('stg_measures') }} as measures
        on observations.measure_id = measures.measure_id
    inner join {{ ref('dim_period') }} as periods
        on observations.period_id = periods.period_id
    where
        observations.known_to is null
        and observations.plan_id is null

),

compared as (

    select
        *,
        max(value) over one_before as previous_value,
        max(period_id) over one_before as previous_period_id
    from stated
    window one_before as (partition by series_id order by period_no range between 1 preceding and 1 preceding)

),

counted as (

    select
        extract_id,
        source_id,
        period_id,
        max(previous_period_id) as previous_period_id,
        case when count(distinct reporter_org_id) = 1 then min(reporter_org_id) end as reporter_org_id,
        count(*) as compared,
        count(*) filter (where value = previous_value) as same,
        count(*) filter (where value = previous_value and is_telling) as telling,
        bool_or(is_made_up) as is_made_up
    from compared
    where previous_value is not null
    group by extract_id, source_id, period_id

)

select
    counted.extract_id,
    extracts.file_name,
    counted.source_id,
    sources.name_vi as source_vi,
    sources.name_en as source_en,
    counted.period_id,
    counted.previous_period_id,
    reporters.name_vi as reporter_vi,
    cast(counted.compared as integer) as compared,
    cast(counted.same as integer) as same,
    counted.same = counted.compared and counted.telling >= 3 as is_repeated,
    counted.is_made_up
from counted
inner join {{ ref('stg_extracts') }} as extracts
    on counted.extract_id = extracts.extract_id
inner join {{ ref('stg_sources') }} as sources
    on counted.source_id = sources.source_id
left join {{ ref('int_org_labels') }} as reporters
    on counted.reporter_org_id = reporters.org_id
