"""Files are read in a process of their own, within bounds of time and memory: whatever a file does to its
reader, it is refused and the others go on. The process is started with the first file, serves many, and is
replaced after it has failed. Here is the whole of it: `read` asks, `serve` answers.
"""

import atexit
import contextlib
import errno
import json
import logging
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import polars as pl

from ingest import folders, plan, reading
from ingest.errors import Refused
from ingest.reading.outcome import Reading, Tally
from ingest.sources import SOURCES
from ingest.wording import tidy

log = logging.getLogger(__name__)

# What reading one file may take; the largest that are read take a tenth of it. Environment variables of these
# names say otherwise.
BOUNDS = {"DXKPI_READER_SECONDS": 600.0, "DXKPI_READER_MIB": 4096.0}
# A process that has held this share of its memory is not used again: what is left may be in pieces.
WORN = 0.25
FULL = 0.8  # of its memory, beyond which a failure is put down to it
# Threads and arenas reserve addresses, of which a machine of many cores would have too few within the bound.
FEW = {"POLARS_MAX_THREADS": str(min(4, os.cpu_count() or 1)), "MALLOC_ARENA_MAX": "4"}
COUNTED = ("read", "landed", "rejected", "total", "section", "blank")
ROWS_READ_TWICE = 100_000  # beyond which a file is not read again for what its rows set aside say
READY, BEGUN = b"ready\n", b"begun\n"
# As Python and as Rust write it: no space left, a file too large for the account, its quota exceeded.
DISK_IS_FULL = re.compile(rf"[Ee]rr(?:no|or) ({errno.ENOSPC}|{errno.EFBIG}|{errno.EDQUOT})\\b")
OUT_OF_MEMORY = b"memory allocation of"  # what Rust writes before it ends a process


def read(
    source_id: str, name: str, body: bytes, period_id: str | None, folder: str, given: dict | None = None
) -> None:
    """Write the tables of an extract, or of a plan where `source_id` is `plan`, into a folder as
    <table>.parquet, not yet marked as whose they are. `given`: see `plan.Given`. Raises Refused, also where
    the file ends its reader."""
    _ask("read", name, body, source_id=source_id, period_id=period_id, folder=folder, given=given or {})


def refuse_personal_bytes(name: str, body: bytes) -> None:
    """`reading.refuse_personal_bytes` within the same bounds."""
    _ask("search", name, body)


# The side that asks.


@dataclass(frozen=True)
class _Reader:
    """The process that reads, with what it is asked, what it answers and what it writes to stderr."""

    process: subprocess.Popen[bytes]
    questions: IO[bytes]
    answers: IO[bytes]
    errors: IO[bytes]


_lock = threading.Lock()
_running: _Reader | None = None


def _ask(what: str, name: str, body: bytes, **about: str | dict | None) -> None:
    bounds = _bounds()
    question = {"what": what, "name": name, "bytes": len(body), "bounds": bounds, **about}
    question["data_dir"] = str(folders.data_dir())
    with _lock:
        try:
            reader = _asked(question, body)
            line = reader.answers.readline()
        except BaseException:  # such as Ctrl-C: an answer that comes later would be taken for the next one
            stop()
            raise
        if not line.endswith(b"\n"):
            raise _ended(name, reader, bounds)
        answer = json.loads(line)
        if answer["is_worn"]:
            stop()
    if number := answer.get("disk_is_full"):
        raise OSError(number, os.strerror(number), about.get("folder") or tempfile.gettempdir())
    if "message" in answer:
        raise Refused(answer["message"], answer["code"], answer["locator"])


def _asked(question: dict, body: bytes) -> _Reader:
    """A reader that has the file. That one ended before is no fault of the file."""
    for _ in range(2):
        reader = _started()
        with contextlib.suppress(BrokenPipeError):
            reader.questions.write(json.dumps(question).encode() + b"\n")
            reader.questions.write(body)
            reader.questions.flush()
        if reader.answers.readline() == BEGUN:
            return reader
        stop()
    raise RuntimeError("the process that reads files ends before it has one")


