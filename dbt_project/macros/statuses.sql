{# Observation statuses can be added up and taken away again, as the counts that have them come and go: of each status as
   many as 65,535. From the best to the worst they are A, B, D, P, E. #}
{% macro weight_of_status(status) -%}
    case {{ status }} when 'B' then 1 when 'D' then 65536 when 'P' then 4294967296 when 'E' then 281474976710656 else 0 end
{%- endmacro %}

{# The worst of the statuses that were added up. #}
{% macro worst_status(weight) -%}
    case
        when {{ weight }} >= 281474976710656 then 'E'
        when {{ weight }} >= 4294967296 then 'P'
        when {{ weight }} >= 65536 then 'D'
        when {{ weight }} >= 1 then 'B'
        else 'A'
    end
{%- endmacro %}

{# Which of several counts of one thing comes first: what was stated of it, else a sum over organisations, else one over
   time, and a count before none. #}
{% macro basis_rank(basis) -%}
    case {{ basis }}
        when 'stated' then 1
        when 'difference' then 2
        when 'reporters' then 3
        when 'children' then 4
        when 'periods' then 5
        when 'partial' then 6
        else 7
    end
{%- endmacro %}
