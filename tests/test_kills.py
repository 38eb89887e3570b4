"""A process that is killed at any moment leaves no half-landed extract, and the next run completes.

A slice runs here; `--kills 50 --seed N` runs a campaign, `--killed-runs 40` one of whole runs.
"""

import contextlib
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import dagster as dg
import polars as pl
import pytest
import yaml
from conftest import DXKPI, ROOT, dxkpi
from making.portal import Portal, running
from making.processes import HANGS
from making.releases import contents
from test_daemon import Daemon, copied, report, running_daemon
from test_failures import disk

from orchestration import publication
from orchestration.assets import runs
from orchestration.command.main_job import dagster_home
from orchestration.state.data_directory import only_one

PERIOD = "2024-03"
UNITS = 40
PAGES = 4
FIRST = datetime(2025, 1, 1, tzinfo=UTC)
SECONDS = 0.1  # of every answer, so that many kills meet a download


@pytest.fixture
def portal(tmp_path):
    """Four pages of records; those of every round differ, so every round has something to fetch."""
    shutil.copytree(ROOT / "tests/fixtures/registry/tiny", tmp_path / "registry")
    with running(Portal(page_size=UNITS // PAGES, seconds=SECONDS)) as portal:
        source = {
            "name": {"vi": "X", "en": "X"},
            "publisher": "X",
            "frequency": "monthly",
            "precedence": 1,
            "is_made_up": False,
            "due": {"day": 5, "month": "following"},
            "reporting_level": "district",
            "allowed_hosts": ["127.0.0.1"],
            "address": {
                "url": portal.url + "/jsp/rest.jsp",
                "method": "POST",
                "page_size": UNITS // PAGES,
                "form": {"params": {"pageIndex": "{page}"}},
            },
        }
        (tmp_path / "registry/sources.yml").write_text(
            yaml.safe_dump({"dvc_portal": source}), encoding="utf-8"
        )
        yield portal


def records(round_: int) -> list[dict]:
    return [
        {
            "TEN": f"Xã số {n}",
            "HS_TOTAL": f"{1000 * round_ + n + 40}",
            "HTN_TRUCTUYEN_TOTAL": f"{1000 * round_ + n}",
            "HTN_TRUCTIEP_TOTAL": "40",
        }
        for n in range(UNITS)
    ]


def sound(data: Path) -> set[str]:
    """The extracts received so far; every one of them is whole, and so is whatever was landed of it."""
    manifest = data / "raw/manifest.jsonl"
    lines = manifest.read_text(encoding="utf-8").splitlines() if manifest.is_file() else []
    extracts = [json.loads(line) for line in lines]
    for extract in extracts:
        kept = (data / "raw/dvc_portal" / f"{extract['extract_id']}.json").read_bytes()
        assert hashlib.sha256(kept).hexdigest() == extract["extract_id"]
        assert len(json.loads(kept)) == UNITS
    ids = {extract["extract_id"] for extract in extracts}
    assert len(ids) == len(extracts)
    for file in (data / "landed").rglob("*.parquet"):
        frame = pl.read_parquet(file)
        if file.stem == "_empty":
            assert frame.is_empty()
        elif file.parent.name in ("arrivals", "refused_files"):
            assert set(frame["extract_id"]) <= ids
        else:
            assert set(frame["extract_id"]) <= ids
            if file.parent.name == "dvc_portal":
                assert set(frame["extract_id"].value_counts()["count"]) == {UNITS * 3}
                readings = pl.read_parquet(data / "landed/readings/*.parquet")
                assert set(frame["extract_id"]) <= set(readings["extract_id"])
    assert not (data / "quarantine").exists()
    return ids


def drafts(data: Path) -> list[Path]:
    return [f for f in data.rglob("*") if f.is_file() and ".draft" in f.name]


def started(data: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [DXKPI, "fetch", "dvc_portal", "--period", PERIOD],
        env=os.environ | {"DXKPI_DATA_DIR": str(data)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_a_kill_at_any_moment_leaves_nothing_half_landed_and_the_next_run_completes(
    portal, tmp_path, pytestconfig
):
    moments = random.Random(pytestconfig.getoption("seed"))
    portal.records = records(0)
    assert started(tmp_path).wait(HANGS) == 0
    first, *_, last = (asked.at for asked in portal.asked)
    downloaded, ended = last - first + SECONDS, time.monotonic() - first
    known = sound(tmp_path)
    kills = pytestconfig.getoption("kills")
    met = {"the download": 0, "receiving": 0, "landing": 0}
    missed = 0
    while (killed := sum(met.values())) < kills:
        number = killed + missed + 1
        portal.records = records(number)
        portal.asked.clear()
        if number % 2:  # everything is landed again
            (tmp_path / "landed/.read_by").write_text("other code")
        process = started(tmp_path)
        while not portal.asked and process.poll() is None:
            time.sleep(0.005)
        # A third of the kills meet the download, the others all that follows it.
        time.sleep(
            moments.choice([moments.uniform(0, downloaded), *[moments.uniform(downloaded, ended)] * 2])
        )
        over = process.poll() is not None
        process.send_signal(signal.SIGKILL)
        process.wait(HANGS)

        after = sound(tmp_path)
        assert known <= after and len(after - known) <= 1
        is_whole = len(portal.asked) == PAGES + 1
        step = "landing" if after - known else "receiving" if is_whole else "the download"
        if over:
            missed += 1
            assert missed <= 2 * kills
        else:
            met[step] += 1
        result = dxkpi("fetch", "dvc_portal", "--period", PERIOD, data=tmp_path)
        assert result.returncode == 0, result.stderr
        known = sound(tmp_path)
        assert len(known) == number + 1
        assert drafts(tmp_path) == []
        landed = pl.read_parquet(tmp_path / "landed/extract_rows/source_id=dvc_portal/*.parquet")
        assert landed.height == len(known) * UNITS * 3
        assert pl.read_parquet(tmp_path / "landed/extracts/*.parquet").height == len(known)
        assert pl.read_parquet(tmp_path / "landed/readings/*.parquet").height == len(known)
    print(f"\n{downloaded:.1f} of {ended:.1f} s were download; killed in {met}, too late {missed} times")


# Whole runs: the command, the process in which a daemon has a run, the daemon with all that it started.

LAST_STEPS = {"judgement", "findings", "release_folder"}  # and what follows: half of the kills meet these


def dropped(data: Path, number: int) -> str:
    """A report of the police, some months restated time and again."""
    month = f"2024-{number % 3 + 1:02}"
    file = data / "inbox/vneid" / month / f"{number}.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    note = {"received_at": (FIRST + timedelta(hours=number)).isoformat(), "publisher": "Công an tỉnh"}
    file.with_name(f"{file.name}.about.yml").write_text(json.dumps(note), encoding="utf-8")
    file.write_text(report(month, 100_000 + number), encoding="utf-8")
    return file.name


def known(data: Path) -> set[str]:
    """The files dropped so far that are still in the inbox, or received."""
    manifest = (data / "raw/manifest.jsonl").read_text(encoding="utf-8").splitlines()
    waiting = {file.name for file in (data / "inbox").rglob("*.csv")}
    return waiting | {entry["file_name"] for entry in map(json.loads, manifest)}


def is_whole(published: Path) -> bool:
    """Readers see a release, and it is as it was published."""
    return publication.damages_of(publication.current(published)) == []


def kill_a_command(pick: random.Random, seconds: dict[str, float]) -> str:
    """Kill `dxkpi run` within one of its steps. Returns which."""
    after = pick.choice([step for step in seconds if (step in LAST_STEPS) == (pick.random() < 0.5)] or [""])
    within = seconds[after] if after else 1.0
    command = [DXKPI, "--log", "json", "run"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        hanging = threading.Timer(HANGS, process.kill)
        hanging.start()
        for line in process.stderr if after else ():
            if json.loads(line).get("step") == after:
                break
        time.sleep(pick.uniform(0, within))
        assert hanging.is_alive(), f"the run hangs before the end of {after}"
        hanging.cancel()
        process.kill()
    return f"after {after or 'the start'}"


def kill_a_worker(pick: random.Random, daemon: Daemon, seconds: float) -> str:
    """Kill the process of a run of the daemon, once it has begun with it."""
    workers: list[int] = []
    daemon.until(lambda: bool(workers.extend(run_workers(daemon.process.pid)) or workers))
    time.sleep(pick.uniform(0, seconds))
    workers = run_workers(daemon.process.pid)
    for worker in workers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)
    return "a run of the daemon" if workers else "between runs of the daemon"


def run_workers(ancestor: int) -> list[int]:
    """The processes in which a daemon has runs: those that its code server spawned."""
    children: dict[int, list[int]] = {}
    commands: dict[int, bytes] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(entry.name))
            commands[int(entry.name)] = (entry / "cmdline").read_bytes()
    below, found = [ancestor], []
    while below:
        process = below.pop()
        below += children.get(process, [])
        if b"spawn_main" in commands.get(process, b""):
            found.append(process)
    return found


def look_often_at_what_starts(seconds: int = 90) -> None:
    """A run whose process was killed before it was at work is ended after so long instead of five minutes."""
    file = dagster_home() / "dagster.yaml"
    stated = yaml.safe_load(file.read_text(encoding="utf-8"))
    stated["run_monitoring"] |= {"start_timeout_seconds": seconds, "poll_interval_seconds": 10}
    file.write_text(yaml.safe_dump(stated), encoding="utf-8")


def test_whole_runs_killed_at_any_moment_lose_nothing_and_the_next_run_completes(
    published, tmp_path, monkeypatch, pytestconfig
):
    if not (kills := pytestconfig.getoption("killed_runs")):
        pytest.skip("a campaign: --killed-runs 40")
    pick = random.Random(pytestconfig.getoption("seed"))
    undisturbed = copied(published.data, tmp_path / "undisturbed", monkeypatch)
    names = {dropped(undisturbed, number) for number in range(kills)}
    ran = dxkpi("--log", "json", "run", data=undisturbed)
    assert ran.returncode == 0, ran.stderr
    steps = [line for line in map(json.loads, ran.stderr.splitlines()) if "step" in line]
    seconds = {one["step"]: float(two["seconds"]) for one, two in pairwise(steps)} | {"release_folder": 2.0}
    whole = sum(seconds.values())

    data = copied(published.data, tmp_path / "killed", monkeypatch)
    look_often_at_what_starts()
    met: Counter[str] = Counter()
    for number in range(kills):
        dropped(data, number)
        how = pick.choice(["command", "command", "worker", "daemon"])
        if how == "command":
            what = kill_a_command(pick, seconds)
        else:
            with running_daemon(tmp_path / "daemon.log") as daemon:
                what = kill_a_worker(pick, daemon, whole)
                if how == "daemon":
                    os.killpg(daemon.process.pid, signal.SIGKILL)
        met[f"{how}, {what}"] += 1
        print(f"{number}: {how}, {what}", flush=True)
        assert is_whole(data / "published")
        assert {f"{n}.csv" for n in range(number + 1)} <= known(data)
    ran = dxkpi("run", data=data)
    assert ran.returncode == 0, ran.stderr
    assert {file.name for file in (data / "inbox").rglob("*.csv")} == set()
    assert contents(data) == contents(undisturbed) and names <= known(data)
    verified = dxkpi("verify", data=data)
    assert verified.returncode == 0, verified.stdout
    assert drafts(data) == [] and list((data / "published/releases").glob("*.draft")) == []
    look_often_at_what_starts(seconds=0)
    with dg.DagsterInstance.get() as instance, only_one():
        runs.end_the_dead(instance)  # as the next command does with those that should have begun by then
        left = [run for run in instance.get_runs() if not run.is_finished]
        assert left == []
    print("\n" + "\n".join(f"{times} x {where}" for where, times in sorted(met.items())))


@contextlib.contextmanager
def moved_to_a_small_disk(folder: Path) -> Iterator[Callable[[int], object]]:
    """With as much room as anything needs, until it is resized (KiB)."""
    beside = folder.rename(folder.with_name(f"{folder.name}.beside"))
    with disk(folder, 500_000) as resized:
        shutil.copytree(beside, folder, symlinks=True, dirs_exist_ok=True)
        yield resized


@pytest.mark.parametrize("full", [".", "raw", "warehouse", "checks", "published", "dagster", "alerts"])
def test_whole_runs_that_find_the_disk_full_end_in_a_line_and_the_next_completes(
    full, published, tmp_path, monkeypatch, pytestconfig
):
    """`full`: the folder of the data directory that is on a disk of its own, which is full."""
    if not (kills := pytestconfig.getoption("killed_runs")):
        pytest.skip("a campaign: --killed-runs 40")
    pick = random.Random(pytestconfig.getoption("seed"))
    undisturbed = copied(published.data, tmp_path / "undisturbed", monkeypatch)
    tries = range(max(1, kills // 10))
    for number in tries:
        dropped(undisturbed, number)
    ran = dxkpi("run", data=undisturbed)
    assert ran.returncode == 0, ran.stderr
    data = copied(published.data, tmp_path / "small", monkeypatch)
    with moved_to_a_small_disk(data / full) as resized:
        said, needed = [], 4_000
        for number in tries:
            dropped(data, number)
            before = publication.current(data / "published")
            used = shutil.disk_usage(data / full).used >> 10
            resized(used + (pick.randrange(needed) if number else 0))
            ran = dxkpi("run", data=data)
            resized(500_000)
            said.append(ran.stderr.splitlines()[-1] if ran.returncode else "there was room enough")
            assert is_whole(data / "published")
            if ran.returncode:
                assert said[-1].startswith("dxkpi: ") and "the disk is full; make room" in said[-1]
                assert publication.current(data / "published") == before
                others = [line for line in ran.stderr.splitlines()[:-1] if not line.startswith("· ")]
                assert others == []
            else:
                needed = max(8, needed // 2)  # it takes less here
        ran = dxkpi("run", data=data)
        assert ran.returncode == 0, ran.stderr
        assert contents(data) == contents(undisturbed)
        assert dxkpi("verify", data=data).returncode == 0
    print("\n" + "\n".join(said))