def _bounds() -> dict[str, float]:
    bounds = {}
    for name, usual in BOUNDS.items():
        given = os.environ.get(name, "").strip()
        try:
            bounds[name] = float(given or usual)
            if not 0 < bounds[name] < 1e7:
                raise ValueError
        except ValueError:
            log.warning("%s: %r is no usable number; %g is used", name, given, usual)
            bounds[name] = usual
    return bounds


def _started() -> _Reader:
    global _running
    if _running and _running.process.poll() is None:
        return _running
    stop()
    errors = tempfile.TemporaryFile()  # noqa: SIM115
    paths = [str(folders.CHECKOUT), os.environ.get("PYTHONPATH", "")]
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", "from ingest import worker; worker.serve()"],
        env=FEW | os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
    )
    assert process.stdin and process.stdout
    _running = _Reader(process, process.stdin, process.stdout, errors)
    if _running.answers.readline() != READY:
        last = _last_of(errors).decode("utf-8", "replace").strip().splitlines()[-1:]
        stop()
        raise RuntimeError(f"the process that reads files does not start: {' '.join(last)}")
    return _running


def _ended(name: str, reader: _Reader, bounds: dict[str, float]) -> Refused:
    """The refusal of a file whose reader has ended without an answer."""
    ended = reader.process.wait()
    written = _last_of(reader.errors)
    stop()
    if ended == -signal.SIGALRM:
        return _too_large(name, f"takes more than {bounds['DXKPI_READER_SECONDS']:g} seconds to read")
    if OUT_OF_MEMORY in written or ended == -signal.SIGKILL:
        return _out_of_memory(name, bounds)
    how = str(ended)
    with contextlib.suppress(ValueError):
        how = signal.Signals(-ended).name
    return Refused(
        f"{name}: cannot be read (the reader stopped: {how}); send it in another format, and tell the "
        "developers"
    )


def _too_large(name: str, why: str) -> Refused:
    return Refused(
        f"{name}: {why}; split it or send it in another format, and tell the developers", "too_large"
    )


def _out_of_memory(name: str, bounds: dict[str, float]) -> Refused:
    return _too_large(name, f"takes more than {bounds['DXKPI_READER_MIB']:g} MiB of memory to read")


def _last_of(errors: IO[bytes]) -> bytes:
    """The last of what the process wrote to stderr."""
    errors.seek(max(0, errors.seek(0, os.SEEK_END) - 10_000))
    return errors.read()


def stop() -> None:
    """End the process, if there is one. The next file starts another."""
    global _running
    reader, _running = _running, None
    if reader:
        reader.process.kill()
        reader.process.wait()
        for pipe in (reader.questions, reader.answers, reader.errors):
            with contextlib.suppress(OSError):
                pipe.close()


def _forget() -> None:
    """A forked process has a reader of its own, and does not keep its parent's waiting for questions."""
    global _running, _lock
    if _running:
        with open(os.devnull, "wb") as nothing:
            os.dup2(nothing.fileno(), _running.questions.fileno())
    _running, _lock = None, threading.Lock()


atexit.register(stop)
os.register_at_fork(after_in_child=_forget)


# The side that answers.


def serve() -> None:
    """Answer each question, which is a line of JSON and the bytes of a file, until there are no more."""
    asked, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who asks
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):  # where memory is short, this is what should go first
        Path("/proc/self/oom_score_adj").write_text("1000")

    def send(line: bytes) -> None:
        answers.write(line)
        answers.flush()

    send(READY)
    for line in iter(asked.readline, b""):
        question = json.loads(line)
        body = asked.read(question["bytes"])
        if len(body) < question["bytes"]:
            return
        send(BEGUN)
        answer = _answer(question, body)
        del body
        send(json.dumps(answer).encode() + b"\n")


