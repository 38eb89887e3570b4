{{ config(tags=['findings']) }}

-- Every kind of finding of a matter with the months, quarters and years that it is true of, the gravest kind first.
with periods as (

    select
        *,
    {% for language, first, last in [('vi', 'period_vi', 'period_to_vi'), ('en', 'period_id', 'period_to')] -%}
        case
            when period_id = period_to then {{ first }}
            else {{ phrase('periods.span', language, first=first, last=last) }}
        end as span_{{ language }}{{ ',' if not loop.last }}
    {% endfor %}
    from {{ ref('int_matter_findings') }}
    qualify row_number() over (partition by matter_id, rule_no, period_id, period_to order by severity_no) = 1

),

spans as (

    select
        matter_id,
        rule_no,
        period_kind,
        min(severity_no) as severity_no,
        min(period_ends) as first_ends,
        {{ within_sentence('any_value(rule_vi)') }} as rule_vi,
        {{ within_sentence('any_value(rule_en)') }} as rule_en,
        case
            when count(*) <= 3 then string_agg(span_vi, ', ' order by period_id, period_to)
            else
                {{ phrase(
                    'periods.span', 'vi', first='min_by(period_vi, period_id)', last='max_by(period_to_vi, period_to)'
                ) }}
        end as periods_vi,
        case
            when count(*) <= 3 then string_agg(span_en, ', ' order by period_id, period_to)
            else {{ phrase('periods.span', 'en', first='min(period_id)', last='max(period_to)') }}
        end as periods_en
    from periods
    group by matter_id, rule_no, period_kind

),

kinds as (

    select
        matter_id,
        rule_no,
        min(severity_no) as severity_no,
        concat_ws(', ', any_value(rule_vi), string_agg(periods_vi, ', ' order by first_ends)) as kind_vi,
        concat_ws(', ', any_value(rule_en), string_agg(periods_en, ', ' order by first_ends)) as kind_en
    from spans
    group by matter_id, rule_no

)

select
    matter_id,
    string_agg(kind_vi, '; ' order by severity_no, rule_no) as kinds_vi,
    string_agg(kind_en, '; ' order by severity_no, rule_no) as kinds_en
from kinds
group by matter_id
