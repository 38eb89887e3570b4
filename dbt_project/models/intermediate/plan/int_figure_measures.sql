-- Which measure a count in the text states: its part in a ratio of an indicator, or else the words around it.
with figures as (

    select * from {{ ref('stg_plan_figures') }} where kind = 'count' and part = 'result'

),

-- p% (a/b): the percentage names the indicator, the indicator names what is divided.
by_ratio as (

    select
        figures.extract_id,
        figures.figure_no,
        case figures.role
            when 'numerator' then indicators.numerator_measure
            else indicators.denominator_measure
        end as measure_id
    from figures
    inner join {{ ref('int_percents') }} as percents
        on figures.extract_id = percents.extract_id
        and figures.group_no = percents.group_no
        and percents.role = 'percent'
    inner join {{ ref('stg_indicators') }} as indicators
        on percents.indicator_id = indicators.indicator_id
        and percents.definition_version = indicators.definition_version
    where figures.role in ('numerator', 'denominator')

),

candidates as (

    select
        figures.extract_id,
        figures.figure_no,
        wordings.measure_id,
        row_number() over (
            partition by figures.extract_id, figures.figure_no
            order by
                starts_with(coalesce(figures.unit_key, ''), wordings.wording_key) desc,
                length(wordings.wording_key) desc,
                wordings.measure_id
        ) as choice_no
    from figures
    inner join {{ ref('stg_measure_wordings') }} as wordings
        on starts_with(figures.unit_key || ' ', wordings.wording_key || ' ')
        or ends_with(' ' || figures.label_key, ' ' || wordings.wording_key)
    where figures.role not in ('numerator', 'denominator') or figures.role is null

)

select * from by_ratio where measure_id is not null
union all
select
    extract_id,
    figure_no,
    measure_id
from candidates
where choice_no = 1
