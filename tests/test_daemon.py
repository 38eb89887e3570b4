"""A running daemon: what is dropped into the inbox reaches the release, and a failed month is repaired."""

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


def states(instance: dg.DagsterInstance) -> list[str | None]:
    found = instance.get_status_by_partition(dg.AssetKey(["raw", "vneid"]), MONTHS, periods.MONTHS)
    return [found[month].value if found[month] else None for month in MONTHS]


def released(data: Path) -> dict[str, int]:
    """The citizens of Pleiku by month, in the current release."""
    with duckdb.connect(str(data / "published/current/dxkpi.duckdb"), read_only=True) as database:
        rows = database.execute(
            """select period_id, value from marts.fct_observation join marts.dim_org using (org_key)
               where source_id = 'vneid' and org_id = 'pleiku' and period_id like '2024-%'
               and raw_text in ('100001', '200002', '300003')"""
        )
        return {period: int(value) for period, value in rows.fetchall()}


@pytest.mark.xdist_group("daemon")
def test_months_are_backfilled_in_one_go_and_a_file_in_the_inbox_repairs_one_and_reaches_the_release(
    data, daemon
):
    with dg.DagsterInstance.get() as instance:
        # While no file lies there, the three months fail: nothing came for them.
        backfill = subprocess.run(
            [DAGSTER, "job", "backfill", *WORKSPACE, "-j", "receive_vneid"]
            + ["--from", MONTHS[0], "--to", MONTHS[-1], "--noprompt"],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert backfill.returncode == 0, backfill.stderr
        until(lambda: states(instance) == ["FAILED"] * 3)
        for period, citizens in zip(MONTHS, (100001, 200002, 300003), strict=True):
            drop(data, period, report(period, citizens))
        until(lambda: states(instance) == ["MATERIALIZED"] * 3)
        until(lambda: released(data) == dict(zip(MONTHS, (100001, 200002, 300003), strict=True)))
    assert [file for file in (data / "inbox").rglob("*") if file.is_file()] == []
    assert dxkpi("run", data=data).stdout.startswith("Nothing new")
