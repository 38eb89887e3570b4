"""Faults planted into made-up years are found, each by its rule; clean years are left alone.

`make test` plants one fault of each class, `make campaign` (--faults) as many as it is told.
"""

from pathlib import Path

import polars as pl
import pytest
import yaml
from conftest import ROOT
from making import planted
from making.compiled import behind, data_dir, run

from expectations import arrivals, findings, marts
from expectations import plan as plan_suites
from expectations.gate import judge
from ingest.sources import SOURCES

SUITES = {"plan": plan_suites, "marts": marts}
FOUND = 0.99
INVARIANTS = yaml.safe_load((ROOT / "data/registry/invariants.yml").read_text("utf-8"))
# Years that the faults of one seed are spread over, so that each has a district of its own.
PARTS = 2
# Of the values of a year without faults this share may be flagged by a warning or an error.
FLAGGED = 0.005


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, plain) -> tuple[Path, list, dict[str, str]]:
    folder = tmp_path_factory.mktemp("planted")
    with data_dir(folder):
        fields = planted.prepare(folder)
    return folder, plain, fields


def told(year: planted.Year, prepared) -> tuple[pl.DataFrame, dict[str, pl.DataFrame]]:
    """The findings on the marts of a year, and the marts that were judged."""
    folder, compiled, _ = prepared
    planted.land(year, folder)
    rules = pl.read_parquet(folder / "landed/registry/rules.parquet")
    verdicts, frames = [], {}
    with run(compiled, folder) as database:
        for name, suites in SUITES.items():
            for table, suite in suites.SUITES.items():
                frames[table] = database.execute(f"select * from marts.{table}").pl()
                verdicts.append(judge(name, table, frames[table], suite, suites.KEYS[table]))
    assert not [r for verdict in verdicts for r in verdict.results if r.outcome == "crashed"]
    return findings.findings(verdicts, rules, "any"), frames


def unfound(faults: list[planted.Planted], found: pl.DataFrame) -> list[str]:
    keys: dict[str, list[str]] = {}
    for rule, key in found.select("rule_id", "subject_key").iter_rows():
        keys.setdefault(rule, []).append(key)
    return [
        f"{one.name}: {one.rules} {one.holds}"
        for one in faults
        if not any(all(part in key for part in one.holds) for rule in one.rules for key in keys.get(rule, []))
    ]


def told_twice(faults: list[planted.Planted], found: pl.DataFrame) -> dict[str, list[str]]:
    """Faults in a district that several warnings or errors are about, in whatever month, with their keys."""
    loud = found.filter(pl.col("severity").is_in(["error", "warning"]))
    of_counts = loud.filter(pl.col("subject_table").is_in(["rpt_count_audit", "rpt_invariant_audit"]))
    told = {}
    for one in faults:
        if one.holds[0] in SOURCES and len(one.holds) == 4:
            source, _, org, _ = one.holds
            keys = [key for key in of_counts["subject_key"] if f"{source}|" in key and f"|{org}|" in key]
            if len(keys) > 1:
                told[one.name] = keys
    return told


@pytest.fixture
def seeds(request) -> range:
    first = request.config.getoption("--seed")
    return range(first, first + request.config.getoption("--faults"))


def test_there_are_at_least_40_classes_of_faults():
    assert len(planted.FAULTS) + len(planted.ARRIVING) >= 40


def test_planted_faults_are_found_by_the_right_rule(prepared, seeds):
    lost, twice, classes = [], [], len(planted.FAULTS)
    for seed in seeds:
        for part in range(PARTS):
            year = planted.clean(seed, prepared[2])
            faults = planted.plant(year, dict(list(planted.FAULTS.items())[part::PARTS]))
            found, _ = told(year, prepared)
            lost += [f"seed {seed}: {what}" for what in unfound(faults, found)]
            if told_more := told_twice(faults, found):
                # what is found in the same year without any fault is no second word about one
                without, _ = told(planted.clean(seed, prepared[2]), prepared)
                clean = set(without["subject_key"])
                told_more = {name: [k for k in keys if k not in clean] for name, keys in told_more.items()}
                twice += [f"seed {seed}: {name}: {keys}" for name, keys in told_more.items() if len(keys) > 1]
    print(f"{classes} classes x {len(seeds)}: {len(lost)} not found, {len(twice)} told twice")
    assert twice == []
    assert len(lost) <= (1 - FOUND) * classes * len(seeds), lost


