{# Accounts beside persons count as persons, unless it is known that one may hold several. #}
{% macro unit_beside(measures, others) -%}
    case
        when {{ measures }}.unit = 'accounts' and {{ others }}.unit = 'persons' and {{ measures }}.one_per_person <> 'false'
            then 'persons'
        else {{ measures }}.unit
    end
{%- endmacro %}
