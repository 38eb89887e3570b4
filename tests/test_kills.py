"""A process that is killed at any moment leaves no half-landed extract, and the next run completes.

A slice runs here; `--kills 50 --seed N` runs a campaign.
"""

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import polars as pl
import pytest
import yaml
from conftest import DXKPI, ROOT, dxkpi
from making.portal import Portal, running

PERIOD = "2024-03"
UNITS = 40
PAGES = 4
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
    assert started(tmp_path).wait(60) == 0
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
        process.wait()

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
