-- Each count as it is stated now, beside its neighbours in time, the other organisations of its level, its children
-- and its whole; and of all that is odd about it the one thing that explains the rest.
-- How odd is too odd: counts below 100 are left alone, for there a handful of cases is a large ratio. Distances are
-- logarithms (0.15 is a factor of 1.4), spread is the median absolute deviation, 1.4826 of which are one standard
-- deviation; it needs 8 points, and is taken as a twentieth at least, since a series without any spread is no proof.
with statements as (

    select
        observations.*,
        case when observations.is_part then observations.reporter_org_id end as part_reporter,
        row_number() over (
            partition by
                observations.measure_id, observations.org_key, observations.source_id, observations.period_id,
                observations.is_cumulative, case when observations.is_part then observations.reporter_org_id end
            order by observations.known_from desc, observations.statement_order, observations.observation_id
        ) as choice
    from {{ ref('int_observations') }} as observations
    where observations.known_to is null

),

stated as (

    select
        statements.*,
        measures.name_vi as measure_vi,
        measures.name_en as measure_en,
        measures.over_time,
        measures.over_orgs,
        measures.most,
        organisations.name_vi as org_vi,
        organisations.level,
        organisations.parent_org_key,
        reporters.name_vi as reporter_vi,
        periods.kind as period_kind,
        {{ period_number('periods.kind', 'periods.start_date') }} as period_no,
        concat_ws(
            '|',
            statements.measure_id, statements.source_id, statements.period_id, statements.is_cumulative,
            statements.part_reporter
        ) as cell_of_level,
        -- a flow of ten months is no neighbour of one of a month
        concat_ws(
            '|',
            statements.measure_id, statements.source_id, statements.org_key, statements.part_reporter, periods.kind,
            case
                when measures.over_time = 'sum'
                    then (100 * (date_diff('day', statements.period_start, statements.period_end) + 1) + 1522) // 3044
            end
        ) as series
    from statements
    inner join {{ ref('stg_measures') }} as measures
        on statements.measure_id = measures.measure_id
    inner join {{ ref('dim_period') }} as periods
        on statements.period_id = periods.period_id
    inner join {{ ref('stg_organisations') }} as organisations
        on statements.org_key = organisations.org_key
    left join (select org_id, min(name_vi) as name_vi from {{ ref('stg_organisations') }} group by org_id) as reporters
        on statements.part_reporter = reporters.org_id
    where statements.choice = 1

),

beside_neighbours as (

    select
        *,
        median(value) over neighbours as neighbour_median,
        count(*) over neighbours as neighbours,
        min(value) over neighbours as least_neighbour,
        max(value) over neighbours as greatest_neighbour,
        max(value) over one_before as previous_value
    from stated
    window
        neighbours as (
            partition by series order by period_no range between 2 preceding and 2 following exclude current row
        ),
        one_before as (partition by series order by period_no range between 1 preceding and 1 preceding)

),

-- Of two counts the later one is doubted; of more, the one that stands out. Beside only two others a count is held
-- against the nearer one, for the other may be what is odd.
beside_reference as (

    select
        *,
        cast(
            case
                when neighbours > 2 then neighbour_median
                when neighbours = 2 and cast(value as double) * value <= cast(least_neighbour as double) * greatest_neighbour
                    then least_neighbour
                when neighbours = 2 then greatest_neighbour
                else previous_value
            end as decimal(18, 2)
        ) as reference
    from beside_neighbours

),

measured as (

    select
        *,
        case
            when reference > 0 and greatest(value, reference) >= 100
                then cast(ln(greatest(value, 1) / reference) as decimal(12, 4))
        end as distance
    from beside_reference

),

history as (

    select
        series,
        count(*) as points,
        cast(median(distance) as decimal(12, 4)) as middle
    from measured
    where distance is not null
    group by series

),

history_spread as (

    select
        measured.series,
        cast(median(abs(measured.distance - history.middle)) as decimal(12, 4)) as spread
    from measured
    inner join history
        on measured.series = history.series
    where measured.distance is not null
    group by measured.series

),

