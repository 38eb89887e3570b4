{{ config(tags=['findings']) }}

-- Which inputs of a value changed since the release before, and why. Each change of an input has one cause, the first
-- that holds of the numbers behind it: one gave way to another (restated), one stands no more (withdrawn), one more
-- stands (newly reported), one is another number in the same place (correction); or others of the known numbers are
-- used now, because other organisations are expected or another source comes first (organisation).
with changed as (

    select
        now_.indicator_id,
        now_.definition_version,
        now_.org_key,
        now_.period_id,
        now_.denominator_period_id,
        before.denominator_period_id as denominator_period_before,
        indicators.numerator_measure,
        indicators.denominator_measure,
        now_.numerator,
        now_.denominator,
        before.numerator as numerator_before,
        before.denominator as denominator_before
    from {{ ref('fct_indicator_value') }} as now_
    inner join {{ ref('stg_values_before') }} as before
        on now_.indicator_id = before.indicator_id
        and now_.definition_version = before.definition_version
        and now_.org_key = before.org_key
        and now_.period_id = before.period_id
    inner join {{ ref('stg_indicators') }} as indicators
        on now_.indicator_id = indicators.indicator_id
        and now_.definition_version = indicators.definition_version
    where now_.known_to is null

),

inputs as (

    select
        *,
        {{ hashed('indicator_id', 'definition_version', 'org_key', 'period_id', "'numerator'") }} as input_id,
        'numerator' as part,
        numerator_measure as measure_id,
        period_id as counted_period_id,
        period_id as period_before,
        numerator_before as number_before,
        numerator as number_now
    from changed
    where numerator is distinct from numerator_before
    union all
    select
        *,
        {{ hashed('indicator_id', 'definition_version', 'org_key', 'period_id', "'denominator'") }} as input_id,
        'denominator' as part,
        denominator_measure as measure_id,
        denominator_period_id as counted_period_id,
        denominator_period_before as period_before,
        denominator_before as number_before,
        denominator as number_now
    from changed
    where denominator is distinct from denominator_before

),

behind as (

    select
        inputs.input_id,
        evidence.observation_key
    from inputs
    inner join {{ ref('int_used_evidence') }} as evidence
        on inputs.measure_id = evidence.measure_id
        and inputs.org_key = evidence.org_key
        and inputs.counted_period_id = evidence.period_id
        and evidence.known_to is null
    union
    select
        inputs.input_id,
        evidence.observation_key
    from inputs
    inner join {{ ref('stg_evidence_before') }} as evidence
        on inputs.measure_id = evidence.measure_id
        and inputs.org_key = evidence.org_key
        and inputs.period_before = evidence.period_id

),

-- What a file states in one place is one statement, also when it stands again, or corrected.
ledger as (

    select
        observation_key,
        {{ hashed('measure_id', 'extract_id', text_number('locator')) }} as statement_id,
        value as value_before,
        null as value_now
    from {{ ref('stg_observations_before') }}
    union all
    select
        observation_key,
        {{ hashed('measure_id', 'extract_id', text_number('locator')) }} as statement_id,
        null as value_before,
        case when known_to is null then value end as value_now
    from {{ ref('fct_observation') }}

),

statements as (

    select
        statement_id,
        max(value_before) as value_before,
        max(value_now) as value_now
    from ledger
    group by statement_id

),

-- of the statements behind an input: does any stand no more, did any come, was any changed in place
known as (

    select
        behind.input_id,
        bool_or(statements.value_before is not null and statements.value_now is null) as has_gone,
        bool_or(statements.value_before is null and statements.value_now is not null) as has_come,
        bool_or(statements.value_before <> statements.value_now) as has_changed
    from behind
    inner join ledger
        on behind.observation_key = ledger.observation_key
    inner join statements
        on ledger.statement_id = statements.statement_id
    group by behind.input_id

)

select
    inputs.indicator_id,
    inputs.definition_version,
    inputs.org_key,
    inputs.period_id,
    inputs.part,
    inputs.number_before,
    inputs.number_now,
    case
        when known.has_gone and known.has_come then inputs.part || '_restated'
        when known.has_gone then 'withdrawn'
        when known.has_come then 'newly_reported'
        when known.has_changed then 'correction'
        else 'organisation'
    end as cause
from inputs
left join known
    on inputs.input_id = known.input_id
