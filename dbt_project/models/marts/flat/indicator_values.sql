{{ config(materialized='view', meta={'is_by_period': true}) }}

select
    facts.indicator_id,
    facts.definition_version,
    facts.definition_version = defaults.definition_version as is_default_definition,
    numbers.target_number,
    indicators.code,
    indicators.name_vi as indicator_vi,
    indicators.name_en as indicator_en,
    indicators.kind as indicator_kind,
    indicators.pillar_vi,
    indicators.pillar_en,
    indicators.formula_vi,
    indicators.formula_en,
    indicators.formula_basis,
    suppliers.org_id as supplier_org_id,
    suppliers.org_name_vi as supplier_name_vi,
    facts.org_key,
    organisations.org_id,
    organisations.code as org_code,
    organisations.name_vi as org_name_vi,
    organisations.level as org_level,
    above.name_vi as parent_org_name_vi,
    facts.period_id,
    periods.kind as period_kind,
    periods.start_date as period_start,
    periods.end_date as period_end,
    cast(left(facts.period_id, 4) as integer) as year,
    cast(facts.numerator as double) as numerator,
    cast(facts.denominator as double) as denominator,
    cast(facts.value as double) as value,
    facts.value as value_decimal,
    facts.value_status,
    facts.obs_status,
    facts.is_measured_otherwise as is_break,
    cast(facts.reported_value as double) as reported_value,
    facts.reported_qualifier,
    facts.reason,
    reasons.reason_vi,
    reasons.reason_en,
    facts.missing_reporters,
    array_to_string(facts.missing_periods, ', ') as missing_periods,
    facts.denominator_period_id,
    facts.source_id,
    facts.plan_id,
    facts.locator,
    {{ day_in_vietnam('facts.known_from') }} as known_on,
    facts.is_made_up
from {{ ref('fct_indicator_value') }} as facts
inner join {{ ref('dim_indicator') }} as indicators
    on facts.indicator_id = indicators.indicator_id
    and facts.definition_version = indicators.definition_version
inner join {{ ref('dim_org') }} as organisations
    on facts.org_key = organisations.org_key
left join {{ ref('dim_org') }} as above
    on organisations.parent_org_key = above.org_key
inner join {{ ref('dim_period') }} as periods
    on facts.period_id = periods.period_id
inner join {{ ref('dim_default_definition') }} as defaults
    on facts.indicator_id = defaults.indicator_id
    and left(facts.period_id, 4) = cast(defaults.year as varchar)
left join {{ ref('dim_target_number') }} as numbers
    on facts.indicator_id = numbers.indicator_id
    and facts.definition_version = numbers.definition_version
    and left(facts.period_id, 4) = cast(numbers.year as varchar)
left join {{ ref('dim_supplier') }} as suppliers
    on indicators.supplier_org_id = suppliers.supplier_org_id
    and facts.org_key = suppliers.org_key
left join {{ ref('dim_reason') }} as reasons
    on facts.reason = reasons.reason
where facts.known_to is null
