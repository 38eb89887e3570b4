-- What each source says of each organisation of today, as far as it is known now: its own count, else those of the
-- organisations that became it. Step by step a count is shared over what its organisation became, by the people who went
-- there, in whole units or, of a count that is not whole, in hundredths. The largest remainders get what is left, so that
-- nothing is lost. What is missing of one that leads to an organisation of today leaves that one without a value.
with recursive changes as (

    select
        from_org_key,
        to_org_key,
        -- where everybody went to one place it does not matter how many they were
        cast(coalesce(weight, 1) as hugeint) as weight,
        cast(sum(coalesce(weight, 1)) over (partition by from_org_key) as hugeint) as weights
    from {{ ref('stg_org_changes') }}

),

leads_to as (

    select
        from_org_key as org_key,
        to_org_key
    from changes
    union
    select
        leads_to.org_key,
        changes.to_org_key
    from leads_to
    inner join changes
        on leads_to.to_org_key = changes.from_org_key

),

today as (

    select
        leads_to.org_key,
        leads_to.to_org_key as org_key_now
    from leads_to
    where leads_to.to_org_key not in (select from_org_key from changes)

),

known as (

    select
        {{ count_columns() | join(', ') }},
        -- of what was known before nothing is said here
        max(known_from) over () as known_from
    from {{ ref('int_source_counts') }}
    where known_to is null

),

then_valid as (

    select
        periods.period_id,
        organisations.org_key,
        organisations.name_vi as name,
        coalesce(organisations.code, '~') || '|' || organisations.name_vi as position
    from {{ ref('stg_organisations') }} as organisations
    inner join (select distinct period_id from known) as periods
        on (organisations.valid_from is null or organisations.valid_from <= {{ last_day_of('periods.period_id') }})
        and (organisations.valid_to is null or organisations.valid_to >= {{ last_day_of('periods.period_id') }})
    where organisations.org_key in (select from_org_key from changes)

),

counts as (

    select known.*
    from known
    inner join then_valid
        on known.org_key = then_valid.org_key
        and known.period_id = then_valid.period_id
    inner join {{ ref('stg_measures') }} as measures
        on known.measure_id = measures.measure_id
    where measures.over_orgs = 'sum'

),

hundredths as (

    select
        measure_id,
        source_id,
        period_id,
        org_key,
        {{ ten_thousandths('value') }} // 100 as amount
    from counts
    where value is not null

),

-- `step`: how many hundredths are the smallest share.
shares as (

    select
        measure_id,
        source_id,
        period_id,
        org_key,
        org_key as path,
        case when amount % 100 = 0 then 100 else 1 end as step,
        amount // case when amount % 100 = 0 then 100 else 1 end as amount
    from hundredths

    union all

    select
        measure_id,
        source_id,
        period_id,
        to_org_key as org_key,
        path || ' ' || to_org_key as path,
        step,
        share + case when place <= amount - shared then 1 else 0 end as amount
    from (
        select
            *,
            sum(share) over (partition by measure_id, source_id, period_id, path) as shared,
            row_number() over (
                partition by measure_id, source_id, period_id, path order by remainder desc, to_org_key
            ) as place
        from (
            select
                *,
                -- the remainder is never negative, so this rounds down, below zero as well
                (amount * weight - remainder) // weights as share
            from (
                select
                    shares.measure_id,
                    shares.source_id,
                    shares.period_id,
                    shares.path,
                    shares.step,
                    shares.amount,
                    changes.to_org_key,
                    changes.weight,
                    changes.weights,
                    (shares.amount * changes.weight % changes.weights + changes.weights) % changes.weights as remainder
                from shares
                inner join changes
                    on shares.org_key = changes.from_org_key
            ) as divided
        ) as rounded_down
    ) as shared_out

),

sums as (

    select
        measure_id,
        source_id,
        period_id,
        org_key,
        sum(amount * step) as amount
    from shares
    group by measure_id, source_id, period_id, org_key

),

expected as (

    select
        wholes.measure_id,
        wholes.source_id,
        wholes.period_id,
        wholes.org_key_now,
        then_valid.org_key,
        then_valid.name,
        then_valid.position
    from (
        select distinct
            counts.measure_id,
            counts.source_id,
            counts.period_id,
            today.org_key_now
        from counts
        inner join today
            on counts.org_key = today.org_key
    ) as wholes
    inner join today
        on wholes.org_key_now = today.org_key_now
    inner join then_valid
        on today.org_key = then_valid.org_key
        and wholes.period_id = then_valid.period_id

),

states as (

    select
        expected.measure_id,
        expected.source_id,
        expected.period_id,
        expected.org_key_now as org_key,
        count(*) = count(counts.value) as is_whole,
        arg_max(counts.basis, {{ basis_rank('counts.basis') | indent(8) }}) as basis,
        string_agg(
            case
                when counts.value is null then expected.name || coalesce(' (' || counts.missing_reporters || ')', '')
            end,
            ', ' order by expected.position, expected.org_key
        ) as missing_reporters,
        {{ worst_status('counts.obs_status') | indent(8) }} as obs_status,
        list_sort(flatten(list(counts.observation_ids) filter (where counts.value is not null))) as observation_ids,
        min(counts.period_start) as period_start,
        max(counts.period_end) as period_end,
        min(counts.precedence) as precedence,
        min(counts.plan_id) as plan_id,
        bool_or(counts.is_made_up) as is_made_up,
        max(counts.known_from) as known_from
    from expected
    left join counts
        on expected.measure_id = counts.measure_id
        and expected.source_id = counts.source_id
        and expected.period_id = counts.period_id
        and expected.org_key = counts.org_key
    group by expected.measure_id, expected.source_id, expected.period_id, expected.org_key_now

),

reexpressed as (

    select
        states.measure_id,
        states.org_key,
        states.source_id,
        cast(null as varchar) as reporter_org_id,
        states.period_id,
        states.period_start,
        states.period_end,
        case when states.is_whole then states.basis else 'incomplete' end as basis,
        states.precedence,
        cast(0 as bigint) as statement_order,
        coalesce('without ' || states.missing_reporters, array_to_string(states.observation_ids, '|')) as content_id,
        case
            when states.is_whole
                then cast(cast(sums.amount as decimal(28, 0)) * cast(0.01 as decimal(3, 2)) as decimal(18, 2))
        end as value,
        case when states.is_whole then {{ worse_status('states.obs_status', "'B'") | indent(8) }} end as obs_status,
        true as is_measured_otherwise,
        case when states.is_whole then states.observation_ids else [] end as observation_ids,
        states.missing_reporters,
        cast([] as varchar[]) as missing_periods,
        states.plan_id,
        cast(null as integer) as line,
        cast(null as varchar) as locator,
        states.is_made_up,
        states.known_from
    from states
    left join sums
        on states.measure_id = sums.measure_id
        and states.source_id = sums.source_id
        and states.period_id = sums.period_id
        and states.org_key = sums.org_key

),

candidates as (

    select
        *,
        1 as choice
    from known
    where org_key not in (select from_org_key from changes)
    union all
    select
        *,
        2 as choice
    from reexpressed

),

chosen as (

    select
        *,
        row_number() over (
            partition by measure_id, org_key, source_id, period_id order by value is null, choice
        ) as place
    from candidates

)

select
    {{ count_columns() | join(', ') }},
    known_from,
    cast(null as timestamptz) as known_to
from chosen
where place = 1
