-- One ratio of several organisations and periods together: parts are summed, then divided once. Of a count that stands
-- (over_time `last`) the latest period is taken, of one that flows the periods are summed. Whatever is missing, counted
-- twice or cannot be added leaves no value, and the reason says why. Without organisations the province is meant.
create macro main.ratio_of(indicator, organisations, periods, definition := null) as table
with asked_periods as (
    select distinct p.period_id, p.start_date, p.end_date
    from (select unnest(periods) as period_id) as named
    inner join marts.dim_period as p on named.period_id = p.period_id
),
asked_orgs as (
    select distinct named.asked, o.org_key, o.parent_org_key, o.level, o.members_level
    from (select unnest(organisations) as asked) as named
    inner join marts.dim_org as o on named.asked = o.org_key or named.asked = o.org_id
    union all
    select o.org_id, o.org_key, o.parent_org_key, o.level, o.members_level
    from marts.dim_org as o
    where organisations is null and o.level = 'province' and not ends_with(o.org_key, '@plan')
),
-- within another one that is asked for: below it, or one of the level that is asked for as a whole
overlapping_orgs as (
    select count(*) as n
    from asked_orgs as lower_one
    left join marts.dim_org as above on lower_one.parent_org_key = above.org_key
    inner join asked_orgs as upper_one
        on upper_one.asked <> lower_one.asked
        and (
            upper_one.org_key in (lower_one.parent_org_key, above.parent_org_key)
            or (upper_one.level = 'group' and upper_one.members_level = lower_one.level)
        )
),
overlapping_periods as (
    select count(*) as n
    from asked_periods as one
    inner join asked_periods as other
        on one.period_id <> other.period_id
        and one.start_date <= other.end_date
        and other.start_date <= one.end_date
),
definitions as (
    select distinct coalesce(definition, d.definition_version) as definition_version
    from marts.dim_default_definition as d
    where d.indicator_id = indicator
        and cast(d.year as varchar) in (select left(period_id, 4) from asked_periods)
),
about as (
    select
        i.definition_version,
        coalesce(n.over_time, 'none') as numerator_over_time,
        coalesce(d.over_time, 'none') as denominator_over_time,
        coalesce(n.over_orgs = 'sum' and d.over_orgs = 'sum', false) as adds_up_over_orgs
    from marts.dim_indicator as i
    left join marts.dim_measure as n on i.numerator_measure = n.measure_id
    left join marts.dim_measure as d on i.denominator_measure = d.measure_id
    where i.indicator_id = indicator and i.definition_version in (select definition_version from definitions)
),
cells as (
    select
        o.asked,
        p.end_date = max(p.end_date) over () as is_latest,
        v.numerator,
        v.denominator,
        v.obs_status,
        v.is_made_up
    from asked_orgs as o
    cross join asked_periods as p
    inner join marts.fct_indicator_value as v
        on o.org_key = v.org_key and p.period_id = v.period_id
    where v.indicator_id = indicator
        and v.definition_version in (select definition_version from definitions)
        and v.known_to is null
        and v.value_status = 'computed'
),
summed as (
    select
        count(distinct asked) as organisations_found,
        count(*) as cells_found,
        sum(numerator) filter (
            where is_latest or (select bool_and(numerator_over_time = 'sum') from about)
        ) as numerator,
        sum(denominator) filter (
            where is_latest or (select bool_and(denominator_over_time = 'sum') from about)
        ) as denominator,
        bool_or(obs_status = 'E') as is_estimated,
        bool_or(obs_status = 'P') as is_provisional,
        bool_or(obs_status = 'D') as is_defined_otherwise,
        bool_or(obs_status = 'B') as is_after_break,
        coalesce(bool_or(is_made_up), false) as is_made_up
    from cells
),
counted as (
    select
        coalesce(len(list_distinct(organisations)), 1) as organisations_asked,
        len(list_distinct(periods)) as periods_asked
),
settled as (
    select
        summed.*,
        counted.organisations_asked,
        counted.periods_asked,
        case
            when (select count(*) from about) = 0 then 'unknown_indicator'
            when (select count(distinct asked) from asked_orgs) < counted.organisations_asked
                then 'unknown_organisation'
            when (select count(*) from asked_periods) < counted.periods_asked then 'unknown_period'
            when (select count(*) from definitions) > 1 then 'definitions_differ'
            when (select n from overlapping_orgs) > 0 then 'organisations_overlap'
            when (select n from overlapping_periods) > 0 then 'periods_overlap'
            when counted.organisations_asked > 1 and not (select bool_and(adds_up_over_orgs) from about)
                then 'not_additive'
            when summed.cells_found <> counted.organisations_asked * counted.periods_asked then 'org_incomplete'
            when summed.denominator = 0 then 'denominator_zero'
            when summed.numerator is null or summed.denominator is null then 'both_inputs_missing'
        end as reason
    from summed
    cross join counted
)
select
    indicator as indicator_id,
    (select min(definition_version) from definitions having count(*) = 1) as definition_version,
    organisations_asked,
    periods_asked,
    cells_found,
    cast(case when reason is null then numerator end as double) as numerator,
    cast(case when reason is null then denominator end as double) as denominator,
    -- half up to four decimals in whole numbers, as every value is; null and not infinite where there is nothing to
    -- divide by
    cast(
        case
            when reason is null
                then
                    (2 * cast(numerator * 100 as hugeint) * 1000000 + cast(denominator * 100 as hugeint))
                    // (2 * nullif(cast(denominator * 100 as hugeint), 0))
        end as double
    ) / 10000 as value,
    case when reason is null then 'computed' else 'not_computable' end as value_status,
    case
        when reason is not null then 'M'
        when is_estimated then 'E'
        when is_provisional then 'P'
        when is_defined_otherwise then 'D'
        when is_after_break then 'B'
        else 'A'
    end as obs_status,
    reason,
    is_made_up
from settled;
comment on macro table main.ratio_of is
'Một tỷ lệ của nhiều đơn vị và nhiều kỳ: cộng tử số, cộng mẫu số rồi mới chia một lần; thiếu gì thì không có giá trị và nêu lý do / One ratio of several organisations and periods: parts are summed, then divided once; whatever is missing leaves no value and says why';
create macro main.percent_of(numerator, denominator) as
case
    when denominator > 0 then round(100 * cast(numerator as double) / nullif(cast(denominator as double), 0), 4)
end;
comment on macro main.percent_of is
'100 * tử số / mẫu số; trống khi mẫu số bằng 0 hoặc thiếu: percent_of(sum(numerator), sum(denominator)) / 100 * numerator / denominator; null where there is nothing to divide by: percent_of(sum(numerator), sum(denominator))';
