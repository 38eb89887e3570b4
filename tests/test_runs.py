"""Dagster's book of runs after a kill, in a folder of its own and in PostgreSQL; whose history is used."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import pytest
import yaml
from conftest import ROOT
from making import postgres

from ingest import manifest
from ingest.errors import Refused
from ingest.files import hash_of
from orchestration.assets import runs, watch
from orchestration.command.main_job import PUT_THERE, dagster_home
from orchestration.state.data_directory import only_one
from orchestration.state.running import running


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("DXKPI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    return tmp_path / "data"


STORAGES = ("run_storage", "event_log_storage", "schedule_storage")


@pytest.fixture(params=["files", "postgres"])
def instance(request, data, monkeypatch):
    if request.param == "postgres":
        (reported,) = re.findall(
            r"^```yaml\n(storage:\n.*?)^```$", (ROOT / "docs/operations.md").read_text("utf-8"), re.M | re.S
        )
        port = request.getfixturevalue("postgres_port")
        file = dagster_home() / "dagster.yaml"
        ours = yaml.safe_load(file.read_text(encoding="utf-8"))
        ours = {name: stated for name, stated in ours.items() if name not in STORAGES}
        file.write_text(yaml.safe_dump(ours) + reported.replace("5432", str(port)), encoding="utf-8")
        monkeypatch.setenv("DXKPI_POSTGRES_PASSWORD", postgres.PASSWORD)
        with dg.DagsterInstance.from_config(str(dagster_home())) as left:
            left.wipe()
    with dg.DagsterInstance.from_config(str(dagster_home())) as opened:
        yield opened


@dg.op
def nothing():
    return None


@dg.job
def run():
    nothing()


# Does what a run of the daemon does, and then waits for the end of its standard input.
HOLDER = """
import sys
import dagster as dg
from orchestration.assets import runs
from orchestration.command.main_job import dagster_home

@dg.resource
def data_directory(context):
    with runs.holding(context.instance, context.run, wait=0):
        yield

@dg.op(required_resource_keys={"data_directory"})
def work():
    print("at work", flush=True)
    sys.stdin.read()

@dg.job(resource_defs={"data_directory": data_directory})
def run():
    work()

with dg.DagsterInstance.from_config(str(dagster_home())) as instance:
    run.execute_in_process(instance=instance)
"""

RECEIVER = """
import dagster as dg
from orchestration.assets import ingestion
from orchestration.command.main_job import dagster_home

received = dg.Definitions(assets=ingestion.received, jobs=ingestion.jobs, executor=dg.in_process_executor)
with dg.DagsterInstance.from_config(str(dagster_home())) as instance:
    job = received.resolve_job_def("receive_vneid")
    job.execute_in_process(instance=instance, partition_key="2024-03")
