"""Plans as offices write them, each with its right values: what lands is exactly that, what was repaired or
not understood is told. `fixtures/plan_cases/right.yml` says what is right of a file, `plan_variants.yml` of a
table or of bullets."""

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import yaml

from ingest import plan

FOLDER = Path(__file__).parent / "fixtures/plan_cases"
CASES = yaml.safe_load((FOLDER / "right.yml").read_text(encoding="utf-8"))


def shown(value: object) -> str:
    return "-" if value is None else f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def number_of(row: dict) -> str:
    return ".".join(filter(None, (row.get("section_no"), row["parent_number"], row["number"])))


def target_of(row: dict) -> str:
    if row["target_kind"] == "range":
        return f"{shown(row['target_from'])}..{shown(row['target_to'])}"
    whole = f"/{shown(row['target_of'])}" if row.get("target_of") else ""
    value = f"{row['operator']} {shown(row['target_value'])}{whole}"
    return value if row["target_kind"] == "threshold" else shown(row["target_kind"])


def indicators(tables: dict[str, pl.DataFrame]) -> list[str]:
    lines = []
    for row in tables["plan_indicators"].iter_rows(named=True):
        target = f"{shown(row['target_year'])} {target_of(row)}"
        whole = f"/{shown(row['result_of'])}" if row["result_of"] else ""
        result = f"{row['result_year']} {shown(row['result_value'])}{whole}"
        result = result if row["result_kind"] == "value" else row["result_kind"] or ""
        result = result if row["result_cell"] else ""
        lines.append(f"{number_of(row)} {shown(row['unit'])} | {target} | {result}".strip())
    return lines


def targets(tables: dict[str, pl.DataFrame]) -> list[str]:
    return [
        f"{row['code']} {shown(row['unit'])} | {shown(row['year'])} {target_of(row)} | {row['name']}"
        for row in tables["plan_targets"].iter_rows(named=True)
    ]


def tasks(tables: dict[str, pl.DataFrame]) -> list[str]:
    lines = []
    for row in tables["plan_tasks"].iter_rows(named=True):
        time = " ".join(shown(row[name]) for name in ("years_kind", "years_from", "years_to"))
        money = [
            shown(None if row[name] is None else Decimal(row[name]) / 10**6)
            for name in ("amount_vnd", "total_vnd")
        ]
        who = (shown(row["lead_raw"]), shown(row["coordinating_raw"]))
        lines.append(" | ".join((number_of(row | {"number": row["number_raw"]}), *who, time, *money)))
    return lines


def sums(tables: dict[str, pl.DataFrame]) -> list[str]:
    return [
        f"{subject} {shown(stated)}" + (f" = {shown(sum(parts))}" if parts else "")
        for subject, stated, parts in tables["plan_claims"].select("subject", "stated", "parts").rows()
    ]


SHOWN = {"indicators": indicators, "targets": targets, "tasks": tasks, "sums": sums}


def assert_right(case: dict, tables: dict[str, pl.DataFrame]) -> None:
    for part, show in SHOWN.items():
        assert show(tables) == [line.strip() for line in case.get(part, [])], part
    about = tables["plan_documents"].row(0, named=True)
    assert {name: about[name] for name in case.get("about", {})} == case.get("about", {})
    for column, right in (("name", case.get("names", {})), ("unit_raw", case.get("units", {}))):
        rows = dict(tables["plan_indicators"].select("number", column).rows())
        assert {number: rows[number] for number in right} == right
    estimated = tables["plan_indicators"].filter(pl.col("result_qualifier") == "ước")["number"].to_list()
    assert estimated == case.get("estimated", estimated)
    told = str(tables["plan_remarks"].select("kind", "line", "raw_text", "detail_en").rows())
    assert not [piece for piece in case.get("told", []) if piece not in told], told


@pytest.mark.parametrize("case", CASES, ids=[case["file"] for case in CASES])
def test_a_plan_gives_its_right_values(case):
    assert_right(case, plan.read(case["file"], (FOLDER / case["file"]).read_bytes()))


def test_every_file_of_the_folder_is_a_case():
    assert {case["file"] for case in CASES} == {file.name for file in FOLDER.iterdir()} - {"right.yml"}


VARIANTS = [
    case
    for name in ("plan_variants.yml", "plans_as_written.yml")
    for case in yaml.safe_load((FOLDER.parent / name).read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("case", VARIANTS, ids=[case["case"] for case in VARIANTS])
def test_a_variant_gives_its_right_values(case):
    name = "variant.html" if "html" in case else "variant.md"
    assert_right(case, plan.read(name, (case.get("html") or case["text"]).encode()))
