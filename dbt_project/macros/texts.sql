{# A text of `texts` in dbt_project.yml as SQL, such as phrase('missing.numerator', 'vi', measure='name_vi'); its fields
   are SQL of their own. sqlfluff knows no variables of the project: to it each text is its name. #}
{% macro phrase(name, language) -%}
    {%- set known = var('texts') -%}
    {%- set part, code = name.split('.') -%}
    {%- set text = known[part][code][language] if known is mapping else name -%}
    {%- set filled = namespace(sql="'" ~ text.replace("'", "''") ~ "'") -%}
    {%- for field, value in kwargs.items() -%}
        {%- set filled.sql = filled.sql.replace('{' ~ field ~ '}', "' || " ~ value ~ " || '") -%}
    {%- endfor -%}
    {{ filled.sql }}
{%- endmacro %}

{# A closed list of `texts`: rows of a code and its words in Vietnamese and in English. #}
{% macro listed(part) -%}
    {%- set known = var('texts') -%}
    {%- set list = known[part] if known is mapping else {'code': {'vi': part, 'en': part}} -%}
    values
    {% for code, words in list.items() -%}
    ('{{ code }}', '{{ words.vi.replace("'", "''") }}', '{{ words.en.replace("'", "''") }}'){{ ',' if not loop.last }}
    {% endfor %}
{%- endmacro %}

{# A name within a sentence, where the kind of a unit has no capital. #}
{% macro within_a_sentence(name) -%}
    if(
        regexp_matches({{ name }}, '^(Tỉnh|Thành phố|Huyện|Thị xã|Thị trấn|Xã|Phường)( |$)'),
        lower(left({{ name }}, 1)) || substr({{ name }}, 2),
        {{ name }}
    )
{%- endmacro %}
