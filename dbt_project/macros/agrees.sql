{# Whether a printed number is the exact one at the printed decimals; "trên 90" is right for anything above 90. #}
{% macro agrees(printed, exact, digits, qualifier) -%}
    case
        when {{ qualifier }} is null then {{ printed }} = {{ round_half_up(exact, digits) }}
        when {{ is_lower_bound(qualifier) }} then {{ exact }} > {{ printed }}
        when {{ is_upper_bound(qualifier) }} then {{ exact }} < {{ printed }}
        -- "khoảng 80": within a tenth
        else abs({{ exact }} - {{ printed }}) * 10 <= abs({{ printed }})
    end
{%- endmacro %}

{% macro is_lower_bound(qualifier) -%}
    lower({{ qualifier }}) in (
        'trên', 'hơn', '>', 'vượt', 'tối thiểu', 'ít nhất', '≥', '>=', 'không dưới', 'từ', 'trở lên'
    )
{%- endmacro %}

{% macro is_upper_bound(qualifier) -%}
    lower({{ qualifier }}) in ('dưới', '<', 'gần', 'chưa đến', 'chưa tới', 'không quá', 'tối đa', '≤', '<=')
{%- endmacro %}

{# What a printed number is by the word before it: a bound that the true one is above or below, or a guess; null where
   it is the number itself. "gần 80" is a guess: it is below, but by little. #}
{% macro bound_of(qualifier) -%}
    case
        when lower({{ qualifier }}) in ('trên', 'hơn', 'vượt', '>') then '>'
        when lower({{ qualifier }}) in ('tối thiểu', 'ít nhất', '≥', '>=', 'không dưới', 'từ', 'trở lên') then '>='
        when lower({{ qualifier }}) in ('dưới', 'chưa đến', 'chưa tới', '<') then '<'
        when lower({{ qualifier }}) in ('không quá', 'tối đa', '≤', '<=') then '<='
        when {{ qualifier }} is not null then '~'
    end
{%- endmacro %}
