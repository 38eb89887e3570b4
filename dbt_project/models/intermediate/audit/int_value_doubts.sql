-- Values that rest on counts that are doubted, each with whether the doubt blocks publication, and values whose part
-- exceeds the whole. What is told of a count is not told again of what is made from it.
with doubted as (

    select
        observation_id,
        suspicion in ('impossible_slip', 'above_most') as is_error
    from {{ ref('int_count_doubts') }}
    where suspicion is not null

    union all

    select
        unnest(observation_ids) as observation_id,
        false as is_error
    from {{ ref('int_invariant_cases') }}
    where is_broken

),

-- Counts in use that a doubted statement is behind.
doubted_counts as (

    select
        evidence.measure_id,
        evidence.org_key,
        evidence.period_id,
        bool_or(doubted.is_error) as is_error
    from doubted
    inner join {{ ref('int_used_evidence') }} as evidence
        on {{ key_of('doubted.observation_id') }} = evidence.observation_key
        and evidence.known_to is null
    group by evidence.measure_id, evidence.org_key, evidence.period_id

)

select
    current_values.indicator_id,
    current_values.definition_version,
    current_values.org_key,
    current_values.period_id,
    numerators.measure_id is not null or denominators.measure_id is not null as is_doubted,
    coalesce(
        numerators.is_error
        or denominators.is_error
        -- one count that is too large makes every share of it too large, and is told of the first of those told alike
        or (
            current_values.numerator > current_values.denominator
            and row_number() over (
                partition by
                    current_values.numerator_measure, current_values.org_key, current_values.period_id,
                    current_values.numerator > current_values.denominator, current_values.is_denominator_older,
                    current_values.reason
                order by current_values.indicator_id, current_values.definition_version
            ) > 1
        ),
        false
    ) as is_error_told
from {{ ref('int_values') }} as current_values
left join doubted_counts as numerators
    on current_values.numerator_measure = numerators.measure_id
    and current_values.org_key = numerators.org_key
    and current_values.period_id = numerators.period_id
left join doubted_counts as denominators
    on current_values.denominator_measure = denominators.measure_id
    and current_values.org_key = denominators.org_key
    and current_values.denominator_period_id = denominators.period_id
where
    current_values.known_to is null
    and (
        numerators.measure_id is not null
        or denominators.measure_id is not null
        or current_values.numerator > current_values.denominator
    )
