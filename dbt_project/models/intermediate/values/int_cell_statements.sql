{{ config(materialized='incremental') }}

-- What stands of each cell beside its counts: ratios that were reported, targets that were set, and rows set aside that
-- would have fed it. statement_order: which comes first of those of one part that stand at once.
with rejected as (

    select
        cells.cell_id,
        cells.period_id,
        case
            when rejected_inputs.measure_id = cells.numerator_measure then 'numerator_rejected'
            else 'denominator_rejected'
        end as part,
        rejected_inputs.rejected_row_id as statement_id,
        0 as precedence,
        0 as statement_order,
        rejected_inputs.known_from,
        rejected_inputs.known_to
    from {{ ref('int_value_cells') }} as cells
    inner join {{ ref('int_rejected_inputs') }} as rejected_inputs
        on cells.org_key = rejected_inputs.org_key
        and cells.period_id = rejected_inputs.period_id
        and rejected_inputs.measure_id in (cells.numerator_measure, cells.denominator_measure)
    where {{ is_touched('cells.period_id') }}

),

reported as (

    select
        cells.cell_id,
        cells.period_id,
        'report' as part,
        reports.report_id as statement_id,
        reports.precedence,
        reports.statement_order,
        reports.known_from,
        reports.known_to
    from {{ ref('int_value_cells') }} as cells
    inner join {{ ref('int_reports') }} as reports
        on cells.indicator_id = reports.indicator_id
        and cells.definition_version = reports.definition_version
        and cells.org_key = reports.org_key
        and cells.period_id = reports.period_id
    where {{ is_touched('cells.period_id') }}

),

promised as (

    select
        cells.cell_id,
        cells.period_id,
        'target' as part,
        targets.target_id as statement_id,
        0 as precedence,
        targets.line as statement_order,
        targets.known_from,
        targets.known_to
    from {{ ref('int_value_cells') }} as cells
    inner join {{ ref('int_targets') }} as targets
        on cells.indicator_id = targets.indicator_id
        and cells.definition_version = targets.definition_version
        and cells.org_key = targets.org_key
        and cells.period_id = targets.period_id
    where {{ is_touched('cells.period_id') }}

)

select * from rejected
union all
select * from reported
union all
select * from promised
