"""What the machine refuses ends a command in one line that says where and what to do, and nothing is lost."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from conftest import DXKPI, dxkpi

from ingest.files import held
from orchestration.command import failures, progress
from orchestration.state import increments

NOBODY = 65534
HEADER = "Đơn vị,Mã đơn vị,Đến ngày,Công dân thường trú\n"
REPORT = HEADER + "Thành phố Pleiku,622,31/03/2024,250000\n"
RECEIVE = ("ingest", "extract", "vneid")


@pytest.fixture
def report(tmp_path) -> str:
    (tmp_path / "vneid.csv").write_text(REPORT, encoding="utf-8")
    return str(tmp_path / "vneid.csv")


def only_line(stderr: str) -> str:
    (line,) = [line for line in stderr.splitlines() if not line.startswith("· ")]  # progress
    return line


# Folders that may not be written


@contextlib.contextmanager
def as_nobody() -> Iterator[None]:
    """What runs inside is done by an account to which nothing belongs."""
    if os.geteuid():
        yield  # it is no other account that could write
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("command", [(*RECEIVE, "vneid.csv", "--period", "2024-03"), ("verify",)])
def test_a_data_directory_that_may_not_be_written_is_named_in_one_line(command, tmp_path, monkeypatch):
    dxkpi(*command, data=tmp_path / "open")  # what it imports need not be readable to others
    closed = Path(tempfile.mkdtemp())  # in which folders are open to others
    (closed / "vneid.csv").write_text(REPORT, encoding="utf-8")
    closed.chmod(0o555)
    monkeypatch.chdir(closed)
    with as_nobody():
        told = dxkpi(*command, data=closed)
    assert told.returncode == 1
    assert only_line(told.stderr) == (
        f"dxkpi: {closed}/.lock: Permission denied; the account that runs dxkpi must be able to read and "
        "write there; then run it again"
    )
    assert os.listdir(closed) == ["vneid.csv"]
    closed.chmod(0o755)
    shutil.rmtree(closed)


# A disk that is full


@contextlib.contextmanager
def disk(folder: Path, kib: int) -> Iterator[Callable[[int], object]]:
    """A disk of so many KiB; what it yields gives it another size."""

    def mount(*options: str) -> int:
        return subprocess.run(["mount", *options, str(folder)], capture_output=True).returncode

    folder.mkdir(exist_ok=True)
    if os.geteuid() or mount("-t", "tmpfs", "-o", f"size={kib}k", "tmpfs"):
        pytest.skip("only root can mount a small disk, and not in every container")
    try:
        yield lambda size: mount("-o", f"remount,size={size}k")
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("free", [0, 4, 8, 12, 16, 20, 24, 28, 32])  # KiB, until it fits
def test_a_file_that_finds_the_disk_full_is_received_whole_once_there_is_room(tmp_path, free):
    file, data = tmp_path / "vneid.csv", tmp_path / "data"
    file.write_text(REPORT, encoding="utf-8")
    command = (*RECEIVE, str(file), "--period", "2024-03")
    manifest = data / "raw/manifest.jsonl"
    with disk(data, 100) as resized:
        (data / "other").write_bytes(bytes((100 - free) << 10))
        told = dxkpi(*command, data=data)
        assert told.returncode == 1
        line = only_line(told.stderr)
        assert line.startswith("dxkpi: ") and "the disk is full; make room, then run it again" in line
        assert not (data / "quarantine").exists()  # it is not the file's fault
        resized(50_000)
        told = dxkpi(*command, data=data)
        assert told.returncode == 0, told.stderr
        (noted,) = map(json.loads, manifest.read_text("utf-8").splitlines())
        kept = data / "raw/vneid" / f"{noted['extract_id']}.csv"
        assert kept.read_bytes() == file.read_bytes()
        assert dxkpi("verify", data=data).returncode == 0


# Two at once


@pytest.mark.parametrize("command", ["run", "verify"])
def test_a_command_beside_another_one_says_so_and_waits_for_nobody(tmp_path, command):
    with held(tmp_path / ".lock"):
        told = dxkpi(command, data=tmp_path)
    assert told.returncode == 1
    assert only_line(told.stderr) == (
        f"dxkpi: {tmp_path}: another dxkpi is at work on this data directory; wait for it to end"
    )


READER = "import duckdb, sys; con = duckdb.connect(sys.argv[1], read_only=True); print(flush=True); input()"


def test_who_has_the_build_database_open_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("DXKPI_DATA_DIR", str(tmp_path))
    file = tmp_path / "warehouse/warehouse.duckdb"
    file.parent.mkdir()
    duckdb.connect(str(file)).close()
    command = [sys.executable, "-c", READER, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as reader:
        reader.stdout.readline()
        with pytest.raises(duckdb.IOException) as refused:
            increments.begin()
        line = failures.in_a_line(refused.value)
        reader.communicate(b"\n")
    assert line.startswith(f"{file}: is open in ") and f"(PID {reader.pid}); close it there" in line
    assert line.endswith("what others read is published/current")


# Ctrl-C


def test_control_c_ends_a_run_in_one_line(tmp_path):
    environment = os.environ | {"DXKPI_DATA_DIR": str(tmp_path)}
    with subprocess.Popen([DXKPI, "build"], env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr.readline() == "· loading the pipeline\n"
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == (
            "dxkpi: interrupted; what was published stays as it is, and the next run does what this one has "
            "not done\n"
        )
    assert process.returncode == 128 + signal.SIGINT


# Ctrl-C comes while this module is looked for; those of the command itself are still to come.
INTERRUPTED = """
import os, signal, sys

