{# What is usual around a ratio: the median of its neighbours, a list; of only two the nearer one, for the other may be
   what is odd. A median over a moving window costs many times as much as a list. #}
{% macro usual_around(value, neighbours) -%}
    case
        when len({{ neighbours }}) <> 2 then list_median({{ neighbours }})
        when 2 * {{ value }} <= list_sum({{ neighbours }}) then list_min({{ neighbours }})
        else list_max({{ neighbours }})
    end
{%- endmacro %}

{# Periods of one kind numbered so that neighbours are one apart, by their ids alone. #}
{% macro period_ordinal(period_id) -%}
    (12 * cast(left({{ period_id }}, 4) as integer) + {{ last_month(period_id) }}) // {{ period_length(period_id) }}
{%- endmacro %}
