"""Whatever a file does to the process that reads it, the file is refused and the next one is read."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import polars as pl
import pytest
from making.processes import HANGS

from ingest import worker
from ingest.errors import Refused
from ingest.sources import SOURCES

HEADER = "Đơn vị,Đến ngày,Công dân thường trú\n"
GOOD = (HEADER + "Thành phố Pleiku,31/03/2024,250000\n").encode()
MANY = 400_000  # rows that take some seconds and hundreds of MiB


@pytest.fixture(scope="module")
def large() -> bytes:
    lines = (f"Thôn {number:07},31/03/2024,{number % 977}\n" for number in range(MANY))
    return (HEADER + "".join(lines)).encode()


def read(body: bytes = GOOD, name: str = "a.csv") -> dict[str, pl.DataFrame]:
    with tempfile.TemporaryDirectory() as folder:
        worker.read("vneid", name, body, "2024-03", folder)
        return {file.stem: pl.read_parquet(file) for file in Path(folder).iterdir()}


def is_gone(process: int) -> bool:
    """Ended, whether or not somebody has asked how."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def until(reached) -> None:
    ends = time.monotonic() + HANGS
    while not reached():
        assert time.monotonic() < ends
        time.sleep(0.01)


def seconds_of(process: int) -> float:
    """CPU that a process has used."""
    ticks = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def test_what_comes_back_is_what_the_source_reads():
    here = SOURCES["vneid"].parse("a.csv", GOOD, "2024-03")
    frames = read()
    assert frames["vneid"].equals(here.rows)
    assert frames["rejected_rows"].drop("row_texts").equals(here.rejected)
    assert frames["readings"].row(0, named=True) == {
        "rows_read": 1,
        "rows_landed": 1,
        "rows_rejected": 0,
        "rows_total": 0,
        "rows_section": 0,
        "rows_blank": 0,
    }


def test_a_refusal_comes_back_with_its_code_and_place_and_the_process_goes_on():
    read()
    process = worker._running.process.pid
    with pytest.raises(Refused) as refused:
        read(GOOD + "Nguyễn Văn An 064088001234,31/03/2024,1\n".encode())
    assert (refused.value.code, refused.value.locator) == ("personal_data", "row 3, column 1")
    with pytest.raises(Refused) as refused:
        worker.refuse_personal_bytes("a.bin", b"\0 064088001234")
    assert refused.value.code == "personal_data"
    read()
    assert worker._running.process.pid == process


def test_a_file_that_takes_too_long_is_refused_and_the_next_one_is_read(large, monkeypatch):
    monkeypatch.setenv("DXKPI_READER_SECONDS", "0.5")
    with pytest.raises(Refused, match=r"a\.csv: takes more than 0\.5 seconds to read") as refused:
        read(large)
    assert refused.value.code == "too_large"
    monkeypatch.delenv("DXKPI_READER_SECONDS")
    assert read()["vneid"].height == 1


def test_a_file_that_takes_too_much_memory_is_refused_and_the_next_one_is_read(large, monkeypatch):
    monkeypatch.setenv("DXKPI_READER_MIB", "620")
    with pytest.raises(Refused, match=r"a\.csv: takes more than 620 MiB of memory to read") as refused:
        read(large)
    assert refused.value.code == "too_large"
    monkeypatch.delenv("DXKPI_READER_MIB")
    assert read(large)["vneid"].height == MANY


@pytest.mark.parametrize("bound", ["a lot", "-1", "0", "nan", "1e99"])
def test_a_bound_that_is_no_number_is_not_taken(bound, monkeypatch, caplog):
    monkeypatch.setenv("DXKPI_READER_SECONDS", bound)
    assert read()["vneid"].height == 1
    assert "DXKPI_READER_SECONDS" in caplog.text


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        (signal.SIGABRT, "unreadable", "the reader stopped: SIGABRT"),
        (signal.SIGSEGV, "unreadable", "the reader stopped: SIGSEGV"),
        (signal.SIGKILL, "too_large", "memory"),  # so a machine ends what takes all its memory
    ],
)
def test_a_file_that_ends_its_reader_is_refused_and_the_next_one_is_read(large, number, code, said):
    read()
    process = worker._running.process.pid
    before = seconds_of(process)

    def end():
        until(lambda: seconds_of(process) > before + 0.3)
        os.kill(process, number)

    ending = threading.Thread(target=end)
    ending.start()
    with pytest.raises(Refused, match=said) as refused:
        read(large)
    ending.join()
    assert refused.value.code == code and str(refused.value).startswith("a.csv: ")
    assert read()["vneid"].height == 1


def test_a_reader_that_ended_while_idle_is_replaced_and_no_file_is_blamed():
    read()
    process = worker._running.process.pid
    os.kill(process, signal.SIGKILL)
    until(lambda: is_gone(process))
    assert read()["vneid"].height == 1
    assert worker._running.process.pid != process


# Prints the reader's process, then does what it is told.
ONE = """
import os, signal, sys, tempfile
from ingest import worker
def read():
    with tempfile.TemporaryDirectory() as folder:
        worker.read("vneid", "a.csv", sys.argv[1].encode(), "2024-03", folder)
        return os.listdir(folder)
assert 'vneid.parquet' in read()
print(worker._running.process.pid, flush=True)
"""


def in_a_process(more: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-c", ONE + more, GOOD.decode()]
    return subprocess.run(command, capture_output=True, text=True, timeout=HANGS)


@pytest.mark.parametrize(
    "ending", ["", "raise SystemExit(3)", "os._exit(0)", "os.kill(os.getpid(), signal.SIGKILL)"]
)
def test_the_reader_ends_with_the_process_that_started_it(ending):
    ended = in_a_process(ending)
    reader = int(ended.stdout)
    until(lambda: is_gone(reader))


def test_a_forked_process_has_a_reader_of_its_own():
    ended = in_a_process(
        "child = os.fork()\n"
        "if not child:\n"
        "    os._exit(0 if 'vneid.parquet' in read() else 1)\n"
        "assert os.waitpid(child, 0)[1] == 0 and 'vneid.parquet' in read()\n"
    )
    assert ended.returncode == 0, ended.stderr


def test_a_reader_that_cannot_start_is_no_fault_of_a_file(monkeypatch):
    worker.stop()
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(RuntimeError, match="does not start"):
        read()
