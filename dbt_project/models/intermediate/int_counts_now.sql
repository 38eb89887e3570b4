-- The counts of organisations that became others, re-expressed in today's: step by step each count is shared over what
-- its organisation became, by the people who went there, in whole units or, of a count that is not whole, in hundredths.
-- The largest remainders get what is left, so that nothing is lost. What is missing of one that leads to an organisation
-- of today leaves that one without a value.
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

then_valid as (

    select
        periods.period_id,
        organisations.org_key,
        organisations.name_vi as name,
        coalesce(organisations.code, '~') || '|' || organisations.name_vi as position
    from {{ ref('stg_organisations') }} as organisations
    inner join {{ ref('dim_period') }} as periods
        on (organisations.valid_from is null or organisations.valid_from <= periods.end_date)
        and (organisations.valid_to is null or organisations.valid_to >= periods.end_date)
    where organisations.org_key in (select from_org_key from changes)

),

counts as (

    select counts.*
    from {{ ref('int_counts') }} as counts
    inner join then_valid
        on counts.org_key = then_valid.org_key
        and counts.period_id = then_valid.period_id
    inner join {{ ref('stg_measures') }} as measures
        on counts.measure_id = measures.measure_id
    where counts.known_to is null and measures.over_orgs = 'sum'

),

hundredths as (

    select
        measure_id,
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
        period_id,
        org_key,
        org_key as path,
        case when amount % 100 = 0 then 100 else 1 end as step,
        amount // case when amount % 100 = 0 then 100 else 1 end as amount
    from hundredths

    union all

    select
        measure_id,
        period_id,
        to_org_key as org_key,
        path || ' ' || to_org_key as path,
        step,
        share + case when place <= amount - shared then 1 else 0 end as amount
    from (
        select
            *,
            sum(share) over (partition by measure_id, period_id, path) as shared,
            row_number() over (partition by measure_id, period_id, path order by remainder desc, to_org_key) as place
        from (
            select
                *,
                -- the remainder is never negative, so this rounds down, below zero as well
                (amount * weight - remainder) // weights as share
            from (
                select
                    shares.measure_id,
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
        period_id,
        org_key,
        sum(amount * step) as amount
    from shares
    group by measure_id, period_id, org_key

),

expected as (

    select
        wholes.measure_id,
        wholes.period_id,
        wholes.org_key_now,
        then_valid.org_key,
        then_valid.name,
        then_valid.position
    from (
        select distinct
            counts.measure_id,
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
        expected.period_id,
        expected.org_key_now,
        count(*) = count(counts.value) as is_whole,
        string_agg(
            case
                when counts.value is null then expected.name || coalesce(' (' || counts.missing_reporters || ')', '')
            end,
            ', ' order by expected.position, expected.org_key
        ) as missing_reporters,
        {{ worst_status('counts.obs_status') | indent(8) }} as obs_status,
        list_sort(list_distinct(flatten(list(counts.missing_periods) filter (where counts.value is not null))))
            as missing_periods,
        coalesce(bool_or(counts.basis = 'partial'), false) as is_partial,
        min(counts.period_start) as period_start,
        max(counts.period_end) as period_end,
        arg_min(counts.source_id, counts.precedence) as source_id,
        min(counts.plan_id) as plan_id,
        bool_or(counts.is_made_up) as is_made_up
    from expected
    left join counts
        on expected.measure_id = counts.measure_id
        and expected.period_id = counts.period_id
        and expected.org_key = counts.org_key
    group by expected.measure_id, expected.period_id, expected.org_key_now

)

select
    states.measure_id,
    states.org_key_now as org_key,
    states.period_id,
    states.period_start,
    states.period_end,
    case
        when states.is_whole
            then cast(cast(sums.amount as decimal(28, 0)) * cast(0.01 as decimal(3, 2)) as decimal(18, 2))
    end as value,
    {{ worse_status('states.obs_status', "'B'") }} as obs_status,
    states.missing_reporters,
    case when states.is_whole then states.missing_periods else [] end as missing_periods,
    states.is_partial,
    states.source_id,
    states.plan_id,
    states.is_made_up
from states
left join sums
    on states.measure_id = sums.measure_id
    and states.period_id = sums.period_id
    and states.org_key_now = sums.org_key