def _answer(question: dict, body: bytes) -> dict:
    name, bounds = question["name"], question["bounds"]
    os.environ["DXKPI_DATA_DIR"] = question["data_dir"]
    memory = int(bounds["DXKPI_READER_MIB"]) << 20
    failure: Refused | None = None
    is_worn = False
    try:
        with _bounded(bounds["DXKPI_READER_SECONDS"], memory):
            WHAT[question["what"]](question, body)
    except Refused as refused:
        failure = refused
    except MemoryError:
        failure, is_worn = _out_of_memory(name, bounds), True
    except BaseException as error:  # the Rust side panics with an exception that is no Exception
        if full := DISK_IS_FULL.search(str(error)):  # which is no fault of the file
            return {"disk_is_full": int(full[1]), "is_worn": True}
        is_worn = True
        failure = Refused(
            f"{name}: cannot be read ({type(error).__name__} in ingest.{_room(question)}); send it in "
            "another format, and tell the developers"
        )
        if _most("VmPeak") > memory * FULL:  # of which a library may say nothing
            failure = _out_of_memory(name, bounds)
    about = {"message": str(failure), "code": failure.code, "locator": failure.locator} if failure else {}
    return about | {"is_worn": is_worn or _most("VmHWM") > memory * WORN}


def _most(of: str) -> int:
    """The most bytes this process has held (`VmHWM`) or reserved (`VmPeak`); `getrusage` also counts those of
    the process that began it."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{of}:"):
            return int(line.split()[1]) << 10
    return 0


def _room(question: dict) -> str:
    source_id = question.get("source_id", "reading")
    return f"sources.{source_id}" if source_id in SOURCES else source_id


@contextlib.contextmanager
def _bounded(seconds: float, memory: int) -> Iterator[None]:
    """Nothing here catches SIGALRM: it ends the process, in native code as well."""
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (memory, most))
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _read(question: dict, body: bytes) -> None:
    frames = _rows(question, body) if question["source_id"] in SOURCES else _plan(question, body)
    for table, frame in frames.items():
        frame.sink_parquet(Path(question["folder"]) / f"{table}.parquet")


def _plan(question: dict, body: bytes) -> dict[str, pl.LazyFrame]:
    tables = plan.read(question["name"], body, plan.Given(**question["given"]))
    return {table: frame.lazy() for table, frame in tables.items()}


def _rows(question: dict, body: bytes) -> dict[str, pl.LazyFrame]:
    source_id, name = question["source_id"], question["name"]
    read = SOURCES[source_id].parse(name, body, question["period_id"])
    return {
        source_id: read.made_rows,
        "unread_parts": read.unread.lazy(),
        "readings": _counted(read.tally),
        "rejected_rows": _with_texts(read, name, body).lazy(),
    }


def _counted(tally: Tally) -> pl.LazyFrame:
    counts = (tally.read, tally.landed, tally.rejected, tally.totals, tally.sections, tally.blank)
    return pl.LazyFrame({f"rows_{what}": [n] for what, n in zip(COUNTED, counts, strict=True)})


def _with_texts(read: Reading, name: str, body: bytes) -> pl.DataFrame:
    """The rows set aside, each with what stands in its cells in words: that may say whose they are."""
    rejected, tables = read.rejected, []
    if not rejected.is_empty() and read.tally.read <= ROWS_READ_TWICE:
        with contextlib.suppress(Refused):  # not every source's file is a grid
            tables = reading.grids(name, body)
    texts = [
        next(
            (
                [tidy(cell) for cell in grid.cells.row(row - 1) if cell and any(map(str.isalpha, cell))]
                for grid in tables
                if locator.startswith(grid.row_locator(row)) and 0 < row <= grid.cells.height
            ),
            [],
        )
        for row, locator in rejected.select("row", "locator").rows()
    ]
    return rejected.with_columns(row_texts=pl.Series(texts, dtype=pl.List(pl.String)))


def _search(question: dict, body: bytes) -> None:
    reading.refuse_personal_bytes(question["name"], body)


WHAT: dict[str, Callable[[dict, bytes], None]] = {"read": _read, "search": _search}