@pytest.fixture(scope="module")
def broken_invariants(prepared) -> tuple[dict[str, tuple[str, str, str]], dict[str, set[str]]]:
    """Where each invariant is broken and where it is held, and the keys of what is found by each rule."""
    folder, compiled, fields = prepared
    year = planted.Year(seed=0, fields=fields)
    places = planted.break_invariants(year, INVARIANTS)
    planted.land(year, folder)
    table = "rpt_invariant_audit"
    with run(behind(compiled, table), folder) as database:
        frame = database.execute(f"select * from marts.{table}").pl()
    failing = judge("marts", table, frame, marts.SUITES[table], marts.KEYS[table]).failing
    return places, {rule: {frame["case_id"][row] for row in rows} for rule, rows in failing.items()}


@pytest.mark.parametrize("invariant", INVARIANTS, ids=lambda one: one["id"])
def test_an_invariant_that_is_broken_is_found_and_one_that_is_held_to_its_tolerance_is_not(
    broken_invariants, invariant
):
    places, found = broken_invariants
    org, broken, held = places[invariant["id"]]
    rule = {"=": "counts_do_not_add_up", "<=": "part_exceeds_its_whole"}[invariant["relation"]]
    cases = {month: f"{invariant['id']}|published_figures|{org}@1|{month}" for month in (broken, held)}
    assert [(r, month) for r, keys in found.items() for month in cases if cases[month] in keys] == [
        (rule, broken)
    ]


def test_no_invariant_that_was_not_broken_is_found(broken_invariants):
    places, found = broken_invariants
    assert sum(map(len, found.values())) == len(places) == len(INVARIANTS) == 26


def test_broken_rows_are_found_before_they_enter_the_warehouse(prepared, seeds):
    folder, _, fields = prepared
    rules = pl.read_parquet(folder / "landed/registry/rules.parquet")
    for seed in seeds:
        year = planted.clean(seed, fields)
        faults = planted.plant(year, planted.ARRIVING)
        planted.land(year, folder)
        verdicts = [
            judge(
                "arrivals",
                source,
                pl.read_parquet(folder / f"landed/extract_rows/source_id={source}/year.parquet"),
                arrivals.SUITES[source],
                arrivals.KEYS[source],
            )
            for source in SOURCES
        ]
        assert unfound(faults, findings.findings(verdicts, rules, "any")) == []


def test_a_clean_year_is_left_alone(prepared, seeds):
    values = flagged = 0
    for seed in seeds[:2]:
        year = planted.clean(seed + 1000, prepared[2])
        quarter = planted.publish_ratios(year)
        found, frames = told(year, prepared)
        loud = found.filter(pl.col("severity").is_in(["error", "warning"]))
        # a ratio that has no numerator is told as that, and rightly
        uncounted = f"cashless_health_facilities|1|gia_lai@1|{quarter}"
        assert loud.filter(subject_key=uncounted)["rule_id"].to_list() == ["ratio_not_computed"]
        loud = loud.filter(pl.col("subject_key") != uncounted)
        values += frames["rpt_value_audit"].filter(pl.col("value").is_not_null()).height
        computed = {
            "|".join(map(str, key))
            for key in frames["rpt_value_audit"]
            .filter(pl.col("value").is_not_null())
            .select(marts.KEYS["rpt_value_audit"])
            .iter_rows()
        }
        of_values = loud.filter(pl.col("subject_table") == "rpt_value_audit")["subject_key"]
        flagged += len(set(of_values) & computed)
        elsewhere = loud.filter(pl.col("subject_table") != "rpt_value_audit")
        flagged += elsewhere.height
    print(f"{flagged} of {values} clean values flagged")
    assert values > 4_000
    assert flagged <= FLAGGED * values
