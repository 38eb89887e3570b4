{# A build of what is new makes only the periods again that new extracts touch; orchestration/state/increments.py says which. #}

{% macro touched_periods() -%}
    (select touched.period_id from increments.touched_periods as touched)
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

{# Puts the rows of the touched periods in the place of those that were there. #}
{% macro get_incremental_touched_periods_sql(arg_dict) -%}
    {% set columns = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) %}
    delete from {{ arg_dict['target_relation'] }}
    where period_id in {{ touched_periods() }};
    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    select {{ columns }} from {{ arg_dict['temp_relation'] }}
{%- endmacro %}

{# Of an incremental model the rows that this build makes; those of before were tested when they were made. Outside of
   such a build all. #}
{% macro rows_made(model) -%}
    {% set nodes = graph.nodes.values() | selectattr('relation_name', 'equalto', model | string) | list if execute else [] %}
    {% if nodes and nodes[0].config.materialized == 'incremental'
        and adapter.get_relation(model.database, 'increments', 'touched_periods') -%}
    (from {{ model }} where period_id in {{ touched_periods() }})
    {%- else -%}
    {{ model }}
    {%- endif %}
{%- endmacro %}
