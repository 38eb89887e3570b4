-- What a value was divided from can be looked up, and adds up to the number that was divided; but of counts since the
-- beginning of the year it is a difference.
with listed as (

    select
        facts.indicator_id,
        facts.definition_version,
        facts.org_key,
        facts.period_id,
        facts.known_from,
        facts.numerator,
        facts.denominator,
        coalesce(evidence.numerator_observation_ids, []) as numerator_observation_ids,
        coalesce(evidence.denominator_observation_ids, []) as denominator_observation_ids
    from {{ ref('fct_indicator_value') }} as facts
    left join {{ ref('rpt_value_evidence') }} as evidence
        on facts.indicator_id = evidence.indicator_id
        and facts.definition_version = evidence.definition_version
        and facts.org_key = evidence.org_key
        and facts.period_id = evidence.period_id
        and facts.known_from = evidence.known_from

),

inputs as (

    select
        * exclude (numerator_observation_ids, denominator_observation_ids),
        'numerator' as part,
        numerator as value,
        unnest(coalesce(nullif(numerator_observation_ids, []), [null])) as observation_id
    from listed
    union all
    select
        * exclude (numerator_observation_ids, denominator_observation_ids),
        'denominator' as part,
        denominator as value,
        unnest(coalesce(nullif(denominator_observation_ids, []), [null])) as observation_id
    from listed

)

select
    inputs.indicator_id,
    inputs.definition_version,
    inputs.org_key,
    inputs.period_id,
    inputs.known_from,
    inputs.part,
    inputs.value,
    sum(observations.value) as found
from inputs
left join {{ ref('fct_observation') }} as observations
    on inputs.observation_id = observations.observation_id
group by all
having
    count(inputs.observation_id) <> count(observations.observation_id)
    or (
        not bool_or(coalesce(observations.is_cumulative, false))
        and sum(observations.value) is distinct from inputs.value
    )
