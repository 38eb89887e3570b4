{# The key under which spellings meet, as `ingest.wording.match_key` makes it. #}
{% macro match_key(text) -%}
    trim(regexp_replace(replace(strip_accents(lower({{ text }})), 'đ', 'd'), '[^a-z0-9]+', ' ', 'g'))
{%- endmacro %}

{# Whether a key holds another one as whole words. #}
{% macro says(key, wording) -%}
    position(' ' || {{ wording }} || ' ' in ' ' || {{ key }} || ' ') > 0
{%- endmacro %}

{# Whether the key of a name names no level of government below the one whose plan it is. #}
{% macro is_of_no_part(key) -%}
    not regexp_matches({{ key }}, '\bcap (huyen|xa)\b')
{%- endmacro %}

{# The publisher says that nobody measured it. #}
{% macro says_not_assessed(note_key) -%}
    coalesce(
        regexp_matches(
            {{ note_key }},
            '\b(chua|khong) (the |duoc |co so lieu|(to chuc |thuc hien )?(danh gia|thong ke|khao sat|do luong|do dem))'
        ),
        false
    )
{%- endmacro %}

{# The publisher says that the number is an estimate. #}
{% macro says_estimated(note_key) -%}
    coalesce(regexp_matches({{ note_key }}, '\buoc (tinh|luong|dat|doan)\b'), false)
{%- endmacro %}

{# 1257210 as 1.257.210 and 65.66 as 65,66: at most the decimals it has. #}
{% macro number_text(number, language) -%}
    {%- set english -%}
    regexp_replace(regexp_replace(format('{:,.4f}', {{ number }}), '0+$', ''), '\.$', '')
    {%- endset -%}
    {{ "translate(" ~ english ~ ", ',.', '.,')" if language == 'vi' else english }}
{%- endmacro %}
