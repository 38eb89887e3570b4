-- One count divided by two wholes, and percentages that say what they are of in one place only.
with results as (

    select distinct
        extract_id,
        line
    from {{ ref('stg_plan_figures') }} where part = 'result'

),

ratios as (

    select
        claims.*,
        case when results.line is not null then cast(documents.result_year as varchar) end as period_id,
        {{ locator('claims.line', 'claims.cell', 'claims.char_from', 'claims.char_to') }} as locator,
        first_value(claims.denominator) over same_numerator as first_denominator,
        first_value({{ locator('claims.line', 'claims.cell', 'claims.char_from', 'claims.char_to') }})
            over same_numerator
            as first_locator
    from {{ ref('stg_plan_claims') }} as claims
    inner join {{ ref('int_documents') }} as documents
        on claims.extract_id = documents.extract_id
    left join results
        on claims.extract_id = results.extract_id
        and claims.line = results.line
    where documents.is_current and claims.kind = 'ratio_in_text' and claims.numerator >= 100
    window same_numerator as (partition by claims.extract_id, claims.numerator order by claims.claim_no)

),

percents as (

    select
        figures.*,
        cast(documents.result_year as varchar) as period_id,
        {{ prose_locator('figures.line', 'figures.char_from', 'figures.char_to') }} as locator
    from {{ ref('stg_plan_figures') }} as figures
    inner join {{ ref('int_documents') }} as documents
        on figures.extract_id = documents.extract_id
    where
        documents.is_current
        and figures.kind = 'percent'
        and figures.part = 'result'
        and figures.label_key is not null

)

select
    extract_id,
    plan_id,
    'numerator_of_another_base' as doubt,
    numerator || ' ' || denominator || ' ' || line as subject_key,
    subject,
    {{ number_text('numerator', 'vi') }} || '/' || {{ number_text('denominator', 'vi') }} as stated,
    {{ number_text('numerator', 'vi') }} || '/' || {{ number_text('first_denominator', 'vi') }} as compared,
    line,
    locator,
    first_locator as compared_locator,
    period_id
from ratios
where denominator <> first_denominator

union all by name

select
    based.extract_id,
    based.plan_id,
    'percentage_of_another_base' as doubt,
    based.label_key || ' ' || based.figure_no as subject_key,
    based.label as subject,
    based.raw_text || ' (' || based.base || ')' as stated,
    arg_min(elsewhere.raw_text, elsewhere.figure_no) as compared,
    based.line,
    based.locator,
    arg_min(elsewhere.locator, elsewhere.figure_no) as compared_locator,
    based.period_id
from percents as based
inner join percents as elsewhere
    on based.extract_id = elsewhere.extract_id
    and based.label_key = elsewhere.label_key
    and based.figure_no <> elsewhere.figure_no
    and based.base is distinct from elsewhere.base
where based.base is not null
group by all