# Who runs the tests may ignore the signal, as in the background, or block it, as `dxkpi run` in a test does.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})

class Keyboard:
    def find_spec(self, name, path, target=None):
        if name == "click.utils":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Keyboard())
"""


@pytest.mark.parametrize("command", [["run"], ["status"], ["--log", "json", "findings"]])
def test_control_c_while_a_command_still_loads_ends_it_in_one_line(command, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(INTERRUPTED)
    environment = os.environ | {"DXKPI_DATA_DIR": str(tmp_path / "data"), "PYTHONPATH": str(tmp_path)}
    ended = subprocess.run([DXKPI, *command], env=environment, capture_output=True, text=True)
    assert (ended.stderr, ended.returncode) == ("dxkpi: interrupted\n", 128 + signal.SIGINT)


RUN = """
import multiprocessing, subprocess, sys
from orchestration.command import progress
progress.end_at_interrupt()
multiprocessing.get_context("spawn").Lock()
child = subprocess.Popen([sys.executable, "-c", "import time; print(flush=True); time.sleep(2)"])
child.wait()
"""


def test_control_c_at_a_terminal_leaves_children_without_a_traceback():
    with subprocess.Popen(
        [sys.executable, "-c", RUN],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
        assert process.stderr.read() == f"dxkpi: {progress.INTERRUPTED}\n"
    assert process.returncode == 128 + signal.SIGINT


# What other libraries say of the same


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (OSError(28, "No space left on device"), "[Errno 28] No space left on device; the disk is full"),
        (OSError(122, "Disk quota exceeded", "/d/x"), "/d/x: Disk quota exceeded; the disk is full"),
        (OSError(27, "File too large", "/d/x"), "/d/x: File too large; the disk is full"),
        (OSError(30, "Read-only file system", "/d/x"), "/d/x: Read-only file system; the account"),
        (duckdb.IOException('IO Error: Could not write file "/d/x"'), "unexpected IOException"),
        (
            duckdb.IOException('IO Error: Could not write file "/d/x": No space left on device'),
            'IO Error: Could not write file "/d/x": No space left on device; the disk is full',
        ),
        (
            ValueError("(sqlite3.OperationalError) database or disk is full\n[SQL: …]\n(Background …)"),
            "Dagster's history: database or disk is full; the disk is full; make room",
        ),
        (
            ValueError("(sqlite3.OperationalError) disk I/O error\n(Background on this error at: https://x)"),
            "Dagster's history: disk I/O error; the disk is full; make room",
        ),
        (ValueError("7"), "unexpected ValueError: 7; run it again with --debug"),
    ],
)
def test_what_a_library_says_of_a_full_or_closed_disk_is_followed_by_what_to_do(error, line):
    assert failures.in_a_line(error).startswith(line)


def test_the_reason_behind_an_error_is_what_is_named():
    try:
        try:
            raise OSError(28, "No space left on device", "/d/x")
        except OSError as reason:
            raise RuntimeError("the step failed") from reason
    except RuntimeError as error:
        assert failures.in_a_line(error) == (
            "/d/x: No space left on device; the disk is full; make room, then run it again; what was "
            "published stays as it is"
        )
