{# Something that is true of every row; where it is unknown it does not hold. #}
{% test holds(model, that) %}

select *
from {{ model }}
where ({{ that }}) is not true

{% endtest %}
