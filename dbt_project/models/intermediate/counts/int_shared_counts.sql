{{ config(materialized='incremental') }}

-- The counts of organisations that are no more, shared out over those of today: step by step over what each became, by
-- the people who went there, in whole units or, of a count that is not whole, in hundredths. The largest remainders get
-- what is left, so that nothing is lost. One row for each count of today's organisation; amount is in hundredths.
with recursive changes as (

    select
        from_org_key,
        to_org_key,
        -- where everybody went to one place it does not matter how many they were
        cast(coalesce(weight, 1) as hugeint) as weight,
        cast(sum(coalesce(weight, 1)) over (partition by from_org_key) as hugeint) as weights
    from {{ ref('stg_org_changes') }}

),

hundredths as (

    select
        measure_id,
        source_id,
        period_id,
        org_key,
        {{ ten_thousandths('value') }} // 100 as amount
    from {{ ref('int_counts_of_before') }}
    where value is not null and {{ is_touched('period_id') }}

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
        share + case when place_no <= amount - shared then 1 else 0 end as amount
    from (
        select
            *,
            sum(share) over (partition by measure_id, source_id, period_id, path) as shared,
            row_number() over (
                partition by measure_id, source_id, period_id, path order by remainder desc, to_org_key
            ) as place_no
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

)

select
    measure_id,
    source_id,
    period_id,
    org_key,
    sum(amount * step) as amount
from shares
group by measure_id, source_id, period_id, org_key
