"""Every model runs on Spark too, rewritten by tests/spark, with the rows that DuckDB has."""

import os
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT

INSTALLED = ROOT / ".venv/spark"
COMMAND = [sys.executable, "-W", "ignore", str(ROOT / "tests/spark/models.py")]
PYSPARK = pytest.mark.skipif(
    not (INSTALLED / "pyspark").is_dir() or not shutil.which("java"),
    reason="Spark is not installed: `make test-spark` installs it where there is a Java",
)


@PYSPARK
def test_the_demo_is_the_same_on_spark(tmp_path, request):
    if not request.config.getoption("--spark"):
        pytest.skip("takes many minutes: --spark")
    demo = request.getfixturevalue("demo")
    told = subprocess.run(
        [*COMMAND, demo.data, tmp_path], env=os.environ | {"PYTHONPATH": str(INSTALLED)}, check=False
    )
    assert told.returncode == 0
