-- All that is needed to judge one current value, in one row.
with statements as (

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

first_of_numerators as (  -- what is unknown of a count is told of the first period that was computed from it

    select audited.value_id
    from {{ ref('int_audited_values') }} as audited
    inner join {{ ref('stg_measures') }} as measures
        on audited.numerator_measure = measures.measure_id
    where audited.value_status = 'computed' and measures.one_per_person = 'unknown'
    qualify
        row_number() over (
            partition by audited.numerator_measure, audited.org_key
            order by audited.period_ends, audited.period_id, audited.indicator_id, audited.definition_version
        ) = 1

)

select
    audited.indicator_id,
    audited.definition_version,
    audited.org_key,
    organisations.name_vi as org_vi,
    organisations.level as org_level,
    audited.period_id,
    indicators.code,
    indicators.report_order,
    indicators.name_vi,
    indicators.name_en,
    indicators.unit,
    audited.kind,
    audited.is_share,
    cast(audited.lower_bound as decimal(9, 4)) as lower_bound,
    cast(audited.upper_bound as decimal(9, 4)) as upper_bound,
    cast(audited.max_step as decimal(9, 4)) as max_step,
    audited.numerator_measure,
    numerators.name_vi as numerator_name_vi,
    numerators.name_en as numerator_name_en,
    audited.numerator,
    audited.numerator_locator,
    audited.denominator_measure,
    denominators.name_vi as denominator_name_vi,
    denominators.name_en as denominator_name_en,
    audited.denominator,
    audited.denominator_locator,
    audited.value,
    audited.reported_value,
    audited.reported_qualifier,
    audited.reported_decimals,
    audited.reported_kind,
    audited.is_said_estimated,
    case
        when audited.value_status = 'computed' and audited.reported_decimals is not null
            then cast(
                {{ percent_half_up('audited.numerator', 'audited.denominator', 'audited.reported_decimals') }}
                as decimal(9, 4)
            )
    end as value_at_printed_precision,
    audited.value_status,
    audited.obs_status,
    audited.reason,
    reasons.reason_vi,
    reasons.reason_en,
    coalesce(of_parents.reason = audited.reason, false) as is_reason_of_parent,
    audited.missing_reporters,
    nullif(audited.missing_reporters, organisations.name_vi) as others_missing,
    coalesce(statements.stated_values, '') as stated_values,
    coalesce(statements.stated_count, 0) as stated_count,
    case when firsts.value_id is not null then numerators.one_per_person_vi end as one_per_person_unknown_vi,
    case when firsts.value_id is not null then numerators.one_per_person_en end as one_per_person_unknown_en,
    case when audited.value_status = 'computed' then audited.value end as computed_value,
    case when audited.value_status <> 'computed' then audited.reported_value end as value_not_computed,
    wordings.numerator_measure as wording_numerator_measure,
    wordings.numerator_name_vi as wording_numerator_name_vi,
    wordings.numerator_name_en as wording_numerator_name_en,
    wordings.numerator as wording_numerator,
    wordings.denominator_measure as wording_denominator_measure,
    wordings.denominator_name_vi as wording_denominator_name_vi,
    wordings.denominator_name_en as wording_denominator_name_en,
    wordings.denominator as wording_denominator,
    wordings.value as wording_value,
    wordings.missing_vi as wording_missing_vi,
    wordings.missing_en as wording_missing_en,
    targets.target_id,
    targets.operator,
    targets.target_value,
    targets.targets,
    targets.met,
    targets.met_as_reported,
    caveats.line as caveat_line,
    caveats.item as caveat_text,
    audited.previous_value,
    cast(audited.value - audited.previous_value as decimal(10, 4)) as change_points,
    audited.step_from_period,
    audited.step_from,
    cast(audited.steady_value - audited.step_from as decimal(10, 4)) as step_points,
    audited.neighbour_median,
    abs(audited.deviations) as deviations,
    cast(audited.peers as integer) as peers,
    audited.peer_median,
    abs(audited.peer_deviations) as peer_deviations,
    audited.denominator_period_id,
    audited.denominator_as_of,
    audited.is_denominator_older,
    audited.denominator_age_months,
    audited.is_denominator_told,
    audited.reported_reference,
    audited.reported_factor,
    audited.reported_suspicion,
    audited.is_possible_percentage,
    case when audited.reported_power is null or audited.value_status = 'computed' then audited.suspicion end
        as suspicion,
    audited.is_doubted as is_input_doubted,
    audited.is_error_told,
    audited.line,
    audited.locator,
    audited.source_id,
    audited.plan_id,
    audited.is_made_up
from {{ ref('int_value_suspicions') }} as audited
left join first_of_numerators as firsts on audited.value_id = firsts.value_id
left join {{ ref('int_value_targets') }} as targets on audited.value_id = {{ value_key('targets') }}
left join {{ ref('int_wording_ratios') }} as wordings on audited.value_id = {{ value_key('wordings') }}
left join statements on audited.value_id = {{ value_key('statements') }}
left join {{ ref('int_value_caveats') }} as caveats on audited.value_id = {{ value_key('caveats') }}
inner join {{ ref('stg_indicators') }} as indicators
    on audited.indicator_id = indicators.indicator_id
    and audited.definition_version = indicators.definition_version
inner join {{ ref('int_organisations') }} as organisations on audited.org_key = organisations.org_key
left join {{ ref('int_values') }} as of_parents
    on audited.indicator_id = of_parents.indicator_id
    and audited.definition_version = of_parents.definition_version
    and audited.period_id = of_parents.period_id
    and organisations.parent_org_key = of_parents.org_key
    and of_parents.known_to is null
left join {{ ref('stg_measures') }} as numerators on audited.numerator_measure = numerators.measure_id
left join {{ ref('stg_measures') }} as denominators on audited.denominator_measure = denominators.measure_id
left join {{ ref('dim_reason') }} as reasons on audited.reason = reasons.reason
