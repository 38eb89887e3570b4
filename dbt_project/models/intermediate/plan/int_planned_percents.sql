-- Which indicator a percentage is about that the plan sets outside its list of targets, in what is to be done.
with percents as (

    select
        *,
        count(*) over (partition by extract_id, line, context_key) as percents_in_context
    from {{ ref('stg_plan_figures') }}
    where kind = 'percent' and part = 'plan'

),

candidates as (

    select
        percents.extract_id,
        percents.figure_no,
        wordings.indicator_id,
        wordings.definition_version,
        row_number() over (
            partition by percents.extract_id, percents.figure_no
            order by length(wordings.wording_key) desc, wordings.definition_version, wordings.indicator_id
        ) as choice_no
    from percents
    inner join {{ ref('stg_indicator_wordings') }} as wordings
        on {{ says('percents.context_key', 'wordings.wording_key') }}
    where wordings.wording_use = 'name' and percents.percents_in_context = 1

)

select
    percents.*,
    candidates.indicator_id,
    candidates.definition_version
from percents
inner join candidates
    on percents.extract_id = candidates.extract_id
    and percents.figure_no = candidates.figure_no
    and candidates.choice_no = 1
