-- Beside what is known now: the row of Phụ lục 01 that publishes the result, and the target of the year before.
with printed as (

    select
        appendix.*,
        plans.result_year,
        row_number() over (
            partition by appendix.plan_id, appendix.indicator_id, appendix.definition_version
            order by appendix.row_no
        ) as choice_no
    from {{ ref('rpt_appendix_01') }} as appendix
    inner join {{ ref('dim_plan') }} as plans using (plan_id)

)

select
    scores.* exclude (known_to),
    printed.section,
    printed.section_name,
    printed.row_no,
    printed.result_published,
    printed.footnote,
    earlier.previous_operator,
    earlier.previous_target_value,
    earlier.is_lower,
    earlier.differs_vi,
    earlier.differs_en
from {{ ref('rpt_scorecard_history') }} as scores
left join printed
    on scores.plan_id = printed.plan_id
    and scores.indicator_id = printed.indicator_id
    and scores.definition_version = printed.definition_version
    and scores.year = printed.result_year
    and scores.period_kind = 'year'
    and printed.choice_no = 1
left join {{ ref('rpt_target_audit') }} as earlier
    on scores.target_id = earlier.target_id
where scores.known_to is null
