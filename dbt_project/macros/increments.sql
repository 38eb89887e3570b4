{# A build of what is new makes only the periods again that new extracts touch; orchestration/state/increments.py says which. #}

{# As a constant, so that a filter on it reaches the tables that a model reads; `incremental` sets it. #}
{% macro touched_periods() -%}
    getvariable('touched_periods')
{%- endmacro %}

{# Whether rows of a period are made in this build: all are, unless the model is brought up to date. A unit test is of no
   relation (this). #}
{% macro is_touched(period_id) -%}
    {% if this and is_incremental() -%}
    {{ period_id }} in {{ touched_periods() }}
    {%- else -%}
    true
    {%- endif %}
{%- endmacro %}

{# The model behind a relation; none while the project is parsed. #}
{% macro node_of(relation) -%}
    {{ return(graph.nodes.values() | selectattr('relation_name', 'equalto', relation | string) | first if execute) }}
{%- endmacro %}

{# The rows that this build makes of an incremental model, or of a view that has them by period as well; those of before
   were tested when they were made. Outside of such a build all. #}
{% macro rows_made(model) -%}
    {% set config = (node_of(model) or {'config': {'meta': {}}}).config %}
    {% if (config.materialized == 'incremental' or config.meta.is_by_period)
        and adapter.get_relation(model.database, 'increments', 'touched_periods') -%}
    {% set periods = run_query('select period_id from increments.touched_periods').columns[0].values() -%}
    (from {{ model }} where period_id in ('{{ periods | join("', '") }}'))
    {%- else -%}
    {{ model }}
    {%- endif %}
{%- endmacro %}

{# In a build of what is new graph.changed is the set of landed tables and models that are otherwise than before, by their
   ids (orchestration/assets/warehouse.py). Whether none of these is in it; false in a build of everything. #}
{% macro are_as_before(nodes) %}
    {{ return(graph.changed is defined and not graph.changed.intersection(nodes)) }}
{% endmacro %}

{% macro note_change() %}
    {% if graph.changed is defined %}{% do graph.changed.add(model.unique_id) %}{% endif %}
{% endmacro %}

{# What tells rows from others, whatever their order; hash() has doubles among long texts. #}
{% macro contents(rows) -%}
    (select count(*) || ' ' || coalesce(sum(cast({{ text_number('cast(made as varchar)') }} as hugeint)), 0) from {{ rows }})
{%- endmacro %}

{% macro remember(rows) %}
    {% if graph.changed is defined %}set variable before = {{ contents(rows) }};{% endif %}
{% endmacro %}

{% macro compare(rows) %}
    {% if graph.changed is defined
        and run_query("select 1 where getvariable('before') is distinct from " ~ contents(rows)).rows | length %}
        {% do note_change() %}
    {% endif %}
{% endmacro %}

{% macro nodes_of(relations) %}
    {% set names = relations | map('string') | list %}
    {% set nodes = graph.nodes.values() | selectattr('relation_name', 'in', names) | list if graph.changed is defined else [] %}
    {{ return(nodes | map(attribute='unique_id') | list) }}
{% endmacro %}
