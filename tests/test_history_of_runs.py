"""Dagster's history on SQLite is written without waiting for the disk, and a kill takes nothing from it."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
from conftest import ROOT
from making.processes import HANGS

from orchestration.assets.history import History
from orchestration.command.main_job import dagster_home

WRITES_AND_IS_KILLED = """
import os, signal, sys
import dagster as dg
from orchestration.command.main_job import dagster_home

with dg.DagsterInstance.from_config(str(dagster_home())) as instance:
    for number in range(20):
        instance.report_runless_asset_event(dg.AssetMaterialization(f"asset_{number}"))
    os.kill(os.getpid(), signal.SIGKILL)
"""


# Eight processes open the history in a new folder at the same moment.
OPENED_AT_ONCE = """
import multiprocessing, sys
import dagster as dg
from orchestration.assets import history
from orchestration.command.main_job import dagster_home

def opens(ready):
    ready.wait()
    with dg.DagsterInstance.from_config(str(dagster_home())) as instance:
        instance.report_runless_asset_event(dg.AssetMaterialization("asset"))
        assert instance.get_runs() == [] and instance.all_instigator_state() == []

fork = multiprocessing.get_context("fork")
ready = fork.Barrier(8)
processes = [fork.Process(target=opens, args=(ready,)) for _ in range(8)]
for process in processes:
    process.start()
for process in processes:
    process.join()
sys.exit(sum(process.exitcode != 0 for process in processes))
"""


@dg.op
def does_nothing():
    return None


@dg.job
def nothing():
    does_nothing()


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DXKPI_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    return dagster_home()


def test_processes_that_start_together_in_a_new_folder_all_open_it(home):
    done = subprocess.run([sys.executable, "-c", OPENED_AT_ONCE], cwd=ROOT, env=os.environ, timeout=HANGS)
    assert done.returncode == 0
    with dg.DagsterInstance.from_config(str(home)) as instance:
        assert len(instance.fetch_materializations(dg.AssetKey("asset"), 99).records) == 8


def test_what_a_killed_process_wrote_is_there_and_the_file_is_whole(home):
    killed = subprocess.run([sys.executable, "-c", WRITES_AND_IS_KILLED], cwd=ROOT, env=os.environ)
    assert killed.returncode == -9
    with dg.DagsterInstance.from_config(str(home)) as instance:
        assert isinstance(instance.event_log_storage, History)
        assert len(instance.get_asset_keys()) == 20
    for file in home.rglob("*.db"):
        with sqlite3.connect(file) as database:
            assert database.execute("pragma integrity_check").fetchall() == [("ok",)]


def test_no_file_of_the_history_is_emptied_to_the_disk_before_the_end(home):
    log = home / "history/runs/index.db-wal"
    with dg.DagsterInstance.from_config(str(home)) as instance:
        sizes = []
        for number in range(5):
            instance.report_runless_asset_event(dg.AssetMaterialization(f"asset_{number}"))
            sizes.append(log.stat().st_size)
    assert sizes == sorted(sizes) and sizes[0] > 0
    assert not log.exists()


def test_of_many_runs_the_files_of_one_are_open(home):
    with dg.DagsterInstance.from_config(str(home)) as instance:
        runs = [instance.create_run_for_job(nothing) for _ in range(5)]
        for run in runs:
            instance.report_engine_event("begins", run)
        opened = {os.path.basename(file) for file in map(os.path.realpath, Path("/proc/self/fd").iterdir())}
        assert {f"{run.run_id}.db" for run in runs} & opened == {f"{runs[-1].run_id}.db"}
        assert [len(instance.all_logs(run.run_id)) for run in runs] == [1] * 5
