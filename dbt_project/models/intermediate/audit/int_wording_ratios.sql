-- The ratio that the wording of an indicator asks for, where the document divides other counts: of the first period of
-- which there is a result, since it is how the indicator is defined.
with counts as (

    select
        measure_id,
        org_key,
        period_id,
        value
    from {{ ref('int_counts') }}
    where known_to is null

),

asked as (

    select
        cells.indicator_id,
        cells.definition_version,
        cells.org_key,
        cells.period_id,
        numerator_measures.measure_id as numerator_measure,
        numerator_measures.name_vi as numerator_name_vi,
        numerator_measures.name_en as numerator_name_en,
        numerators.value as numerator,
        denominator_measures.measure_id as denominator_measure,
        denominator_measures.name_vi as denominator_name_vi,
        denominator_measures.name_en as denominator_name_en,
        denominators.value as denominator
    from {{ ref('int_audited_values') }} as cells
    inner join {{ ref('stg_indicators') }} as indicators using (indicator_id, definition_version)
    left join {{ ref('stg_measures') }} as numerator_measures
        on indicators.numerator_by_wording = numerator_measures.measure_id
    left join {{ ref('stg_measures') }} as denominator_measures
        on indicators.denominator_by_wording = denominator_measures.measure_id
    left join counts as numerators
        on numerator_measures.measure_id = numerators.measure_id
        and cells.org_key = numerators.org_key
        and cells.period_id = numerators.period_id
    left join counts as denominators
        on denominator_measures.measure_id = denominators.measure_id
        and cells.org_key = denominators.org_key
        and cells.period_id = denominators.period_id
    where
        (indicators.numerator_by_wording is not null or indicators.denominator_by_wording is not null)
        and cells.value_status in ('computed', 'reported', 'estimated')
    qualify
        row_number() over (
            partition by cells.indicator_id, cells.definition_version, cells.org_key
            order by cells.period_ends, cells.period_id
        ) = 1

)

select
    *,
    -- a ratio of other counts than the wording asks for fits no definition
    case
        when numerator >= 0 and denominator > 0 and numerator < cast(denominator as decimal(28, 2)) * 999
            then cast({{ percent_half_up('numerator', 'denominator') }} as decimal(9, 4))
    end as value,
    nullif(concat_ws(
        ', ',
        case when numerator is null then '“' || numerator_name_vi || '”' end,
        case when denominator is null then '“' || denominator_name_vi || '”' end
    ), '') as missing_vi,
    nullif(concat_ws(
        ', ',
        case when numerator is null then '“' || numerator_name_en || '”' end,
        case when denominator is null then '“' || denominator_name_en || '”' end
    ), '') as missing_en
from asked
