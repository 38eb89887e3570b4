{# Every column of `columns` refers to a row of another model, where it says anything: column to model, which has a
   column of that name, or column to [model, its column]. #}
{% test refers(model, columns) %}

select subject.*
from {{ model }} as subject
where
    {%- for column, to in columns.items() %}
    {%- set other, field = (to[0], to[1]) if to is sequence and to is not string else (to, column) %}
    {{ 'or ' if not loop.first }}subject.{{ column }} is not null and subject.{{ column }} not in (select {{ field }} from {{ other }} where {{ field }} is not null)
    {%- endfor %}

{% endtest %}
