{# Periods by their ids alone: 2024, 2024-Q1, 2024-03. #}

{% macro period_kind(period_id) -%}
    case
        when length({{ period_id }}) = 4 then 'year'
        when substr({{ period_id }}, 6, 1) = 'Q' then 'quarter'
        else 'month'
    end
{%- endmacro %}

{# The number of months in a period. #}
{% macro period_length(period_id) -%}
    case
        when length({{ period_id }}) = 4 then 12
        when substr({{ period_id }}, 6, 1) = 'Q' then 3
        else 1
    end
{%- endmacro %}

{# The number of a period's last month in its year. #}
{% macro last_month(period_id) -%}
    case
        when length({{ period_id }}) = 4 then 12
        when substr({{ period_id }}, 6, 1) = 'Q' then 3 * cast(substr({{ period_id }}, 7) as integer)
        else cast(substr({{ period_id }}, 6) as integer)
    end
{%- endmacro %}

{# The day on which a period ends by its name, whatever days a report is truly of. #}
{% macro last_day_of(period_id) -%}
    last_day(make_date(cast(left({{ period_id }}, 4) as integer), {{ last_month(period_id) }}, 1))
{%- endmacro %}

{# The quarter or the year that a shorter period belongs to. #}
{% macro period_around(period_id, kind) -%}
    {% if kind == 'year' -%}
    left({{ period_id }}, 4)
    {%- else -%}
    left({{ period_id }}, 4) || '-Q' || cast(({{ last_month(period_id) }} + 2) // 3 as integer)
    {%- endif %}
{%- endmacro %}

{# The period of the same kind that follows. #}
{% macro period_after(period_id) -%}
    case
        when length({{ period_id }}) = 4 then cast(cast({{ period_id }} as integer) + 1 as varchar)
        when {{ last_month(period_id) }} = 12
            then
                cast(cast(left({{ period_id }}, 4) as integer) + 1 as varchar)
                || case when substr({{ period_id }}, 6, 1) = 'Q' then '-Q1' else '-01' end
        when substr({{ period_id }}, 6, 1) = 'Q'
            then left({{ period_id }}, 6) || cast(cast(substr({{ period_id }}, 7) as integer) + 1 as varchar)
        else {{ month_of(period_id, last_month(period_id) ~ ' + 1') }}
    end
{%- endmacro %}

{# The quarter or month that comes before one. #}
{% macro period_before(period_id) -%}
    case
        when substr({{ period_id }}, 6) = 'Q1' then (cast(left({{ period_id }}, 4) as integer) - 1) || '-Q4'
        when substr({{ period_id }}, 6, 1) = 'Q'
            then left({{ period_id }}, 6) || (cast(substr({{ period_id }}, 7) as integer) - 1)
        when substr({{ period_id }}, 6) = '01' then (cast(left({{ period_id }}, 4) as integer) - 1) || '-12'
        else {{ month_of(period_id, last_month(period_id) ~ ' - 1') }}
    end
{%- endmacro %}

{# A month of a year, by its number. #}
{% macro month_of(period_id, number) -%}
    left({{ period_id }}, 4) || '-' || lpad(cast({{ number }} as varchar), 2, '0')
{%- endmacro %}

{# The month at a position in a quarter, or the quarter at a position in a year; positions are from 1. #}
{% macro part_of_period(period_id, kind, position) -%}
    {% if kind == 'year' -%}
    {{ period_id }} || '-Q' || {{ position }}
    {%- else -%}
    {{ month_of(period_id, last_month(period_id) ~ ' - 3 + ' ~ position) }}
    {%- endif %}
{%- endmacro %}

{# The bits of the months of a year from those of its quarters: the first is the lowest. #}
{% macro months_of_quarters(quarters) -%}
    (({{ quarters }}) & 1) * 7 + (({{ quarters }}) & 2) * 28 + (({{ quarters }}) & 4) * 112 + (({{ quarters }}) & 8) * 448
{%- endmacro %}

{# The months of a year whose bits are set, as a list of their ids. #}
{% macro months_in(year, months) -%}
    list_transform(
        list_filter(range(1, 13), lambda month: ({{ months }} >> (month - 1)) % 2 = 1),
        lambda month: {{ year }} || '-' || lpad(cast(month as varchar), 2, '0')
    )
{%- endmacro %}

{# The period of a kind that ends when another one ends. #}
{% macro period_ending(period_id, kind) -%}
    case {{ kind }}
        when 'year' then left({{ period_id }}, 4)
        when 'quarter' then {{ period_around(period_id, 'quarter') }}
        else {{ period_id }}
    end
{%- endmacro %}

{# How many months two days span, both included: 30.44 days to a month, to the nearest whole one. #}
{% macro months_spanned(first_day, last_day) -%}
    (100 * ({{ last_day }} - {{ first_day }} + 1) + 1522) // 3044
{%- endmacro %}

{# Whether what is valid from one day to another, both included, is so on a day; without a day it always was or will be. #}
{% macro is_valid_on(row, day) -%}
    (
        ({{ row }}.valid_from is null or {{ row }}.valid_from <= {{ day }})
        and ({{ row }}.valid_to is null or {{ row }}.valid_to >= {{ day }})
    )
{%- endmacro %}
