-- What a skilled analyst would write by hand for the made-up histories of landed_histories.py: the same ledger, sums, periods
-- and ratios as the models, each with its spans of knowledge, straight from the landed files. It knows what those
-- histories hold, and no more: stocks that add up, one source a measure, nothing withdrawn, nothing counted in parts.
-- benchmarks/engine.py says where the files are (`landed`) and compares the results with those of the models.

create view extract_rows as
select extract_id, org_text, reporter, subject, value, period_id, period_end
from read_parquet(getvariable('landed') || '/extract_rows/*/*.parquet');

create view arrivals as
select extract_id, received_at from read_parquet(getvariable('landed') || '/arrivals/*.parquet');

create table organisations as
select org_key, org_id, level, name_vi, parent_org_key
from read_parquet(getvariable('landed') || '/registry/organisations.parquet')
where valid_from is null;

create table measures as
select fields.field as subject, measures.measure_id, measures.carried_forward
from read_parquet(getvariable('landed') || '/registry/measure_fields.parquet') as fields
inner join read_parquet(getvariable('landed') || '/registry/measures.parquet') as measures
    on fields.measure_id = measures.measure_id
where fields.source_id in ('vneid', 'telecom');

-- The ledger: what was said of each count, from its arrival until it was said anew.
create table ledger as
with named as (
    select
        measures.measure_id,
        communes.org_key,
        operators.org_id as reporter_org_id,
        extract_rows.period_id,
        cast(extract_rows.value as decimal(18, 2)) as value,
        arrivals.received_at as known_from,
        extract_rows.extract_id
    from extract_rows
    inner join arrivals on extract_rows.extract_id = arrivals.extract_id
    inner join measures on extract_rows.subject = measures.subject
    inner join (
        select communes.org_key, communes.name_vi || ', ' || districts.name_vi as name
        from organisations as communes
        inner join organisations as districts on communes.parent_org_key = districts.org_key
    ) as communes on extract_rows.org_text = communes.name
    left join organisations as operators on extract_rows.reporter = operators.name_vi and operators.level = 'operator'
)

select
    * exclude (extract_id),
    lead(known_from) over statements as known_to,
    -- what a statement adds to a sum: the whole number the first time, later what it differs from the one before
    value - lag(value, 1, 0) over statements as added,
    case when row_number() over statements = 1 then 1 else 0 end as parts_added
from named
window statements as (
    partition by measure_id, org_key, reporter_org_id, period_id order by known_from, extract_id
);

-- Months of communes, districts and the province. A sum changes by what its parts add: one running total, and no number
-- until all parts are in.
create table changes as
with of_communes as (
    select measure_id, org_key, period_id, known_from, sum(added) as added, sum(parts_added) as parts_added
    from ledger
    group by all
),

of_districts as (
    select
        changes.measure_id, communes.parent_org_key as org_key, changes.period_id, changes.known_from,
        sum(changes.added) as added, sum(changes.parts_added) as parts_added
    from of_communes as changes
    inner join organisations as communes on changes.org_key = communes.org_key
    group by all
),

of_province as (
    select
        changes.measure_id, districts.parent_org_key as org_key, changes.period_id, changes.known_from,
        sum(changes.added) as added, sum(changes.parts_added) as parts_added
    from of_districts as changes
    inner join organisations as districts on changes.org_key = districts.org_key
    group by all
)

from of_communes union all from of_districts union all from of_province;

create table parts as
with communes_of as (
    select org_key, 1 as communes from organisations where level = 'commune'
    union all
    select parent_org_key, count(*) from organisations where level = 'commune' group by all
    union all
    select districts.parent_org_key, count(*)
    from organisations as communes
    inner join organisations as districts on communes.parent_org_key = districts.org_key
    where communes.level = 'commune'
    group by all
)

select measure_id, org_key, communes * reporters as parts_expected
from communes_of
cross join (select measure_id, count(distinct coalesce(reporter_org_id, '')) as reporters from ledger group by all);

create table month_counts as
with sums as (
    select
        *,
        sum(added) over knowledge as total,
        sum(parts_added) over knowledge as parts_known,
        lead(known_from) over knowledge as known_to
    from changes
    window knowledge as (partition by measure_id, org_key, period_id order by known_from)
)

select
    sums.measure_id, sums.org_key, sums.period_id, sums.known_from, sums.known_to,
    case when sums.parts_known = parts.parts_expected then cast(sums.total as decimal(18, 2)) end as value,
    0 as months_missing
from sums
inner join parts on sums.measure_id = parts.measure_id and sums.org_key = parts.org_key;

-- A quarter is its last month that is known, a year its last quarter. What is said later of an earlier one changes
-- nothing; while none is known, it is no number either, anew whenever somebody more has reported.
create table quarter_counts as
with months as (
    select
        *,
        left(period_id, 4) || '-Q' || (cast(substr(period_id, 6) as integer) + 2) // 3 as quarter_id,
        (cast(substr(period_id, 6) as integer) - 1) % 3 + 1 as position
    from month_counts
),

