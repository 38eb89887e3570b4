{{ config(materialized='incremental') }}

-- What each source says of each organisation of today, as far as it is known now: its own count, else those of the
-- organisations that became it. What is missing of one that leads to an organisation of today leaves that one without
-- a value.
with known as (

    select * exclude (org_terms, series_id, count_id, cell_id, known_from, known_to)
    from {{ ref('int_source_counts') }}
    where known_to is null and {{ is_touched('period_id') }}

),

expected as (

    select
        wholes.measure_id,
        wholes.source_id,
        wholes.period_id,
        wholes.org_key_today,
        organisations.org_key,
        organisations.name_vi as name,
        coalesce(organisations.code, '~') || '|' || organisations.name_vi as position
    from (
        select distinct
            counts.measure_id,
            counts.source_id,
            counts.period_id,
            heirs.org_key_today
        from {{ ref('int_counts_of_before') }} as counts
        inner join {{ ref('int_org_successors') }} as heirs
            on counts.org_key = heirs.org_key
        where {{ is_touched('counts.period_id') }}
    ) as wholes
    inner join {{ ref('int_org_successors') }} as successors
        on wholes.org_key_today = successors.org_key_today
    inner join {{ ref('stg_organisations') }} as organisations
        on successors.org_key = organisations.org_key
        and {{ is_valid_on('organisations', last_day_of('wholes.period_id')) }}

),

sums as (

    select
        expected.measure_id,
        expected.source_id,
        expected.period_id,
        expected.org_key_today as org_key,
        count(*) = count(counts.value) as is_whole,
        arg_max(counts.basis, {{ basis_rank('counts.basis') | indent(8) }}) as basis,
        string_agg(
            expected.name || coalesce(' (' || counts.missing_reporters || ')', ''),
            ', ' order by expected.position, expected.org_key
        ) filter (where counts.value is null) as missing_reporters,
        -- counted in other units, so never better than a break
        1 + sum({{ weight_of_status('counts.obs_status') }}) as status_weight,
        min(counts.period_start) as period_start,
        max(counts.period_end) as period_end,
        bool_or(counts.is_made_up) as is_made_up,
        sum(counts.content) as content,
        min(counts.observation_key) as observation_key
    from expected
    left join {{ ref('int_counts_of_before') }} as counts
        on expected.measure_id = counts.measure_id
        and expected.source_id = counts.source_id
        and expected.period_id = counts.period_id
        and expected.org_key = counts.org_key
    group by expected.measure_id, expected.source_id, expected.period_id, expected.org_key_today

),

reexpressed as (

    select
        sums.measure_id,
        sums.org_key,
        sums.source_id,
        sums.period_id,
        sums.period_start,
        sums.period_end,
        case when sums.is_whole then sums.basis else 'incomplete' end as basis,
        case
            when sums.is_whole
                then cast(cast(shared.amount as decimal(28, 0)) * cast(0.01 as decimal(3, 2)) as decimal(18, 2))
        end as value,
        case when sums.is_whole then {{ worst_status('sums.status_weight') | indent(8) }} end as obs_status,
        true as is_measured_otherwise,
        sums.is_made_up,
        sums.missing_reporters,
        case when sums.is_whole then sums.content else {{ text_number('sums.missing_reporters') }} end as content,
        sums.observation_key
    from sums
    left join {{ ref('int_shared_counts') }} as shared
        on sums.measure_id = shared.measure_id
        and sums.source_id = shared.source_id
        and sums.period_id = shared.period_id
        and sums.org_key = shared.org_key

),

candidates as (

    select
        *,
        1 as choice_no
    from known
    where org_key not in (select from_org_key from {{ ref('stg_org_changes') }})
    union all by name
    select
        *,
        2 as choice_no
    from reexpressed

),

ranked as (

    select
        *,
        row_number() over (
            partition by measure_id, org_key, source_id, period_id order by value is null, choice_no
        ) as place_no
    from candidates

)

select
    'today' as org_terms,
    {{ hashed("'today'", 'measure_id', 'org_key', 'source_id') }} as series_id,
    {{ hashed('series_id', 'period_id') }} as count_id,
    * exclude (choice_no, place_no),
    -- when it became known is not asked: always
    cast('1900-01-01 00:00:00+00' as timestamptz) as known_from,
    cast(null as timestamptz) as known_to
from ranked
where place_no = 1
