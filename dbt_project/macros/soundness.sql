{# What the generic test `sound` counts of a table. #}

{% macro rows_where(condition) -%}
    count(*) filter (where {{ condition }})
{%- endmacro %}

{# Of one key, spans of knowledge follow on one another: none overlaps the next, and at most one is open. Only keys of
   several rows are put in order. #}
{% macro overlaps(model, columns, among) %}
    (
        with several as (

            select hash({{ columns }}) as spans_of
            from {{ model }}
            where {{ among }}
            group by all
            having count(*) > 1

        ),

        spans as (

            select
                known_to,
                lead(known_from) over (
                    partition by {{ columns }} order by known_from, known_to nulls last
                ) as next_from
            from {{ model }}
            where {{ among }} and hash({{ columns }}) in (select spans_of from several)

        )

        select count(*)
        from spans
        where next_from is not null and (known_to is null or known_to > next_from)
    )
{% endmacro %}
