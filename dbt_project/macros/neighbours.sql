{# What is usual around a ratio: the median of its neighbours; of only two the nearer one, for the other may be what
   is odd. #}
{% macro usual_around(value, neighbours) -%}
    case
        when count({{ value }}) over {{ neighbours }} <> 2
            then cast(median({{ value }}) over {{ neighbours }} as decimal(9, 4))
        when 2 * {{ value }} <= min({{ value }}) over {{ neighbours }} + max({{ value }}) over {{ neighbours }}
            then min({{ value }}) over {{ neighbours }}
        else max({{ value }}) over {{ neighbours }}
    end
{%- endmacro %}

{# Periods of one kind numbered so that neighbours are one apart, by their ids alone. #}
{% macro period_ordinal(period_id) -%}
    (12 * cast(left({{ period_id }}, 4) as integer) + {{ last_month(period_id) }}) // {{ period_length(period_id) }}
{%- endmacro %}
