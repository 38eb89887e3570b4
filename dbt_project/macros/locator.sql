{# Where in a plan something stands, in words that a reader can follow. #}
{% macro prose_locator(line, char_from, char_to) -%}
    'line ' || {{ line }} || ', characters ' || {{ char_from }} || '-' || {{ char_to }}
{%- endmacro %}

{% macro cell_locator(line, cell) -%}
    'line ' || {{ line }} || ', cell ' || {{ cell }}
{%- endmacro %}

{# In prose when positions are given, else in a table. #}
{% macro locator(line, cell, char_from, char_to) -%}
    coalesce(
        {{ prose_locator(line, char_from, char_to) }},
        {{ cell_locator(line, cell) }},
        'line ' || {{ line }}
    )
{%- endmacro %}

{# The places after the first, of an aggregation; null where there is one. #}
{% macro other_places(locator, at) -%}
    nullif(array_to_string(list({{ locator }} order by {{ at }})[2:], '; '), '')
{%- endmacro %}
