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
