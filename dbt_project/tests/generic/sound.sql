{# What is true of the rows of a table, in one pass. What is not fails with a line that says of how many rows.
   key: columns that no two rows have alike.
   spans_of: columns of which only one row stands at a time; `among`: if only of some of the rows.
   holds: conditions; where one is unknown it does not hold. one_of: the values that a column has, if any.
   Of tables that are all as they were when they were tested it asks nothing.
   found_in: the table that knows a column, or several, under the same name or the one after the dot. #}
{% test sound(model, key=[], spans_of=[], among='true', holds=[], one_of={}, found_in={}) %}
    {% set tested, made, node = [model], rows_made(model), node_of(model) or {'config': {}} %}
    {% set model, rules = 'made', {} %}
    {% if key %}
        {% set columns = key | join(', ') %}
        {% do rules.update({columns ~ ' is not unique': repeated(model, columns)}) %}
    {% endif %}
    {% if spans_of %}
        {% set columns = spans_of | join(', ') %}
        {% do rules.update({'spans of ' ~ columns ~ ' overlap': overlaps(model, columns, among)}) %}
    {% endif %}
    {% for condition in holds %}
        {% do rules.update({'not ' ~ condition: rows_where('(' ~ condition ~ ') is not true')}) %}
    {% endfor %}
    {% for column, values in one_of.items() %}
        {% set listed = "'" ~ values | join("', '") ~ "'" %}
        {% do rules.update({column ~ ' is none of ' ~ listed: rows_where(column ~ ' not in (' ~ listed ~ ')')}) %}
    {% endfor %}
    {% for columns, place in found_in.items() %}
        {% set table, field = (place ~ '.' ~ columns).split('.')[:2] %}
        {% do tested.append(ref(table)) %}
        {% set known = '(select ' ~ field ~ ' from ' ~ ref(table) ~ ')' %}
        {% do rules.update({columns ~ ' is not in ' ~ place: rows_where(
            '(' ~ columns ~ ') is not null and (' ~ columns ~ ') not in ' ~ known)}) %}
    {% endfor %}

    {% set is_warning = config.get('severity') | lower == 'warn' %}
    {% if not is_warning and are_as_before(nodes_of(tested)) %}
    select 1 as failure where false
    {% else %}
    -- a view is asked once, for the columns that are needed
    with made as {{ 'not' if node.config.materialized != 'view' }} materialized (from {{ made }})

    {{ rules_not_kept(model, rules, is_warning) }}
    {% endif %}
{% endtest %}
