-- A quarter that a source did not count as such is what its months make of it. A flow is the sum of the months that are
-- known, a stock the last of them. A level of government has to be whole: there is no count of it while one of its
-- members is silent in a month that others reported. Months and years are as they were.
with counts as (

    select
        *,
        cast(null as varchar[]) as missing_periods,
        {{ period_around('period_id', 'quarter') }} as quarter_id
    from {{ ref('int_counts_over_orgs') }}
    where {{ period_kind('period_id') }} <> 'year'

),

moments as (

    select
        series_id,
        quarter_id,
        known_from as moment
    from counts
    union
    select
        series_id,
        quarter_id,
        known_to as moment
    from counts where known_to is not null

),

-- At each moment the quarter itself (position 0) and its three months.
parts as (

    select
        moments.*,
        positions.position,
        case
            when positions.position = 0 then moments.quarter_id
            else {{ part_of_period('moments.quarter_id', 'quarter', 'positions.position') }}
        end as period_id
    from moments
    cross join (values (0), (1), (2), (3)) as positions (position)

),

known as (

    select
        parts.*,
        counts.period_id is not null as is_standing,
        counts.value,
        counts.obs_status,
        counts.is_measured_otherwise,
        counts.is_made_up,
        counts.missing_reporters,
        counts.content,
        counts.period_start,
        counts.period_end,
        coalesce(
            max(case when counts.value is not null then parts.position end) over (
                partition by parts.series_id, parts.quarter_id, parts.moment
            ),
            0
        ) as last_known
    from parts
    left join counts
        on parts.series_id = counts.series_id
        and parts.period_id = counts.period_id
        and {{ known_at('counts', 'parts.moment') }}

),

used as (

    select
        known.*,
        series.is_level,
        series.over_time,
        known.position > 0 and known.value is not null
        and (series.over_time = 'sum' or known.position = known.last_known) as is_used,
        -- a stock is what its last count says, whatever is unknown before
        known.position > 0 and known.value is null
        and (series.over_time = 'sum' or known.position > known.last_known) as is_lacking
    from known
    inner join {{ ref('int_count_series') }} as series
        on known.series_id = series.series_id

),

made as (

    select
        series_id,
        quarter_id,
        moment,
        bool_or(position = 0 and is_standing) as is_stated,
        bool_or(position = 0 and value is not null) as is_stated_with_value,
        max(content) filter (where position = 0) as stated_content,
        max(case when over_time = 'sum' then 0 else last_known end) as last_part,
        bool_or(position > 0 and is_standing) as has_parts,
        bool_or(is_used) as has_known_parts,
        bool_or(is_used) and not bool_or(is_level and is_lacking and missing_reporters is not null) as is_known,
        min(period_start) filter (where is_used or position > 0 and last_known = 0) as period_start,
        max(period_end) filter (where is_used or position > 0 and last_known = 0) as period_end,
        sum(value) filter (where is_used) as value,
        sum({{ weight_of_status('obs_status') }}) filter (where is_used) as status_weight,
        bool_or(is_measured_otherwise) filter (where is_used) as is_measured_otherwise,
        bool_or(is_made_up) filter (where position > 0) as is_made_up,
        sum(content) filter (where is_used) as content,
        string_agg(distinct missing_reporters, '; ' order by missing_reporters) filter (where is_lacking)
            as missing_reporters,
        list(period_id order by period_id) filter (where is_lacking) as missing_periods
    from used
    group by series_id, quarter_id, moment

),

chosen as (

    select
        *,
        case when is_stated_with_value or not is_known then is_stated else false end as is_itself,
        case
            when is_itself then {{ hashed('stated_content') }}
            when is_known then {{ hashed('content', 'last_part', 'missing_periods') }}
            when has_parts then {{ hashed('missing_reporters', 'missing_periods') }}
        end as what
    from made

),

changes as (

    select
        *,
        lag(what) over (partition by series_id, quarter_id order by moment) as what_before
    from chosen

),

spans as (

    select
        *,
        lead(moment) over (partition by series_id, quarter_id order by moment) as known_to
    from changes
    where what is distinct from what_before

)

select * exclude (quarter_id) from counts where quarter_id <> period_id
union all by name
select
    *,
    cast(null as varchar[]) as missing_periods
from {{ ref('int_counts_over_orgs') }}
where {{ period_kind('period_id') }} = 'year'
union all by name
select counts.* exclude (quarter_id) replace (spans.moment as known_from, spans.known_to as known_to)
from spans
inner join counts
    on spans.series_id = counts.series_id
    and spans.quarter_id = counts.period_id
    and {{ known_at('counts', 'spans.moment') }}
where spans.is_itself
union all by name
select
    series.series_id,
    series.org_terms,
    series.measure_id,
    series.org_key,
    series.source_id,
    spans.quarter_id as period_id,
    spans.period_start,
    spans.period_end,
    case
        when not spans.is_known then 'incomplete' when spans.missing_periods is null then 'periods' else 'partial'
    end as basis,
    case when spans.is_known then cast(spans.value as decimal(18, 2)) end as value,
    case
        when spans.is_known and spans.missing_periods is null then {{ worst_status('spans.status_weight') | indent(8) }}
        when spans.is_known then {{ worst_status('spans.status_weight + ' ~ weight_of_status("'P'")) | indent(8) }}
    end as obs_status,
    case when spans.is_known then spans.is_measured_otherwise end as is_measured_otherwise,
    coalesce(spans.is_made_up, false) as is_made_up,
    case when not spans.is_known then spans.missing_reporters end as missing_reporters,
    case when spans.has_known_parts then spans.missing_periods end as missing_periods,
    case when spans.is_known then spans.content end as content,
    spans.last_part,
    spans.moment as known_from,
    spans.known_to
from spans
inner join {{ ref('int_count_series') }} as series
    on spans.series_id = series.series_id
where spans.has_parts and not spans.is_itself
