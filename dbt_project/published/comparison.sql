-- Ratios of provinces beside each other: of one period, by one definition, made-up ones apart. Only what was computed
-- from both parts has a rank, and only among its like; what a publisher states is listed without one. The ratio of all
-- is that of the sums of these parts, never an average.
create table comparison as
with values_of_provinces as (
    select
        v.*,
        d.definition_id,
        d.higher_is_better,
        v.value_status = 'computed' and v.numerator is not null and v.denominator > 0 as is_ranked
    from indicator_values as v
    inner join provinces as p
        on v.province_id = p.province_id and v.org_id = p.org_id
    inner join definitions as d
        on
            v.province_id = d.province_id
            and v.indicator_id = d.indicator_id
            and v.definition_version = d.definition_version
    where v.is_default_definition and v.value is not null
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
    is_made_up,
    province_id,
    org_name_vi as province_vi,
    numerator,
    denominator,
    value,
    value_status,
    obs_status,
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

comment on table provinces is 'Tỉnh có trong tệp và bản công bố của tỉnh / The provinces and their releases; a province that was merged has two units (org_id).';
comment on table definitions is 'Định nghĩa của từng tỉnh; cùng definition_id là cùng cách tính / What each province computes; the same definition_id is the same computation.';
comment on table comparison is 'Tỷ lệ của các tỉnh, cùng định nghĩa và cùng kỳ; chỉ số tính lại được mới xếp hạng / Ratios of provinces by definition and period; only what could be computed is ranked.';
