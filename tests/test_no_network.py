"""Once installed, a run asks nothing of any network, and no tool in it reports home."""

import os
import subprocess
import sys
from pathlib import Path

import yaml
from conftest import ROOT, WATCH


def test_a_run_opens_no_socket_beyond_the_loopback_interface(published):
    dialled = Path(f"{published.data}.dialled")
    assert Path(f"{dialled}.watched").exists()
    assert not dialled.exists(), dialled.read_text(encoding="utf-8")


def test_the_watch_sees_an_attempt(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(tmp_path), "DXKPI_TEST_DIALLED": str(tmp_path / "dialled")}
    code = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('192.0.2.1', 9))"
    subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    assert "192.0.2.1" in (tmp_path / "dialled").read_text()


def test_telemetry_is_off_in_files():
    dbt = yaml.safe_load((ROOT / "dbt_project/dbt_project.yml").read_text(encoding="utf-8"))
    dagster = yaml.safe_load((ROOT / "dagster.yaml").read_text(encoding="utf-8"))
    assert dbt["flags"]["send_anonymous_usage_stats"] is False
    assert dagster["telemetry"]["enabled"] is False
    assert 'os.environ["GX_ANALYTICS_ENABLED"] = "false"' in (ROOT / "expectations/gate.py").read_text(
        encoding="utf-8"
    )
