{# What the generic test `sound` counts of a table. #}

{% macro rows_where(condition) -%}
    count(*) filter (where {{ condition }})
{%- endmacro %}

{# How many rows have the key of another one. Only keys whose hash is not the only one are compared. #}
{% macro repeated(model, columns) -%}
    (
        select count(*) - count(distinct row({{ columns }}))
        from {{ model }}
        where hash({{ columns }}) in (
            select hash({{ columns }})
            from {{ model }}
            group by all
            having count(*) > 1
        )
    )
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

{# A row where one of the rules has rows against it, which are told: as a warning, or as an error that ends the query. #}
{% macro rules_not_kept(model, rules, is_warning) %}
    select 1 as failure
    from (
        select unnest([
            {%- for rule, number in rules.items() %}
            {'rule': '{{ escape_single_quotes(rule) }}', 'number': {{ number }}}{{ ',' if not loop.last }}
            {%- endfor %}
        ], recursive := true), count(*) as checked
        from {{ model }}
    )
    where number > 0
    {% if is_warning %}
        having count(*) > 0
    {% else %}
        having error(string_agg(number || ' of ' || checked || ' rows: ' || rule, '; ')) is not null
    {% endif %}
{% endmacro %}
