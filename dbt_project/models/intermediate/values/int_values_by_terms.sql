{{ config(materialized='incremental') }}

-- Each value, or why there is none. Status first: why a ratio cannot be divided is settled for every row before
-- anything is divided.
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
        coalesce(numerator_missing_months, 0) | coalesce(denominator_missing_months, 0) as missing_months,
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
                        when coalesce(numerator_missing_months, 0) <> coalesce(denominator_missing_months, 0)
                            then 'period_mismatch'
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
    from {{ ref('int_value_inputs') }}
    where {{ is_touched('period_id') }}

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
                then cast({{ percent_of_counts('numerator', 'denominator') | indent(16) }} as decimal(9, 4))
            when value_status in ('estimated', 'reported') then reported_value
        end as value
    from with_status

)

select
    -- what decides whether a ratio can be divided is asked nowhere else
    * exclude (
        valid_from, valid_to, numerator_unit, is_of_flows, is_denominator_carried_forward, group_name,
        numerator_obs_status, denominator_obs_status, are_inputs_measured_otherwise,
        numerator_missing_reporters, denominator_missing_reporters, missing_months, numerator_missing_months,
        denominator_missing_months, is_of_other_days, is_after_break, is_numerator_offered,
        is_denominator_offered, is_numerator_rejected, is_denominator_rejected, report_id, reported_obs_status,
        is_caveated, is_not_assessed
    ),
    case
        when missing_months > 0 then {{ months_in('left(period_id, 4)', 'missing_months') | indent(8) }}
    end as missing_periods,
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
