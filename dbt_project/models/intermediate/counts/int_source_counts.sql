{{ config(materialized='incremental') }}

-- What each source says of each organisation: where it has several reporters, the sum of theirs, when all have spoken.
with counts as (

    select * from {{ ref('int_counts_below_province') }} where {{ is_touched('period_id') }}
    union all by name
    select * from {{ ref('int_province_counts') }} where {{ is_touched('period_id') }}

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
asked as (

    select
        moments.moment,
        expected.* exclude (cell_id, name),
        expected.name || coalesce(' (' || counts.missing_reporters || ')', '') as name,
        counts.cell_id is not null as is_standing,
        counts.period_start,
        counts.period_end,
        counts.value,
        counts.obs_status,
        counts.is_measured_otherwise,
        counts.is_made_up,
        counts.content
    from moments
    inner join expected
        on moments.whole_id = expected.whole_id
    left join of_reporters as counts
        on expected.cell_id = counts.cell_id
        and {{ known_at('counts', 'moments.moment') }}

),

sums as (

    select
        whole_id,
        moment,
        any_value(measure_id) as measure_id,
        any_value(org_key) as org_key,
        any_value(source_id) as source_id,
        any_value(period_id) as period_id,
        bool_or(is_standing) as is_used,
        count(*) = count(value) as is_whole,
        min(period_start) as period_start,
        max(period_end) as period_end,
        sum(value) as value,
        sum({{ weight_of_status('obs_status') }}) as status_weight,
        bool_or(is_measured_otherwise) as is_measured_otherwise,
        coalesce(bool_or(is_made_up), false) as is_made_up,
        sum(content) as content,
        sum(case when value is null then {{ hashed(text_number('name'), text_number('position')) }} end) as missing_id
    from asked
    group by whole_id, moment

),

-- The names of who is missing are put together once for each set of them.
names as (

    select
        examples.missing_id,
        list(asked.name order by asked.position) as missing
    from (
        select
            missing_id,
            min(whole_id) as whole_id,
            arg_min(moment, whole_id) as moment
        from sums
        where not is_whole
        group by missing_id
    ) as examples
    inner join asked
        on examples.whole_id = asked.whole_id
        and examples.moment = asked.moment
    where asked.value is null
    group by examples.missing_id

),

spans as (

    select
        sums.*,
        {{ names_of('names.missing') }} as missing_reporters,
        lead(sums.moment) over (partition by sums.whole_id order by sums.moment) as known_to
    from sums
    left join names
        on sums.missing_id = names.missing_id

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
        missing_reporters,
        case when is_whole then content else {{ text_number('missing_reporters') }} end as content,
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
