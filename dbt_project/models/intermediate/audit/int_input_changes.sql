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
        indicator_id,
        definition_version,
        org_key,
        period_id,
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
        indicator_id,
        definition_version,
        org_key,
        period_id,
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
        inputs.indicator_id,
        inputs.definition_version,
        inputs.org_key,
        inputs.period_id,
        inputs.part,
        observations.observation_id
    from inputs
    inner join {{ ref('int_used_evidence') }} as evidence
        on inputs.measure_id = evidence.measure_id
        and inputs.org_key = evidence.org_key
        and inputs.counted_period_id = evidence.period_id
        and evidence.known_to is null
    inner join {{ ref('fct_observation') }} as observations
        on evidence.observation_key = observations.observation_key
    union
    select
        inputs.indicator_id,
        inputs.definition_version,
        inputs.org_key,
        inputs.period_id,
        inputs.part,
        observations.observation_id
    from inputs
    inner join {{ ref('stg_evidence_before') }} as evidence
        on inputs.measure_id = evidence.measure_id
        and inputs.org_key = evidence.org_key
        and inputs.period_before = evidence.period_id
    inner join {{ ref('stg_observations_before') }} as observations
        on evidence.observation_key = observations.observation_key

),

-- What a file states in one place is one statement, also when it stands again, or corrected.
ledger as (

    select
        observation_id,
        measure_id,
        extract_id,
        locator,
        value,
        true as was_before
    from {{ ref('stg_observations_before') }}
    union all
    select
        observation_id,
        measure_id,
        extract_id,
        locator,
        value,
        false as was_before
    from {{ ref('fct_observation') }}
    where known_to is null

),

named as (

    select
        observation_id,
        measure_id,
        extract_id,
        locator
    from ledger
    union
    select
        observation_id,
        measure_id,
        extract_id,
        locator
    from {{ ref('fct_observation') }}

),

statements as (

    select
        behind.indicator_id,
        behind.definition_version,
        behind.org_key,
        behind.period_id,
        behind.part,
        coalesce(bool_or(ledger.was_before), false) as stood_before,
        coalesce(bool_or(not ledger.was_before), false) as stands_now,
        max(case when ledger.was_before then ledger.value end) as value_before,
        max(case when not ledger.was_before then ledger.value end) as value_now
    from behind
    inner join named
        on behind.observation_id = named.observation_id
    left join ledger
        on named.measure_id = ledger.measure_id
        and named.extract_id = ledger.extract_id
        and named.locator = ledger.locator
    group by
        behind.indicator_id,
        behind.definition_version,
        behind.org_key,
        behind.period_id,
        behind.part,
        named.measure_id,
        named.extract_id,
        named.locator

),

-- of the statements behind an input: does any stand no more, did any come, was any changed in place
known as (

    select
        indicator_id,
        definition_version,
        org_key,
        period_id,
        part,
        bool_or(stood_before and not stands_now) as has_gone,
        bool_or(stands_now and not stood_before) as has_come,
        bool_or(stood_before and stands_now and value_before <> value_now) as has_changed
    from statements
    group by indicator_id, definition_version, org_key, period_id, part

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
    on inputs.indicator_id = known.indicator_id
    and inputs.definition_version = known.definition_version
    and inputs.org_key = known.org_key
    and inputs.period_id = known.period_id
    and inputs.part = known.part
