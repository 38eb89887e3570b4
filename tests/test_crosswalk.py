"""Random forests of splits, merges and renames: through the crosswalk no count loses a unit.

`--forests` is how many, `--seed` the first one. They run side by side through the models that dbt
compiles.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import duckdb
import pytest
from making.compiled import Model, behind, data_dir, run
from making.made_up_extracts import receive_rows
from oracle.periods import days_of, parts_of

from ingest import landing
from ingest.sources import SOURCES

DATES = [date(2023, 7, 1), date(2024, 1, 1), date(2024, 11, 1), date(2025, 7, 1)]
# The month before each change and the one that begins with it, and one at the end.
DAYS = [*DATES, *(day - timedelta(days=1) for day in [*DATES, date(2026, 1, 1)])]
MONTHS = {month: days_of(month)[1] for month in sorted(f"{day:%Y-%m}" for day in DAYS)}
LONGER = [p for y in ("2023", "2024", "2025") for p in (y, *parts_of(y, "quarter"))]
MEASURES = {"whole": "sum", "hundredths": "last"}  # over time
CROSSWALK = (
    "int_org_successors",
    "int_counts_of_before",
    "int_shared_counts",
    "int_source_counts_today",
    "int_counts_over_orgs",
    "int_count_series",
    "int_quarter_moments",
    "int_quarter_counts",
    "int_year_moments",
    "int_year_counts",
    "int_counts_by_terms",
)


class Forest:
    """Organisations over four changes. `orgs`: key -> (first, last day); `changes`: (from, to) -> people."""

    def __init__(self, seed: int, one_to_one: bool = False):
        self.seed, self.dice, self.one_to_one = seed, random.Random(seed), one_to_one
        self.orgs: dict[str, tuple[date | None, date | None]] = {}
        self.changes: dict[tuple[str, str], int] = {}
        standing = [self._begin(None) for _ in range(self.dice.randint(1, 6))]
        for day in DATES:
            standing = self._rearrange(standing, day)
        self.counts = {
            (measure, org, month): self._count(measure)
            for measure in MEASURES
            for month, end in MONTHS.items()
            for org, (first, last) in self.orgs.items()
            if (first is None or first <= end) and (last is None or last >= end)
        }

    def _begin(self, day: date | None) -> str:
        key = f"{self.seed}_{len(self.orgs):02}"
        self.orgs[key] = (day, None)
        return key

    def _rearrange(self, standing: list[str], day: date) -> list[str]:
        self.dice.shuffle(standing)
        after = []
        while standing:
            what = (
                "rename" if self.one_to_one else self.dice.choice(["stay", "rename", "split", "merge", "mix"])
            )
            if what == "stay":
                after.append(standing.pop())
                continue
            before = [standing.pop() for _ in range(min(len(standing), 3 if what in ("merge", "mix") else 1))]
            came = [
                self._begin(day) for _ in range(self.dice.randint(2, 3) if what in ("split", "mix") else 1)
            ]
            for old in before:
                self.orgs[old] = (self.orgs[old][0], day - timedelta(days=1))
                for new in came:
                    self.changes[old, new] = self.dice.choice([1, 3, self.dice.randint(1, 20_000)])
            after += came
        return after

    def _count(self, measure: str) -> Decimal:
        number = self.dice.choice(
            [0, self.dice.randint(0, 20), self.dice.randint(0, 10 ** self.dice.randint(2, 13))]
        )
        return Decimal(number) if measure == "whole" else Decimal(number) / 100


def shared(amount: int, weights: dict[str, int]) -> dict[str, int]:
    """The largest remainder, as it is taught: whole parts first, then a unit to who missed most of one."""
    quotas = {who: Fraction(amount * weight, sum(weights.values())) for who, weight in weights.items()}
    shares = {who: int(quota) for who, quota in quotas.items()}
    in_turn = sorted(quotas, key=lambda who: (shares[who] - quotas[who], who))
    for who in in_turn[: amount - sum(shares.values())]:
        shares[who] += 1
    return shares


def as_now(forest: Forest) -> dict[tuple[str, str, str], Decimal]:
    """Measure, organisation of today and month, and what its counts and those of those before it come to."""
    after = defaultdict(dict)
    for (old, new), weight in forest.changes.items():
        after[old][new] = weight

    def ends(org: str, amount: int) -> Iterator[tuple[str, int]]:
        if org not in after:
            yield org, amount
        else:
            for new, share in shared(amount, after[org]).items():
                yield from ends(new, share)

    found = defaultdict(Decimal)
    for (measure, org, month), count in forest.counts.items():
        unit = Decimal(1) if count == count.to_integral_value() else Decimal("0.01")
        for final, amount in ends(org, int(count / unit)):
            found[measure, final, month] += amount * unit
    return dict(found)


@pytest.fixture(scope="module")
def crosswalk(plain) -> list[Model]:
    return [model for model in plain if model.name in CROSSWALK]


def through(crosswalk: list[Model], orgs, changes, counts) -> dict[tuple[str, str, str], Decimal | None]:
    """What the models make of counts: (measure, organisation, period) -> value."""
    database = duckdb.connect()
    for schema in ("staging", "intermediate"):
        database.execute(f"create schema if not exists {schema}")
    database.execute("""
        create table staging.stg_organisations
            (org_key varchar, name_vi varchar, code varchar, valid_from date, valid_to date,
             level varchar default 'commune');
        create view intermediate.int_organisations as select * from staging.stg_organisations;
        create table staging.stg_org_changes (from_org_key varchar, to_org_key varchar, weight bigint);
        create table staging.stg_measures (measure_id varchar, over_orgs varchar, over_time varchar);
        create table staging.stg_sources (source_id varchar, precedence integer);
        insert into staging.stg_sources values ('s', 1);
        create table intermediate.int_source_counts (
            measure_id varchar, org_key varchar, period_id varchar, value decimal(18, 2), content hugeint,
            observation_key ubigint, observation_before_key ubigint, cell_id ubigint, count_id ubigint,
            series_id ubigint, org_terms varchar default 'then', period_start date, period_end date,
            missing_reporters varchar, known_to timestamptz,
            obs_status varchar default 'A', basis varchar default 'stated', source_id varchar default 's',
            is_made_up boolean default false, is_measured_otherwise boolean default false,
            known_from timestamptz default '2026-02-01 00:00:00+00'
        )
    """)
    columns = "org_key, name_vi, code, valid_from, valid_to"
    fill(
        database,
        f"staging.stg_organisations ({columns})",
        [(key, key, None, first, last) for key, first, last in orgs],
    )
    fill(database, "staging.stg_org_changes", changes)
    fill(database, "staging.stg_measures", [(name, "sum", over_time) for name, over_time in MEASURES.items()])
    columns = "measure_id, org_key, period_id, value, content, observation_key"
    rows = [(*row, number, number) for number, row in enumerate(counts)]
    fill(database, f"intermediate.int_source_counts ({columns})", rows)
    for model in crosswalk:
        database.execute(f"create table {model.schema}.{model.name} as {model.sql}")
    rows = database.execute("""
        select measure_id, org_key, period_id, value from intermediate.int_counts_by_terms
        where org_terms = 'today'
    """).fetchall()
    found = {row[:3]: row[3] for row in rows}
    assert len(found) == len(rows)
    return found


def fill(database: duckdb.DuckDBPyConnection, table: str, rows: list[tuple]) -> None:
    for start in range(0, len(rows), 500):
        part = rows[start : start + 500]
        marks = ", ".join(f"({', '.join('?' * len(row))})" for row in part)
        database.execute(f"insert into {table} values {marks}", [cell for row in part for cell in row])


def tables_of(forests: list[Forest]) -> tuple[list, list, list]:
    return (
        [(key, first, last) for forest in forests for key, (first, last) in forest.orgs.items()],
        [(old, new, weight) for forest in forests for (old, new), weight in forest.changes.items()],
        [(*cell, count) for forest in forests for cell, count in forest.counts.items()],
    )


def grown(options: pytest.Config, **kind) -> list[Forest]:
    first = options.getoption("--seed")
    return [Forest(seed, **kind) for seed in range(first, first + options.getoption("--forests"))]


@pytest.fixture(scope="module")
def forests(pytestconfig) -> list[Forest]:
    return grown(pytestconfig)


@pytest.fixture(scope="module")
def now(crosswalk, forests) -> dict[tuple[str, str, str], Decimal | None]:
    return through(crosswalk, *tables_of(forests))


def test_no_count_loses_a_unit_whatever_organisations_became(now, forests):
    """In a quarter or a year all that was counted in its months, or of a stock the last of them."""
    before, after = defaultdict(Decimal), defaultdict(Decimal)
    for forest in forests:
        for (measure, _, month), count in forest.counts.items():
            for period in [month, *(p for p in LONGER if month in parts_of(p, "month"))]:
                last = max(MONTHS.keys() & {month, *parts_of(period, "month")})
                if MEASURES[measure] == "sum" or month == last:
                    before[forest.seed, measure, period] += count
    for (measure, org, period), value in now.items():
        after[int(org.split("_")[0]), measure, period] += value
    assert before and before == after


def test_each_share_is_that_of_the_largest_remainder(now, forests):
    monthly = {cell: count for cell, count in now.items() if cell[2] in MONTHS}
    assert monthly == {cell: count for forest in forests for cell, count in as_now(forest).items()}


def test_one_to_one_there_and_back_every_count_is_the_same(crosswalk, pytestconfig):
    orgs, changes, counts = tables_of(grown(pytestconfig, one_to_one=True))
    gone = {old for old, _, _ in changes}
    begun = {new for _, new, _ in changes}
    # Back leads to where each chain began, so what is compared is what was counted there.
    counts = [row for row in counts if row[1] in gone - begun]
    there = through(crosswalk, orgs, changes, counts)
    back = through(
        crosswalk,
        [(key, None, None) for key, _, _ in orgs if key not in gone],
        [(new, old, weight) for old, new, weight in changes],
        [(*cell, value) for cell, value in there.items() if cell[2] in MONTHS],
    )
    unchanged = through(crosswalk, orgs, [], counts)
    assert {(*cell, value) for cell, value in unchanged.items()} >= set(counts)
    assert counts and back == unchanged


def test_where_one_of_several_did_not_report_the_organisation_of_today_has_no_value(crosswalk):
    day = date(2024, 1, 1)
    orgs = [
        ("tan_son", None, day - timedelta(days=1)),
        ("bien_ho", None, day - timedelta(days=1)),
        ("new", day, None),
    ]
    changes = [("tan_son", "new", None), ("bien_ho", "new", None)]
    found = through(crosswalk, orgs, changes, [("whole", "tan_son", "2023-06", Decimal(5))])
    assert found == {("whole", "new", period): None for period in ("2023-06", "2023-Q2", "2023")}


def test_a_change_within_a_year_loses_none_of_its_months(crosswalk):
    """Two communes count 10 a month until they are one in November; it counts 20: 240 in all."""
    day = date(2024, 11, 1)
    orgs = [
        ("a@1", None, day - timedelta(days=1)),
        ("b@1", None, day - timedelta(days=1)),
        ("c@2", day, None),
    ]
    months = parts_of("2024", "month")
    counts = [("whole", org, month, Decimal(10)) for org in ("a@1", "b@1") for month in months[:10]]
    counts += [("whole", "c@2", month, Decimal(20)) for month in months[10:]]
    assert through(crosswalk, orgs, [("a@1", "c@2", 5), ("b@1", "c@2", 9)], counts) == {
        **{("whole", "c@2", month): 20 for month in months},
        **{("whole", "c@2", quarter): 60 for quarter in parts_of("2024", "quarter")},
        ("whole", "c@2", "2024"): 240,
    }


def of_unit(unit: str, accounts: int, adults: int) -> list[dict]:
    stated = {"Người trưởng thành có tài khoản định danh điện tử": accounts, "Dân số trưởng thành": adults}
    return [
        {
            "org_text": unit,
            "subject": field,
            "value": Decimal(value),
            "unit": "persons",
            "locator": f"{unit}, {field}",
        }
        for field, value in stated.items()
    ]


@pytest.fixture(scope="module")
def reported(plain, tmp_path_factory) -> duckdb.DuckDBPyConnection:
    """What the police said of October 2024, before Tân Sơn went to Biển Hồ."""
    folder = tmp_path_factory.mktemp("october")
    with data_dir(folder):
        for source in ["plan", *SOURCES]:
            landing.land(source)
        landing.land_extracts()
        landing.land_registry()
    rows = [
        *of_unit("Thành phố Pleiku", 1000, 2000),
        *of_unit("Xã Tân Sơn, Thành phố Pleiku", 10, 30),
        *of_unit("Xã Biển Hồ, Thành phố Pleiku", 10, 30),
        *of_unit("Xã Hà Bầu, Huyện Đăk Đoa", 1, 2),
        *of_unit("Xã Chư Đăng Ya, Huyện Chư Păh", 2, 4),
        *of_unit("Xã Nghĩa Hưng, Huyện Chư Păh", 3, 4),
        *of_unit("Chư Sê (cấp xã), Huyện Chư Sê", 5, 10),
        *of_unit("Xã Ia O", 7, 9),
    ]
    receive_rows(folder, "vneid", date(2024, 10, 1), datetime(2024, 11, 3, tzinfo=UTC), rows)
    return run(
        behind(plain, "rpt_value_now", "rpt_unmatched", "fct_observation", "fct_indicator_value"),
        folder,
    )


def test_communes_reach_the_ledger_and_are_not_added_to_their_district(reported):
    assert reported.execute("""
        select org_key, value from marts.fct_observation where measure_id = 'adults_with_eid' order by org_key
    """).fetchall() == [
        ("chu_pah_chu_dang_ya@1", 2),
        ("chu_pah_nghia_hung@1", 3),
        ("chu_se_chu_se@1", 5),
        ("dak_doa_ha_bau@1", 1),
        ("pleiku@1", 1000),
        ("pleiku_bien_ho@1", 10),
        ("pleiku_tan_son@1", 10),
    ]
    assert reported.execute("""
        select org_key, numerator from marts.fct_indicator_value
        where org_key in ('pleiku@1', 'gia_lai@1') and indicator_id = 'eid_accounts' and period_id = '2024-10'
        order by org_key
    """).fetchall() == [("gia_lai@1", None), ("pleiku@1", 1000)]


def test_a_name_of_two_communes_is_listed_as_such(reported):
    assert reported.execute("select distinct subject_kind, text from marts.rpt_unmatched").fetchall() == [
        ("ambiguous_organisation", "Xã Ia O")
    ]


def test_old_values_are_told_in_the_units_of_today_and_what_is_missing_is_named(reported):
    now = """
        select org_key, numerator, denominator, value, obs_status, reason, is_reexpressed, missing_reporters
        from marts.rpt_value_now
        where indicator_id = 'eid_accounts' and period_id = '2024-10'
        and org_key in ('gia_lai_merged@3', 'pleiku@1', 'xa_bien_ho@3', 'xa_chu_se@3')
        order by org_key
    """
    merged, *others = reported.execute(now).fetchall()
    assert merged[:7] == ("gia_lai_merged@3", None, None, None, "O", "org_incomplete", True)
    assert merged[7].startswith("Tỉnh Bình Định, Tỉnh Gia Lai (Thị xã An Khê, ")
    assert [row[:7] for row in others] == [
        ("pleiku@1", 1000, 2000, 50, "A", None, False),
        ("xa_bien_ho@3", 26, 70, Decimal("37.1429"), "B", None, True),
        ("xa_chu_se@3", None, None, None, "O", "org_incomplete", True),
    ]
