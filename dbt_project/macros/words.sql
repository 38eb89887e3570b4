{# Texts that SQL composes for people: periods in words, the words of the registry filled in. #}

{% macro period_vi(period_id) -%}
    case
        when length({{ period_id }}) = 4 then {{ phrase('periods.year', 'vi', year=period_id) }}
        when substr({{ period_id }}, 6, 1) = 'Q'
            then
                {{ phrase(
                    'periods.quarter', 'vi', year='left(' ~ period_id ~ ', 4)',
                    quarter="['I', 'II', 'III', 'IV'][cast(substr(" ~ period_id ~ ", 7) as integer)]"
                ) }}
        else
            {{ phrase(
                'periods.month', 'vi', year='left(' ~ period_id ~ ', 4)',
                month='cast(substr(' ~ period_id ~ ', 6) as integer)'
            ) }}
    end
{%- endmacro %}

{# A text of matters.yml, with what its fields stand for; {count:file|files} is the number and the word that goes with it. #}
{% macro worded(text, language) -%}
    {% set filled = namespace(sql="regexp_replace(" ~ text ~ ", '\\{count:([^|}]*)\\|([^}]*)\\}', "
        ~ "case when count_text = '1' then '{count} \\1' else '{count} \\2' end, 'g')") -%}
    {% for field, column in {
        'subject': 'subject_' ~ language, 'org': 'org_vi', 'rule': 'rule_' ~ language,
        'action': 'action_' ~ language, 'count': 'count_text', 'periods': 'periods_' ~ language, 'kinds': 'kinds_' ~ language,
    }.items() -%}
        {% set filled.sql = "replace(" ~ filled.sql ~ ", '{" ~ field ~ "}', coalesce(" ~ column ~ ", ''))" -%}
    {% endfor -%}
    {{ filled.sql }}
{%- endmacro %}

{# The text with whose it is, where there is anybody to name and it does not name them. #}
{% macro named(text, name) -%}
    {{ text }} || case
        when {{ name }} is null or position(lower({{ name }}) in lower({{ text }})) > 0 then ''
        else ' (' || {{ name }} || ')'
    end
{%- endmacro %}

{# The text as the beginning of a sentence, and as a part of one. #}
{% macro sentence(text) -%}
    upper(left({{ text }}, 1)) || substr({{ text }}, 2)
{%- endmacro %}

{% macro within_sentence(text) -%}
    lower(left({{ text }}, 1)) || substr({{ text }}, 2)
{%- endmacro %}

{# The day in Việt Nam on which a release was made; its id begins with the moment. #}
{% macro release_day(release_id) -%}
    cast(
        timezone('Asia/Ho_Chi_Minh', timezone('UTC', try_strptime(left({{ release_id }}, 16), '%Y%m%dT%H%M%SZ'))) as date
    )
{%- endmacro %}
