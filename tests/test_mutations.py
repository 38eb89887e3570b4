"""Change one digit of any figure of the plan that can be cross-checked, and the audit says something else.

`make test` changes one digit of every eighth such figure, `make campaign` (--every-digit) every digit of all.
"""

import csv
import shutil
from pathlib import Path

import polars as pl
from conftest import ROOT
from making.compiled import Model, behind, run

from expectations import findings, marts
from expectations import plan as plan_suites
from expectations.gate import judge
from ingest import plan

PLAN = ROOT / "data/plan/gia-lai-2024/plan.md"
SAMPLES = ROOT / "data/samples"
TEXT = PLAN.read_text(encoding="utf-8").splitlines(keepends=True)
TABLES = {**plan_suites.SUITES, **marts.SUITES}
KEYS = {**plan_suites.KEYS, **marts.KEYS}


def places_of_figures() -> dict[str, tuple[int, int, int]]:
    """Each figure that something else in the document, or another extract, can contradict.

    Its name, and where its text stands: line, first character, one past the last (all from 0).
    """
    read = plan.read(PLAN.name, PLAN.read_bytes())
    found = {}
    for row in read["plan_tasks"].drop_nulls("amount_raw").iter_rows(named=True):
        found[f"{row['appendix']}.{row['number']} {row['amount_raw']}"] = in_cell(
            row["line"], row["amount_cell"], row["amount_raw"]
        )
    for row in read["plan_indicators"].filter(result_kind="value").iter_rows(named=True):
        name = f"PL01.{row['section_no']}.{row['number']} {row['result_raw']}"
        found[name] = in_cell(row["line"], row["result_cell"], row["result_raw"])
    for row in read["plan_claims"].filter(kind="column_total").iter_rows(named=True):
        found[f"{row['appendix']} total {row['raw_text']}"] = in_cell(
            row["line"], row["cell"], row["raw_text"]
        )
    for row in (
        read["plan_claims"]
        .filter(pl.col("kind").is_in(["row_count", "cross_reference"]), pl.col("char_from").is_not_null())
        .iter_rows(named=True)
    ):
        if row["appendix"] != "PL04":  # it has no money column to be held against
            found[f"line {row['line']} {row['raw_text']}"] = (
                row["line"] - 1,
                row["char_from"] - 1,
                row["char_to"],
            )
    sections = ("Chính phủ số", "Kinh tế số và Xã hội số")
    elsewhere = {
        row["value"]
        for file in SAMPLES.glob("*-2023-plan.csv")
        for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    }
    for row in read["plan_figures"].filter(part="result").iter_rows(named=True):
        related = row["group_no"] is not None
        reported = row["kind"] == "percent" and any(s in row["section"] for s in sections)
        if related or reported or row["raw_text"] in elsewhere:
            name = f"line {row['line']} character {row['char_from']} {row['raw_text']}"
            found[name] = (row["line"] - 1, row["char_from"] - 1, row["char_to"])
    return found


def in_cell(line: int, cell: int, raw_text: str) -> tuple[int, int, int]:
    cells = TEXT[line - 1].split("\t")
    start = sum(len(c) + 1 for c in cells[: cell - 1]) + cells[cell - 1].index(raw_text)
    return line - 1, start, start + len(raw_text)


def mutants(every_digit: bool) -> dict[str, str]:
    """The whole document with one digit raised by one (9 becomes 8, and 1 at the front stays a digit)."""
    documents = {}
    for name, (line, start, end) in places_of_figures().items():
        digits = [at for at in range(start, end) if TEXT[line][at].isdigit()]
        for at in digits if every_digit else digits[-1:]:
            other = "8" if TEXT[line][at] == "9" else str(int(TEXT[line][at]) + 1)
            changed = TEXT[line][:at] + other + TEXT[line][at + 1 :]
            documents[f"{name} digit {at}"] = "".join([*TEXT[:line], changed, *TEXT[line + 1 :]])
    return documents if every_digit else dict(list(documents.items())[::8])


def audited(models: list[Model], document: str, data: Path) -> dict[str, pl.DataFrame]:
    """The judged tables, rebuilt with another text of the plan landed in `data`."""
    for table, frame in plan.read(PLAN.name, document.encode()).items():
        (landed,) = (f for f in (data / "landed" / table).glob("*.parquet") if f.stem != "_empty")
        (extract_id,) = pl.read_parquet(data / "landed/plan_documents/*.parquet")["extract_id"]
        ours = {"extract_id": pl.lit(extract_id), "plan_id": pl.lit("gia-lai-2024")}
        frame.select(**ours, **{name: pl.col(name) for name in frame.columns}).write_parquet(landed)
    with run(behind(models, *TABLES), data) as database:
        return {table: database.execute(f"select * from marts.{table}").pl() for table in TABLES}


def told(models: list[Model], documents: dict[str, str], rules: pl.DataFrame, data: Path) -> dict[str, set]:
    """What the audit says of each document. All are judged at once: the rules are about single rows."""
    frames: dict[str, list[pl.DataFrame]] = {table: [] for table in TABLES}
    for name, document in documents.items():
        for table, frame in audited(models, document, data).items():
            frames[table].append(frame.with_columns(document=pl.lit(name)))
    said: dict[str, set] = {name: set() for name in documents}
    for table, parts in frames.items():
        suite = [e for e in TABLES[table] if e.meta["rule"] != "duplicate_key"]
        verdict = judge("mutants", table, pl.concat(parts), suite, ("document", *KEYS[table]))
        assert not [r for r in verdict.results if r.outcome == "crashed"]
        for row in findings.findings([verdict], rules, "any").iter_rows(named=True):
            name, _, key = row["subject_key"].partition("|")
            said[name].add((row["rule_id"], table, key, row["expected"], row["actual"], row["message_vi"]))
    return said


def test_every_mutated_figure_changes_the_findings(published, compiled_models, tmp_path, request):
    shutil.copytree(published.data / "landed", tmp_path / "landed")
    documents = {"as it is": "".join(TEXT)} | mutants(request.config.getoption("--every-digit"))
    assert len(documents) > 15
    rules = pl.read_parquet(published.data / "landed/registry/rules.parquet")
    said = told(compiled_models, documents, rules, tmp_path)
    unnoticed = [name for name in documents if said[name] == said["as it is"]]
    assert unnoticed == ["as it is"]


def test_a_target_below_what_the_year_before_reached_is_found(published, compiled_models, tmp_path):
    """2023 reached 52.89 % of adults with an eID account; the plan asks for 60 % in 2024."""
    shutil.copytree(published.data / "landed", tmp_path / "landed")
    asked = "tài khoản định danh điện tử đạt 60%"
    assert "".join(TEXT).count(asked) == 1
    documents = {
        percent: "".join(TEXT).replace(asked, asked.replace("60%", percent)) for percent in ("53%", "52,8%")
    }
    rules = pl.read_parquet(published.data / "landed/registry/rules.parquet")
    said = told(compiled_models, documents, rules, tmp_path)
    found = {
        percent: [
            (key, actual) for rule, _, key, _, actual, _ in findings if rule == "target_reached_already"
        ]
        for percent, findings in said.items()
    }
    ids = "gia-lai-2024/II.2.10/2024|gia-lai-2024/PL01.IV.3/2023"
    assert found == {"53%": [], "52,8%": [(ids, "≥ 52.8")]}
