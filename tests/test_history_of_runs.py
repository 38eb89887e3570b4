"""Dagster's history on SQLite is written without waiting for the disk, and a kill takes nothing from it."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import dagster as dg
from conftest import ROOT

WRITES_AND_IS_KILLED = """
import os, signal, sys
import dagster as dg
from orchestration.state import history

with history.written_in_one_go(), dg.DagsterInstance.from_config(sys.argv[1]) as instance:
    for number in range(20):
        instance.report_runless_asset_event(dg.AssetMaterialization(f"asset_{number}"))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_process_wrote_is_there_and_the_file_is_whole(tmp_path):
    (tmp_path / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    killed = subprocess.run([sys.executable, "-c", WRITES_AND_IS_KILLED, tmp_path], cwd=ROOT, env=os.environ)
    assert killed.returncode == -9
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert len(instance.get_asset_keys()) == 20
    for file in tmp_path.rglob("*.db"):
        with sqlite3.connect(file) as database:
            assert database.execute("pragma integrity_check").fetchall() == [("ok",)]


def test_no_file_of_the_history_is_emptied_to_the_disk_before_the_end(tmp_path):
    from orchestration.state import history

    (tmp_path / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    logs = Path(tmp_path, "history/runs/index.db-wal")
    with history.written_in_one_go(), dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        sizes = []
        for number in range(5):
            instance.report_runless_asset_event(dg.AssetMaterialization(f"asset_{number}"))
            sizes.append(logs.stat().st_size)
    assert sizes == sorted(sizes) and sizes[0] > 0
    assert not logs.exists()
