-- For each organisation and year the thresholds that were met, by the value or by the published result, and those of
-- them that were met by a tenth of a point at most. A target at the end of the scale is left out: 100 % of 100 % is no
-- narrow escape.
with judged as (

    select
        scores.*,
        indicators.name_vi,
        indicators.name_en,
        coalesce(scores.met_as_reported and abs(scores.reported_value - scores.target_value) <= 0.1, false)
            as is_narrow_as_reported,
        coalesce(scores.met and abs(scores.gap_points) <= 0.1, false) as is_narrow_by_value
    from {{ ref('int_scorecard') }} as scores
    inner join {{ ref('stg_indicators') }} as indicators using (indicator_id, definition_version)
    where
        scores.known_to is null
        and (scores.met or scores.met_as_reported)
        and scores.target_value > indicators.lower_bound
        and scores.target_value < indicators.upper_bound

),

met as (

    select
        *,
        is_narrow_as_reported or is_narrow_by_value as is_narrow,
        case when is_narrow_by_value then value else reported_value end as result
    from judged

)

select
    met.org_key,
    met.period_id,
    min(organisations.name_vi) as org_vi,
    cast(count(*) as integer) as thresholds_met,
    cast(sum(case when met.is_narrow then 1 else 0 end) as integer) as met_narrowly,
    -- one in a hundred is plausible (see the rule), and two of four are no finding yet
    cast(greatest(2, floor(count(*) * 0.15)) as integer) as plausible_narrowly,
    {% for language in ['vi', 'en'] -%}
        string_agg(
        {{ phrase(
            'matters.near_target', language, indicator='met.name_' ~ language, target='met.raw_text',
            result=number_text('met.result', language), place='met.locator'
        ) | indent(8) }},
            '; ' order by met.target_id
        ) filter (where met.is_narrow) as narrow_{{ language }},
    {% endfor -%}
    min(met.plan_id) as plan_id,
    bool_or(met.is_made_up) as is_made_up
from met
inner join {{ ref('int_organisations') }} as organisations
    on met.org_key = organisations.org_key
group by met.org_key, met.period_id
