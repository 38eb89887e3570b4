{{ config(materialized='incremental') }}

-- The cells of the value table: every indicator, organisation and period of which something was said or promised, in
-- terms of the organisations of then and of today. A numerator that was counted, be it in part, or set aside makes a
-- cell of each definition valid then; a denominator alone says nothing.
with inputs as (

    select
        org_terms,
        measure_id,
        true as is_counted,
        org_key,
        period_id,
        period_end
    from {{ ref('int_counts_by_terms') }}
    where {{ is_touched('period_id') }}
    union all
    select
        terms.org_terms,
        rejected.measure_id,
        false as is_counted,
        rejected.org_key,
        rejected.period_id,
        rejected.period_end
    from {{ ref('int_rejected_inputs') }} as rejected
    cross join (values ('then'), ('today')) as terms (org_terms)
    where {{ is_touched('rejected.period_id') }}

),

said as (

    select
        indicator_id,
        definition_version,
        org_key,
        period_id
    from {{ ref('int_reports') }}
    where {{ is_touched('period_id') }}
    union
    select
        indicator_id,
        definition_version,
        org_key,
        period_id
    from {{ ref('int_targets') }}
    where {{ is_touched('period_id') }}

),

cells as (

    select
        indicators.indicator_id,
        indicators.definition_version,
        inputs.org_terms,
        inputs.org_key,
        inputs.period_id
    from inputs
    inner join {{ ref('stg_indicators') }} as indicators
        on (
            inputs.measure_id = indicators.numerator_measure
            or (not inputs.is_counted and inputs.measure_id = indicators.denominator_measure)
        )
        and {{ is_valid_on('indicators', 'inputs.period_end') }}
    union
    select
        said.indicator_id,
        said.definition_version,
        terms.org_terms,
        said.org_key,
        said.period_id
    from said
    cross join (values ('then'), ('today')) as terms (org_terms)

)

select
    {{ hashed(
        'cells.indicator_id', 'cells.definition_version', 'cells.org_terms', 'cells.org_key', 'cells.period_id'
    ) }} as cell_id,
    cells.*,
    {{ last_day_of('cells.period_id') }} as last_day,
    indicators.kind,
    indicators.valid_from,
    indicators.valid_to,
    indicators.numerator_measure,
    indicators.denominator_measure,
    {{ unit_beside('numerators', 'denominators') | indent }} as numerator_unit,
    {{ unit_beside('denominators', 'numerators') | indent }} as denominator_unit,
    -- two flows are divided only where they are of the very same days
    coalesce(numerators.over_time = 'sum' and denominators.over_time = 'sum', false) as is_of_flows,
    coalesce(denominators.carried_forward, false) as is_denominator_carried_forward,
    groups.name_vi as group_name
from cells
inner join {{ ref('stg_indicators') }} as indicators
    on cells.indicator_id = indicators.indicator_id
    and cells.definition_version = indicators.definition_version
left join {{ ref('stg_measures') }} as numerators
    on indicators.numerator_measure = numerators.measure_id
left join {{ ref('stg_measures') }} as denominators
    on indicators.denominator_measure = denominators.measure_id
left join {{ ref('int_organisations') }} as groups
    on cells.org_key = groups.org_key
    and groups.level = 'group'
