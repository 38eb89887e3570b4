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

{# The rows that this build makes of an incremental model, or of a view that has them by period as well; those of before
   were tested when they were made. Outside of such a build all. #}
{% macro rows_made(model) -%}
    {% set nodes = graph.nodes.values() | selectattr('relation_name', 'equalto', model | string) | list if execute else [] %}
    {% if nodes and (nodes[0].config.materialized == 'incremental' or nodes[0].config.meta.is_by_period)
        and adapter.get_relation(model.database, 'increments', 'touched_periods') -%}
    {% set periods = run_query('select period_id from increments.touched_periods').columns[0].values() -%}
    (from {{ model }} where period_id in ('{{ periods | join("', '") }}'))
    {%- else -%}
    {{ model }}
    {%- endif %}
{%- endmacro %}
