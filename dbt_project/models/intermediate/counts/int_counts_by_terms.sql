{{ config(materialized='incremental') }}

-- One count for each measure, organisation, period and span of knowledge: what was stated of it, else the sum of its
-- reporters, else the sum of its children, else what its shorter periods make. Of several sources the one that says it
-- so comes first, then the one that the registry puts first.
with candidates as (

    select
        counts.*,
        {{ hashed('counts.org_terms', 'counts.measure_id', 'counts.org_key', 'counts.period_id') }} as cell_id,
        {{ basis_rank('counts.basis') | indent(8) }} as basis_rank,
        sources.precedence
    from (
        select * from {{ ref('int_counts_over_orgs') }} where {{ period_kind('period_id') }} = 'month'
        union all by name
        select * from {{ ref('int_quarter_counts') }}
        union all by name
        select * from {{ ref('int_year_counts') }}
    ) as counts
    inner join {{ ref('stg_sources') }} as sources
        on counts.source_id = sources.source_id
    where {{ is_touched('counts.period_id') }}

),

followed as (

    select
        cell_id,
        known_to,
        lead(known_from) over (partition by cell_id order by known_from) as next_from
    from candidates
    where cell_id in (
        select several.cell_id
        from candidates as several
        group by several.cell_id
        having min(several.series_id) < max(several.series_id)
    )

),

-- Cells of which several sources count at once; all others are as their source counts them.
contested as (

    select distinct cell_id
    from followed
    where next_from < coalesce(known_to, {{ forever() }})

),

moments as (

    select
        cell_id,
        known_from as moment
    from candidates where cell_id in (select cell_id from contested)
    union
    select
        cell_id,
        known_to as moment
    from candidates
    where cell_id in (select cell_id from contested) and known_to is not null

),

choices as (

    select
        moments.cell_id,
        moments.moment,
        arg_min(
            candidates.count_id, (candidates.basis_rank, candidates.precedence, candidates.source_id)
        ) as count_id
    from moments
    left join candidates
        on moments.cell_id = candidates.cell_id
        and {{ known_at('candidates', 'moments.moment') }}
    group by moments.cell_id, moments.moment

),

changes as (

    select
        *,
        lag(count_id) over (partition by cell_id order by moment) as candidate_before
    from choices

),

spans as (

    select
        cell_id,
        count_id,
        moment as known_from,
        lead(moment) over (partition by cell_id order by moment) as known_to
    from changes
    where count_id is distinct from candidate_before

)

select * exclude (cell_id, series_id, last_part, basis_rank)
from candidates
where cell_id not in (select cell_id from contested)
union all by name
select
    {{ hashed('spans.count_id', 'spans.known_from') }} as count_id,
    candidates.* exclude (cell_id, series_id, count_id, last_part, basis_rank)
    replace (spans.known_from as known_from, spans.known_to as known_to)
from spans
inner join candidates
    on spans.cell_id = candidates.cell_id
    and spans.count_id = candidates.count_id
