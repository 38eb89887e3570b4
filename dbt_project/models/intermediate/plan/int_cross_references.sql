-- One number stated in two places: in the text and in Phụ lục 01, twice in the text, by the plan and by another source.
with reports as (

    select * from {{ ref('int_reports') }} where known_to is null and value is not null

),

text_and_appendix as (

    select
        in_text.plan_id,
        in_text.extract_id,
        in_text.indicator_id as subject,
        cast(null as varchar) as other_source_id,
        in_text.statement_order,
        in_text.line,
        in_text.locator,
        in_text.raw_text,
        in_text.qualifier,
        'percent' as unit,
        least(in_text.decimals, in_appendix.decimals) as digits,
        in_text.value as stated,
        in_appendix.value as recomputed,
        in_appendix.locator as recomputed_from,
        in_text.is_made_up
    from reports as in_text
    inner join reports as in_appendix
        on in_text.extract_id = in_appendix.extract_id
        and in_text.indicator_id = in_appendix.indicator_id
        and in_text.definition_version = in_appendix.definition_version
        and in_text.org_key = in_appendix.org_key
        and in_text.period_id = in_appendix.period_id
    where in_text.origin = 'text' and in_appendix.origin = 'appendix'

),

plan_and_others as (

    select
        of_plan.plan_id,
        of_plan.extract_id,
        of_plan.indicator_id as subject,
        others.source_id as other_source_id,
        of_plan.statement_order,
        of_plan.line,
        of_plan.locator,
        of_plan.raw_text,
        of_plan.qualifier,
        'percent' as unit,
        least(of_plan.decimals, others.decimals) as digits,
        of_plan.value as stated,
        others.value as recomputed,
        others.source_id || ', ' || others.locator as recomputed_from,
        of_plan.is_made_up or others.is_made_up as is_made_up
    from reports as of_plan
    inner join reports as others
        on of_plan.indicator_id = others.indicator_id
        and of_plan.definition_version = others.definition_version
        and of_plan.org_key = others.org_key
        and of_plan.period_id = others.period_id
    where of_plan.source_id = 'plan' and others.source_id <> 'plan' and coalesce(others.obs_status, 'A') <> 'D'

),

counts as (

    select
        *,
        first_value(observation_id) over (
            partition by measure_id, org_key, period_id, extract_id order by statement_order, locator
        ) as first_id
    from {{ ref('int_observations') }}
    where known_to is null and not is_part

),

counts_repeated as (

    select
        again.plan_id,
        again.extract_id,
        again.measure_id as subject,
        cast(null as varchar) as other_source_id,
        again.statement_order,
        again.line,
        again.locator,
        again.raw_text,
        cast(null as varchar) as qualifier,
        measures.unit,
        0 as digits,
        again.value as stated,
        first.value as recomputed,
        first.locator as recomputed_from,
        again.is_made_up
    from counts as again
    inner join counts as first
        on again.first_id = first.observation_id
    inner join {{ ref('stg_measures') }} as measures
        on again.measure_id = measures.measure_id
    where again.source_id = 'plan' and again.observation_id <> again.first_id

),

counts_elsewhere as (

    select
        of_plan.plan_id,
        of_plan.extract_id,
        of_plan.measure_id as subject,
        others.source_id as other_source_id,
        of_plan.statement_order,
        of_plan.line,
        of_plan.locator,
        of_plan.raw_text,
        cast(null as varchar) as qualifier,
        measures.unit,
        0 as digits,
        of_plan.value as stated,
        others.value as recomputed,
        others.source_id || ', ' || others.locator as recomputed_from,
        of_plan.is_made_up or others.is_made_up as is_made_up
    from counts as of_plan
    inner join counts as others
        on of_plan.measure_id = others.measure_id
        and of_plan.org_key = others.org_key
        and of_plan.period_id = others.period_id
    inner join {{ ref('stg_measures') }} as measures
        on of_plan.measure_id = measures.measure_id
    where of_plan.source_id = 'plan' and of_plan.observation_id = of_plan.first_id and others.source_id <> 'plan'

),

stated_twice as (

    select * from text_and_appendix
    union all
    select * from plan_and_others
    union all
    select * from counts_repeated
    union all
    select * from counts_elsewhere

)

-- Named by what is compared with what, so that the name outlives a line more above it.
select
    concat_ws(
        '/',
        plan_id, 'cross', subject, other_source_id,
        row_number() over (
            partition by plan_id, subject, other_source_id order by statement_order, recomputed_from, recomputed
        )
    ) as claim_id,
    plan_id,
    extract_id,
    subject,
    line,
    locator,
    raw_text,
    qualifier,
    unit,
    cast(stated as decimal(24, 4)) as stated,
    cast(recomputed as decimal(24, 4)) as recomputed,
    {{ round_half_up('recomputed', 'digits') }} as recomputed_at_precision,
    {{ round_half_up('stated', 'digits') }} as stated_at_precision,
    cast({{ step_of('digits') }} as decimal(24, 0)) * cast(0.0001 as decimal(5, 4)) as precision,
    recomputed_from,
    is_made_up
from stated_twice