latest as (
    select
        *,
        max(case when value is not null then position end) over (
            partition by measure_id, org_key, quarter_id order by known_from
        ) as last_known
    from months
)

select
    measure_id, org_key, quarter_id as period_id, known_from,
    lead(known_from) over (partition by measure_id, org_key, quarter_id order by known_from) as known_to,
    value,
    3 - coalesce(last_known, 0) as months_missing
from latest
where position = last_known or last_known is null;

create table year_counts as
with quarters as (
    select *, left(period_id, 4) as year_id, cast(right(period_id, 1) as integer) as position
    from quarter_counts
),

latest as (
    select
        *,
        max(case when value is not null then position end) over (
            partition by measure_id, org_key, year_id order by known_from
        ) as last_known
    from quarters
)

select
    measure_id, org_key, year_id as period_id, known_from,
    lead(known_from) over (partition by measure_id, org_key, year_id order by known_from) as known_to,
    value,
    3 * (4 - coalesce(last_known, 1)) + months_missing as months_missing
from latest
where position = last_known or last_known is null;

create table counts as
with together as (
    select *, last_day(cast(period_id || '-01' as date)) as ends_on from month_counts
    union all
    select *, last_day(make_date(left(period_id, 4)::integer, 3 * right(period_id, 1)::integer, 1)) from quarter_counts
    union all
    select *, make_date(period_id::integer, 12, 31) from year_counts
)

select *, coalesce(known_to, timestamptz '9999-12-31 00:00:00+00') as until from together;

-- Ratios. A denominator that serves later periods is that of the period itself, else of the last month that has one.
create table cells as
with numerators as (
    select distinct
        indicators.indicator_id, indicators.definition_version, indicators.numerator_measure,
        indicators.denominator_measure, counts.org_key, counts.period_id, counts.ends_on
    from read_parquet(getvariable('landed') || '/registry/indicators.parquet') as indicators
    inner join counts on indicators.numerator_measure = counts.measure_id
    where indicators.kind = 'ratio' and indicators.denominator_measure is not null
),

counted as (select distinct measure_id, org_key, period_id, ends_on from counts),

carried as (
    select counted.*
    from counted
    inner join (select distinct measure_id from measures where carried_forward) as populations
        on counted.measure_id = populations.measure_id
    where length(counted.period_id) = 7 and substr(counted.period_id, 6, 1) <> 'Q'
)

select
    numerators.*,
    coalesce(counted.period_id, carried.period_id) as denominator_period_id,
    carried.ends_on < numerators.ends_on and counted.period_id is null as is_denominator_older
from numerators
left join counted
    on numerators.denominator_measure = counted.measure_id
    and numerators.org_key = counted.org_key
    and numerators.period_id = counted.period_id
asof left join carried
    on numerators.denominator_measure = carried.measure_id
    and numerators.org_key = carried.org_key
    and numerators.ends_on >= carried.ends_on;

create table ratios as
with inputs as (
    select
        cells.indicator_id, cells.definition_version, cells.org_key, cells.period_id,
        greatest(numerators.known_from, denominators.known_from) as known_from,
        nullif(
            least(numerators.until, denominators.until), timestamptz '9999-12-31 00:00:00+00'
        ) as known_to,
        numerators.value as numerator,
        denominators.value as denominator,
        case when denominators.value is not null then cells.denominator_period_id end as denominator_period_id,
        denominators.measure_id is null as is_denominator_missing,
        coalesce(cells.is_denominator_older, false)
        or numerators.months_missing > 0
        or coalesce(denominators.months_missing, 0) > 0 as is_provisional
    from cells
    inner join counts as numerators
        on cells.numerator_measure = numerators.measure_id
        and cells.org_key = numerators.org_key
        and cells.period_id = numerators.period_id
    left join counts as denominators
        on cells.denominator_measure = denominators.measure_id
        and cells.org_key = denominators.org_key
        and cells.denominator_period_id = denominators.period_id
        and numerators.known_from < denominators.until
        and denominators.known_from < numerators.until
)

select
    indicator_id, definition_version, org_key, period_id, known_from, known_to, numerator, denominator,
    -- half up to four decimals, in whole numbers
    cast(
        ((2 * numerator::hugeint * 1000000 + denominator::hugeint) // (2 * denominator::hugeint))
        * cast(0.0001 as decimal(5, 4))
        as decimal(9, 4)
    ) as value,
    case when numerator is null or denominator is null then 'not_computable' else 'computed' end as value_status,
    case
        when numerator is null or denominator is null then 'O'
        when is_provisional then 'P'
        else 'A'
    end as obs_status,
    case
        when numerator is null or (denominator is null and not is_denominator_missing) then 'org_incomplete'
        when denominator is null then 'denominator_missing'
    end as reason,
    denominator_period_id
from inputs;
