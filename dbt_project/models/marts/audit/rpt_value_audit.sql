{% set told_first -%}
    value_status = 'computed' and row_number() over (
        partition by numerator_measure, org_key, value_status = 'computed'
        order by period_ends, period_id, indicator_id, definition_version
    ) = 1
{%- endset %}

with current_values as (

    select * from {{ ref('int_values') }} where known_to is null

),

statements as (

    select
        indicator_id,
        definition_version,
        org_key,
        period_id,
        string_agg(distinct statement, '; ' order by statement) as stated_values,
        cast(sum(case when says_the_same then 0 else 1 end) as integer) as stated_count
    from {{ ref('int_statements') }}
    group by indicator_id, definition_version, org_key, period_id

),

caveats as (

    select
        caveats.indicator_id,
        caveats.definition_version,
        documents.org_key,
        cast(documents.result_year as varchar) as period_id,
        min(caveats.line) as line,
        min(caveats.item) as item
    from {{ ref('int_caveats') }} as caveats
    inner join {{ ref('int_documents') }} as documents
        on caveats.extract_id = documents.extract_id
    where documents.is_current
    group by caveats.indicator_id, caveats.definition_version, documents.org_key, documents.result_year

),

scores as (

    select
        *,
        row_number() over (
            partition by indicator_id, definition_version, org_key, period_id
            order by met <> met_as_reported desc nulls last, known_from desc, target_id
        ) as choice
    from {{ ref('rpt_scorecard') }}

),

-- One indicator may have a target for each level of government.
targets as (

    select
        indicator_id,
        definition_version,
        org_key,
        period_id,
        string_agg(raw_text, '; ' order by target_id) as targets
    from {{ ref('rpt_scorecard') }}
    group by indicator_id, definition_version, org_key, period_id

),

standing_counts as (

    select measure_id, org_key, period_id, value from {{ ref('int_counts') }} where known_to is null

),

beside as (

    select
        current_values.*,
        surroundings.period_ends,
        surroundings.denominator_as_of,
        surroundings.is_doubted,
        surroundings.is_previous_doubted,
        surroundings.is_error_told,
        surroundings.steady_value,
        surroundings.step_from,
        surroundings.step_from_period,
        surroundings.step_before_from,
        surroundings.neighbour_median,
        surroundings.deviations,
        surroundings.peers,
        surroundings.peer_median,
        surroundings.peer_deviations,
        surroundings.peer_deviations_before,
        surroundings.reported_reference,
        organisations.name_vi as org_vi,
        organisations.level as org_level,
        indicators.code,
        indicators.report_order,
        indicators.name_vi,
        indicators.name_en,
        indicators.unit,
        indicators.is_share,
        indicators.lower_bound,
        indicators.upper_bound,
        indicators.max_step,
        indicators.numerator_by_wording,
        indicators.denominator_by_wording,
        case when numerators.one_per_person = 'unknown' then numerators.one_per_person_vi end as one_per_person_vi,
        case when numerators.one_per_person = 'unknown' then numerators.one_per_person_en end as one_per_person_en,
        numerators.name_vi as numerator_name_vi,
        numerators.name_en as numerator_name_en,
        denominators.name_vi as denominator_name_vi,
        denominators.name_en as denominator_name_en,
        numerators_asked.name_vi as wording_numerator_name_vi,
        numerators_asked.name_en as wording_numerator_name_en,
        counted_by_wording.value as wording_numerator,
        wordings.name_vi as wording_denominator_name_vi,
        wordings.name_en as wording_denominator_name_en,
        asked.value as wording_denominator,
        coalesce(statements.stated_values, '') as stated_values,
        coalesce(statements.stated_count, 0) as stated_count,
        caveats.line as line_of_caveat,
        caveats.item as caveat_text,
        targets.targets,
        scores.target_id,
        scores.operator,
        scores.target_value,
        scores.met,
        scores.met_as_reported,
        reasons.reason_vi,
        reasons.reason_en,
        cast(
            12 * (year(surroundings.period_ends) - year(surroundings.denominator_as_of))
            + month(surroundings.period_ends) - month(surroundings.denominator_as_of) as integer
        ) as denominator_age_months,
        case
            when not (previous.is_measured_otherwise or current_values.is_measured_otherwise) then previous.value
        end as previous_value
    from current_values
    inner join {{ ref('int_value_surroundings') }} as surroundings
        on current_values.indicator_id = surroundings.indicator_id
        and current_values.definition_version = surroundings.definition_version
        and current_values.org_key = surroundings.org_key
        and current_values.period_id = surroundings.period_id
    inner join {{ ref('stg_indicators') }} as indicators
        on current_values.indicator_id = indicators.indicator_id
        and current_values.definition_version = indicators.definition_version
    inner join {{ ref('stg_organisations') }} as organisations
        on current_values.org_key = organisations.org_key
    left join {{ ref('stg_measures') }} as numerators
        on current_values.numerator_measure = numerators.measure_id
    left join {{ ref('stg_measures') }} as denominators
        on current_values.denominator_measure = denominators.measure_id
    left join {{ ref('stg_measures') }} as numerators_asked
        on indicators.numerator_by_wording = numerators_asked.measure_id
    left join standing_counts as counted_by_wording
        on indicators.numerator_by_wording = counted_by_wording.measure_id
        and current_values.org_key = counted_by_wording.org_key
        and current_values.period_id = counted_by_wording.period_id
    left join {{ ref('stg_measures') }} as wordings
        on indicators.denominator_by_wording = wordings.measure_id
    left join standing_counts as asked
        on indicators.denominator_by_wording = asked.measure_id
        and current_values.org_key = asked.org_key
        and current_values.period_id = asked.period_id
    left join statements
        on current_values.indicator_id = statements.indicator_id
        and current_values.definition_version = statements.definition_version
        and current_values.org_key = statements.org_key
        and current_values.period_id = statements.period_id
    left join caveats
        on current_values.indicator_id = caveats.indicator_id
        and current_values.definition_version = caveats.definition_version
        and current_values.org_key = caveats.org_key
        and current_values.period_id = caveats.period_id
    left join scores
        on current_values.indicator_id = scores.indicator_id
        and current_values.definition_version = scores.definition_version
        and current_values.org_key = scores.org_key
        and current_values.period_id = scores.period_id
        and scores.choice = 1
    left join targets
        on current_values.indicator_id = targets.indicator_id
        and current_values.definition_version = targets.definition_version
        and current_values.org_key = targets.org_key
        and current_values.period_id = targets.period_id
    left join current_values as previous
        on current_values.indicator_id = previous.indicator_id
        and current_values.definition_version = previous.definition_version
        and current_values.org_key = previous.org_key
        and length(current_values.period_id) = 4
        and length(previous.period_id) = 4
        and cast(left(previous.period_id, 4) as integer) = cast(left(current_values.period_id, 4) as integer) - 1
    left join {{ ref('dim_reason') }} as reasons
        on current_values.reason = reasons.reason

),

