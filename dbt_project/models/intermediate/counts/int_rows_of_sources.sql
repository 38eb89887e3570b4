{{ config(materialized='view') }}

-- The rows of all extracts of the tall kind, one source beneath the other. A new source is one more name here.
{% set sources = ['published_figures', 'dvc_portal', 'vneid', 'telecom', 'unit_reports'] %}

{% for source in sources %}
    select * from {{ ref('stg_' ~ source) }}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
