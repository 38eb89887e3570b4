{# From when to when what an extract states of a cell stood: from its arrival until another extract states the cell, or
   until it is withdrawn; then what it had taken the place of stands again. The same extract again goes on standing if
   no other came in between; a text of a plan has been told apart before. #}
{% macro stands(stated, cell) -%}
    {% set columns = cell | join(', ') -%}
    with arrived as (

        select
            *,
            max(withdrawn_at) over (partition by {{ columns }}) is not null as has_withdrawal
        from (
            select distinct {{ columns }}, source_id as stated_by, extract_id, known_from, withdrawn_at from {{ stated }}
        ) as once

    ),

    -- where something was withdrawn, what counts is asked again at each moment: nothing does where there is no extract
    moments as (

        select {{ columns }}, known_from as moment from arrived where has_withdrawal
        union
        select {{ columns }}, withdrawn_at as moment from arrived where withdrawn_at is not null

    ),

    asked_again as (

        select
            moments.*,
            arrived.stated_by,
            arrived.extract_id,
            arrived.known_from as stated_from,
            row_number() over (
                partition by {% for column in cell %}moments.{{ column }}, {% endfor %}moments.moment
                order by arrived.known_from desc nulls last, arrived.extract_id desc
            ) as choice
        from moments
        left join arrived
            on arrived.known_from <= moments.moment
            and (arrived.withdrawn_at is null or arrived.withdrawn_at > moments.moment)
            {%- for column in cell %}
            and arrived.{{ column }} is not distinct from moments.{{ column }}
            {%- endfor %}

    ),

    counting as (

        select {{ columns }}, stated_by, extract_id, known_from as stated_from, known_from as moment
        from arrived
        where not has_withdrawal
        union all
        select {{ columns }}, stated_by, extract_id, stated_from, moment
        from asked_again
        -- of two that arrive at once both stood, the one for no time
        where choice = 1 or stated_from = moment

    ),

    changes as (

        select
            *,
            lag(extract_id) over (partition by {{ columns }} order by moment, extract_id) as extract_before
        from counting

    )

    select
        {{ columns }},
        extract_id,
        stated_from,
        moment as known_from,
        row_number() over (partition by {{ columns }}, extract_id order by moment) as stand_no,
        restated_at
    from (
        select
            *,
            lead(moment) over (partition by {{ columns }} order by moment, extract_id) as restated_at
        from changes
        where extract_before is distinct from extract_id or stated_by = 'plan'
    ) as one_after_another
    where extract_id is not null
{%- endmacro %}

{# Both stand where they stand: a row of the statements and its place in time. #}
{% macro same_stand(stated, stands, cell) -%}
    {{ stated }}.extract_id = {{ stands }}.extract_id
    and {{ stated }}.known_from = {{ stands }}.stated_from
    {%- for column in cell %}
    and {{ stated }}.{{ column }} is not distinct from {{ stands }}.{{ column }}
    {%- endfor %}
{%- endmacro %}
