-- Verdict, gap, change and progress of each target; where there is no value there is no verdict. A target is of its
-- year: only the year's value meets it or not. A quarter or a month has reached it by then or has not, which decides
-- nothing.
with with_words as (

    select
        inputs.*,
        reported.reported_qualifier,
        case when inputs.value_status <> 'computed' then reported.reported_qualifier end as value_qualifier,
        {{ is_done('reported.reported_text', 'inputs.raw_text') | indent(8) }} as is_done
    from {{ ref('int_scorecard_inputs') }} as inputs
    left join {{ ref('int_values') }} as reported
        on inputs.indicator_id = reported.indicator_id
        and inputs.definition_version = reported.definition_version
        and inputs.org_key = reported.org_key
        and inputs.period_id = reported.period_id
        and {{ known_at('reported', 'inputs.known_from') }}

),

compared as (

    select
        *,
        case target_kind
            when 'threshold'
                then {{ is_met_by('value', 'value_qualifier', 'operator', 'target_value') | indent(16) }}
            when 'milestone' then is_done
        end as reached,
        case
            when length(period_id) > 4 then null
            when target_kind = 'threshold'
                then {{ is_met_by('reported_value', 'reported_qualifier', 'operator', 'target_value') | indent(16) }}
            when target_kind = 'milestone' then is_done
        end as met_as_reported,
        case
            -- another definition, or an organisation that is not the same any more
            when previous_value is not null
                then not (is_measured_otherwise or is_previous_measured_otherwise)
            when is_previous_measured_otherwise then false
        end as comparable_with_previous
    from with_words

),

with_base as (

    select
        *,
        case when length(period_id) > 4 then null else reached end as met,
        case when comparable_with_previous then previous_value end as earlier_value,
        case when not (is_measured_otherwise or is_base_measured_otherwise) then base_value end as steady_base
    from compared

),

with_growth as (

    select
        *,
        -- in the direction of the target; nothing is left to grow once the base has reached it
        case operator
            when '>=' then target_value - steady_base
            when '>' then target_value - steady_base
            when '<=' then steady_base - target_value
            when '<' then steady_base - target_value
        end as required_growth,
        case
            when operator in ('>=', '>') then value - steady_base
            when operator in ('<=', '<') then steady_base - value
        end as observed_growth
    from with_base

),

with_track as (

    select
        *,
        -- Observed over required growth, of as much of the year as is known by the period's end: over one year the
        -- compound rates of Open SDG are the differences themselves.
        case
            when required_growth > 0 and observed_growth is not null
                then
                    cast(
                        {{ ratio_half_up('(observed_growth * 12)', '(required_growth * months_known)') }}
                        as decimal(18, 4)
                    )
        end as on_track
    from with_growth

)

select
    target_id,
    plan_id,
    extract_id,
    org_key,
    period_id,
    known_from,
    known_to,
    indicator_id,
    definition_version,
    org_level,
    is_of_the_whole,
    year,
    target_kind,
    operator,
    target_value,
    target_code,
    stated_name,
    raw_text,
    line,
    locator,
    numerator,
    denominator,
    value,
    reported_value,
    reported_qualifier,
    value_status,
    obs_status,
    reason,
    missing_reporters,
    missing_periods,
    source_id,
    met,
    met_as_reported,
    reached,
    case when target_kind = 'threshold' then value - target_value end as gap_points,
    earlier_value as previous_value,
    value - earlier_value as change_points,
    steady_base as base_value,
    on_track,
    -- Open SDG's thresholds
    case
        when met then 'achieved'
        when reached then 'on_track'
        when observed_growth is null then null
        when observed_growth < 0 then 'deterioration'
        when on_track >= 0.95 then 'on_track'
        when on_track >= 0.60 then 'acceleration_needed'
        else 'limited'
    end as progress,
    comparable_with_previous,
    is_made_up
from with_track
