"""Whoever reads while releases are published, and publications killed, reads a whole release at once.

A slice runs here; `--publications 300 --kills 100 -rP` runs a campaign and prints how long reads took. Node
is among the readers once `make howtos` has installed its driver.
"""

import json
import multiprocessing
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT
from making.marts import warehouse

from orchestration.publication import current, publish, release, verify_copy

TOOLS = ROOT / ".venv/howtos"
NUMERATOR = 664_000  # of release r0; that of each later one is one more, so that a mixture shows


def python(version: str, *arguments: str) -> tuple[list[str], dict]:
    path = {} if version == duckdb.__version__ else {"PYTHONPATH": str(ROOT / ".venv/readers" / version)}
    return [sys.executable, str(ROOT / "tests/readers/read.py"), *arguments], os.environ | path


def readers(published: Path, copy: Path, stop: Path) -> dict[str, tuple[list[str], dict]]:
    arguments = (str(published), str(copy), str(stop))
    found = {
        "Python, DuckDB 1.2.2": python("1.2.2", *arguments, "reader"),
        "Python, DuckDB 2.0.0": python("2.0.0", *arguments, "reader"),
        "client that wants to write": python(duckdb.__version__, *arguments, "writer"),
    }
    if (TOOLS / "node_modules/@duckdb/node-api").is_dir() and (node := shutil.which("node")):
        script = str(ROOT / "tests/readers/read.mjs")
        found["Node"] = ([node, script, *arguments, str(TOOLS)], dict(os.environ))
    else:
        print("Node was not among the readers: run `make howtos` once to have its driver.")
    return found


@pytest.fixture
def folder():
    """Where everybody may look, as pytest's own folders are its user's alone."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o755)
    yield made
    release.remove(made)


@pytest.fixture
def publisher(monkeypatch):
    """Publishes in a process of its own, which can be killed; releases go as soon as they may."""
    monkeypatch.setenv("DXKPI_KEEP_RELEASES", "2")
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["__main__", "orchestration.publication", "docxtpl"])

    def publishing(file: Path, published: Path, release_id: str) -> multiprocessing.Process:
        process = processes.Process(target=publish, args=(file, published, release_id))
        process.start()
        return process

    return publishing


def numbered(file: Path, n: int) -> str:
    with duckdb.connect(str(file)) as con:
        con.execute(f"update marts.release set release_id = 'r{n}'")
        con.execute(
            f"update marts.fct_indicator_value set numerator = {NUMERATOR + n} where known_to is null"
        )
    return f"r{n}"


def left_by_a_kill(published: Path, release_id: str) -> str:
    if (published / "releases" / f"{release_id}.draft").exists():
        return "a draft"
    if not (published / "releases" / release_id).exists():
        return "nothing yet"
    return "all" if current(published).name == release_id else "a release that is not current"


def test_no_read_fails_or_is_torn_or_blocked_while_releases_are_published_and_publishers_killed(
    folder, publisher, pytestconfig
):
    publications, kills = (pytestconfig.getoption(name) for name in ("--publications", "--kills"))
    chance = random.Random(pytestconfig.getoption("--seed"))
    published, stop = folder / "published", folder / "stop"
    file = warehouse(folder, "r0", numerator=NUMERATOR)
    shutil.copy(publish(file, published, "r0") / "dxkpi.duckdb", folder / "copy.duckdb")
    killed_first = set(chance.sample(range(1, publications + 1), min(kills, publications)))
    took, left = [], Counter()
    logs, processes = {}, {}
    for name, (command, environment) in readers(published, folder / "copy.duckdb", stop).items():
        logs[name] = folder / f"{name}.log"
        with logs[name].open("w") as log:
            processes[name] = subprocess.Popen(command, env=environment, stdout=log)
    try:
        wait_for(logs, "r0")
        for n in range(1, publications + 1):
            release_id = numbered(file, n)
            before = current(published).name
            if n in killed_first:
                process = publisher(file, published, release_id)
                process.join(chance.uniform(0, 1.1 * statistics.median(took or [1])))
                process.kill()
                process.join()
                left[left_by_a_kill(published, release_id)] += 1
                assert current(published).name in {before, release_id}
                verify_copy(current(published))
            began = time.perf_counter()
            process = publisher(file, published, release_id)
            process.join()
            took.append(time.perf_counter() - began)
            assert process.exitcode == 0
            assert current(published).name == release_id
            assert not list(published.rglob("*.draft"))
        wait_for(logs, f"r{publications}")
        stop.touch()
        assert {name: process.wait(30) for name, process in processes.items()} == dict.fromkeys(logs, 0)
    finally:
        for process in processes.values():
            process.kill()
    print(f"{publications} publications, {sum(left.values())} killed, which left: {dict(left)}")
    for name, log in logs.items():
        reads = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
        assert not [read["error"] for read in reads if "error" in read], name
        torn = [read for read in reads if read["release"] != f"r{read['numerator'] - NUMERATOR}"]
        assert not torn, name
        assert {read["rows"] for read in reads} == {5}, name
        seen = [int(read["release"][1:]) for read in reads]
        assert seen == sorted(seen), f"{name}: an older release after a newer one"
        assert len(set(seen)) > publications / 4, f"{name}: saw {len(set(seen))} releases"
        print(f"{name}: {len(reads)} reads of {len(set(seen))} releases", *figures(reads), sep="; ")


def figures(reads: list[dict]) -> list[str]:
    """Milliseconds that a read took: the median, that of 99 of 100, the slowest."""
    names = {"ms": "current", "copy_ms": "a copy", "refused_ms": "refused for writing"}
    found = []
    for key, name in names.items():
        if all(key in read for read in reads):
            times = sorted(read[key] for read in reads)
            p99 = statistics.quantiles(times, n=100)[98]
            found.append(f"{name} {statistics.median(times):.1f} / {p99:.1f} / {times[-1]:.1f} ms")
    return found


def wait_for(logs: dict[str, Path], release_id: str) -> None:
    """Until every reader has read this release: one that is blocked never does."""
    for name, log in logs.items():
        deadline = time.monotonic() + 60
        while f'"{release_id}"' not in log.read_text(encoding="utf-8")[-4000:]:
            assert time.monotonic() < deadline, f"{name}: no read of {release_id} in a minute"
            time.sleep(0.02)
