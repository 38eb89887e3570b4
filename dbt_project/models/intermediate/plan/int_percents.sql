-- Which indicator a percentage in the text states: by the words before it, the longest known wording among them.
-- Only where the document tells results: what it plans to reach is a target, not a report.
with percents as (

    select
        *,
        count(*) over (partition by extract_id, line, context_key) as percents_in_context
    from {{ ref('stg_plan_figures') }}
    where kind = 'percent' and part = 'result'

),

candidates as (

    select
        percents.extract_id,
        percents.figure_no,
        wordings.indicator_id,
        wordings.definition_version,
        coalesce({{ says('percents.label_key', 'wordings.wording_key') }}, false) as is_in_label,
        length(wordings.wording_key) as wording_length
    from percents
    inner join {{ ref('stg_indicator_wordings') }} as wordings
        on {{ says('percents.label_key', 'wordings.wording_key') }}
        or (percents.percents_in_context = 1 and {{ says('percents.context_key', 'wordings.wording_key') }})
    where wordings.wording_use = 'name'

),

ranked as (

    select
        *,
        row_number() over (
            partition by extract_id, figure_no
            order by is_in_label desc, wording_length desc, definition_version, indicator_id
        ) as choice_no
    from candidates

)

select
    percents.*,
    ranked.indicator_id,
    ranked.definition_version
from percents
inner join ranked
    on percents.extract_id = ranked.extract_id
    and percents.figure_no = ranked.figure_no
    and ranked.choice_no = 1
