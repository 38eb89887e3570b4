{# Whether a row was known at a moment. Without "or", so that a join on it can still look rows up by their keys. #}
{% macro known_at(row, moment) -%}
    {{ row }}.known_from <= {{ moment }}
    and coalesce({{ row }}.known_to, {{ forever() }}) > {{ moment }}
{%- endmacro %}

{# Whether two rows were known at one time. #}
{% macro known_together(one, other) -%}
    {{ one }}.known_from < coalesce({{ other }}.known_to, {{ forever() }})
    and {{ other }}.known_from < coalesce({{ one }}.known_to, {{ forever() }})
{%- endmacro %}

{# After every moment. #}
{% macro forever() -%}
    cast('9999-12-31 00:00:00+00' as timestamptz)
{%- endmacro %}

{# One number for a text of any length. DuckDB's hash of a text is the same for many long ones that differ in two or
   three digits; md5_number_lower, which is the same, goes through a text of bits. #}
{% macro text_number(text) -%}
    cast(md5_number({{ text }}) >> 64 as ubigint)
{%- endmacro %}

{# One number for what several columns say together: keys of the registry, numbers, periods and times. A longer text comes
   as its own number (text_number). #}
{% macro hashed() -%}
    hash({{ varargs | join(', ') }})
{%- endmacro %}

{# The names of who is missing: of hundreds of communes the first twenty say enough. #}
{% macro names_of(names) -%}
    {%- set first = "array_to_string(" ~ names ~ "[:20], ', ')" -%}
    case
        when len({{ names }}) > 20
            then {{ phrase('organisations.and_more', 'vi', names=first, more='(len(' ~ names ~ ') - 20)') }}
        else {{ first }}
    end
{%- endmacro %}

{# A count's cell: what is counted, of whom, by which source and reporter, and when. `org_key` may be another's. #}
{% macro count_key(counts, org_key=none, reporter_org_id=none, period_id=none) -%}
    {{ hashed(
        counts ~ '.measure_id',
        org_key or counts ~ '.org_key',
        counts ~ '.source_id',
        reporter_org_id or counts ~ '.reporter_org_id',
        period_id or counts ~ '.period_id'
    ) }}
{%- endmacro %}

{# The number of a statement: the first 64 bits of its id. Of statements behind numbers there are millions. #}
{% macro key_of(observation_id) -%}
    cast('0x' || left({{ observation_id }}, 16) as ubigint)
{%- endmacro %}

{# A value, whenever it was known. #}
{% macro value_key(vals) -%}
    {{ hashed(
        vals ~ '.indicator_id', vals ~ '.definition_version', vals ~ '.org_key', vals ~ '.period_id'
    ) }}
{%- endmacro %}

{# The day of a moment in Việt Nam, whatever time zone the session has set. Without ICU, which not every client brings. #}
{% macro day_in_vietnam(moment) -%}
    cast(make_timestamp(epoch_us({{ moment }}) + 25200000000) as date)
{%- endmacro %}

{# Of a value two rows, one for each half of its division: what was counted of which period, and the number divided. #}
{% macro halves_of(facts, indicators) -%}
    unnest(['numerator', 'denominator']) as part,
    unnest([{{ indicators }}.numerator_measure, {{ indicators }}.denominator_measure]) as measure_id,
    unnest([{{ facts }}.period_id, {{ facts }}.denominator_period_id]) as counted_period_id,
    unnest([{{ facts }}.numerator, {{ facts }}.denominator]) as divided
{%- endmacro %}
