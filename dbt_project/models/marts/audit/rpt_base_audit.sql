-- For each organisation and period the published percentages that share a base nobody has stated: whether any whole
-- number, up to twice the largest that was ever stated of it, gives all of them. A base of a hundred units of the last
-- printed decimal gives every percentage and proves nothing.
with printed as (

    select
        audited.*,
        organisations.name_vi as org_vi,
        indicators.name_vi,
        indicators.name_en,
        indicators.report_order,
        measures.name_vi as base_vi,
        measures.name_en as base_en
    from {{ ref('int_audited_values') }} as audited
    inner join {{ ref('int_reported_ratios') }} as ratios using (indicator_id, definition_version, org_key, period_id)
    inner join {{ ref('stg_indicators') }} as indicators using (indicator_id, definition_version)
    inner join {{ ref('int_organisations') }} as organisations
        on audited.org_key = organisations.org_key
    inner join {{ ref('stg_measures') }} as measures
        on audited.denominator_measure = measures.measure_id
    where
        audited.reported_kind = 'value'
        and audited.reported_value between 0 and 100
        and ratios.reported_suspicion is null
        and not audited.is_said_estimated
        and audited.numerator is null
        and (audited.denominator is null or audited.is_denominator_older)
        and measures.unit not in ('dong', 'points')

),

largest as (

    select
        measure_id,
        org_key,
        cast(2 * max(value) as bigint) as most,
        bool_or(is_made_up) as is_made_up
    from {{ ref('int_counts') }}
    where known_to is null
    group by measure_id, org_key

),

shared as (

    select
        printed.org_key,
        printed.period_id,
        printed.denominator_measure,
        largest.most,
        largest.is_made_up
    from printed
    inner join largest
        on printed.denominator_measure = largest.measure_id
        and printed.org_key = largest.org_key
    group by printed.org_key, printed.period_id, printed.denominator_measure, largest.most, largest.is_made_up
    having
        count(distinct printed.indicator_id) > 1
        and largest.most between 1 and 100 * pow(10, max(printed.reported_decimals)) - 1

),

bases as (

    select
        org_key,
        period_id,
        denominator_measure,
        unnest(range(1, most + 1)) as base
    from shared

),

tried as (

    select
        bases.*,
        printed.reported_value,
        printed.reported_decimals,
        cast(floor(cast(bases.base as decimal(28, 2)) * printed.reported_value / 100) as decimal(28, 0)) as part
    from bases
    inner join printed
        on bases.org_key = printed.org_key
        and bases.period_id = printed.period_id
        and bases.denominator_measure = printed.denominator_measure

),

possible as (

    select
        org_key,
        period_id,
        denominator_measure,
        base,
        bool_and(
            {{ percent_half_up('part', 'base', 'reported_decimals') }} = reported_value
            or {{ percent_half_up('(part + 1)', 'base', 'reported_decimals') }} = reported_value
        ) as gives_all
    from tried
    group by org_key, period_id, denominator_measure, base

),

judged as (

    select
        org_key,
        period_id,
        denominator_measure,
        min(base) filter (where gives_all) as smallest_base
    from possible
    group by org_key, period_id, denominator_measure

)

select
    concat_ws('|', shared.denominator_measure, shared.org_key, shared.period_id) as base_id,
    shared.org_key,
    min(printed.org_vi) as org_vi,
    shared.period_id,
    shared.denominator_measure,
    min(printed.base_vi) as denominator_name_vi,
    min(printed.base_en) as denominator_name_en,
    cast(shared.most as integer) as largest_base,
    cast(judged.smallest_base as integer) as smallest_base,
    judged.smallest_base is not null as is_possible,
    string_agg(
        '“' || printed.name_vi || '” '
        || replace(rtrim(rtrim(cast(printed.reported_value as varchar), '0'), '.'), '.', ',') || '%',
        '; ' order by printed.report_order, printed.indicator_id
    ) as percentages_vi,
    string_agg(
        '“' || printed.name_en || '” ' || rtrim(rtrim(cast(printed.reported_value as varchar), '0'), '.') || '%',
        '; ' order by printed.report_order, printed.indicator_id
    ) as percentages_en,
    min(printed.plan_id) as plan_id,
    bool_or(printed.is_made_up or shared.is_made_up) as is_made_up
from shared
inner join judged
    on shared.org_key = judged.org_key
    and shared.period_id = judged.period_id
    and shared.denominator_measure = judged.denominator_measure
inner join printed
    on shared.org_key = printed.org_key
    and shared.period_id = printed.period_id
    and shared.denominator_measure = printed.denominator_measure
group by shared.org_key, shared.period_id, shared.denominator_measure, shared.most, judged.smallest_base