-- A ratio that the publisher states against what it should be near: the computed one, else what is usual.
powers as (

    select
        *,
        cast(
            case
                when reported_value > 0 and reported_reference > 0
                    then round(log10(reported_value / reported_reference))
            end as integer
        ) as nearest_power
    from beside

),

slips as (

    select
        *,
        case
            -- Against the ratio of its own inputs a slip is exact but for the rounding; against other periods or
            -- districts within a quarter, and only where the way back is longer than a period can bring.
            when nearest_power not between -3 and 3 or nearest_power = 0 then null
            when
                value_status = 'computed'
                and abs(log10(reported_value / reported_reference) - nearest_power) <= 0.01
                then nearest_power
            when
                value_status <> 'computed'
                and abs(log10(reported_value / reported_reference) - nearest_power) <= 0.1
                and (abs(reported_value - reported_reference) > max_step or (nearest_power < 0 and reported_reference >= 10))
                then nearest_power
        end as reported_power
    from powers

),

-- Whether a number of things out of so many gives the published percentage: between the two whole numbers around it.
whole_parts as (

    select
        *,
        case
            when
                numerator is null
                and reported_power is null
                and reported_kind = 'value'
                and not is_said_estimated
                and reported_value between 0 and 100
                and denominator > 0
                and denominator = floor(denominator)
                and coalesce(denominator_period_id, period_id) = period_id
                and denominator_unit not in ('dong', 'points')
                then cast(floor(cast(denominator as decimal(28, 2)) * reported_value / 100) as decimal(28, 0))
        end as whole_part
    from slips

)

