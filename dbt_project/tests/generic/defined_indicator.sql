{# Every indicator together with the version of its definition is in dim_indicator. #}
{% test defined_indicator(model) %}

select subject.*
from {{ model }} as subject
left join {{ ref('dim_indicator') }} as indicators
    on subject.indicator_id = indicators.indicator_id
    and subject.definition_version = indicators.definition_version
where indicators.indicator_id is null

{% endtest %}
