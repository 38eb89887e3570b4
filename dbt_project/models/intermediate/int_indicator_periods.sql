-- The cells of the value table: every indicator, organisation and period of which something was said or promised.
-- A numerator that was counted, be it in part, makes a cell of each definition valid then; a denominator alone says
-- nothing.
with counted as (

    select
        indicators.indicator_id,
        indicators.definition_version,
        counts.org_key,
        counts.period_id
    from {{ ref('stg_indicators') }} as indicators
    inner join {{ ref('int_counts') }} as counts
        on indicators.numerator_measure = counts.measure_id
        and (indicators.valid_from is null or indicators.valid_from <= counts.period_end)
        and (indicators.valid_to is null or indicators.valid_to >= counts.period_end)

),

cells as (

    select * from counted
    union
    select indicator_id, definition_version, org_key, period_id from {{ ref('int_reports') }}
    union
    select indicator_id, definition_version, org_key, period_id from {{ ref('int_targets') }}

)

select
    cells.indicator_id || '|' || cells.definition_version || '|' || cells.org_key || '|' || cells.period_id as cell_id,
    cells.indicator_id,
    cells.definition_version,
    cells.org_key,
    cells.period_id,
    indicators.kind,
    indicators.valid_from,
    indicators.valid_to,
    indicators.numerator_measure,
    indicators.denominator_measure,
    numerators.unit as numerator_unit,
    denominators.unit as denominator_unit,
    -- two flows are divided only where they are of the very same days
    coalesce(numerators.over_time = 'sum' and denominators.over_time = 'sum', false) as is_of_flows,
    coalesce(denominators.carried_forward, false) as is_denominator_carried_forward
from cells
inner join {{ ref('stg_indicators') }} as indicators
    on cells.indicator_id = indicators.indicator_id
    and cells.definition_version = indicators.definition_version
left join {{ ref('stg_measures') }} as numerators
    on indicators.numerator_measure = numerators.measure_id
left join {{ ref('stg_measures') }} as denominators
    on indicators.denominator_measure = denominators.measure_id
