"""The benchmarks measure what they say, here at a thousandth of the size; plain SQL and models agree."""

import json
import subprocess
import sys

import duckdb
import engine
import landed_histories as histories
import pytest
import report
from conftest import ROOT
from landed_histories import History
from making.compiled import behind, run


def everything_later(history: History, folder) -> None:
    histories.next_month(history, folder)
    histories.restated_district(history, folder)
    histories.sent_again(history, folder, times=3)


@pytest.mark.parametrize(
    ("history", "later"),
    [
        (History(24, 6), everything_later),
        (History(2, 28), lambda history, folder: None),
        (History(30, 3, restated=40), everything_later),
        (History(5, 4, a_file_each=True), lambda history, folder: None),
        (History(223, 2), lambda history, folder: None),  # three more than the registry knows
    ],
    ids=["two districts", "four years", "much restated", "a file for each commune", "made-up communes"],
)
def test_plain_sql_and_models_give_the_same_ledger_and_ratios_span_for_span(
    compiled_models, tmp_path, history, later
):
    counts = histories.write(history, tmp_path)
    later(history, tmp_path)
    engine.bare(tmp_path)
    built = run(behind(compiled_models, "fct_observation", "fct_indicator_value"), tmp_path)
    built.execute(f"attach '{tmp_path / 'bare.duckdb'}' as bare (read_only)")
    for ours, (table, columns) in engine.SAME.items():
        one, other = f"select {columns} from bare.{ours}", f"select {columns} from marts.{table}"
        assert not built.execute(f"{one} except all {other} order by all limit 3").fetchall()
        assert not built.execute(f"{other} except all {one} order by all limit 3").fetchall()
    assert built.execute("select count(*) from bare.ledger").fetchone()[0] >= counts
    shown = "count(*), count(known_to), count(value), count(*) filter (obs_status = 'A')"
    assert all(built.execute(f"select {shown} from bare.ratios").fetchone())


def test_a_history_is_of_the_size_that_was_asked_for_and_always_the_same(tmp_path):
    history = History.of(10_000)
    counts = histories.write(history, tmp_path / "one")
    assert abs(counts - 10_000) < 300
    histories.write(history, tmp_path / "two")
    files = [file.relative_to(tmp_path / "one") for file in (tmp_path / "one").rglob("*.parquet")]
    assert files
    assert all((tmp_path / "one" / f).read_bytes() == (tmp_path / "two" / f).read_bytes() for f in files)
    rows = duckdb.sql(f"from '{tmp_path}/one/landed/*/*.parquet'".replace("*/*", "extracts/*"))
    assert rows.aggregate("bool_and(is_made_up)").fetchone() == (True,)
    stated_twice = duckdb.sql(
        f"""select count(*) / {counts} from (
            from '{tmp_path}/one/landed/extract_rows/*/*.parquet'
        ) group by org_text, reporter, subject, period_id having count(*) = 2"""
    ).fetchall()
    assert 0.04 < len(stated_twice) / counts < 0.06


def test_every_source_says_something_of_districts(tmp_path):
    assert histories.write_all_sources(History(0, 12), tmp_path) > 10_000
    for source in ("vneid", "telecom", "dvc_portal", "unit_reports"):
        rows = duckdb.sql(f"from '{tmp_path}/landed/extract_rows/source_id={source}/*.parquet'")
        assert rows.aggregate("count(distinct org_text) >= 17 and min(value) > 0").fetchone() == (True,)


def test_the_files_delivered_are_read_whole(tmp_path, monkeypatch):
    from ingest import landing

    monkeypatch.setenv("DXKPI_DATA_DIR", str(tmp_path))
    counts = histories.deliver(History(220, 1), tmp_path)
    histories.receive(tmp_path)
    namesakes = 2 * (4 + 4 * 2)  # the numbers of Ia Băng and Ia Bang, which a file cannot tell apart
    assert landing.land("vneid")["vneid"] + landing.land("telecom")["telecom"] == counts - namesakes


def test_the_benchmark_of_the_engine_measures_each_step_and_keeps_its_figures(tmp_path):
    kept = tmp_path / "engine.json"
    script = [sys.executable, ROOT / "benchmarks/engine.py", "--folder", tmp_path, "--keep", kept]
    subprocess.run([*script, "--cases", "3x2", "--steps", "bare", "build"], check=True, capture_output=True)
    steps = json.loads(kept.read_text(encoding="utf-8"))["now"]["steps"]
    assert [each["step"] for each in steps] == ["bare", "build"]
    for each in steps:
        assert each["case"] == "3x2" and each["counts"] > 60 and each["is_finished"]
        assert all(each[figure] > 0 for figure in ("seconds", "cpu", "peak_mib", "written_mb"))
    assert steps[1]["warehouse_mb"] > 0


def test_the_page_of_the_benchmarks_is_made_of_the_figures_they_kept():
    page = (ROOT / "benchmarks/README.md").read_text(encoding="utf-8")
    plot = (ROOT / "benchmarks/engine.svg").read_text(encoding="utf-8")
    assert report.page(page) == (page, plot)
    assert all(f"`{name}`" in page for name in engine.CASES)


def test_the_benchmark_names_the_cases_that_there_are():
    script = [sys.executable, ROOT / "benchmarks/engine.py", "--cases", "11k"]
    result = subprocess.run(script, capture_output=True, text=True)
    assert result.returncode == 2 and "11k: no such case; name one of 10k, 100k" in result.stderr


def test_the_benchmark_reads_every_format_and_keeps_its_figures(tmp_path):
    kept = tmp_path / "reading.json"
    script = [sys.executable, ROOT / "benchmarks/reading.py", "--scale", "0.001", "--keep", kept]
    subprocess.run(script, check=True, capture_output=True)
    found = json.loads(kept.read_text(encoding="utf-8"))["reading"]
    assert {it["format"]: (it["rows"], it["numbers"]) for it in found} == {
        "csv": (1000, 1000),
        "wide_csv": (1000, 4000),
        "xlsx": (100, 200),
        "json": (200, 200),
        "pdf": (1, 1),
    }
    assert all(it["rows_per_second"] > 0 and it["peak_mib"] >= it["before_mib"] > 0 for it in found)


def test_the_figures_kept_are_of_whole_files_within_the_limit():
    found = json.loads((ROOT / "benchmarks/reading.json").read_text(encoding="utf-8"))["reading"]
    by_format = {it["format"]: it for it in found}
    for kind in ("csv", "wide_csv"):
        assert by_format[kind]["rows"] == 1_000_000
        assert by_format[kind]["peak_mib"] < 1024
    assert by_format["pdf"]["rows"] == 50 * 25
    assert by_format["pdf"]["seconds"] < 60 and by_format["pdf"]["peak_mib"] < 1024
