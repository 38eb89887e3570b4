{{ config(materialized='incremental') }}

-- What each source says of each organisation: where it has several reporters, the sum of theirs, when all have spoken.
with counts as (

    select * from {{ ref('int_counts_below_province') }} where {{ is_touched('period_id') }}
    union all by name
    select * from {{ ref('int_province_counts') }} where {{ is_touched('period_id') }}

),

of_reporters as (

    select
        *,
        {{ hashed('measure_id', 'org_key', 'source_id', 'null', 'period_id') }} as whole_id
    from counts
    where
        reporter_org_id is not null
        and measure_id in (select measure_id from {{ ref('stg_measures') }} where over_orgs = 'sum')

),

expected as (

    select
        wholes.*,
        {{ count_key('wholes', reporter_org_id='reporters.org_id') }} as cell_id,
        reporters.* exclude (source_id, period_id, org_id)
    from (select distinct
        whole_id,
        measure_id,
        org_key,
        source_id,
        period_id
    from of_reporters) as wholes
    inner join {{ ref('int_expected_reporters') }} as reporters
        on wholes.source_id = reporters.source_id
        and wholes.period_id = reporters.period_id

),

moments as (

    select distinct
        of_reporters.whole_id,
        {{ moment_of('of_reporters') }} as moment
    from of_reporters
    cross join (values (1), (-1)) as ends (sign)
    where ends.sign = 1 or of_reporters.known_to is not null

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
    from (select distinct on (missing_id) * from sums where not is_whole) as examples
    inner join asked
        on examples.whole_id = asked.whole_id
        and examples.moment = asked.moment
    where asked.value is null
    group by examples.missing_id

),

by_organisation as (

    select * exclude (reporter_org_id, observation_before_key) from counts where reporter_org_id is null
    union all by name
    select
        sums.whole_id as cell_id,
        sums.measure_id,
        sums.org_key,
        sums.source_id,
        sums.period_id,
        sums.period_start,
        sums.period_end,
        case when sums.is_whole then 'reporters' else 'incomplete' end as basis,
        case when sums.is_whole then cast(sums.value as decimal(18, 2)) end as value,
        case when sums.is_whole then {{ worst_status('sums.status_weight') | indent(8) }} end as obs_status,
        sums.is_measured_otherwise,
        sums.is_made_up,
        {{ names_of('names.missing') | indent(8) }} as missing_reporters,
        case when sums.is_whole then sums.content else {{ text_number('missing_reporters') }} end as content,
        sums.moment as known_from,
        lead(sums.moment) over (partition by sums.whole_id order by sums.moment) as known_to
    from sums
    left join names
        on sums.missing_id = names.missing_id
    qualify sums.is_used

)

select
    'then' as org_terms,
    {{ hashed("'then'", 'measure_id', 'org_key', 'source_id') }} as series_id,
    {{ hashed('series_id', 'period_id', 'known_from') }} as count_id,
    *
from by_organisation
