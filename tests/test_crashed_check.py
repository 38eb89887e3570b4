"""A suite that crashes stops publication and is told apart from one that fails, from the run to the alert."""

import os
import shutil
import subprocess
import sys

import polars as pl
import pytest
from conftest import ROOT
from making.processes import HANGS

from ingest.errors import Refused
from orchestration.assets.release import judged_release

# An expectation of the marts about a column that no table has.
BROKEN = """
from great_expectations import expectations as gxe
from expectations import marts
from orchestration.command.main import main

marts.SUITES["fct_task"].append(
    gxe.ExpectColumnValuesToNotBeNull(column="no_such_column", meta={"rule": "amount_unreadable"})
)
main(["check"])
"""


def test_a_broken_expectation_stops_publication_and_is_reported_as_crashed(published, tmp_path, monkeypatch):
    data = tmp_path / "data"
    shutil.copytree(published.data, data, symlinks=True)
    shutil.copytree(ROOT / "data/registry", data / "registry")
    with (data / "registry/rules.yml").open("a") as rules:
        rules.write("# Another registry, so that what is judged has not been released.\n")
    before = (data / "published/current").readlink()
    result = subprocess.run(
        [sys.executable, "-c", BROKEN],
        env=os.environ | {"DXKPI_DATA_DIR": str(data)},
        capture_output=True,
        text=True,
        timeout=HANGS,
    )
    assert result.returncode == 1
    last = result.stderr.splitlines()[-1]
    assert last.startswith("dxkpi: blocked: marts/fct_task/") and "no_such_column" in last
    assert "crashed" in last
    assert (data / "published/current").readlink() == before
    outcomes = pl.read_parquet(data / "checks/results.parquet").filter(outcome="crashed")
    assert outcomes.select("suite", "table_name", "column_name", "severity").rows() == [
        ("marts", "fct_task", "no_such_column", "warning")
    ]
    monkeypatch.setenv("DXKPI_DATA_DIR", str(data))
    with pytest.raises(Refused, match=r"blocked: marts/fct_task/.*no_such_column"):
        judged_release()  # what `dxkpi publish` would publish
    digest = (data / "alerts/latest.txt").read_text("utf-8")
    assert "The check crashed" in digest and "Phép kiểm tra không chạy được" in digest
    assert "no_such_column" in digest and "failed run" in digest
