{# A sum of counts that come and go is kept by what each adds when it becomes known and takes away when it is known no
   more. `sign` is 1 at the one moment and -1 at the other. #}

{% macro moment_of(counts) -%}
    case ends.sign when 1 then {{ counts }}.known_from else {{ counts }}.known_to end
{%- endmacro %}

{# How many of the counts with that role come, less those that go. #}
{% macro come(condition) -%}
    sum(case when {{ condition }} then ends.sign else 0 end)
{%- endmacro %}

{# What has come so far, less what has gone. #}
{% macro so_far(changes, column) -%}
    sum({{ changes }}.{{ column }}) over (
        partition by {{ changes }}.whole_id order by {{ changes }}.moment rows unbounded preceding
    )
{%- endmacro %}

{# The highest position whose bit is set, 0 being the whole itself. #}
{% macro last_position(known) -%}
    case when {{ known }} >= 16 then 4 when {{ known }} >= 8 then 3 when {{ known }} >= 4 then 2 when {{ known }} >= 2 then 1 else 0 end
{%- endmacro %}
