{{ config(materialized='incremental') }}

-- A year that a source did not count as such is what its quarters make of it, as a quarter is made of its months.
with counts as (

    select * from {{ ref('int_quarter_counts') }} where {{ is_touched('left(period_id, 4)') }}
    union all by name
    select * from {{ ref('int_counts_over_orgs') }}
    where {{ period_kind('period_id') }} = 'year' and {{ is_touched('period_id') }}

),

-- Only the counts that are used are looked up.
parts as (

    select
        * exclude (count_ids, used),
        unnest(
            case used
                when 0 then [null]
                else list_where(count_ids, list_transform(range(5), lambda position: used >> position & 1 = 1))
            end
        ) as count_id
    from {{ ref('int_year_moments') }}
    where {{ is_touched('year_id') }}

),

made as (

    select
        parts.* exclude (count_id, missing_months),
        any_value(counts.basis) filter (where parts.is_itself) as own_basis,
        bool_or(counts.is_made_up) filter (where parts.is_itself) as is_itself_made_up,
        any_value(counts.observation_key) filter (where parts.is_itself) as observation_key,
        -- the days of what is known, or of what was reported in vain
        min(counts.period_start) filter (where counts.value is not null or parts.known < 2 or parts.is_itself)
            as period_start,
        max(counts.period_end) filter (where counts.value is not null or parts.known < 2 or parts.is_itself)
            as period_end,
        sum(counts.value) as value,
        sum({{ weight_of_status('counts.obs_status') }}) as status_weight,
        bool_or(counts.is_measured_otherwise) as is_measured_otherwise,
        sum(counts.content) as content,
        any_value(parts.missing_months)
        + coalesce(cast(sum(counts.missing_months) filter (where counts.value is not null) as integer), 0)
            as missing_months,
        list(counts.missing_reporters) filter (where counts.missing_reporters is not null) as silent_reporters
    from parts
    left join counts
        on parts.count_id = counts.count_id
    group by all

),

told as (

    select
        * exclude (silent_reporters, missing_months),
        array_to_string(list_sort(list_distinct(silent_reporters)), '; ') as missing_reporters,
        case when known > 1 and not is_itself then nullif(missing_months, 0) end as missing_months,
        case
            when is_itself then {{ hashed('content') }}
            when is_known then {{ hashed('content', 'last_part', 'missing_months') }}
            when standing > 1 then {{ hashed(text_number('missing_reporters'), 'missing_months') }}
        end as what
    from made

),

-- A moment at which nothing changed is none.
compared as (

    select
        *,
        lag(what) over (partition by series_id, year_id order by moment) as what_before
    from told

),

spans as (

    select
        *,
        is_known or is_itself as is_number,
        lead(moment) over (partition by series_id, year_id order by moment) as known_to
    from compared
    where what is distinct from what_before

)

select
    {{ hashed('spans.series_id', 'spans.year_id', 'spans.moment') }} as count_id,
    spans.series_id,
    series.org_terms,
    series.measure_id,
    series.org_key,
    series.source_id,
    spans.year_id as period_id,
    spans.period_start,
    spans.period_end,
    case
        when spans.is_itself then spans.own_basis
        when not spans.is_known then 'incomplete'
        when spans.missing_months is null then 'periods'
        else 'partial'
    end as basis,
    case when spans.is_number then cast(spans.value as decimal(18, 2)) end as value,
    case
        when spans.is_number and spans.value is not null
            then
                {{ worst_status(
                    'spans.status_weight + case when spans.missing_months is null then 0 else '
                    ~ weight_of_status("'P'") ~ ' end'
                ) | indent(16) }}
    end as obs_status,
    case when spans.is_number then spans.is_measured_otherwise end as is_measured_otherwise,
    coalesce(spans.is_itself_made_up, spans.is_made_up) as is_made_up,
    spans.missing_reporters,
    spans.missing_months,
    case when spans.is_number then spans.content end as content,
    case when not spans.is_itself then spans.last_part end as last_part,
    spans.observation_key,
    spans.moment as known_from,
    spans.known_to
from spans
inner join {{ ref('int_count_series') }} as series
    on spans.series_id = series.series_id
where spans.what is not null
