{{ config(materialized='incremental') }}

-- A province that did not report itself is the sum of the organisations that its sources hear from, and a group that of
-- all organisations of its level, when the sum is whole. Until then it has no value, but the names of who is missing;
-- and none at all while somebody else reports beside them.
with sums as (

    select
        *,
        not is_stated and (has_parts or has_others_beside) as is_used
    from {{ ref('int_province_sums') }}
    where {{ is_touched('period_id') }}

),

-- Each part is asked for again only where a sum is not whole, and where its parts are not of the same days.
asked_again as (

    select
        sums.whole_id,
        sums.moment,
        min(counts.period_start) as period_start,
        max(counts.period_end) as period_end,
        list(parts.name || coalesce(' (' || counts.missing_reporters || ')', '') order by parts.position)
        filter (where counts.value is null) as missing
    from sums
    inner join {{ ref('int_count_parts') }} as parts
        on sums.measure_id = parts.measure_id
        and sums.org_key = parts.whole_org_key
        and sums.source_id = parts.source_id
        and sums.period_id = parts.period_id
        and parts.is_expected
    left join {{ ref('int_counts_below_province') }} as counts
        on {{ count_key('sums', org_key='parts.org_key') }} = counts.cell_id
        and {{ known_at('counts', 'sums.moment') }}
    where sums.is_used and not sums.has_others_beside and (not sums.is_whole or sums.is_of_several_days)
    group by sums.whole_id, sums.moment

),

named as (

    select
        sums.* exclude (period_start, period_end),
        coalesce(asked_again.period_start, sums.period_start) as period_start,
        coalesce(asked_again.period_end, sums.period_end) as period_end,
        case
            when sums.has_others_beside then sums.whole_name
            when not sums.is_whole then {{ names_of('asked_again.missing') | indent(12) }}
        end as missing_reporters
    from sums
    left join asked_again
        on sums.whole_id = asked_again.whole_id
        and sums.moment = asked_again.moment

),

told as (

    select
        *,
        case
            when not is_used then null
            when missing_reporters is null then content
            else {{ hashed('has_others_beside', text_number('missing_reporters')) }}
        end as what
    from named

),

-- A moment at which nothing changed is none.
changes as (

    select
        *,
        lag(what) over (partition by whole_id order by moment) as what_before
    from told

),

spans as (

    select
        *,
        lead(moment) over (partition by whole_id order by moment) as known_to
    from changes
    where what is distinct from what_before

)

select
    whole_id as cell_id,
    measure_id,
    org_key,
    source_id,
    reporter_org_id,
    period_id,
    period_start,
    period_end,
    case when has_others_beside then 'beside' when is_whole then 'children' else 'incomplete' end as basis,
    case when missing_reporters is null then cast(value as decimal(18, 2)) end as value,
    case when missing_reporters is null then {{ worst_status('status_weight') | indent }} end as obs_status,
    is_measured_otherwise,
    is_made_up,
    missing_reporters,
    what as content,
    moment as known_from,
    known_to
from spans
where is_used
