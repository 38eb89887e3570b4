{{ config(tags=['findings']) }}

-- A matter is of several indicators where one cause lies behind them: their numbers, ids and names are listed.
with concerned as (

    select
        matter_id,
        string_agg(distinct indicator_id, ', ' order by indicator_id) as indicator_ids,
        string_agg(distinct target_number, ', ' order by target_number) as target_number,
        string_agg(distinct indicator_vi, '; ' order by indicator_vi) as indicators_vi,
        string_agg(distinct indicator_en, '; ' order by indicator_en) as indicators_en
    from {{ ref('findings') }}
    where matter_id is not null
    group by matter_id

)

select
    facts.matter_id,
    facts.position,
    facts.state,
    facts.group_vi,
    facts.group_en,
    facts.severity,
    facts.title_vi,
    facts.title_en,
    facts.org_id,
    facts.org_vi as org_name_vi,
    facts.ask_vi,
    facts.ask_en,
    facts.since_on,
    facts.findings,
    facts.indicators,
    concerned.target_number,
    concerned.indicator_ids,
    concerned.indicators_vi,
    concerned.indicators_en,
    facts.period_from,
    facts.period_to,
    facts.citation_vi,
    facts.citation_en,
    facts.answer,
    facts.answered_by,
    {{ day_in_vietnam('facts.answered_at') }} as answered_on,
    facts.is_made_up
from {{ ref('fct_matter') }} as facts
left join concerned
    on facts.matter_id = concerned.matter_id
