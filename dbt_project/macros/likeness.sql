{# The pairs of neighbouring words of a key: what names that mean the same share, in the same order. #}
{% macro word_pairs(key) -%}
    list_distinct(
        list_transform(
            range(1, len(string_split({{ key }}, ' '))),
            lambda i: string_split({{ key }}, ' ')[i] || ' ' || string_split({{ key }}, ' ')[i + 1]
        )
    )
{%- endmacro %}