peers as (

    select
        cell_of_level,
        level,
        count(*) as peers,
        cast(median(value) as decimal(18, 2)) as peer_median
    from stated
    where value > 0 and level in ('district', 'commune')
    group by cell_of_level, level

),

peer_spread as (

    select
        stated.cell_of_level,
        stated.level,
        cast(median(abs(ln(stated.value / peers.peer_median))) as decimal(12, 4)) as peer_spread
    from stated
    inner join peers
        on stated.cell_of_level = peers.cell_of_level
        and stated.level = peers.level
    where stated.value > 0
    group by stated.cell_of_level, stated.level

),

-- The part of a share that is larger than its whole, in either role.
contradictions as (

    select distinct
        unnest([numerators.measure_id, denominators.measure_id]) as measure_id,
        numerators.org_key,
        numerators.period_id
    from {{ ref('stg_indicators') }} as indicators
    inner join {{ ref('int_counts') }} as numerators
        on indicators.numerator_measure = numerators.measure_id
        and numerators.known_to is null
    inner join {{ ref('int_counts') }} as denominators
        on indicators.denominator_measure = denominators.measure_id
        and numerators.org_key = denominators.org_key
        and numerators.period_id = denominators.period_id
        and denominators.known_to is null
    where indicators.is_share and numerators.value > denominators.value

),

spread_out as (

    select
        measured.*,
        coalesce(history.points, 0) as points,
        history.middle,
        greatest(history_spread.spread * 1.4826, 0.05) as deviation,
        peers.peers,
        peers.peer_median,
        case
            when peers.peers >= 8 and measured.value > 0
                then cast(ln(measured.value / peers.peer_median) as decimal(12, 4))
        end as peer_distance,
        greatest(peer_spread.peer_spread * 1.4826, 0.05) as peer_deviation,
        contradictions.measure_id is not null as is_contradicted
    from measured
    left join history
        on measured.series = history.series
    left join history_spread
        on measured.series = history_spread.series
    left join peers
        on measured.cell_of_level = peers.cell_of_level
        and measured.level = peers.level
    left join peer_spread
        on measured.cell_of_level = peer_spread.cell_of_level
        and measured.level = peer_spread.level
    left join contradictions
        on measured.measure_id = contradictions.measure_id
        and measured.org_key = contradictions.org_key
        and measured.period_id = contradictions.period_id

),

judged as (

    select
        *,
        case when points >= 8 then cast(abs(distance - middle) / deviation as decimal(12, 2)) end as deviations,
        case when neighbours = 0 then cast(abs(peer_distance) / peer_deviation as decimal(12, 2)) end as peer_deviations,
        cast(
            case
                -- 2.3026 is the logarithm of 10
                when distance is not null and abs(distance - 2.3026 * round(distance / 2.3026)) <= 0.35
                    then round(distance / 2.3026)
                -- districts differ in size by less than ten
                when neighbours = 0 and abs(peer_distance) / peer_deviation >= 5
                    and abs(peer_distance) >= 4
                    then round(peer_distance / 2.3026)
                else 0
            end as integer
        ) as power_of_ten
    from spread_out

),

-- children hold what their communes counted, so only one level is added
children as (

    select
        parents.observation_id,
        sum(parts.value) as children_sum,
        count(*) as children_stated,
        bool_and(expected.is_expected) as is_nobody_beside
    from stated as parents
    inner join {{ ref('int_children') }} as expected
        on parents.org_key = expected.parent_org_key
        and parents.source_id = expected.source_id
        and parents.measure_id = expected.measure_id
    inner join judged as parts
        on expected.org_key = parts.org_key
        and parents.measure_id = parts.measure_id
        and parents.source_id = parts.source_id
        and parents.period_id = parts.period_id
        and parents.part_reporter is not distinct from parts.part_reporter
        and parents.period_end = parts.period_end
        and (parents.over_time <> 'sum' or parents.period_start = parts.period_start)
    where parents.over_orgs = 'sum'
    group by parents.observation_id

),

