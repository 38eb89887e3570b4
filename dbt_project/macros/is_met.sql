{# A verdict strictly by the operator: 50 does not meet "> 50". Null when a side is missing. #}
{% macro is_met(value, operator, target) -%}
    case {{ operator }}
        when '>=' then {{ value }} >= {{ target }}
        when '>' then {{ value }} > {{ target }}
        when '<=' then {{ value }} <= {{ target }}
        when '<' then {{ value }} < {{ target }}
        when '=' then {{ value }} = {{ target }}
    end
{%- endmacro %}

{# The verdict on a value that may be only a bound: what holds of every number that it may be, else null. #}
{% macro is_met_by(value, bound, operator, target) -%}
    case
        when {{ bound }} in ('>', '>=')
            then
                case
                    when {{ value }} < {{ target }} then null
                    when {{ value }} = {{ target }} and {{ bound }} = '>=' then
                        case {{ operator }} when '>=' then true when '<' then false end
                    else {{ operator }} in ('>=', '>')
                end
        when {{ bound }} in ('<', '<=')
            then
                case
                    when {{ value }} > {{ target }} then null
                    when {{ value }} = {{ target }} and {{ bound }} = '<=' then
                        case {{ operator }} when '<=' then true when '>' then false end
                    else {{ operator }} in ('<=', '<')
                end
        else {{ is_met(value, operator, target) }}
    end
{%- endmacro %}

{# What was to be done is done where the publisher says so in the words of the target. #}
{% macro is_done(result_text, target_text) -%}
    case
        when {{ match_key(result_text) }} like 'chua %' then false
        when
            regexp_replace({{ match_key(result_text) }}, '^da ', '')
            = regexp_replace({{ match_key(target_text) }}, '^(da|phai) ', '')
            then true
    end
{%- endmacro %}
