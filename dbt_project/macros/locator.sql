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
