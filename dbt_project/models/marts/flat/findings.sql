{{ config(tags=['findings']) }}

-- A finding is about an indicator by whichever definition: it is called by the first one's name.
with names as (

    select
        indicator_id,
        arg_min(code, definition_version) as code,
        arg_min(name_vi, definition_version) as name_vi,
        arg_min(name_en, definition_version) as name_en,
        arg_min(pillar_vi, definition_version) as pillar_vi,
        arg_min(pillar_en, definition_version) as pillar_en
    from {{ ref('dim_indicator') }}
    group by indicator_id

),

numbers as (

    select
        indicator_id,
        year,
        min_by(target_number, (years_away, definition_version)) as target_number
    from {{ ref('dim_target_number') }}
    group by indicator_id, year

)

select
    facts.finding_id,
    facts.rule_id,
    facts.severity,
    facts.state,
    facts.matter_id,
    rules.title_vi,
    rules.title_en,
    facts.message_vi,
    facts.message_en,
    rules.action_vi,
    rules.action_en,
    facts.indicator_id,
    numbers.target_number,
    names.code,
    names.name_vi as indicator_vi,
    names.name_en as indicator_en,
    names.pillar_vi,
    names.pillar_en,
    facts.period_id,
    facts.period_to,
    periods.start_date as period_start,
    facts.expected,
    facts.actual,
    facts.citation_vi,
    facts.citation_en,
    facts.locator,
    facts.subject_table,
    facts.subject_key,
    facts.first_seen_release,
    facts.accepted_reason,
    facts.accepted_until
from {{ ref('fct_finding') }} as facts
left join {{ ref('dim_rule') }} as rules using (rule_id)
left join names using (indicator_id)
left join {{ ref('dim_period') }} as periods using (period_id)
left join numbers
    on facts.indicator_id = numbers.indicator_id
    and numbers.year = coalesce(
        cast(left(facts.period_id, 4) as integer), (select max(latest.year) from numbers as latest)
    )