select
    indicator_id,
    definition_version,
    org_key,
    org_vi,
    org_level,
    period_id,
    code,
    report_order,
    name_vi,
    name_en,
    unit,
    kind,
    is_share,
    cast(lower_bound as decimal(9, 4)) as lower_bound,
    cast(upper_bound as decimal(9, 4)) as upper_bound,
    cast(max_step as decimal(9, 4)) as max_step,
    numerator_measure,
    numerator_name_vi,
    numerator_name_en,
    numerator,
    numerator_locator,
    denominator_measure,
    denominator_name_vi,
    denominator_name_en,
    denominator,
    denominator_locator,
    value,
    reported_value,
    reported_decimals,
    reported_kind,
    is_said_estimated,
    case
        when value_status = 'computed' and reported_decimals is not null
            then cast({{ percent_half_up('numerator', 'denominator', 'reported_decimals') }} as decimal(9, 4))
    end as value_at_printed_precision,
    value_status,
    obs_status,
    reason,
    reason_vi,
    reason_en,
    missing_reporters,
    stated_values,
    stated_count,
    -- told of the first period that was computed so
    case when {{ told_first }} then one_per_person_vi end as one_per_person_unknown_vi,
    case when {{ told_first }} then one_per_person_en end as one_per_person_unknown_en,
    case when value_status = 'computed' then value end as computed_value,
    case when value_status <> 'computed' then reported_value end as value_not_computed,
    numerator_by_wording as wording_numerator_measure,
    wording_numerator_name_vi,
    wording_numerator_name_en,
    wording_numerator,
    denominator_by_wording as wording_denominator_measure,
    wording_denominator_name_vi,
    wording_denominator_name_en,
    wording_denominator,
    -- a ratio of other counts than the wording asks for fits no definition
    case
        when
            wording_numerator >= 0 and wording_denominator > 0
            and wording_numerator < cast(wording_denominator as decimal(28, 2)) * 999
            then cast({{ percent_half_up('wording_numerator', 'wording_denominator') }} as decimal(9, 4))
    end as wording_value,
    nullif(concat_ws(
        ', ',
        case when wording_numerator is null then '“' || wording_numerator_name_vi || '”' end,
        case when wording_denominator is null then '“' || wording_denominator_name_vi || '”' end
    ), '') as wording_missing_vi,
    nullif(concat_ws(
        ', ',
        case when wording_numerator is null then '“' || wording_numerator_name_en || '”' end,
        case when wording_denominator is null then '“' || wording_denominator_name_en || '”' end
    ), '') as wording_missing_en,
    target_id,
    operator,
    target_value,
    targets,
    met,
    met_as_reported,
    line_of_caveat as caveat_line,
    caveat_text,
    previous_value,
    cast(value - previous_value as decimal(10, 4)) as change_points,
    step_from_period,
    step_from,
    cast(steady_value - step_from as decimal(10, 4)) as step_points,
    neighbour_median,
    abs(deviations) as deviations,
    cast(peers as integer) as peers,
    peer_median,
    abs(peer_deviations) as peer_deviations,
    denominator_as_of,
    is_denominator_older,
    denominator_age_months,
    row_number() over (
        partition by denominator_measure, org_key, denominator_as_of, denominator_age_months > 12
        order by period_ends, period_id, indicator_id, definition_version
    ) > 1 as is_denominator_told,
    reported_reference,
    case when reported_power is not null then cast(pow(10, abs(reported_power)) as integer) end as reported_factor,
    case
        -- a share above 100 that stands for the value is told as that
        when is_share and reported_value > 100 and value_status <> 'computed' then null
        when reported_power = -2 and reported_value <= 1 then 'fraction'
        when reported_power is not null then 'slip'
    end as reported_suspicion,
    case
        when whole_part is not null
            then
                {{ percent_half_up('whole_part', 'denominator', 'reported_decimals') }} = reported_value
                or {{ percent_half_up('(whole_part + 1)', 'denominator', 'reported_decimals') }} = reported_value
    end as is_possible_percentage,
    case
        when is_doubted or numerator > denominator or value > upper_bound or value < lower_bound then null
        when reported_power is not null and value_status <> 'computed' then null
        when
            abs(steady_value - step_from) > max_step
            -- the way back from a value that was odd itself
            and not is_previous_doubted
            and not coalesce(
                abs(step_from - step_before_from) > max_step
                and sign(step_from - step_before_from) <> sign(steady_value - step_from),
                false
            )
            then 'step'
        -- a district may always have been different; it is news when it comes to be
        when abs(deviations) >= 6 then 'history'
        when
            abs(peer_deviations) >= 6
            and not coalesce(
                abs(peer_deviations_before) >= 6 and sign(peer_deviations_before) = sign(peer_deviations), false
            )
            then 'peers'
    end as suspicion,
    is_doubted as is_input_doubted,
    is_error_told,
    line,
    locator,
    source_id,
    plan_id,
    is_made_up
from whole_parts
-- A quarter that no ratio can be made of says nothing that its months have not said, unless somebody waits for it.
where
    value is not null
    or reported_value is not null
    or target_id is not null
    or coalesce(numerator_basis not in ('periods', 'partial'), true)
