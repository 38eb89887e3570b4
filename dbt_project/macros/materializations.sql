{# Tables and views take the place of the old ones in one transaction. What dbt-duckdb does instead, asking for foreign
   keys and indexes and renaming twice, costs more than the select of most models. What reads nothing that is otherwise
   than before is left as it stands. #}
{% materialization table, adapter='duckdb' %}
    {% set relation = this.incorporate(type='table') %}
    {% do make_table(relation, sql, load_cached_relation(this)) %}
    {% do adapter.commit() %}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}

{# What is new takes the place of what it touches in the table that stands; all that the code says of the table, its
   columns and comments, is as it was, for another code makes everything again. dbt-duckdb would ask for the columns four
   times and write the rows twice. #}
{% materialization incremental, adapter='duckdb' %}
    {% set relation = this.incorporate(type='table') %}
    {% if is_incremental() %}
        {% do make_touched_rows(relation, sql) %}
    {% else %}
        {% do make_table(relation, sql, load_cached_relation(this)) %}
    {% endif %}
    {% do adapter.commit() %}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}

{# A lake keeps no comments on the columns of views, and its promises are tables there. #}
{% materialization view, adapter='duckdb' %}
    {% set is_promised = config.persist_relation_docs() and adapter.is_ducklake(this) %}
    {% set relation = this.incorporate(type='table' if is_promised else 'view') %}
    {% set old = load_cached_relation(this) %}
    {% if is_promised %}
        {% do make_table(relation, sql, old) %}
    {% elif is_left(old) %}
        {% do leave() %}
    {% else %}
        {% call statement('main') %}
            {{ drop_what_stands(old) }}
            {{ create_view_as(relation, sql) }}
        {% endcall %}
        {% do persist_docs(relation, model) %}
        {% do note_change() %}
    {% endif %}
    {% do adapter.commit() %}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}

{# old: what stands, asked for once, since dbt looks through all relations for it. #}
{% macro make_table(relation, sql, old) %}
    {% if is_left(old) %}{% do leave() %}{% else %}
        {% set rows = relation ~ ' as made' %}
        {% call statement('main') %}
            {{ remember(rows) if old is not none }}
            {{ drop_what_stands(old) }}
            {{ create_table_as(False, relation, sql) }}
        {% endcall %}
        {% do persist_docs(relation, model) %}
        {% do compare(rows) if old is not none else note_change() %}
    {% endif %}
{% endmacro %}

{% macro make_touched_rows(relation, sql) %}
    {% if is_left(relation) %}{% do leave() %}{% else %}
        {% set rows = relation ~ ' as made where made.period_id in ' ~ touched_periods() %}
        {% call statement('main') %}
            set variable touched_periods = (select list(period_id) from increments.touched_periods);
            {{ remember(rows) }}
            delete from {{ relation }} where period_id in {{ touched_periods() }};
            insert into {{ relation }} by name {{ sql }}
        {% endcall %}
        {% do compare(rows) %}
    {% endif %}
{% endmacro %}

{% macro is_left(old) %}
    {{ return(old is not none and are_as_before(model.depends_on.nodes)) }}
{% endmacro %}

{% macro leave() %}
    {% call statement('main') %}select 'as before'{% endcall %}
{% endmacro %}

{% macro drop_what_stands(old) %}
    {% if old is not none %}drop {{ old.type }} if exists {{ old }};{% endif %}
{% endmacro %}

{# All comments at once; that the columns are those described is part of the contract of the marts. #}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) %}
    {% if config.persist_relation_docs() %}
        {% call statement('comments') %}
            comment on {{ relation.type }} {{ relation }} is {{ duckdb_escape_comment(model.description) }};
            {% for column in model.columns.values() %}
                comment on column {{ relation }}.{{ adapter.quote(column.name) }}
                is {{ duckdb_escape_comment(column.description) }};
            {% endfor %}
        {% endcall %}
    {% endif %}
{% endmacro %}

{# That a mart has the columns and types that it promises, asked in one query: dbt asks in two and compares in Jinja. #}
{% macro duckdb__get_assert_columns_equivalent(sql) %}
    {% set comparison %}
        select promised.column_name, promised.column_type, found.column_name, found.column_type
        from (describe {{ get_empty_schema_sql(model.columns) }}) as promised
        full join (describe {{ sql }}
        ) as found
            on lower(promised.column_name) = lower(found.column_name)
        where promised.column_type is distinct from found.column_type
    {% endset %}
    {% for promised, promised_type, found, found_type in run_query(comparison) %}
        {% do exceptions.raise_compiler_error(
            this.identifier ~ ": column " ~ (promised or found) ~ ": " ~ (promised_type or "nothing")
            ~ " is promised, found " ~ (found_type or "nothing") ~ "; change the model, or what is promised of it"
        ) %}
    {% endfor %}
{% endmacro %}
