{# From when to when what an extract states of a cell stood: from its arrival until another extract states the cell. The
   same extract again goes on standing if no other came in between; a text of a plan has been told apart before. #}
{% macro stands(stated, cell) -%}
    {% set columns = cell | join(', ') -%}
    select
        {{ columns }},
        extract_id,
        known_from,
        row_number() over (partition by {{ columns }}, extract_id order by known_from) as stand_no,
        lead(known_from) over (partition by {{ columns }} order by known_from, extract_id) as restated_at
    from (
        select
            *,
            lag(extract_id) over (partition by {{ columns }} order by known_from, extract_id) as extract_before
        from (select distinct {{ columns }}, extract_id, known_from from {{ stated }}) as arrived
    ) as one_after_another
    where extract_before is distinct from extract_id or source_id = 'plan'
{%- endmacro %}

{# Both stand where they stand: a row of the statements and its place in time. #}
{% macro same_stand(stated, stands, cell) -%}
    {{ stated }}.extract_id = {{ stands }}.extract_id
    and {{ stated }}.known_from = {{ stands }}.known_from
    {%- for column in cell %}
    and {{ stated }}.{{ column }} is not distinct from {{ stands }}.{{ column }}
    {%- endfor %}
{%- endmacro %}
