{# Whether a row was known at a moment. Without "or", so that a join on it can still look rows up by their keys. #}
{% macro known_at(row, moment) -%}
    {{ row }}.known_from <= {{ moment }}
    and coalesce({{ row }}.known_to, cast('9999-12-31 00:00:00+00' as timestamptz)) > {{ moment }}
{%- endmacro %}

{# What a count carries beside its cell and its span of knowledge. basis: stated, reporters or children (a sum of
   theirs), incomplete, beside (somebody else reports too). content_id: the same where nothing changed.
   observation_ids: all that stand behind the value. #}
{% macro count_columns() -%}
    {{ return([
        'measure_id', 'org_key', 'source_id', 'reporter_org_id', 'period_id', 'period_end', 'basis', 'precedence',
        'statement_order', 'content_id', 'value', 'obs_status', 'observation_ids', 'missing_reporters', 'plan_id',
        'line', 'locator', 'is_made_up',
    ]) }}
{%- endmacro %}

{# What is counted, of whom, by which source and reporter, and when; `cell` says where a column is another's. #}
{% macro count_cell(relation, cell={}) -%}
    {% for column in ['measure_id', 'org_key', 'source_id', 'reporter_org_id', 'period_id'] -%}
    coalesce({{ cell.get(column, relation ~ '.' ~ column) }}, ''){{ " || '|' || " if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# Of several counts that stand for one cell at the same time the first in `order` is the one: spans of knowledge that
   follow on one another, and where what is chosen stays the same there is no new span. #}
{% macro first_standing(candidates, order) -%}
    with moments as (

        select cell_id, known_from as moment from {{ candidates }}
        union
        select cell_id, known_to as moment from {{ candidates }} where known_to is not null

    ),

    standing as (

        select
            moments.cell_id,
            moments.moment,
            {% for column in dxkpi.count_columns() -%}
            counts.{{ column }},
            {% endfor -%}
            row_number() over (partition by moments.cell_id, moments.moment order by {{ order }}, content_id) as choice
        from moments
        left join {{ candidates }} as counts
            on moments.cell_id = counts.cell_id
            and {{ dxkpi.known_at('counts', 'moments.moment') }}

    ),

    compared as (

        select
            *,
            coalesce(content_id, '') as content,
            lag(coalesce(content_id, '')) over (partition by cell_id order by moment) as content_before
        from standing
        where choice = 1

    ),

    spans as (

        select
            *,
            lead(moment) over (partition by cell_id order by moment) as known_to
        from compared
        where content_before is null or content_before <> content

    )

    select
        {{ dxkpi.count_columns() | join(', ') }},
        moment as known_from,
        known_to
    from spans
    -- between two spans nothing may have been known
    where content_id is not null
{%- endmacro %}

{# The sum of all counts that are expected for a whole, at each moment at which one of them changed; until the last one
   is in no value, but the names of who is missing. `expected` has one row for each count that is needed: the whole
   (whole_id, measure_id, org_key, source_id, reporter_org_id, period_id) and its part (cell_id, name, position). #}
{% macro sums_of_expected(expected, counts, basis) -%}
    with parts as (

        select
            expected.whole_id,
            counts.known_from,
            counts.known_to
        from {{ expected }} as expected
        inner join {{ counts }} as counts
            on expected.cell_id = counts.cell_id

    ),

    moments as (

        select whole_id, known_from as moment from parts
        union
        select whole_id, known_to as moment from parts where known_to is not null

    ),

    states as (

        select
            expected.whole_id,
            expected.measure_id,
            expected.org_key,
            expected.source_id,
            expected.reporter_org_id,
            expected.period_id,
            moments.moment,
            count(*) as parts_expected,
            count(counts.cell_id) as parts_standing,
            count(counts.value) as parts_known,
            sum(counts.value) as total,
            list_sort(flatten(list(counts.observation_ids) filter (where counts.value is not null))) as observation_ids,
            string_agg(
                case
                    when counts.value is null
                        then expected.name || coalesce(' (' || counts.missing_reporters || ')', '')
                end,
                ', ' order by expected.position
            ) as missing_reporters,
            case
                {% for status in ['E', 'P', 'D', 'B'] -%}
                when bool_or(counts.obs_status = '{{ status }}') then '{{ status }}'
                {% endfor -%}
                else 'A'
            end as obs_status,
            max(counts.period_end) as period_end,
            min(counts.precedence) as precedence,
            coalesce(bool_or(counts.is_made_up), false) as is_made_up
        from moments
        inner join {{ expected }} as expected
            on moments.whole_id = expected.whole_id
        left join {{ counts }} as counts
            on expected.cell_id = counts.cell_id
            and {{ dxkpi.known_at('counts', 'moments.moment') }}
        group by
            expected.whole_id,
            expected.measure_id,
            expected.org_key,
            expected.source_id,
            expected.reporter_org_id,
            expected.period_id,
            moments.moment

    ),

    sums as (

        select
            whole_id as cell_id,
            measure_id,
            org_key,
            source_id,
            reporter_org_id,
            period_id,
            period_end,
            case when parts_known = parts_expected then '{{ basis }}' else 'incomplete' end as basis,
            precedence,
            cast(0 as bigint) as statement_order,
            coalesce('without ' || missing_reporters, array_to_string(observation_ids, '|')) as content_id,
            case when parts_known = parts_expected then cast(total as decimal(18, 2)) end as value,
            case when parts_known = parts_expected then obs_status end as obs_status,
            case when parts_known = parts_expected then observation_ids else [] end as observation_ids,
            missing_reporters,
            cast(null as varchar) as plan_id,
            cast(null as integer) as line,
            cast(null as varchar) as locator,
            is_made_up,
            parts_standing,
            moment as known_from,
            lead(moment) over (partition by whole_id order by moment) as known_to
        from states

    )

    select
        cell_id,
        {{ dxkpi.count_columns() | join(', ') }},
        known_from,
        known_to
    from sums
    where parts_standing > 0
{%- endmacro %}

{# Every count of `counts`, and for organisations of `level` that did not state it the sum of their children; no sum
   while somebody reports beside the expected children, for then nobody knows what else there is. #}
{% macro with_sums_of_children(counts, level) -%}
    with known as (

        select
            {{ dxkpi.count_cell('counts') }} as cell_id,
            {{ dxkpi.count_columns() | join(', ') }},
            known_from,
            known_to
        from {{ counts }} as counts

    ),

    of_children as (

        select
            known.*,
            children.parent_org_key,
            children.parent_name,
            children.is_expected
        from known
        inner join {{ ref('stg_measures') }} as measures
            on known.measure_id = measures.measure_id
        inner join {{ ref('int_children') }} as children
            on known.org_key = children.org_key
            and known.source_id = children.source_id
        where measures.over_orgs = 'sum' and children.parent_level = '{{ level }}'

    ),

    wholes as (

        select
            measure_id,
            parent_org_key as org_key,
            source_id,
            reporter_org_id,
            period_id,
            max(period_end) as period_end
        from of_children
        where is_expected
        group by measure_id, parent_org_key, source_id, reporter_org_id, period_id

    ),

    expected as (

        select
            {{ dxkpi.count_cell('wholes') }} as whole_id,
            wholes.measure_id,
            wholes.org_key,
            wholes.source_id,
            wholes.reporter_org_id,
            wholes.period_id,
            {{ dxkpi.count_cell('wholes', {'org_key': 'children.org_key'}) }} as cell_id,
            children.name,
            children.position
        from wholes
        inner join {{ ref('int_children') }} as children
            on wholes.org_key = children.parent_org_key
            and wholes.source_id = children.source_id
            and children.is_expected
            and (children.valid_from is null or children.valid_from <= wholes.period_end)
            and (children.valid_to is null or children.valid_to >= wholes.period_end)

    ),

    sums as (

        {{ dxkpi.sums_of_expected('expected', 'known', 'children') | indent(8) }}

    ),

    -- the count itself is what is missing
    only_whole as (

        select
            {{ dxkpi.count_cell('of_children', {'org_key': 'of_children.parent_org_key'}) }} as cell_id,
            measure_id,
            parent_org_key as org_key,
            source_id,
            reporter_org_id,
            period_id,
            period_end,
            'beside' as basis,
            precedence,
            cast(0 as bigint) as statement_order,
            'without ' || parent_name as content_id,
            cast(null as decimal(18, 2)) as value,
            cast(null as varchar) as obs_status,
            cast([] as varchar[]) as observation_ids,
            parent_name as missing_reporters,
            cast(null as varchar) as plan_id,
            cast(null as integer) as line,
            cast(null as varchar) as locator,
            is_made_up,
            known_from,
            known_to
        from of_children
        where not is_expected

    ),

    candidates as (

        select * from known
        union all
        select * from sums
        union all
        select * from only_whole

    ),

    standing as (

        {{ dxkpi.first_standing(
            'candidates', "case basis when 'stated' then 0 when 'beside' then 1 else 2 end"
        ) | indent(8) }}

    )

    select * from standing
{%- endmacro %}
