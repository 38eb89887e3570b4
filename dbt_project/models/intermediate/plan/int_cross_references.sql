-- One number stated in two places: in the text and in Phụ lục 01, twice in the text, by the plan and by another source.
with stated as (

    select
        {{ hashed('indicator_id', 'definition_version', 'org_key', 'period_id') }} as cell_id,
        source_id = 'plan' as is_of_plan,
        origin = 'appendix' as is_first,
        origin = 'text' as is_again,
        source_id = 'plan' or coalesce(obs_status, 'A') <> 'D' as is_comparable,
        source_id,
        plan_id,
        extract_id,
        indicator_id as subject_id,
        statement_order,
        line,
        locator,
        raw_text,
        qualifier,
        'percent' as unit,
        decimals as digits,
        value,
        is_made_up
    from {{ ref('int_reports') }}
    where known_to is null and value is not null

    union all

    select
        {{ hashed('observations.measure_id', 'observations.org_key', 'observations.period_id') }} as cell_id,
        observations.source_id = 'plan' as is_of_plan,
        row_number() over same_place = 1 as is_first,
        row_number() over same_place > 1 as is_again,
        is_first or not is_of_plan as is_comparable,
        observations.source_id,
        observations.plan_id,
        observations.extract_id,
        observations.measure_id as subject_id,
        observations.statement_order,
        observations.line,
        observations.locator,
        observations.raw_text,
        cast(null as varchar) as qualifier,
        measures.unit,
        0 as digits,
        observations.value,
        observations.is_made_up
    from {{ ref('int_observations') }} as observations
    inner join {{ ref('stg_measures') }} as measures
        on observations.measure_id = measures.measure_id
    where observations.known_to is null and not observations.is_part
    window same_place as (
        partition by observations.measure_id, observations.org_key, observations.period_id, observations.extract_id
        order by observations.statement_order, observations.locator
    )

),

stated_twice as (

    select
        of_plan.* replace (
            least(of_plan.digits, others.digits) as digits,
            of_plan.is_made_up or others.is_made_up as is_made_up
        ),
        case when not others.is_of_plan then others.source_id end as other_source_id,
        others.value as recomputed,
        not others.is_of_plan
        and coalesce(
            starts_with({{ match_key('extracts.citation') }}, {{ match_key('documents.title') }}), false
        ) as is_transcribed,
        concat_ws(', ', case when not others.is_of_plan then others.source_id end, others.locator) as recomputed_from
    from stated as of_plan
    inner join stated as others
        on of_plan.cell_id = others.cell_id
    inner join {{ ref('stg_plan_documents') }} as documents
        on of_plan.extract_id = documents.extract_id
    left join {{ ref('stg_extracts') }} as extracts
        on others.extract_id = extracts.extract_id
    where
        of_plan.is_of_plan
        and case
            when others.is_of_plan
                then of_plan.extract_id = others.extract_id and of_plan.is_again and others.is_first
            else of_plan.is_comparable and others.is_comparable
        end

),

subjects as (

    select
        indicator_id as subject_id,
        min(name_vi) as name_vi
    from {{ ref('stg_indicators') }}
    group by indicator_id
    union all
    select
        measure_id as subject_id,
        name_vi
    from {{ ref('stg_measures') }}

)

-- Named by what is compared with what, so that the name outlives a line more above it.
select
    concat_ws(
        '/',
        plan_id, 'cross', stated_twice.subject_id, other_source_id,
        row_number() over (
            partition by plan_id, stated_twice.subject_id, other_source_id
            order by statement_order, recomputed_from, recomputed
        )
    ) as claim_id,
    plan_id,
    extract_id,
    stated_twice.subject_id,
    coalesce(subjects.name_vi, stated_twice.subject_id) as subject,
    line,
    locator,
    raw_text,
    qualifier,
    unit,
    cast(value as decimal(24, 4)) as stated,
    cast(recomputed as decimal(24, 4)) as recomputed,
    {{ round_half_up('recomputed', 'digits') }} as recomputed_at_precision,
    {{ round_half_up('value', 'digits') }} as stated_at_precision,
    cast({{ step_of('digits') }} as decimal(24, 0)) * cast(0.0001 as decimal(5, 4)) as precision,
    recomputed_from,
    is_transcribed,
    is_made_up
from stated_twice
left join subjects
    on stated_twice.subject_id = subjects.subject_id
