"""Made-up provinces, each of its own registry and files, compared beside the independent calculator."""

import json
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import duckdb
import made_up_provinces as provinces
import pytest
import yaml
from made_up_provinces import Province
from making.compiled import behind, build, data_dir
from oracle import provinces as oracle

from ingest import inbox, landing, receiving, registry
from ingest.folders import registries
from ingest.sources import SOURCES
from orchestration.publication import comparison

# The second divides something else, the third is two provinces as yet, the fourth has no report of operators.
NUMBERS, MONTHS = (1, 2, 3, 4), 3
NEEDED = ("scorecard", "indicator_values", "reporting_rates", "evidence", "tasks", "dim_org", "dim_indicator")
FOUND_LATER = ("changes", "findings", "matters")  # of findings, which no comparison of ratios needs


def release_of(province: Province, folder: Path, models: list) -> Path:
    """The files of a province received, landed and built; of a release what a comparison reads."""
    provinces.write(province, folder)
    with data_dir(folder):
        assert registry.lint(registry.load(*registries())) == []
        receiving.receive_bundled("plan")
        for note in sorted((folder / "inbox").rglob(f"*{inbox.NOTE}")):
            about = json.loads(note.read_text("utf-8"))
            about["received_at"] = datetime.fromisoformat(about["received_at"])
            file = note.with_name(note.name.removesuffix(inbox.NOTE))
            receiving.receive(note.parts[-3], file, period_id=note.parent.name, **about)
        for source in ["plan", *SOURCES]:
            landing.land(source)
        landing.land_extracts()
        landing.land_registry()
        with duckdb.connect(str(folder / "dxkpi.duckdb"), config={"threads": 1}) as database:
            build(database, behind(models, *NEEDED), folder)
            for name in FOUND_LATER:
                database.execute(f"create table main.{name} (is_made_up boolean)")
    about = {"release_id": province.org_id, "contract_version": "2", "is_made_up": True}
    (folder / "manifest.json").write_text(json.dumps(about | {"built_at": "2025-01-01T00:00:00Z"}), "utf-8")
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory, plain) -> Path:
    """The folder of the provinces and of the comparison of all of them."""
    folder = tmp_path_factory.mktemp("provinces")
    each = [release_of(Province(n, MONTHS), folder / Province(n).org_id, plain) for n in NUMBERS]
    comparison.write(each, folder / "provinces.duckdb")
    return folder


def rows(made: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(made / "provinces.duckdb"), read_only=True) as con:
        return con.execute(sql).fetchall()


def told(indicator: str, month: str) -> list[oracle.Compared]:
    """What the calculator says, for each definition of the indicator that a province has."""
    by_definition: dict[tuple[str, str], list[oracle.Stated]] = {}
    for number in NUMBERS:
        province = Province(number, MONTHS)
        part, whole = oracle.USUAL[indicator]
        if indicator in province.otherwise:
            whole = provinces.OTHERWISE[indicator][1].removeprefix("denominator: ")
        found = oracle.stated(provinces.truth(Province(number, MONTHS)), (part, whole), month)
        by_definition.setdefault((part, whole), []).extend(found)
    return [oracle.compared(each) for each in by_definition.values() if each]


@pytest.mark.parametrize("period", [*Province(1, MONTHS).periods, "2024-Q1"])
@pytest.mark.parametrize("indicator", oracle.USUAL)
def test_ranks_quartiles_and_the_ratio_of_all_are_those_of_the_calculator(indicator, period, made):
    found: dict[str, list[tuple]] = {}
    for definition, *row in rows(
        made,
        "select definition_id, org_id, rank, value, lower_quartile, median, upper_quartile, value_of_all "
        "from (select c.*, p.org_id from comparison as c inner join provinces as p "
        "on c.province_id = p.province_id and c.province_vi = p.org_name_vi) "
        f"where indicator_id = '{indicator}' and period_id = '{period}' and is_made_up and is_ranked",
    ):
        found.setdefault(definition, []).append(tuple(row))
    expected = told(indicator, "2024-03" if period == "2024-Q1" else period)
    assert len(found) == len(expected) > 0
    wanted = sorted(
        (org, rank, each.values[org], *each.quartiles, each.of_all)
        for each in expected
        for org, rank in each.ranks.items()
    )
    ours = sorted(row for same in found.values() for row in same)
    assert [row[:2] for row in ours] == [row[:2] for row in wanted]
    for our, right in zip(ours, wanted, strict=True):
        assert our[2:] == pytest.approx([float(number) for number in right[2:]], abs=1e-9)


