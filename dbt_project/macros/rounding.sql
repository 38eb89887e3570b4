{# Exact division and rounding in whole numbers: DuckDB divides decimals as floating point, which is not exact.
   Half-up as the schools teach it; for negative numbers half away from zero. Digits are 0 to 4. #}

{% macro ten_thousandths(number) -%}
    cast(cast({{ number }} as decimal(38, 4)) * 10000 as hugeint)
{%- endmacro %}

{# `unit` is the size of one step in ten-thousandths: 100 for two decimals. #}
{% macro step_of(digits) -%}
    cast(case {{ digits }} when 0 then 10000 when 1 then 1000 when 2 then 100 when 3 then 10 else 1 end as hugeint)
{%- endmacro %}

{# numerator / denominator rounded to whole steps, as decimal(24,4). The caller has made sure that denominator > 0. #}
{% macro _in_steps(numerator, denominator, step) -%}
    cast(
        cast(
            sign({{ numerator }})
            * ((2 * abs({{ numerator }}) + {{ denominator }} * {{ step }}) // (2 * {{ denominator }} * {{ step }}))
            * {{ step }}
            as decimal(28, 0)
        ) * cast(0.0001 as decimal(5, 4))
        as decimal(24, 4)
    )
{%- endmacro %}

{# 100 * numerator / denominator at a number of decimals. #}
{% macro percent_half_up(numerator, denominator, digits=4) -%}
    {{ _in_steps(
        '(' ~ ten_thousandths(numerator) ~ ' * 1000000)',
        ten_thousandths(denominator),
        step_of(digits)
    ) }}
{%- endmacro %}

{# The same of two counts that are not negative, of which there are millions: in hundredths, and where 64 bits hold the
   product in those, which are divided thirty times as fast as 128. #}
{% macro percent_of_counts(numerator, denominator) -%}
    case
        when greatest({{ numerator }}, {{ denominator }}) < 40000000000
            then
                cast(
                    (2 * cast({{ numerator }} * 100 as bigint) * 1000000 + cast({{ denominator }} * 100 as bigint))
                    // (2 * cast({{ denominator }} * 100 as bigint))
                    as decimal(18, 0)
                ) * cast(0.0001 as decimal(5, 4))
        else {{ percent_half_up(numerator, denominator) }}
    end
{%- endmacro %}

{# A number at a number of decimals. #}
{% macro round_half_up(number, digits) -%}
    {{ _in_steps(ten_thousandths(number), 'cast(1 as hugeint)', step_of(digits)) }}
{%- endmacro %}

{# A number at a unit of its own: 1000000 for an amount printed in million đồng. #}
{% macro round_to_unit(number, unit) -%}
    {{ _in_steps(ten_thousandths(number), 'cast(1 as hugeint)', ten_thousandths(unit)) }}
{%- endmacro %}

{# 100 * numerator / denominator at a unit of its own: 0.01 for a percentage with two decimals. #}
{% macro percent_to_unit(numerator, denominator, unit) -%}
    {{ _in_steps(
        '(' ~ ten_thousandths(numerator) ~ ' * 1000000)',
        ten_thousandths(denominator),
        ten_thousandths(unit)
    ) }}
{%- endmacro %}

{# A count as the ledger keeps it. Numbers of up to fourteen digits are rounded in 64 bits, ten times as fast as in 128. #}
{% macro at_two_decimals(number) -%}
    case
        when abs({{ number }}) < 99999999999999 then cast(cast({{ number }} as decimal(18, 4)) as decimal(18, 2))
        else cast({{ number }} as decimal(18, 2))
    end
{%- endmacro %}

{# numerator / denominator itself, at four decimals. #}
{% macro ratio_half_up(numerator, denominator) -%}
    {{ _in_steps(
        '(' ~ ten_thousandths(numerator) ~ ' * 10000)',
        ten_thousandths(denominator),
        step_of(4)
    ) }}
{%- endmacro %}
