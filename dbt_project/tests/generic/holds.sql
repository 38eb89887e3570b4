{# Something, or each thing of a list, that is true of every row; where it is unknown it does not hold. #}
{% test holds(model, that) %}

select *
from {{ model }}
where (({{ that if that is string else that | join(') and (') }})) is not true

{% endtest %}
