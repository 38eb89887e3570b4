{# From counts to values in three steps, taken for organisations as they were and as they are now. #}

{# The indicators, organisations and periods of which something was said or promised. #}
{% macro value_cells(counts) -%}
    with counted as (

        select
            indicators.indicator_id,
            indicators.definition_version,
            counts.org_key,
            counts.period_id
        from {{ ref('stg_indicators') }} as indicators
        inner join {{ counts }} as counts
            on indicators.numerator_measure = counts.measure_id
            and (indicators.valid_from is null or indicators.valid_from <= counts.period_end)
            and (indicators.valid_to is null or indicators.valid_to >= counts.period_end)

    ),

    -- what a row set aside would have fed
    rejected as (

        select
            indicators.indicator_id,
            indicators.definition_version,
            rejected_inputs.org_key,
            rejected_inputs.period_id
        from {{ ref('stg_indicators') }} as indicators
        inner join {{ ref('int_rejected_inputs') }} as rejected_inputs
            on rejected_inputs.measure_id in (indicators.numerator_measure, indicators.denominator_measure)
            and (indicators.valid_from is null or indicators.valid_from <= rejected_inputs.period_end)
            and (indicators.valid_to is null or indicators.valid_to >= rejected_inputs.period_end)

    ),

    cells as (

        select * from counted
        union
        select * from rejected
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
        {{ dxkpi.unit_beside('numerators', 'denominators') }} as numerator_unit,
        {{ dxkpi.unit_beside('denominators', 'numerators') }} as denominator_unit,
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
    left join {{ ref('stg_organisations') }} as groups
        on cells.org_key = groups.org_key
        and groups.level = 'group'
{%- endmacro %}

{# Accounts beside persons count as persons, unless it is known that one may hold several. #}
{% macro unit_beside(measures, others) -%}
    case
        when {{ measures }}.unit = 'accounts' and {{ others }}.unit = 'persons' and {{ measures }}.one_per_person <> 'false'
            then 'persons'
        else {{ measures }}.unit
    end
{%- endmacro %}

{# What was known of each cell whenever its knowledge changed. #}
{% macro value_inputs(cells, counts) -%}
    with cells as (

        select * from {{ cells }}

    ),

    facts as (

        select
            cells.cell_id,
            'numerator' as part,
            counts.content_id as fact_id,
            counts.period_id as fact_period_id,
            0 as distance,
            (cells.valid_from is null or cells.valid_from <= counts.period_end)
            and (cells.valid_to is null or cells.valid_to >= counts.period_end) as is_by_definition,
            counts.precedence,
            counts.statement_order,
            counts.known_from,
            counts.known_to
        from cells
        inner join {{ counts }} as counts
            on cells.numerator_measure = counts.measure_id
            and cells.org_key = counts.org_key
            and cells.period_id = counts.period_id

        union all

        select
            cells.cell_id,
            'denominator' as part,
            counts.content_id as fact_id,
            counts.period_id as fact_period_id,
            -- what says only who is missing gives way to an older number
            case when counts.value is null then 1000000 else 0 end as distance,
            false as is_by_definition,
            counts.precedence,
            counts.statement_order,
            counts.known_from,
            counts.known_to
        from cells
        inner join {{ counts }} as counts
            on cells.denominator_measure = counts.measure_id
            and cells.org_key = counts.org_key
            and cells.period_id = counts.period_id

        union all

        select
            cells.cell_id,
            'denominator' as part,
            counts.content_id as fact_id,
            counts.period_id as fact_period_id,
            10 * (periods.end_date - earlier_periods.end_date) + {{ dxkpi.period_length('counts.period_id') }} as distance,
            false as is_by_definition,
            counts.precedence,
            counts.statement_order,
            counts.known_from,
            counts.known_to
        from cells
        inner join {{ counts }} as counts
            on cells.denominator_measure = counts.measure_id
            and cells.org_key = counts.org_key
            and cells.period_id <> counts.period_id
        inner join {{ ref('dim_period') }} as periods
            on cells.period_id = periods.period_id
        inner join {{ ref('dim_period') }} as earlier_periods
            on counts.period_id = earlier_periods.period_id
            and earlier_periods.end_date <= periods.end_date
        where
            cells.is_denominator_carried_forward
            and counts.value is not null
            and counts.basis <> 'partial'

        union all

        -- A thing counted in another unit, which the publisher gives in place of what the indicator asks for.
        select
            cells.cell_id,
            case when measures.offered_for = cells.numerator_measure then 'numerator offered' else 'denominator offered' end
                as part,
            counts.content_id as fact_id,
            counts.period_id as fact_period_id,
            0 as distance,
            false as is_by_definition,
            counts.precedence,
            counts.statement_order,
            counts.known_from,
            counts.known_to
        from cells
        inner join {{ ref('stg_measures') }} as measures
            on (measures.offered_for = cells.numerator_measure and measures.unit <> cells.numerator_unit)
            or (measures.offered_for = cells.denominator_measure and measures.unit <> cells.denominator_unit)
        inner join {{ counts }} as counts
            on measures.measure_id = counts.measure_id
            and cells.org_key = counts.org_key
            and cells.period_id = counts.period_id
        where counts.value is not null

        union all

        select
            cells.cell_id,
            case when rejected.measure_id = cells.numerator_measure then 'numerator rejected' else 'denominator rejected' end
                as part,
            rejected.rejected_row_id as fact_id,
            rejected.period_id as fact_period_id,
            0 as distance,
            (cells.valid_from is null or cells.valid_from <= rejected.period_end)
            and (cells.valid_to is null or cells.valid_to >= rejected.period_end) as is_by_definition,
            0 as precedence,
            0 as statement_order,
            rejected.known_from,
            rejected.known_to
        from cells
        inner join {{ ref('int_rejected_inputs') }} as rejected
            on rejected.measure_id in (cells.numerator_measure, cells.denominator_measure)
            and cells.org_key = rejected.org_key
            and cells.period_id = rejected.period_id

        union all

        select
            cells.cell_id,
            'report' as part,
            reports.report_id as fact_id,
            cells.period_id as fact_period_id,
            0 as distance,
            false as is_by_definition,
            reports.precedence,
            reports.statement_order,
            reports.known_from,
            reports.known_to
        from cells
        inner join {{ ref('int_reports') }} as reports
            on cells.indicator_id = reports.indicator_id
            and cells.definition_version = reports.definition_version
            and cells.org_key = reports.org_key
            and cells.period_id = reports.period_id

        union all

        select
            cells.cell_id,
            'target' as part,
            targets.target_id as fact_id,
            cells.period_id as fact_period_id,
            0 as distance,
            false as is_by_definition,
            0 as precedence,
            targets.line as statement_order,
            targets.known_from,
            targets.known_to
        from cells
        inner join {{ ref('int_targets') }} as targets
            on cells.indicator_id = targets.indicator_id
            and cells.definition_version = targets.definition_version
            and cells.org_key = targets.org_key
            and cells.period_id = targets.period_id

    ),

    moments as (

        select cell_id, known_from as moment from facts
        union
        select cell_id, known_to as moment from facts where known_to is not null

    ),

    standing as (

        select
            moments.cell_id,
            moments.moment,
            facts.part,
            facts.fact_id,
            facts.fact_period_id,
            facts.is_by_definition,
            row_number() over (
                partition by moments.cell_id, moments.moment, facts.part
                order by facts.distance, facts.precedence, facts.statement_order, facts.fact_id
            ) as choice
        from moments
        left join facts
            on moments.cell_id = facts.cell_id
            and {{ dxkpi.known_at('facts', 'moments.moment') }}

    ),

    chosen as (

        select
            cell_id,
            moment,
            max(case when part = 'numerator' then fact_id end) as numerator_content,
            coalesce(bool_or(part = 'numerator' and is_by_definition), false) as is_counted,
            max(case when part = 'denominator' then fact_id end) as denominator_content,
            max(case when part = 'denominator' then fact_period_id end) as denominator_period_id,
            max(case when part = 'numerator offered' then fact_id end) as numerator_offered_id,
            max(case when part = 'denominator offered' then fact_id end) as denominator_offered_id,
            max(case when part = 'numerator rejected' then fact_id end) as numerator_rejected_id,
            max(case when part = 'denominator rejected' then fact_id end) as denominator_rejected_id,
            coalesce(bool_or(part like '% rejected' and is_by_definition), false) as is_rejected,
            max(case when part = 'report' then fact_id end) as report_id,
            max(case when part = 'target' then fact_id end) as target_id
        from standing
        where choice = 1
        group by cell_id, moment

    ),

    -- A moment at which nothing that is used changed is none.
    compared as (

        select
            *,
            concat_ws(
                '|',
                coalesce(numerator_content, '-'), coalesce(denominator_content, '-'), coalesce(denominator_period_id, '-'),
                coalesce(numerator_offered_id, '-'), coalesce(denominator_offered_id, '-'),
                coalesce(numerator_rejected_id, '-'), coalesce(denominator_rejected_id, '-'),
                coalesce(report_id, '-'), coalesce(target_id, '-')
            ) as used
        from chosen

    ),

    changes as (

        select
            *,
            lag(used) over (partition by cell_id order by moment) as used_before
        from compared

    ),

    intervals as (

        select
            *,
            lead(moment) over (partition by cell_id order by moment) as known_to
        from changes
        where used_before is null or used_before <> used

    )

    select
        cells.indicator_id,
        cells.definition_version,
        cells.org_key,
        cells.period_id,
        intervals.moment as known_from,
        intervals.known_to,
        cells.kind,
        cells.numerator_measure,
        cells.denominator_measure,
        cells.numerator_unit,
        cells.denominator_unit,
        cells.group_name,
        coalesce(numerators.observation_ids, []) as numerator_observation_ids,
        coalesce(denominators.observation_ids, []) as denominator_observation_ids,
        intervals.report_id,
        numerators.value as numerator,
        numerators.basis as numerator_basis,
        denominators.value as denominator,
        numerators.obs_status as numerator_obs_status,
        denominators.obs_status as denominator_obs_status,
        coalesce(numerators.is_measured_otherwise, false) or coalesce(denominators.is_measured_otherwise, false)
            as are_inputs_measured_otherwise,
        numerators.missing_reporters as numerator_missing_reporters,
        denominators.missing_reporters as denominator_missing_reporters,
        numerators.missing_periods as numerator_missing_periods,
        denominators.missing_periods as denominator_missing_periods,
        case when denominators.value is not null then intervals.denominator_period_id end as denominator_period_id,
        coalesce(denominator_periods.end_date < periods.end_date, false) as is_denominator_older,
        cells.is_denominator_carried_forward,
        coalesce(
            cells.is_of_flows
            and (numerators.period_start <> denominators.period_start or numerators.period_end <> denominators.period_end),
            false
        ) as is_of_other_days,
        breaks.org_key is not null as is_after_break,
        intervals.numerator_offered_id is not null as is_numerator_offered,
        intervals.denominator_offered_id is not null as is_denominator_offered,
        intervals.numerator_rejected_id is not null as is_numerator_rejected,
        intervals.denominator_rejected_id is not null as is_denominator_rejected,
        reports.value as reported_value,
        {{ dxkpi.bound_of('reports.qualifier') | indent(8) }} as reported_qualifier,
        reports.raw_text as reported_text,
        reports.decimals as reported_decimals,
        reports.result_kind as reported_kind,
        reports.obs_status as reported_obs_status,
        coalesce(reports.is_said_estimated, false) as is_said_estimated,
        reports.caveat_line is not null as is_caveated,
        reports.caveat_line,
        coalesce(reports.is_not_assessed, false) as is_not_assessed,
        coalesce(reports.line, numerators.line, denominators.line, targets.line) as line,
        coalesce(reports.locator, numerators.locator, denominators.locator, targets.locator, rejected.locator) as locator,
        numerators.locator as numerator_locator,
        denominators.locator as denominator_locator,
        coalesce(
            reports.source_id, numerators.source_id, denominators.source_id,
            case when targets.target_id is null then rejected.source_id end, 'plan'
        ) as source_id,
        coalesce(reports.plan_id, numerators.plan_id, denominators.plan_id, targets.plan_id) as plan_id,
        coalesce(reports.is_made_up, false)
        or coalesce(numerators.is_made_up, false)
        or coalesce(denominators.is_made_up, false)
        or coalesce(targets.is_made_up, false)
        or coalesce(rejected.is_made_up, false) as is_made_up
    from intervals
    inner join cells
        on intervals.cell_id = cells.cell_id
    left join {{ counts }} as numerators
        on cells.numerator_measure = numerators.measure_id
        and cells.org_key = numerators.org_key
        and cells.period_id = numerators.period_id
        and {{ dxkpi.known_at('numerators', 'intervals.moment') }}
    left join {{ counts }} as denominators
        on cells.denominator_measure = denominators.measure_id
        and cells.org_key = denominators.org_key
        and intervals.denominator_period_id = denominators.period_id
        and {{ dxkpi.known_at('denominators', 'intervals.moment') }}
    inner join {{ ref('dim_period') }} as periods
        on cells.period_id = periods.period_id
    left join {{ ref('dim_period') }} as denominator_periods
        on intervals.denominator_period_id = denominator_periods.period_id
    left join {{ ref('int_breaks') }} as breaks
        on cells.org_key = breaks.org_key
        and cells.period_id = breaks.period_id
    left join {{ ref('int_reports') }} as reports
        on intervals.report_id = reports.report_id
    left join (
        select distinct rejected_row_id, source_id, locator, is_made_up from {{ ref('int_rejected_inputs') }}
    ) as rejected
        on coalesce(intervals.numerator_rejected_id, intervals.denominator_rejected_id) = rejected.rejected_row_id
    left join {{ ref('int_targets') }} as targets
        on intervals.target_id = targets.target_id
        and {{ dxkpi.known_at('targets', 'intervals.moment') }}
    -- A denominator alone says nothing, nor does what is counted when the definition is not valid: until somebody reports the
    -- ratio or sets a target for it, and after that is withdrawn, there is no value. A row set aside leaves its trace.
    where intervals.is_counted or intervals.is_rejected or coalesce(intervals.report_id, intervals.target_id) is not null
{%- endmacro %}

{# Each value, or why there is none. #}
{% macro values_of(inputs) -%}
    with settled as (

        select
            *,
            -- Who is missing of both inputs is mostly the same; of a group nobody of which reported it is all of it.
            case
                when numerator_missing_reporters = denominator_missing_reporters then numerator_missing_reporters
                when
                    coalesce(numerator_missing_reporters, denominator_missing_reporters) is null
                    and (numerator is null or denominator is null)
                    then group_name
                else nullif(concat_ws('; ', numerator_missing_reporters, denominator_missing_reporters), '')
            end as missing_reporters,
            nullif(
                list_sort(list_distinct(list_concat(numerator_missing_periods, denominator_missing_periods))), []
            ) as missing_periods,
            case
                when kind <> 'ratio' then null
                when numerator_measure is null or denominator_measure is null then 'definition_absent'
                -- a count below zero, or a ratio of a thousand to one, is no measurement
                when numerator < 0 or denominator < 0 then 'input_rejected'
                when denominator > 0 and numerator >= cast(denominator as decimal(28, 2)) * 999 then 'input_rejected'
                when numerator_unit = denominator_unit and denominator > 0 and numerator is not null
                    then
                        case
                            when is_of_other_days then 'period_mismatch'
                            when is_denominator_carried_forward then null
                            when numerator_missing_periods <> denominator_missing_periods then 'period_mismatch'
                        end
                when is_not_assessed then 'not_assessed'
                when (numerator is null and is_numerator_rejected) or (denominator is null and is_denominator_rejected)
                    then 'input_rejected'
                when numerator is null and numerator_missing_reporters is not null then 'org_incomplete'
                when denominator is null and denominator_missing_reporters is not null then 'org_incomplete'
                when numerator is null and is_numerator_offered then 'unit_mismatch'
                when denominator is null and is_denominator_offered then 'unit_mismatch'
                when numerator is not null and denominator is not null and numerator_unit <> denominator_unit
                    then 'unit_mismatch'
                when denominator = 0 then 'denominator_zero'
                when numerator is null and denominator is null then 'both_inputs_missing'
                when numerator is null then 'numerator_missing'
                when denominator is null then 'denominator_missing'
            end as reason
        from {{ inputs }}

    ),

    with_status as (

        select
            *,
            case
                when kind <> 'ratio' then 'milestone'
                when reason is null then 'computed'
                when reported_value is null then 'not_computable'
                when is_said_estimated then 'estimated'
                -- what the text calls a guess is one
                when is_caveated then 'estimated'
                else 'reported'
            end as value_status
        from settled

    ),

    divided as (

        select
            *,
            case
                when value_status = 'computed'
                    then cast({{ dxkpi.percent_half_up('numerator', 'denominator') }} as decimal(9, 4))
                when value_status in ('estimated', 'reported') then reported_value
            end as value
        from with_status

    )

    select
        *,
        case value_status
            when 'computed'
                then
                    case
                        when is_said_estimated or 'E' in (numerator_obs_status, denominator_obs_status) then 'E'
                        when 'P' in (numerator_obs_status, denominator_obs_status) or is_denominator_older then 'P'
                        when 'D' in (numerator_obs_status, denominator_obs_status) then 'D'
                        when 'B' in (numerator_obs_status, denominator_obs_status) or is_after_break then 'B'
                        else 'A'
                    end
            when 'estimated' then 'E'
            when 'reported'
                then
                    case
                        when reason = 'unit_mismatch' then 'D'
                        when is_after_break and coalesce(reported_obs_status, 'A') = 'A' then 'B'
                        else coalesce(reported_obs_status, 'A')
                    end
            when 'milestone' then case when coalesce(reported_kind, 'absent') = 'absent' then 'O' else 'A' end
            else
                case
                    when reason in ('definition_absent', 'denominator_zero') then 'M'
                    when reason in ('not_assessed', 'unit_mismatch') then 'L'
                    else 'O'
                end
        end as obs_status,
        -- the worst status hides a break behind what is estimated or provisional
        coalesce(
            is_after_break
            or case
                when value_status = 'computed' then are_inputs_measured_otherwise
                when value_status in ('estimated', 'reported')
                    then reason = 'unit_mismatch' or reported_obs_status in ('D', 'B')
            end,
            false
        ) as is_measured_otherwise
    from divided
{%- endmacro %}
