{{ config(tags=['findings']) }}

-- What is asked of whom, one row for each finding of the matters that are not settled: a list for each organisation.
select
    matters.position,
    matters.matter_id,
    matters.state as matter_state,
    matters.group_vi,
    matters.group_en,
    matters.title_vi as matter_vi,
    matters.title_en as matter_en,
    matters.org_id,
    matters.org_vi,
    cast(findings.choice_no as integer) as finding_no,
    findings.finding_id,
    findings.rule_id,
    findings.severity,
    findings.indicator_id,
    findings.code,
    findings.indicator_vi,
    findings.indicator_en,
    findings.org_key,
    findings.period_id,
    findings.period_to,
    {% for language in ['vi', 'en'] -%}
        case
            when standing.reason in ('numerator_missing', 'denominator_missing', 'both_inputs_missing')
                then
                    concat_ws(
                        '; ',
                        case
                            when standing.numerator is null
                                then {{ phrase('missing.numerator', language, measure='numerators.name_' ~ language) }}
                        end,
                        case
                            when standing.denominator is null
                                then
                                    {{ phrase(
                                        'missing.denominator', language, measure='denominators.name_' ~ language
                                    ) }}
                        end
                    )
            when standing.reason = 'unit_mismatch'
                then {{ phrase('missing.unit', language, measure='numerators.name_' ~ language) }}
            when standing.reason = 'definition_absent' then {{ phrase('missing.definition', language) }}
            when standing.reason = 'not_assessed' then {{ phrase('missing.assessment', language) }}
        end as missing_{{ language }},
    {% endfor -%}
    findings.message_vi,
    findings.message_en,
    findings.citation_vi,
    findings.citation_en,
    findings.locator,
    findings.action_vi as ask_vi,
    findings.action_en as ask_en,
    findings.first_seen_release,
    {{ release_day('findings.first_seen_release') }} as since_on,
    findings.is_made_up
from {{ ref('int_matter_findings') }} as findings
inner join {{ ref('fct_matter') }} as matters
    on findings.matter_id = matters.matter_id
left join {{ ref('int_values') }} as standing
    on findings.indicator_id = standing.indicator_id
    and findings.org_key = standing.org_key
    and findings.period_id = standing.period_id
    and findings.rule_id = 'ratio_not_computed'
    and findings.subject_key = concat_ws(
        '|', standing.indicator_id, standing.definition_version, standing.org_key, standing.period_id
    )
    and standing.known_to is null
left join {{ ref('stg_indicators') }} as definitions
    on standing.indicator_id = definitions.indicator_id
    and standing.definition_version = definitions.definition_version
left join {{ ref('stg_measures') }} as numerators
    on definitions.numerator_measure = numerators.measure_id
left join {{ ref('stg_measures') }} as denominators
    on definitions.denominator_measure = denominators.measure_id
where matters.state <> 'settled' and findings.state <> 'accepted'