def test_provinces_differ_as_they_were_made_to(made):
    assert rows(made, "select bool_and(is_made_up) from comparison") == [(True,)]
    assert rows(made, "select province_id, count(*) from provinces group by all order by all") == [
        ("tinh_mau_1", 1),
        ("tinh_mau_2", 1),
        ("tinh_mau_3", 3),
        ("tinh_mau_4", 1),
    ]
    why = "select indicator_id, province_id, why from unranked where period_id = '2024-03' order by all"
    found = rows(made, why)
    # the third is two provinces as yet, which have each other to compare with
    assert {row[:2] for row in found if row[2] == "other_definition"} == {
        ("eid_accounts", "tinh_mau_2"),
        ("protected_smartphones", "tinh_mau_1"),
        ("protected_smartphones", "tinh_mau_2"),
        ("protected_smartphones", "tinh_mau_3"),
    }
    assert {row[:2] for row in found if row[2] == "no_data"} == {
        ("protected_smartphones", "tinh_mau_4"),
        ("smartphone_subscriptions", "tinh_mau_4"),
    }
    # who only one province looks at has a value and a rank of its own, and nobody to compare with
    alone = "select distinct province_id, ranked_provinces from comparison where indicator_id = {}"
    assert rows(made, alone.format("'level2_of_adults'")) == [("tinh_mau_1", 1)]
    targets = rows(made, "select distinct province_id, plan_id from scorecard order by all")
    assert targets == [(f"tinh_mau_{n}", f"tinh-mau-{n}") for n in NUMBERS]


def test_a_province_is_always_the_same_and_no_file_of_it_passes_for_a_real_one(tmp_path):
    provinces.write(Province(20), tmp_path / "a")
    provinces.write(Province(20), tmp_path / "b")
    files = sorted(file.relative_to(tmp_path / "a") for file in (tmp_path / "a").rglob("*") if file.is_file())
    assert len(files) > 300
    assert all((tmp_path / "a" / f).read_bytes() == (tmp_path / "b" / f).read_bytes() for f in files)
    for file in (tmp_path / "a" / "inbox").rglob("*.csv"):
        assert json.loads(file.with_name(file.name + inbox.NOTE).read_text("utf-8"))["is_made_up"] is True
        assert all(line.endswith(provinces.MADE_UP) for line in file.read_text("utf-8").splitlines()[1:])
    (about,) = (tmp_path / "a" / "plan").rglob("about.yml")
    assert yaml.safe_load(about.read_text("utf-8"))["is_made_up"] is True
    after = [c for c in provinces.truth(Province(20)) if c.period_id == "2025-07"]
    assert {c.province_id for c in after} == {"tinh_mau_20_moi"}  # of two provinces one has become


def test_the_calculator_knows_a_case_worked_out_by_hand():
    told = [oracle.Stated("a", Fraction(1), Fraction(2)), oracle.Stated("b", Fraction(3), Fraction(4))]
    told += [oracle.Stated("c", Fraction(3), Fraction(4)), oracle.Stated("d", Fraction(9), Fraction(10))]
    found = oracle.compared(told)
    assert found.ranks == {"d": 1, "b": 2, "c": 2, "a": 4}
    # 50, 75, 75, 90: three quarters of the way from 50 to 75, and a quarter from 75 to 90
    assert found.quartiles == (Fraction("68.75"), 75, Fraction("78.75")) and found.of_all == 80
