-- What each source says of each organisation: where it has several reporters, the sum of theirs, when all have spoken.
with counts as (

    select * from {{ ref('int_counts_below_province') }}
    union all by name
    select * from {{ ref('int_province_counts') }}

),

of_reporters as (

    select
        counts.*,
        {{ hashed('counts.measure_id', 'counts.org_key', 'counts.source_id', 'null', 'counts.period_id') }} as whole_id
    from counts
    inner join {{ ref('stg_measures') }} as measures
        on counts.measure_id = measures.measure_id
    where counts.reporter_org_id is not null and measures.over_orgs = 'sum'

),

expected as (

    select
        wholes.whole_id,
        wholes.measure_id,
        wholes.org_key,
        wholes.source_id,
        wholes.period_id,
        {{ count_key('wholes', reporter_org_id='reporters.org_id') }} as cell_id,
        reporters.name_vi as name,
        coalesce(reporters.code, '~') || '|' || reporters.name_vi as position
    from (select distinct
        whole_id,
        measure_id,
        org_key,
        source_id,
        period_id
    from of_reporters) as wholes
    inner join {{ ref('stg_source_reporters') }} as listed
        on wholes.source_id = listed.source_id
    inner join {{ ref('stg_organisations') }} as reporters
        on listed.org_id = reporters.org_id
        and {{ is_valid_on('reporters', last_day_of('wholes.period_id')) }}

),

moments as (

    select
        whole_id,
        known_from as moment
    from of_reporters
    union
    select
        whole_id,
        known_to as moment
    from of_reporters where known_to is not null

),

-- A source has few reporters: what each said is asked for at each moment.
sums as (

    select
        expected.whole_id,
        expected.measure_id,
        expected.org_key,
        expected.source_id,
        expected.period_id,
        moments.moment,
        count(counts.cell_id) > 0 as is_used,
        count(*) = count(counts.value) as is_whole,
        min(counts.period_start) as period_start,
        max(counts.period_end) as period_end,
        sum(counts.value) as value,
        sum({{ weight_of_status('counts.obs_status') }}) as status_weight,
        bool_or(counts.is_measured_otherwise) as is_measured_otherwise,
        coalesce(bool_or(counts.is_made_up), false) as is_made_up,
        sum(counts.content) as content,
        list(expected.name || coalesce(' (' || counts.missing_reporters || ')', '') order by expected.position)
        filter (where counts.value is null) as missing
    from moments
    inner join expected
        on moments.whole_id = expected.whole_id
    left join of_reporters as counts
        on expected.cell_id = counts.cell_id
        and {{ known_at('counts', 'moments.moment') }}
    group by
        expected.whole_id,
        expected.measure_id,
        expected.org_key,
        expected.source_id,
        expected.period_id,
        moments.moment

),

spans as (

    select
        *,
        lead(moment) over (partition by whole_id order by moment) as known_to
    from sums

),

by_organisation as (

    select * exclude (reporter_org_id) from counts where reporter_org_id is null
    union all by name
    select
        whole_id as cell_id,
        measure_id,
        org_key,
        source_id,
        period_id,
        period_start,
        period_end,
        case when is_whole then 'reporters' else 'incomplete' end as basis,
        case when is_whole then cast(value as decimal(18, 2)) end as value,
        case when is_whole then {{ worst_status('status_weight') | indent(8) }} end as obs_status,
        is_measured_otherwise,
        is_made_up,
        case when not is_whole then {{ names_of('missing') }} end as missing_reporters,
        case when is_whole then content else {{ hashed(names_of('missing')) }} end as content,
        moment as known_from,
        known_to
    from spans
    where is_used

)

select
    'then' as org_terms,
    {{ hashed("'then'", 'measure_id', 'org_key', 'source_id') }} as series_id,
    {{ hashed('series_id', 'period_id', 'known_from') }} as count_id,
    *
from by_organisation
