-- What each source says of each organisation: where it has several reporters, their sum.
with known as (

    select
        {{ count_cell('counts') }} as cell_id,
        {{ count_columns() | join(', ') }},
        known_from,
        known_to
    from {{ ref('int_org_counts') }} as counts

),

reporters as (

    select
        reporters.source_id,
        organisations.org_id,
        organisations.name_vi as name,
        coalesce(organisations.code, '~') || '|' || organisations.name_vi as position,
        organisations.valid_from,
        organisations.valid_to
    from {{ ref('stg_source_reporters') }} as reporters
    inner join {{ ref('stg_organisations') }} as organisations
        on reporters.org_id = organisations.org_id

),

wholes as (

    select distinct
        known.measure_id,
        known.org_key,
        known.source_id,
        cast(null as varchar) as reporter_org_id,
        known.period_id,
        {{ last_day_of('known.period_id') }} as last_day
    from known
    inner join {{ ref('stg_measures') }} as measures
        on known.measure_id = measures.measure_id
    where known.reporter_org_id is not null and measures.over_orgs = 'sum'

),

expected as (

    select
        {{ count_cell('wholes') }} as whole_id,
        wholes.measure_id,
        wholes.org_key,
        wholes.source_id,
        wholes.reporter_org_id,
        wholes.period_id,
        {{ count_cell('wholes', {'reporter_org_id': 'reporters.org_id'}) }} as cell_id,
        reporters.name,
        reporters.position
    from wholes
    inner join reporters
        on wholes.source_id = reporters.source_id
        and (reporters.valid_from is null or reporters.valid_from <= wholes.last_day)
        and (reporters.valid_to is null or reporters.valid_to >= wholes.last_day)

),

sums as (

    {{ sums_of_expected('expected', 'known', 'reporters') | indent }}

)

select
    {{ count_columns() | join(', ') }},
    known_from,
    known_to
from known
where reporter_org_id is null
union all
select
    {{ count_columns() | join(', ') }},
    known_from,
    known_to
from sums
