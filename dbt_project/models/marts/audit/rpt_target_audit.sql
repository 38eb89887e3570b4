with targets as (

    select * from {{ ref('int_targets') }} where is_current

),

pairs as (

    select
        targets.*,
        before.target_id as previous_target_id,
        before.year as previous_year,
        before.indicator_id as previous_indicator_id,
        before.definition_version as previous_definition_version,
        before.operator as previous_operator,
        before.target_value as previous_target_value,
        before.raw_text as previous_raw_text,
        before.line as previous_line,
        before.locator as previous_locator,
        before.indicator_id = targets.indicator_id and before.definition_version = targets.definition_version
            as same_definition,
        row_number() over (
            partition by targets.target_id
            order by
                before.indicator_id = targets.indicator_id
                and before.definition_version = targets.definition_version desc,
                before.plan_id = targets.plan_id desc,
                before.target_id
        ) as choice_no
    from targets
    inner join targets as before
        on targets.org_key = before.org_key
        and targets.org_level is not distinct from before.org_level
        and targets.year - 1 = before.year
        and (
            (targets.indicator_id = before.indicator_id and targets.definition_version = before.definition_version)
            or (
                targets.nearest_indicator_id = before.indicator_id
                and targets.nearest_definition_version = before.definition_version
            )
        )
    where targets.target_kind = 'threshold' and before.target_kind = 'threshold'

)

select
    pairs.target_id,
    pairs.plan_id,
    pairs.indicator_id,
    pairs.definition_version,
    indicators.name_vi,
    indicators.name_en,
    pairs.stated_name,
    pairs.year,
    pairs.operator,
    pairs.target_value,
    pairs.raw_text,
    pairs.line,
    pairs.locator,
    pairs.previous_target_id,
    pairs.previous_year,
    pairs.previous_operator,
    pairs.previous_target_value,
    pairs.previous_raw_text,
    pairs.previous_line,
    pairs.previous_locator,
    pairs.same_definition,
    case
        when pairs.operator in ('>=', '>') and pairs.previous_operator in ('>=', '>')
            then
                pairs.target_value < pairs.previous_target_value
                or (
                    pairs.target_value = pairs.previous_target_value
                    and pairs.operator = '>='
                    and pairs.previous_operator = '>'
                )
        when pairs.operator in ('<=', '<') and pairs.previous_operator in ('<=', '<')
            then
                pairs.target_value > pairs.previous_target_value
                or (
                    pairs.target_value = pairs.previous_target_value
                    and pairs.operator = '<='
                    and pairs.previous_operator = '<'
                )
    end as is_lower,
    pairs.differs_vi,
    pairs.differs_en,
    case when pairs.same_definition then reached.value end as reached_value,
    case when not pairs.same_definition then reached.value end as reached_nearest_value,
    case
        when pairs.operator in ('>=', '>') then reached.value > pairs.target_value
        when pairs.operator in ('<=', '<') then reached.value < pairs.target_value
    end as is_below_reached,
    pairs.is_made_up
from pairs
left join {{ ref('int_values') }} as reached
    on pairs.previous_indicator_id = reached.indicator_id
    and pairs.previous_definition_version = reached.definition_version
    and pairs.org_key = reached.org_key
    and cast(pairs.previous_year as varchar) = reached.period_id
    and reached.known_to is null
inner join {{ ref('stg_indicators') }} as indicators
    on pairs.indicator_id = indicators.indicator_id
    and pairs.definition_version = indicators.definition_version
where pairs.choice_no = 1
