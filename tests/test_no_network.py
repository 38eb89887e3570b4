"""Once installed, a run asks nothing of any network, and no tool in it reports home."""

import os
import subprocess
import sys
from pathlib import Path

import yaml
from conftest import ROOT, dxkpi

# Put first in each Python process of the run: notes every address that is looked up or dialled.
WATCH = """
import os, sys

def note(event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto"):
        host = arguments[1][0] if isinstance(arguments[1], tuple) else "unix"
    else:
        return
    if isinstance(host, bytes):
        host = host.decode()
    if host not in (None, "", "unix", "localhost", "::1") and not str(host).startswith("127."):
        with open(os.environ["DXKPI_TEST_DIALLED"], "a") as log:
            log.write(f"{event} {arguments}\\n")

sys.addaudithook(note)
with open(os.environ["DXKPI_TEST_DIALLED"] + ".watched", "a") as log:
    log.write(f"{sys.argv if hasattr(sys, 'argv') else ''}\\n")
"""


def test_a_run_opens_no_socket_beyond_the_loopback_interface(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    dialled = tmp_path / "dialled"
    told = dxkpi("run", data=tmp_path / "data", PYTHONPATH=str(tmp_path), DXKPI_TEST_DIALLED=str(dialled))
    assert told.returncode == 0, told.stderr
    assert Path(f"{dialled}.watched").exists()
    assert not dialled.exists(), dialled.read_text()


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
