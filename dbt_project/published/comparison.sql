-- What each province says of itself, by its default definitions.
create temp view own_values as
select
    v.*,
    d.definition_id,
    d.higher_is_better
from indicator_values as v
inner join provinces as p
    on v.province_id = p.province_id and v.org_id = p.org_id
inner join definitions as d
    on
        v.province_id = d.province_id
        and v.indicator_id = d.indicator_id
        and v.definition_version = d.definition_version
where v.is_default_definition;

-- Ratios of provinces beside each other: of one period, by one definition, made-up ones apart. Only what was computed
-- from both parts has a rank, and only among its like; what a publisher states is listed without one. The ratio of all
-- is that of the sums of these parts, never an average.
create table comparison as
with values_of_provinces as (
    select
        *,
        value_status = 'computed' and numerator is not null and denominator > 0 as is_ranked
    from own_values
    where value is not null
)

select
    indicator_id,
    definition_id,
    indicator_vi,
    indicator_en,
    pillar_vi,
    pillar_en,
    formula_vi,
    formula_en,
    period_id,
    period_kind,
    period_start,
    period_end,
    is_made_up,
    province_id,
    org_name_vi as province_vi,
    numerator,
    denominator,
    value,
    value_status,
    obs_status,
    missing_periods,
    higher_is_better,
    is_ranked,
    case
        when is_ranked
            then
                rank() over (
                    partition by indicator_id, definition_id, period_id, is_made_up, is_ranked
                    order by case when higher_is_better then -value else value end
                )
    end as rank,
    count(*) filter (is_ranked) over alike as ranked_provinces,
    count(*) over alike as listed_provinces,
    quantile_cont(value, 0.25) filter (is_ranked) over alike as lower_quartile,
    quantile_cont(value, 0.5) filter (is_ranked) over alike as median,
    quantile_cont(value, 0.75) filter (is_ranked) over alike as upper_quartile,
    100 * sum(numerator) filter (is_ranked) over alike
    / nullif(sum(denominator) filter (is_ranked) over alike, 0) as value_of_all
from values_of_provinces
window alike as (partition by indicator_id, definition_id, period_id, is_made_up)
order by indicator_id, definition_id, period_start, period_kind, is_made_up, rank nulls last, province_id;

-- Of each indicator the newest period in which at least two provinces have a rank: of those that end last the longest. In
-- the order of the plans that follow them.
create view newest_comparison as
with newest as (
    select *
    from comparison
    where ranked_provinces > 1
    qualify
        dense_rank() over (
            partition by indicator_id, definition_id, is_made_up order by period_end desc, period_start
        ) = 1
),

pillars as (
    select
        pillar_vi,
        min(report_order) as pillar_order
    from definitions
    group by pillar_vi
),

indicators as (
    select
        indicator_id,
        min(report_order) as indicator_order
    from definitions
    group by indicator_id
)

select
    newest.*,
    row_number() over (
        order by
            pillars.pillar_order, newest.pillar_vi, indicators.indicator_order, newest.indicator_id,
            newest.definition_id, newest.is_made_up, newest.rank nulls last, newest.province_vi, newest.province_id
    ) as position
from newest
left join pillars
    on newest.pillar_vi = pillars.pillar_vi
left join indicators
    on newest.indicator_id = indicators.indicator_id
order by position;

-- Who is not among the ranked of an indicator and period in which others are, and why.
create table unranked as
with groups_of_ranked as (
    select distinct indicator_id, definition_id, period_id, is_made_up
    from comparison
    where ranked_provinces > 1
),

-- A province that was merged is known by the first of its units.
named as (
    select province_id, any_value(org_name_vi order by org_id = province_id desc, org_id) as province_vi
    from provinces
    group by province_id
),

-- What it says of that indicator and period itself; of two units that had something to say, the one with a number.
said as (
    select distinct on (province_id, indicator_id, period_id) *
    from own_values
    order by province_id, indicator_id, period_id, value is null, org_id
)

select
    g.indicator_id,
    g.definition_id,
    g.period_id,
    g.is_made_up,
    n.province_id,
    coalesce(s.org_name_vi, n.province_vi) as province_vi,
    s.value,
    s.value_status,
    case
        when s.province_id is null and n.province_id in (
            select d.province_id from definitions as d where d.indicator_id = g.indicator_id
        ) then 'no_data'
        when s.province_id is null then 'not_followed'
        when s.definition_id <> g.definition_id then 'other_definition'
        when s.is_made_up <> g.is_made_up then if(s.is_made_up, 'made_up', 'not_made_up')
        when s.value is null then 'not_computable'
        else 'stated'
    end as why,
    s.reason_vi,
    s.reason_en,
    s.formula_vi,
    s.formula_en
from groups_of_ranked as g
cross join named as n
left join said as s
    on g.indicator_id = s.indicator_id and g.period_id = s.period_id and n.province_id = s.province_id
where not exists (
    select 1
    from comparison as c
    where
        c.is_ranked
        and c.province_id = n.province_id
        and c.indicator_id = g.indicator_id
        and c.definition_id = g.definition_id
        and c.period_id = g.period_id
        and c.is_made_up = g.is_made_up
)
order by g.indicator_id, g.definition_id, g.period_id, g.is_made_up, n.province_id;

comment on table provinces is 'Tỉnh có trong tệp và bản công bố của tỉnh / The provinces and their releases; a province that was merged has two units (org_id).';
comment on table definitions is 'Định nghĩa của từng tỉnh; cùng definition_id là cùng cách tính / What each province computes; the same definition_id is the same computation.';
comment on table comparison is 'Tỷ lệ của các tỉnh, cùng định nghĩa và cùng kỳ; chỉ số tính lại được mới xếp hạng / Ratios of provinces by definition and period; only what could be computed is ranked.';
comment on view newest_comparison is 'Kỳ mới nhất so sánh được của từng chỉ tiêu, theo thứ tự trong kế hoạch / Of each indicator the newest period that can be compared, in the order of the plans.';
comment on table unranked is 'Tỉnh không được xếp hạng ở chỉ tiêu và kỳ mà các tỉnh khác có hạng, và lý do / Who has no rank where others have one, and why.';
