"""A running daemon: what is dropped into the inbox reaches the release; months are backfilled and repaired.

One dropped file runs here; `--months 6` also backfills six months and compares with the demo.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from conftest import ROOT, dxkpi

from orchestration import periods

DAGSTER = Path(sys.executable).with_name("dagster")
DAEMON = Path(sys.executable).with_name("dagster-daemon")
WORKSPACE = ("-w", str(ROOT / "workspace.yaml"))
MONTHS = ["2024-01", "2024-02", "2024-03"]
HEADER = "Đơn vị,Mã đơn vị,Đến ngày,Công dân thường trú\n"
PATIENCE = 240  # seconds; a quiet machine needs a fifth of it for each step


@pytest.fixture
def data(published, tmp_path, monkeypatch) -> Path:
    """A copy of what was published, so that nothing is left to do."""
    copy = tmp_path / "data"
    shutil.copytree(published.data, copy, symlinks=True, ignore=shutil.ignore_patterns("dagster"))
    monkeypatch.setenv("DXKPI_DATA_DIR", str(copy))
    monkeypatch.setenv("DXKPI_LOOK_SECONDS", "2")
    from orchestration.run import dagster_home

    monkeypatch.setenv("DAGSTER_HOME", str(dagster_home()))
    return copy


@pytest.fixture
def daemon(data, tmp_path) -> Iterator[subprocess.Popen]:
    with (tmp_path / "daemon.log").open("w") as log:
        process = subprocess.Popen(
            [DAEMON, "run", *WORKSPACE], cwd=ROOT, env=os.environ, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=60)


def until(what: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end
        time.sleep(0.5)


def drop(data: Path, period: str, text: str) -> None:
    """As a person copies a file: its beginning first."""
    file = data / "inbox/vneid" / f"Công an tỉnh {period}.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as copied:
        copied.write(text[:20])
        copied.flush()
        time.sleep(0.5)
        copied.write(text[20:])


def report(period: str, citizens: int) -> str:
    return HEADER + f"Thành phố Pleiku,622,28/{period[5:]}/{period[:4]},{citizens}\n"


def states(instance: dg.DagsterInstance, months: list[str]) -> set[str | None]:
    found = instance.get_status_by_partition(dg.AssetKey(["raw", "vneid"]), months, periods.MONTHS)
    return {found[month].value if found[month] else None for month in months}


def released(data: Path) -> dict[str, int]:
    """The citizens that were reported for Pleiku by month, in the current release."""
    with duckdb.connect(str(data / "published/current/dxkpi.duckdb"), read_only=True) as database:
        rows = database.execute(
            """select period_id, value from marts.fct_observation join marts.dim_org using (org_key)
               where source_id = 'vneid' and org_id = 'pleiku' and period_id like '2024-%'"""
        )
        return {period: int(value) for period, value in rows.fetchall()}


@pytest.mark.xdist_group("daemon")
def test_a_file_dropped_into_the_inbox_of_a_running_daemon_reaches_the_release(data, daemon):
    before = (data / "published/current").resolve()
    drop(data, "2024-03", report("2024-03", 100_001))
    until(lambda: (data / "published/current").resolve() != before)
    assert released(data) == {"2024-03": 100_001}
    assert [file for file in (data / "inbox").rglob("*") if file.is_file()] == []


@pytest.fixture
def months(pytestconfig) -> list[str]:
    if not (number := pytestconfig.getoption("months")):
        pytest.skip("a campaign: --months 6")
    return [f"2024-{month:02}" for month in range(1, number + 1)]


@pytest.mark.xdist_group("daemon")
def test_months_are_backfilled_in_one_go_fail_for_want_of_files_and_are_repaired(months, data, daemon):
    reported = {month: 100_000 + number for number, month in enumerate(months)}
    with dg.DagsterInstance.get() as instance:
        backfill = (DAGSTER, "job", "backfill", *WORKSPACE, "-j", "receive_vneid", "--noprompt")
        ends = ("--from", months[0], "--to", months[-1])
        asked = subprocess.run([*backfill, *ends], cwd=ROOT, capture_output=True, text=True)
        assert asked.returncode == 0, asked.stderr
        until(lambda: states(instance, months) == {"FAILED"})
        for month, citizens in reported.items():
            drop(data, month, report(month, citizens))
        until(lambda: states(instance, months) == {"MATERIALIZED"})
    until(lambda: released(data) == reported)
    assert dxkpi("run", data=data).stdout.startswith("Nothing new")


# A process of its own: definitions are loaded once, for one data directory.
BACKFILL = """
import os, sys
import dagster as dg
from ingest import inbox, places
from orchestration import demo, ingestion, run

seed, *months = sys.argv[1:]
demo.prepare(int(seed))
os.environ["DAGSTER_HOME"] = str(run.dagster_home())
from orchestration.definitions import defs

(file,) = [f for f in places.inbox().glob("vneid/2024-02/*") if not f.name.endswith(inbox.NOTE)]
note = file.with_name(file.name + inbox.NOTE)
sound = file.read_bytes(), note.read_bytes()
file.write_bytes(b"cut off")

def month_of(source, month):
    job = defs.resolve_job_def(ingestion.job_name(source))
    return job.execute_in_process(instance=instance, partition_key=month, raise_on_error=False).success

with dg.DagsterInstance.get() as instance:
    ends = {(source, month): month_of(source, month)
            for source in ("dvc_portal", "vneid", "telecom") for month in months}
    assert not ends["vneid", "2024-02"]
    file.write_bytes(sound[0])
    note.write_bytes(sound[1])
    assert month_of("vneid", "2024-02")
run.receive()
run.refresh("run")
"""
# What was told of the run itself, not of the numbers.
OF_THE_RUN = {"release", "fct_check_result", "fct_finding"}


@pytest.mark.xdist_group("demo")
def test_a_backfill_with_a_failed_and_repaired_month_ends_with_the_same_marts_as_the_demo(
    months, tmp_path, monkeypatch
):
    if len(months) < 2:
        pytest.skip("the second month is the one that fails")
    demo, filled = tmp_path / "demo", tmp_path / "filled"
    told = dxkpi("--data-dir", str(demo), "demo", "--seed", "7", data=tmp_path)
    assert told.returncode == 0, told.stderr
    monkeypatch.setenv("DXKPI_DATA_DIR", str(filled))
    told = subprocess.run(
        [sys.executable, "-c", BACKFILL, "7", *months], cwd=ROOT, capture_output=True, text=True
    )
    assert told.returncode == 0, told.stderr
    with duckdb.connect() as both:
        for name, data in (("demo", demo), ("filled", filled)):
            both.execute(f"attach '{data}/published/current/dxkpi.duckdb' as {name} (read_only)")
        tables = [
            table
            for (table,) in both.execute(
                """select table_name from duckdb_tables()
                   where database_name = 'demo' and schema_name = 'marts'"""
            ).fetchall()
        ]
        assert {"fct_observation", "fct_indicator_value", "rpt_scorecard"} <= set(tables)
        for table in set(tables) - OF_THE_RUN:
            for one, other in (("demo", "filled"), ("filled", "demo")):
                query = f"select * from {one}.marts.{table} except all select * from {other}.marts.{table}"
                assert both.execute(query).fetchall() == [], table
