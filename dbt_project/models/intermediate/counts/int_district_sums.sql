{{ config(materialized='incremental') }}

-- The sum of the communes of each district, at each moment at which one of them changed.
-- A sum is kept as its parts come and go: each is added when it becomes known and taken away when it is known no more.
-- It is whole when all its parts are known.
with parts as (

    select
        {{ count_key('counts', org_key='parts.whole_org_key') }} as whole_id,
        case when parts.is_expected then 'part' else 'beside' end as role,
        parts.whole_org_key,
        parts.whole_name,
        parts.parts_expected,
        counts.*
    from {{ ref('int_stated_counts') }} as counts
    inner join {{ ref('int_count_parts') }} as parts
        on counts.measure_id = parts.measure_id
        and counts.org_key = parts.org_key
        and counts.source_id = parts.source_id
        and counts.period_id = parts.period_id
    where parts.whole_level = 'district' and {{ is_touched('counts.period_id') }}

),

wholes as (

    select
        whole_id,
        measure_id,
        whole_org_key as org_key,
        source_id,
        reporter_org_id,
        period_id,
        whole_name,
        parts_expected,
        min(period_start) as period_start,
        max(period_end) as period_end,
        min(period_start) < max(period_start) or min(period_end) < max(period_end) as is_of_several_days
    from parts
    group by all

),

-- What a whole states itself comes before its sum.
known as (

    select * exclude (whole_org_key, whole_name, parts_expected) from parts
    union all
    select
        cell_id as whole_id,
        'own' as role,
        *
    from {{ ref('int_stated_counts') }}
    where cell_id in (select whole_id from wholes) and {{ is_touched('period_id') }}

),

changes as (

    select
        known.whole_id,
        {{ moment_of('known') }} as moment,
        {{ come("known.role = 'own'") }} as stated,
        {{ come("known.role = 'beside'") }} as beside,
        {{ come("known.role = 'part'") }} as parts_standing,
        {{ come("known.role = 'part' and known.value is not null") }} as parts_known,
        {{ come("known.role = 'part' and known.is_measured_otherwise") }} as measured_otherwise,
        {{ come("known.role <> 'own' and known.is_made_up") }} as made_up,
        sum(ends.sign * known.value) filter (where known.role = 'part') as value,
        sum(ends.sign * {{ weight_of_status('known.obs_status') }}) filter (where known.role = 'part') as status_weight,
        sum(ends.sign * known.content) filter (where known.role = 'part') as content
    from known
    cross join (values (1), (-1)) as ends (sign)
    where ends.sign = 1 or known.known_to is not null
    group by known.whole_id, moment

)

select
    wholes.*,
    changes.moment,
    {{ so_far('changes', 'stated') }} > 0 as is_stated,
    {{ so_far('changes', 'beside') }} > 0 as has_others_beside,
    {{ so_far('changes', 'parts_standing') }} > 0 as has_parts,
    {{ so_far('changes', 'parts_known') }} = wholes.parts_expected as is_whole,
    {{ so_far('changes', 'measured_otherwise') }} > 0 as is_measured_otherwise,
    {{ so_far('changes', 'made_up') }} > 0 as is_made_up,
    {{ so_far('changes', 'value') }} as value,
    {{ so_far('changes', 'status_weight') }} as status_weight,
    {{ so_far('changes', 'content') }} as content
from changes
inner join wholes
    on changes.whole_id = wholes.whole_id
