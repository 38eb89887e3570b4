{{ config(materialized='view') }}

-- What was known of each cell at each moment its knowledge changed: the numerator, the denominator, the published ratio
-- and the target in use, and what else decides whether they can be divided.
with rejected as (

    select distinct
        rejected_row_id,
        source_id,
        locator,
        is_made_up
    from {{ ref('int_rejected_inputs') }}

)

select
    cells.* exclude (cell_id, last_day),
    moments.known_from,
    moments.known_to,
    numerators.value as numerator,
    denominators.value as denominator,
    numerators.basis as numerator_basis,
    case when numerators.value is not null then numerators.content end as numerator_content,
    case when denominators.value is not null then denominators.content end as denominator_content,
    numerators.obs_status as numerator_obs_status,
    denominators.obs_status as denominator_obs_status,
    coalesce(numerators.is_measured_otherwise, false) or coalesce(denominators.is_measured_otherwise, false)
        as are_inputs_measured_otherwise,
    numerators.missing_reporters as numerator_missing_reporters,
    denominators.missing_reporters as denominator_missing_reporters,
    numerators.missing_months as numerator_missing_months,
    denominators.missing_months as denominator_missing_months,
    case when denominators.value is not null then denominators.period_id end as denominator_period_id,
    case when denominators.value is not null then denominators.period_end end as denominator_as_of,
    coalesce({{ last_day_of('denominators.period_id') }} < cells.last_day, false) as is_denominator_older,
    coalesce(
        cells.is_of_flows
        and (numerators.period_start <> denominators.period_start or numerators.period_end <> denominators.period_end),
        false
    ) as is_of_other_days,
    breaks.org_key is not null as is_after_break,
    moments.is_numerator_offered,
    moments.is_denominator_offered,
    moments.numerator_rejected_id is not null as is_numerator_rejected,
    moments.denominator_rejected_id is not null as is_denominator_rejected,
    reports.report_id,
    reports.value as reported_value,
    {{ bound_of('reports.qualifier') | indent }} as reported_qualifier,
    reports.raw_text as reported_text,
    reports.decimals as reported_decimals,
    reports.result_kind as reported_kind,
    reports.obs_status as reported_obs_status,
    coalesce(reports.is_said_estimated, false) as is_said_estimated,
    reports.caveat_line is not null as is_caveated,
    reports.caveat_line,
    coalesce(reports.is_not_assessed, false) as is_not_assessed,
    numerator_rows.locator as numerator_locator,
    denominator_rows.locator as denominator_locator,
    -- a denominator alone, perhaps of a year before, is no statement about the value
    coalesce(reports.line, numerator_rows.line, targets.line, denominator_rows.line) as line,
    coalesce(
        reports.locator, numerator_rows.locator, targets.locator, denominator_rows.locator, rejected.locator
    ) as locator,
    coalesce(
        reports.source_id, numerators.source_id, denominators.source_id,
        case when targets.target_id is null then rejected.source_id end, 'plan'
    ) as source_id,
    coalesce(reports.plan_id, numerator_rows.plan_id, denominator_rows.plan_id, targets.plan_id) as plan_id,
    coalesce(reports.is_made_up, false)
    or coalesce(numerators.is_made_up, false)
    or coalesce(denominators.is_made_up, false)
    or coalesce(targets.is_made_up, false)
    or coalesce(rejected.is_made_up, false) as is_made_up
from {{ ref('int_value_moments') }} as moments
inner join {{ ref('int_value_cells') }} as cells
    on moments.cell_id = cells.cell_id
left join {{ ref('int_counts_by_terms') }} as numerators
    on moments.numerator_id = numerators.count_id
left join {{ ref('int_counts_by_terms') }} as denominators
    on moments.denominator_id = denominators.count_id
left join {{ ref('int_observations') }} as numerator_rows
    on numerators.observation_key = numerator_rows.observation_key
left join {{ ref('int_observations') }} as denominator_rows
    on denominators.observation_key = denominator_rows.observation_key
left join {{ ref('int_breaks') }} as breaks
    on cells.org_key = breaks.org_key
    and cells.period_id = breaks.period_id
left join {{ ref('int_reports') }} as reports
    on moments.report_id = {{ text_number('reports.report_id') }}
left join rejected
    on coalesce(moments.numerator_rejected_id, moments.denominator_rejected_id)
    = {{ text_number('rejected.rejected_row_id') }}
left join {{ ref('int_targets') }} as targets
    on moments.target_id = {{ text_number('targets.target_id') }}
    and {{ known_at('targets', 'moments.known_from') }}
-- A denominator alone says nothing, nor does what is counted when the definition is not valid: until somebody reports
-- the ratio or sets a target for it, and after that is withdrawn, there is no value. A row set aside leaves its trace.
where
    coalesce(moments.report_id, moments.target_id) is not null
    or (numerators.count_id is not null and {{ is_valid_on('cells', 'numerators.period_end') }})
    or (
        coalesce(moments.numerator_rejected_id, moments.denominator_rejected_id) is not null
        and {{ is_valid_on('cells', 'cells.last_day') }}
    )
