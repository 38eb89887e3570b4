{# Whether a row was known at a moment. Without "or", so that a join on it can still look rows up by their keys. #}
{% macro known_at(row, moment) -%}
    {{ row }}.known_from <= {{ moment }}
    and coalesce({{ row }}.known_to, cast('9999-12-31 00:00:00+00' as timestamptz)) > {{ moment }}
{%- endmacro %}

{# What a count carries beside its cell and its span of knowledge. basis: stated, difference (of two counts from the
   beginning of the year on), reporters or children (a sum of theirs), periods (made from all shorter ones), partial
   (from some of them), incomplete, beside (somebody else reports too). content_id: the same where nothing changed.
   is_measured_otherwise: one of them is of another definition or follows a break, whatever the worst status says.
   observation_ids: all that stand behind the value. missing_periods: the months of which a partial one knows nothing. #}
{% macro count_columns() -%}
    {{ return([
        'measure_id', 'org_key', 'source_id', 'reporter_org_id', 'period_id', 'period_start', 'period_end', 'basis',
        'precedence', 'statement_order', 'content_id', 'value', 'obs_status', 'is_measured_otherwise', 'observation_ids',
        'missing_reporters', 'missing_periods', 'plan_id', 'line', 'locator', 'is_made_up',
    ]) }}
{%- endmacro %}

{# Which of several counts of one thing comes first: what was stated of it, else a sum over organisations, else one over
   time, and a count before none. #}
{% macro basis_rank(basis) -%}
    case {{ basis }}
        {% for name in ['stated', 'difference', 'reporters', 'children', 'periods', 'partial'] -%}
        when '{{ name }}' then {{ loop.index }}
        {% endfor -%}
        else 7
    end
{%- endmacro %}

{# The worst observation status of several: E, P, D, B, A. `filter` narrows which of them count. #}
{% macro worst_status(status, filter='') -%}
    case
        {% for code in ['E', 'P', 'D', 'B'] -%}
        when bool_or({{ status }} = '{{ code }}'){{ filter }} then '{{ code }}'
        {% endfor -%}
        else 'A'
    end
{%- endmacro %}

{# The worse of two, the second of which may be absent. #}
{% macro worse_status(one, other) -%}
    case
        {% for code in ['E', 'P', 'D', 'B'] -%}
        when '{{ code }}' in ({{ one }}, {{ other }}) then '{{ code }}'
        {% endfor -%}
        else 'A'
    end
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
            list(
                expected.name || coalesce(' (' || counts.missing_reporters || ')', '') order by expected.position
            ) filter (where counts.value is null) as missing,
            {{ dxkpi.worst_status('counts.obs_status') | indent(12) }} as obs_status,
            bool_or(counts.is_measured_otherwise) as is_measured_otherwise,
            min(counts.period_start) as period_start,
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

    named as (

        select
            *,
            -- of hundreds of communes the first say enough
            array_to_string(missing[:20], ', ')
            || case when len(missing) > 20 then ' và ' || (len(missing) - 20) || ' đơn vị khác' else '' end
                as missing_reporters
        from states

    ),

    sums as (

        select
            whole_id as cell_id,
            measure_id,
            org_key,
            source_id,
            reporter_org_id,
            period_id,
            period_start,
            period_end,
            case when parts_known = parts_expected then '{{ basis }}' else 'incomplete' end as basis,
            precedence,
            cast(0 as bigint) as statement_order,
            coalesce('without ' || missing_reporters, array_to_string(observation_ids, '|')) as content_id,
            case when parts_known = parts_expected then cast(total as decimal(18, 2)) end as value,
            case when parts_known = parts_expected then obs_status end as obs_status,
            is_measured_otherwise,
            case when parts_known = parts_expected then observation_ids else [] end as observation_ids,
            missing_reporters,
            cast([] as varchar[]) as missing_periods,
            cast(null as varchar) as plan_id,
            cast(null as integer) as line,
            cast(null as varchar) as locator,
            is_made_up,
            parts_standing,
            moment as known_from,
            lead(moment) over (partition by whole_id order by moment) as known_to
        from named

    )

    select
        cell_id,
        {{ dxkpi.count_columns() | join(', ') }},
        known_from,
        known_to
    from sums
    where parts_standing > 0
{%- endmacro %}

{# Every count of `counts`, and for organisations of `levels` that did not state it the sum of their children; no sum
   while somebody reports beside the expected children, for then nobody knows what else there is. #}
{% macro with_sums_of_children(counts, levels) -%}
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
        inner join {{ ref('int_children') }} as children
            on known.org_key = children.org_key
            and known.source_id = children.source_id
            and known.measure_id = children.measure_id
        where children.parent_level in ('{{ levels | join("', '") }}')

    ),

    wholes as (

        select distinct
            measure_id,
            parent_org_key as org_key,
            source_id,
            reporter_org_id,
            period_id,
            {{ dxkpi.last_day_of('period_id') }} as last_day
        from of_children
        where is_expected

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
            and wholes.measure_id = children.measure_id
            and children.is_expected
            and (children.valid_from is null or children.valid_from <= wholes.last_day)
            and (children.valid_to is null or children.valid_to >= wholes.last_day)

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
            period_start,
            period_end,
            'beside' as basis,
            precedence,
            cast(0 as bigint) as statement_order,
            'without ' || parent_name as content_id,
            cast(null as decimal(18, 2)) as value,
            cast(null as varchar) as obs_status,
            false as is_measured_otherwise,
            cast([] as varchar[]) as observation_ids,
            parent_name as missing_reporters,
            cast([] as varchar[]) as missing_periods,
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
            'candidates', "case basis when 'stated' then 0 when 'difference' then 0 when 'beside' then 1 else 2 end"
        ) | indent(8) }}

    )

    select * from standing
{%- endmacro %}

{# Every count of `counts`, and for a period of `kind` that nobody counted as such what its parts make of it: a quarter
   of its months, a year of its quarters. A flow is the sum of the parts that are known, a stock the last of them. A
   level has to be whole: there is none while one of its members is silent in a part that others reported. #}
{% macro with_longer_periods(counts, kind) -%}
    {% set parts = {'quarter': 3, 'year': 4}[kind] -%}
    with known as (

        select
            {{ dxkpi.count_cell('counts') }} as cell_id,
            {{ dxkpi.count_columns() | join(', ') }},
            known_from,
            known_to
        from {{ counts }} as counts

    ),

    wholes as (

        select distinct
            known.measure_id,
            known.org_key,
            known.source_id,
            known.reporter_org_id,
            {{ dxkpi.period_around('known.period_id', kind) }} as period_id,
            measures.over_time,
            coalesce(organisations.level = 'group', false) as is_level
        from known
        inner join {{ ref('stg_measures') }} as measures
            on known.measure_id = measures.measure_id
        left join {{ ref('stg_organisations') }} as organisations
            on known.org_key = organisations.org_key
        where {{ dxkpi.period_kind('known.period_id') }} = '{{ {'quarter': 'month', 'year': 'quarter'}[kind] }}'

    ),

    parts as (

        select
            wholes.*,
            positions.position,
            {{ dxkpi.part_of_period('wholes.period_id', kind, 'positions.position') }} as part_period_id
        from wholes
        cross join (values {% for position in range(1, parts + 1) %}({{ position }}){{ ', ' if not loop.last }}{% endfor %})
            as positions (position)

    ),

    expected as (

        select
            *,
            {{ dxkpi.count_cell('parts') }} as whole_id,
            {{ dxkpi.count_cell('parts', {'period_id': 'parts.part_period_id'}) }} as cell_id,
            {{ dxkpi.months_of('parts.part_period_id') | indent(12) }} as months
        from parts

    ),

    counted as (

        select
            expected.whole_id,
            known.known_from,
            known.known_to
        from expected
        inner join known
            on expected.cell_id = known.cell_id

    ),

    moments as (

        select whole_id, known_from as moment from counted
        union
        select whole_id, known_to as moment from counted where known_to is not null

    ),

    counts_then as (

        select
            moments.moment,
            expected.whole_id,
            expected.measure_id,
            expected.org_key,
            expected.source_id,
            expected.reporter_org_id,
            expected.period_id,
            expected.over_time,
            expected.is_level,
            expected.position,
            expected.months,
            counts.cell_id is not null as is_standing,
            counts.value,
            counts.obs_status,
            counts.is_measured_otherwise,
            counts.period_start,
            counts.period_end,
            counts.precedence,
            counts.observation_ids,
            counts.missing_reporters,
            counts.missing_periods,
            counts.is_made_up,
            max(case when counts.value is not null then expected.position end) over (
                partition by expected.whole_id, moments.moment
            ) as last_known
        from moments
        inner join expected
            on moments.whole_id = expected.whole_id
        left join known as counts
            on expected.cell_id = counts.cell_id
            and {{ dxkpi.known_at('counts', 'moments.moment') }}

    ),

    used as (

        select
            *,
            case over_time when 'sum' then value is not null else coalesce(position = last_known, false) end as is_used,
            -- a stock is what its last count says, whatever is unknown before
            value is null and (over_time = 'sum' or position > coalesce(last_known, 0)) as is_lacking
        from counts_then

    ),

    states as (

        select
            whole_id,
            measure_id,
            org_key,
            source_id,
            reporter_org_id,
            period_id,
            moment,
            bool_or(is_standing) as is_standing,
            bool_or(is_used) as has_known_parts,
            bool_or(is_used) and not bool_or(is_level and is_lacking and missing_reporters is not null) as is_known,
            coalesce(min(period_start) filter (where is_used), min(period_start)) as period_start,
            coalesce(max(period_end) filter (where is_used), max(period_end)) as period_end,
            min(precedence) as precedence,
            sum(value) filter (where is_used) as value,
            {{ dxkpi.worst_status('obs_status', ' filter (where is_used)') | indent(12) }} as obs_status,
            bool_or(is_measured_otherwise) filter (where is_used) as is_measured_otherwise,
            -- of counts since the beginning of the year two parts may share one
            list_sort(list_distinct(flatten(list(observation_ids) filter (where is_used)))) as observation_ids,
            string_agg(distinct missing_reporters, '; ' order by missing_reporters) filter (where is_lacking)
                as missing_reporters,
            list_sort(
                flatten(list(case when is_lacking then months else missing_periods end) filter (where is_lacking or is_used))
            ) as missing_periods,
            coalesce(bool_or(is_made_up), false) as is_made_up
        from used
        group by whole_id, measure_id, org_key, source_id, reporter_org_id, period_id, moment

    ),

    made as (

        select
            whole_id as cell_id,
            measure_id,
            org_key,
            source_id,
            reporter_org_id,
            period_id,
            period_start,
            period_end,
            case when not is_known then 'incomplete' when len(missing_periods) = 0 then 'periods' else 'partial' end as basis,
            precedence,
            cast(0 as bigint) as statement_order,
            case when is_known then array_to_string(observation_ids, '|') else missing_reporters end
            || ' without ' || array_to_string(missing_periods, '|') as content_id,
            case when is_known then cast(value as decimal(18, 2)) end as value,
            case
                when is_known then case when obs_status <> 'E' and len(missing_periods) > 0 then 'P' else obs_status end
            end as obs_status,
            case when is_known then is_measured_otherwise end as is_measured_otherwise,
            case when is_known then observation_ids else [] end as observation_ids,
            case when not is_known then missing_reporters end as missing_reporters,
            case when has_known_parts then missing_periods else [] end as missing_periods,
            cast(null as varchar) as plan_id,
            cast(null as integer) as line,
            cast(null as varchar) as locator,
            is_made_up,
            is_standing,
            moment as known_from,
            lead(moment) over (partition by whole_id order by moment) as known_to
        from states

    ),

    candidates as (

        select *, false as is_made from known
        union all
        select * exclude (is_standing), true as is_made from made where is_standing

    ),

    standing as (

        {{ dxkpi.first_standing('candidates', 'value is null, is_made') | indent(8) }}

    )

    select * from standing
{%- endmacro %}