"""
FILE = "Đơn vị,Mã đơn vị,Đến ngày,Công dân thường trú\nThành phố Pleiku,622,31/03/2024,250000\n"


def statuses(instance: dg.DagsterInstance) -> list[str]:
    return [run.status.value for run in instance.get_runs()]


def look(instance: dg.DagsterInstance) -> str:
    return watch.dead_runs(dg.build_sensor_context(instance=instance)).skip_message


def process(code: str) -> subprocess.Popen:
    command = [sys.executable, "-c", code]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def refuse_to_be_left(data: Path, instance: dg.DagsterInstance, at_work: subprocess.Popen) -> None:
    """A run is ended once its process was killed, and not before."""
    try:
        assert look(instance) == "0 dead runs were ended" and statuses(instance) == ["STARTED"]
    finally:
        at_work.kill()
        at_work.communicate()
    assert statuses(instance) == ["STARTED"]
    assert look(instance) == "1 dead runs were ended" and statuses(instance) == ["FAILURE"]
    assert "the process that ran it was killed" in (data / "alerts/latest.txt").read_text("utf-8")
    assert look(instance) == "0 dead runs were ended"


def test_a_release_whose_process_was_killed_is_ended(data, instance):
    at_work = process(HOLDER)
    assert at_work.stdout.readline() == "at work\n"
    refuse_to_be_left(data, instance, at_work)


def test_a_receipt_whose_process_was_killed_is_ended(data, instance):
    file = data / "inbox/vneid/2024-03/a.csv"
    file.parent.mkdir(parents=True)
    file.write_text(FILE, encoding="utf-8")
    with manifest.alone():  # so that it waits in its midst
        at_work = process(RECEIVER)
        while not list((data / ".running").glob("*")):
            assert at_work.poll() is None
            time.sleep(0.05)
        refuse_to_be_left(data, instance, at_work)


def started(instance: dg.DagsterInstance) -> dg.DagsterRun:
    return instance.create_run_for_job(run, status=dg.DagsterRunStatus.STARTED)


def left_behind(data: Path, *run_ids: str) -> list[Path]:
    """What runs whose process was killed leave."""
    files = [data / ".running" / run_id for run_id in run_ids]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    return files


def test_only_a_run_whose_process_is_gone_is_ended(data, instance):
    waiting, dead, mine = (started(instance) for _ in range(3))
    over = instance.create_run_for_job(run, status=dg.DagsterRunStatus.SUCCESS)
    files = left_behind(data, dead.run_id, over.run_id, "of-another-history")
    with running(mine.run_id):
        assert [ended.run_id for ended in runs.end_the_dead(instance)] == [dead.run_id]
    left = instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
    assert {one.run_id for one in left} == {waiting.run_id, mine.run_id}
    assert not any(file.exists() for file in files) and os.listdir(data / ".running") == []


def test_who_takes_the_data_directory_ends_the_dead_before_it(data, instance):
    dead, mine = started(instance), started(instance)
    left_behind(data, dead.run_id)
    with runs.holding(instance, mine, wait=0):
        assert instance.get_run_by_id(dead.run_id).status == dg.DagsterRunStatus.FAILURE
        assert os.listdir(data / ".running") == [mine.run_id]
    assert os.listdir(data / ".running") == []


def test_a_run_of_the_command_is_at_work_from_before_it_begins_to_its_end(data, instance):
    mine = started(instance)
    with only_one(), running(mine.run_id):
        with runs.holding(instance, mine, wait=0):
            pass
        assert os.listdir(data / ".running") == [mine.run_id] and runs.end_the_dead(instance) == []


# The operator's own Dagster


def test_what_stands_in_the_folder_of_dagster_is_not_written_over():
    home = dagster_home()
    assert (home / "dagster.yaml").read_bytes() == (ROOT / "dagster.yaml").read_bytes()
    (home / "dagster.yaml").write_text("# mine\n", encoding="utf-8")
    assert (dagster_home() / "dagster.yaml").read_text(encoding="utf-8") == "# mine\n"


def test_a_run_that_was_killed_before_it_was_at_work_is_ended_once_it_should_have_begun(
    instance, monkeypatch
):
    instance.create_run_for_job(run, status=dg.DagsterRunStatus.STARTING)
    assert look(instance) == "0 dead runs were ended" and statuses(instance) == ["STARTING"]
    monkeypatch.setattr(type(instance), "run_monitoring_start_timeout_seconds", 0)
    assert look(instance) == "1 dead runs were ended" and statuses(instance) == ["FAILURE"]


def test_the_operators_folder_is_used_and_nothing_put_into_it(data, tmp_path, monkeypatch):
    mine = tmp_path / "mine"
    mine.mkdir()
    monkeypatch.setenv("DAGSTER_HOME", str(mine))
    assert dagster_home() == mine
    assert os.listdir(mine) == [] and not (data / "dagster").exists()


OLDER = (ROOT / "tests/fixtures/upgrade/dagster.yaml").read_text(encoding="utf-8")  # of commit 296eba6b


def test_a_configuration_that_an_older_version_put_there_gives_way_and_the_history_stays(data, monkeypatch):
    home = data / "dagster"
    home.mkdir(parents=True)
    (home / "dagster.yaml").write_text(OLDER, encoding="utf-8")
    with dg.DagsterInstance.from_config(str(home)) as older:
        run.execute_in_process(instance=older)
        assert runs.lacking(older) == ", ".join(STORAGES)
    monkeypatch.setenv("DAGSTER_HOME", str(home))  # as the unit of the daemon has it
    assert dagster_home() == home
    assert (home / "dagster.yaml").read_bytes() == (ROOT / "dagster.yaml").read_bytes()
    with dg.DagsterInstance.from_config(str(home)) as now:
        (ran,) = now.get_runs()
        assert runs.lacking(now) == "" and len(now.all_logs(ran.run_id)) > 3


def test_a_configuration_that_somebody_has_changed_stays_and_what_it_lacks_is_said(data):
    file = data / "dagster/dagster.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(changed := OLDER.replace("7200", "3600"), encoding="utf-8")
    with dg.DagsterInstance.from_config(str(dagster_home())) as mine:
        assert runs.lacking(mine) == ", ".join(STORAGES)
    assert file.read_text(encoding="utf-8") == changed


def test_the_configuration_of_now_will_be_known_once_it_is_an_older_one():
    assert hash_of(ROOT / "dagster.yaml") == PUT_THERE[-1], "what changes dagster.yaml adds its hash"


@pytest.mark.parametrize("wrong", ["nowhere/at/all", "/nowhere/at/all"])
def test_a_folder_that_is_none_is_refused(monkeypatch, wrong):
    monkeypatch.setenv("DAGSTER_HOME", wrong)
    with pytest.raises(
        Refused, match=f"^DAGSTER_HOME: {wrong}: is no absolute path of a folder; make the folder"
    ):
        dagster_home()


def test_our_configuration_lacks_nothing_and_an_empty_one_all_of_it(instance):
    assert runs.lacking(instance) == ""
    ours = yaml.safe_load((dagster_home() / "dagster.yaml").read_text("utf-8"))
    mine = {name: stated for name, stated in ours.items() if name in ("storage", *STORAGES)}
    (dagster_home() / "dagster.yaml").write_text(yaml.safe_dump(mine), encoding="utf-8")
    with dg.DagsterInstance.from_config(str(dagster_home())) as plain:
        assert runs.lacking(plain) == (
            "telemetry.enabled: false, concurrency.pools.default_limit: 1, "
            "concurrency.pools.granularity: run, run_monitoring.enabled: true, "
            "run_monitoring.max_runtime_seconds: 7200, run_retries.enabled: true"
        )
        plain.event_log_storage.set_concurrency_slots("warehouse", 1)  # `dagster instance concurrency set`
        assert "default_limit" not in runs.lacking(plain)


def test_a_run_may_take_as_long_as_the_sensors_believe_it_to_be_alive():
    ours = yaml.safe_load((ROOT / "dagster.yaml").read_text(encoding="utf-8"))
    assert ours["run_monitoring"]["max_runtime_seconds"] == runs.LONGEST_RUN.total_seconds()
    assert ours["nux"] == {"enabled": False}
    assert ours["run_retries"]["retry_on_asset_or_op_failure"] is False
