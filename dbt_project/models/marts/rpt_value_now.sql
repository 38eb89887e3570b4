with own as (

    select *
    from {{ ref('int_values') }}
    where known_to is null and org_key not in (select from_org_key from {{ ref('stg_org_changes') }})

),

cells as (

    select
        indicators.indicator_id,
        indicators.definition_version,
        numerators.org_key,
        numerators.period_id,
        indicators.denominator_measure,
        numerator_measures.unit as numerator_unit,
        denominator_measures.unit as denominator_unit,
        numerator_measures.over_time = 'sum' and denominator_measures.over_time = 'sum' as is_of_flows,
        denominator_measures.carried_forward as is_denominator_carried_forward
    from {{ ref('stg_indicators') }} as indicators
    inner join {{ ref('int_counts_now') }} as numerators
        on indicators.numerator_measure = numerators.measure_id
        and (indicators.valid_from is null or indicators.valid_from <= numerators.period_end)
        and (indicators.valid_to is null or indicators.valid_to >= numerators.period_end)
    inner join {{ ref('stg_measures') }} as numerator_measures
        on indicators.numerator_measure = numerator_measures.measure_id
    inner join {{ ref('stg_measures') }} as denominator_measures
        on indicators.denominator_measure = denominator_measures.measure_id
    left join own
        on indicators.indicator_id = own.indicator_id
        and indicators.definition_version = own.definition_version
        and numerators.org_key = own.org_key
        and numerators.period_id = own.period_id
    where own.org_key is null

),

-- As elsewhere, a reference population that nobody counted for the period is the one counted last before it ended.
denominators as (

    select
        cells.indicator_id,
        cells.definition_version,
        cells.org_key,
        cells.period_id,
        counts.period_id as denominator_period_id,
        counts.value,
        counts.obs_status,
        counts.missing_reporters,
        counts.missing_periods,
        counts.period_start,
        counts.period_end,
        counts.is_made_up,
        counted_periods.end_date < periods.end_date as is_older,
        row_number() over (
            partition by cells.indicator_id, cells.definition_version, cells.org_key, cells.period_id
            order by
                counts.value is null,
                counts.period_id <> cells.period_id,
                counted_periods.end_date desc,
                {{ period_length('counts.period_id') }}
        ) as choice
    from cells
    inner join {{ ref('int_counts_now') }} as counts
        on cells.denominator_measure = counts.measure_id
        and cells.org_key = counts.org_key
    inner join {{ ref('dim_period') }} as periods
        on cells.period_id = periods.period_id
    inner join {{ ref('dim_period') }} as counted_periods
        on counts.period_id = counted_periods.period_id
        and counted_periods.end_date <= periods.end_date
    where
        counts.period_id = cells.period_id
        or (cells.is_denominator_carried_forward and counts.value is not null and not counts.is_partial)

),

settled as (

    select
        cells.indicator_id,
        cells.definition_version,
        cells.org_key,
        cells.period_id,
        numerators.value as numerator,
        denominators.value as denominator,
        numerators.obs_status as numerator_obs_status,
        denominators.obs_status as denominator_obs_status,
        coalesce(denominators.is_older, false) as is_denominator_older,
        case when denominators.value is not null then denominators.denominator_period_id end as denominator_period_id,
        case
            when numerators.missing_reporters = denominators.missing_reporters then numerators.missing_reporters
            else nullif(concat_ws('; ', numerators.missing_reporters, denominators.missing_reporters), '')
        end as missing_reporters,
        nullif(
            list_sort(list_distinct(list_concat(numerators.missing_periods, coalesce(denominators.missing_periods, [])))),
            []
        ) as missing_periods,
        case
            when numerators.value < 0 or denominators.value < 0 then 'input_rejected'
            when
                denominators.value > 0
                and numerators.value >= cast(denominators.value as decimal(28, 2)) * 999
                then 'input_rejected'
            when cells.numerator_unit = cells.denominator_unit and denominators.value > 0 and numerators.value is not null
                then
                    case
                        when
                            cells.is_of_flows
                            and (
                                numerators.period_start <> denominators.period_start
                                or numerators.period_end <> denominators.period_end
                            )
                            then 'period_mismatch'
                        when cells.is_denominator_carried_forward then null
                        when numerators.missing_periods <> denominators.missing_periods then 'period_mismatch'
                    end
            when numerators.value is null or denominators.missing_reporters is not null then 'org_incomplete'
            when cells.numerator_unit <> cells.denominator_unit and denominators.value is not null then 'unit_mismatch'
            when denominators.value = 0 then 'denominator_zero'
            else 'denominator_missing'
        end as reason,
        numerators.source_id,
        numerators.plan_id,
        numerators.is_made_up or coalesce(denominators.is_made_up, false) as is_made_up
    from cells
    inner join {{ ref('stg_indicators') }} as indicators
        on cells.indicator_id = indicators.indicator_id
        and cells.definition_version = indicators.definition_version
    inner join {{ ref('int_counts_now') }} as numerators
        on indicators.numerator_measure = numerators.measure_id
        and cells.org_key = numerators.org_key
        and cells.period_id = numerators.period_id
    left join denominators
        on cells.indicator_id = denominators.indicator_id
        and cells.definition_version = denominators.definition_version
        and cells.org_key = denominators.org_key
        and cells.period_id = denominators.period_id
        and denominators.choice = 1

)

select
    indicator_id,
    definition_version,
    org_key,
    period_id,
    numerator,
    denominator,
    value,
    value_status,
    obs_status,
    reason,
    missing_reporters,
    missing_periods,
    denominator_period_id,
    false as is_reexpressed,
    source_id,
    plan_id,
    is_made_up
from own

union all

select
    indicator_id,
    definition_version,
    org_key,
    period_id,
    numerator,
    denominator,
    case when reason is null then cast({{ percent_half_up('numerator', 'denominator') }} as decimal(9, 4)) end as value,
    case when reason is null then 'computed' else 'not_computable' end as value_status,
    case
        when reason is null
            then
                case
                    when 'E' in (numerator_obs_status, denominator_obs_status) then 'E'
                    when 'P' in (numerator_obs_status, denominator_obs_status) or is_denominator_older then 'P'
                    when 'D' in (numerator_obs_status, denominator_obs_status) then 'D'
                    else 'B'
                end
        when reason = 'denominator_zero' then 'M'
        when reason = 'unit_mismatch' then 'L'
        else 'O'
    end as obs_status,
    reason,
    missing_reporters,
    missing_periods,
    denominator_period_id,
    true as is_reexpressed,
    source_id,
    plan_id,
    is_made_up
from settled