expected_children as (

    select
        stated.observation_id,
        count(*) as children_expected
    from stated
    inner join {{ ref('int_children') }} as expected
        on stated.org_key = expected.parent_org_key
        and stated.source_id = expected.source_id
        and stated.measure_id = expected.measure_id
        and expected.is_expected
        and (expected.valid_from is null or expected.valid_from <= stated.period_end)
        and (expected.valid_to is null or expected.valid_to >= stated.period_end)
    group by stated.observation_id

),

doubted as (

    select
        judged.*,
        children.is_nobody_beside and children.children_stated = expected_children.children_expected as is_whole,
        cast(children.children_sum as decimal(18, 2)) as children_sum,
        cast(children.children_stated as integer) as children_stated,
        case
            when judged.value > judged.most then 'above_most'
            when
                abs(judged.power_of_ten) between 1 and 3
                and (judged.deviations is null or judged.deviations >= 5)
                then case when judged.is_contradicted then 'impossible_slip' else 'slip' end
            -- 6: among a thousand series of uniform noise none was found beyond it
            when judged.deviations >= 6 then 'outlier'
        end as doubt
    from judged
    left join children
        on judged.observation_id = children.observation_id
    left join expected_children
        on judged.observation_id = expected_children.observation_id

),

-- A sum is odd because a part of it is.
parents_of_doubted as (

    select distinct
        expected.parent_org_key,
        doubted.measure_id,
        doubted.source_id,
        doubted.period_id,
        coalesce(doubted.part_reporter, '') as part_reporter
    from doubted
    inner join {{ ref('int_children') }} as expected
        on doubted.org_key = expected.org_key
        and doubted.source_id = expected.source_id
        and doubted.measure_id = expected.measure_id
    where doubted.doubt is not null

)

select
    concat_ws(
        '|',
        doubted.source_id, doubted.measure_id, doubted.org_key, doubted.part_reporter, doubted.period_id,
        case when doubted.is_cumulative then 'cumulative' end
    ) as count_id,
    doubted.observation_id,
    doubted.measure_id,
    doubted.measure_vi,
    doubted.measure_en,
    doubted.org_key,
    doubted.org_vi,
    doubted.part_reporter as reporter_org_id,
    doubted.reporter_vi,
    doubted.source_id,
    doubted.period_id,
    doubted.period_start,
    doubted.period_end,
    doubted.is_cumulative,
    doubted.value,
    cast(doubted.most as decimal(18, 2)) as most,
    doubted.previous_value,
    doubted.reference,
    doubted.distance,
    cast(doubted.points as integer) as points,
    doubted.deviations,
    cast(doubted.peers as integer) as peers,
    doubted.peer_median,
    doubted.peer_deviations,
    coalesce(case when doubted.neighbours > 0 then doubted.reference end, doubted.peer_median) as usual_value,
    case when doubted.power_of_ten <> 0 then cast(pow(10, abs(doubted.power_of_ten)) as bigint) end as factor,
    doubted.power_of_ten > 0 as is_too_large,
    doubted.is_contradicted,
    doubted.children_sum,
    doubted.children_stated,
    case
        when doubted.doubt in ('above_most', 'impossible_slip', 'slip') and parents.measure_id is null
            then doubted.doubt
        when parents.measure_id is not null then null
        when doubted.children_sum > doubted.value then 'children'
        when doubted.is_whole and doubted.children_sum < doubted.value then 'total'
        else doubted.doubt
    end as suspicion,
    parents.measure_id is not null as is_explained,
    doubted.locator,
    doubted.line,
    doubted.raw_text,
    doubted.extract_id,
    extracts.file_name,
    doubted.plan_id,
    doubted.is_made_up
from doubted
inner join {{ ref('stg_extracts') }} as extracts
    on doubted.extract_id = extracts.extract_id
left join parents_of_doubted as parents
    on doubted.org_key = parents.parent_org_key
    and doubted.measure_id = parents.measure_id
    and doubted.source_id = parents.source_id
    and doubted.period_id = parents.period_id
    and coalesce(doubted.part_reporter, '') = parents.part_reporter
