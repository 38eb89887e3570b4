"""`dxkpi health` and `--log json`: what programs read of the system."""

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from orchestration.alerts import memory
from orchestration.command.main import main


def told(*arguments: str):
    return CliRunner().invoke(main, list(arguments))


@pytest.fixture
def empty(tmp_path, monkeypatch):
    monkeypatch.setenv("DXKPI_DATA_DIR", str(tmp_path))


def test_a_release_without_anything_urgent_is_well(published, monkeypatch):
    monkeypatch.setenv("DXKPI_DATA_DIR", str(published.data))
    result = told("health")
    found = json.loads(result.stdout)
    ((release_id, built_at, warnings),) = published.query(
        """select release_id, built_at, (select count(*) from marts.fct_finding where severity = 'warning'
           and state <> 'accepted') from marts.release"""
    )
    assert (result.exit_code, found["is_well"], found["urgent"]) == (0, True, [])
    assert (found["release_id"], datetime.fromisoformat(found["built_at"])) == (release_id, built_at)
    assert found["open"]["failed"] == 0 and found["open"]["warning"] >= warnings > 0


def test_where_nothing_is_published_it_is_not_well(empty):
    result = told("health")
    assert result.exit_code == 1 and json.loads(result.stdout)["release_id"] is None


def test_a_run_that_failed_is_urgent_and_named(empty):
    with memory.opened() as known:
        known.note("run", "no space left", datetime.now(UTC))
        known.save()
    result = told("health")
    found = json.loads(result.stdout)
    assert result.exit_code == 1 and found["open"]["failed"] == 1
    assert [line.endswith("no space left") for line in found["urgent"]] == [True]


def test_metrics_are_lines_of_a_name_and_a_number(empty):
    lines = told("health", "--prometheus").stdout.splitlines()
    metrics = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert metrics["dxkpi_well"] == "0" and metrics['dxkpi_open{kind="failed"}'] == "0"
    assert int(metrics["dxkpi_free_bytes"]) > 0


def test_with_log_json_each_line_of_stderr_is_an_object(empty):
    result = told("--log", "json", "publish")
    lines = [json.loads(line) for line in result.stderr.splitlines()]
    assert (
        result.exit_code == 1 and lines[-1]["level"] == "error" and lines[-1]["message"].startswith("dxkpi: ")
    )
    assert all(datetime.fromisoformat(line["at"]) and line["message"] for line in lines)
    assert told("status").stderr.startswith("dxkpi: ")  # text again
