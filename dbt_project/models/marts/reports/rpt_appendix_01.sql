with printed as (

    select
        printed.*,
        documents.org_key,
        documents.is_made_up,
        cast(coalesce(printed.result_year, documents.result_year) as varchar) as period_id,
        cast(row_number() over (partition by printed.plan_id order by printed.line) as integer) as row_no
    from {{ ref('int_indicator_rows') }} as printed
    inner join {{ ref('int_documents') }} as documents
        on printed.extract_id = documents.extract_id
    where documents.is_current and printed.target_no = 1

),

noted as (

    select
        printed.*,
        audit.value,
        audit.value_status,
        audit.numerator,
        audit.denominator,
        audit.reason,
        audit.reason_vi,
        audit.reason_en,
        audit.met,
        audit.met_as_reported,
        {% for language in ['vi', 'en'] -%}
            case
                when audit.value_status = 'computed'
                    then
                        {{ phrase(
                            'appendix.recomputed', language,
                            numerator=number_text('audit.numerator', language),
                            denominator=number_text('audit.denominator', language)
                        ) | indent(24) }}
                when audit.reason is not null
                    then {{ phrase('appendix.not_recomputed', language, why='audit.reason_' ~ language) }}
                when audit.indicator_id is null and printed.indicator_id is null
                    then {{ phrase('appendix.unknown', language) }}
            end as recomputed_{{ language }},
            -- of a merged cell the note stands beside the row above
            case
                when printed.note_line <> printed.line
                    then {{ phrase('appendix.merged_note', language, note='printed.note') }}
                else {{ phrase('appendix.note', language, note='printed.note') }}
            end as note_{{ language }},
        {% endfor -%}
        -- Where each is stated is a locator of the file, of no use on paper.
        case
            when audit.stated_count > 1
                then
                    array_to_string(
                        list_sort(
                            list_distinct(
                                string_split(
                                    regexp_replace(audit.stated_values, ' [(]line [^)]*[)]', '', 'g'), '; '
                                )
                            )
                        ),
                        '; '
                    )
        end as stated_values
    from printed
    left join {{ ref('rpt_value_audit') }} as audit
        on printed.indicator_id = audit.indicator_id
        and printed.definition_version = audit.definition_version
        and printed.org_key = audit.org_key
        and printed.period_id = audit.period_id

)

select
    noted.plan_id,
    noted.row_no,
    noted.section_no as section,
    noted.section_name,
    noted.number,
    noted.row_code as code,
    noted.indicator_id,
    noted.definition_version,
    noted.name,
    noted.target_raw as target,
    noted.result_raw as result_published,
    case when noted.value_status = 'computed' then noted.value end as result_recomputed,
    coalesce(
        noted.value_status, case when noted.target_kind = 'threshold' then 'not_computable' else 'milestone' end
    ) as status,
    noted.reason,
    noted.met,
    noted.met_as_reported,
    {% for language, ending in [('vi', ''), ('en', '_en')] -%}
        nullif(
            concat_ws(
                '; ',
                noted.recomputed_{{ language }},
                {{ phrase('appendix.stated', language, values='noted.stated_values') }},
                noted.note_{{ language }}
            ),
            ''
        ) as footnote{{ ending }},
    {% endfor -%}
    noted.line,
    'line ' || noted.line as locator,
    citations.citation_vi,
    citations.citation_en,
    of_results.citation_vi as result_citation_vi,
    of_results.citation_en as result_citation_en,
    noted.extract_id,
    noted.is_made_up
from noted
left join {{ ref('stg_plan_citations') }} as citations
    on noted.extract_id = citations.extract_id
    and 'line ' || noted.line = citations.locator
left join {{ ref('stg_plan_citations') }} as of_results
    on noted.extract_id = of_results.extract_id
    and 'line ' || noted.line || ', cell ' || noted.result_cell = of_results.locator
