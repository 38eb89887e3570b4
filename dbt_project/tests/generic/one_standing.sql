{# Of one key, spans of knowledge follow on one another: none overlaps the next, and at most one is open. #}
{% test one_standing(model, columns) %}

with spans as (

    select
        {{ columns | join(', ') }},
        known_to,
        lead(known_from) over (partition by {{ columns | join(', ') }} order by known_from, known_to nulls last) as next_from
    from {{ model }}

)

select *
from spans
where next_from is not null and (known_to is null or known_to > next_from)

{% endtest %}
