"""Kinds of damage to what is on disk: `verify` finds each, none is published, each way back is tried."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from compiled import data_dir
from conftest import dxkpi

from ingest import landing, places, quarantine, received
from ingest.errors import Refused
from orchestration import inputs, publication, verification


def first(pattern: str) -> Path:
    return sorted(places.data_dir().glob(pattern))[0]


def sample() -> Path:
    """The bytes of an extract that came with the project."""
    return next(f for f in sorted(places.raw().glob("vneid/*")) if not f.name.endswith(".json"))


def release() -> Path:
    return publication.current(places.published())


def put_aside() -> Path:
    """The folder of a file in quarantine."""
    try:
        landing.receive_body("vneid", "broken.csv", b"a,b\n1,2\n", period_id="2024-03")
    except Refused:
        return next(places.quarantine().glob("[0-9a-f]*"))
    raise AssertionError("a broken file was received")


def lines() -> list[bytes]:
    return (places.raw() / "manifest.jsonl").read_bytes().splitlines(keepends=True)


def write_lines(written: list[bytes]) -> None:
    (places.raw() / "manifest.jsonl").write_bytes(b"".join(written))


def append(file: Path, more: bytes = b"x") -> None:
    file.write_bytes(file.read_bytes() + more)


def swap_a_digit(file: Path) -> None:
    """Same size, same time of change: only the hash tells."""
    seen, body = file.stat(), bytearray(file.read_bytes())
    at = next(n for n in range(len(body) - 1, 0, -1) if chr(body[n]).isdigit())
    body[at] = ord("1") if body[at] != ord("1") else ord("2")
    file.write_bytes(bytes(body))
    os.utime(file, ns=(seen.st_atime_ns, seen.st_mtime_ns))


def remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


# The ways back


def by_restoring() -> None:
    assert received.restore()


def by_receiving_again() -> None:
    for source in landing.SOURCES:
        landing.receive_bundled(source)
    landing.receive_bundled("plan")


def by_landing() -> None:
    """What `dxkpi build` begins with."""
    received.restore()
    for source in ("plan", *landing.SOURCES):
        landing.land(source)
    landing.land_extracts()
    landing.land_registry()


def by_deleting_what_is_named() -> None:
    for damage in verification.damages():
        remove(damage.place if damage.place.exists() or damage.place.is_symlink() else damage.place.parent)


def by_deleting_the_folder() -> None:
    for damage in verification.damages():
        remove(damage.place if damage.place.parent == places.quarantine() else damage.place.parent)


def by_rolling_back() -> None:
    folders = publication.release_folders(places.published())
    publication.rollback(places.published(), folders[-1].name)


def by_moving_it_away() -> None:
    shutil.move(places.published() / "current", places.data_dir() / "moved")
    by_rolling_back()


def by_discarding() -> None:
    """What `dxkpi build` does before dbt makes the database anew."""
    warehouse = places.warehouse()
    verification.discard_damaged_warehouse()
    warehouse.with_name(f"{warehouse.name}.wal").unlink(missing_ok=True)


def by_building() -> None:
    assert dxkpi("build", data=places.data_dir()).returncode == 0


def by_checking() -> None:
    assert dxkpi("check", data=places.data_dir()).returncode == 0


def by_running() -> None:
    assert dxkpi("run", data=places.data_dir()).returncode == 0
    damaged = {damage.place for damage in verification.damages()}
    for folder in publication.release_folders(places.published()):
        # the damaged one is no longer current: it may go
        if any(folder in path.parents for path in damaged):
            shutil.rmtree(folder)


@dataclass(frozen=True)
class Kind:
    damage: Callable[[], object]
    named: str
    way_back: Callable[[], None]
    blocks: bool = True  # a run is not "nothing new", or it mends before it begins
    is_slow: bool = False


def current_file(name: str) -> Path:
    return release() / name


KINDS = {
    "a raw file edited in place": Kind(lambda: append(sample()), "raw/vneid", by_receiving_again),
    "a raw file with one other digit": Kind(
        lambda: swap_a_digit(sample()), "raw/vneid", by_receiving_again, False
    ),
    "a raw file of no bytes": Kind(lambda: sample().write_bytes(b""), "raw/vneid", by_receiving_again),
    "a raw file gone": Kind(lambda: sample().unlink(), "raw/vneid", by_receiving_again),
    "the plan gone": Kind(lambda: remove(first("raw/plan/*.md")), "raw/plan", by_receiving_again),
    "a folder of raw gone": Kind(
        lambda: remove(places.raw() / "vneid"),
        "raw/vneid",
        lambda: (by_receiving_again(), received.restore()),
    ),
    "a stray file in raw": Kind(
        lambda: (places.raw() / "vneid/notes.txt").write_text("x"),
        "notes.txt",
        by_deleting_what_is_named,
        False,
    ),
    "a manifest cut short": Kind(
        lambda: write_lines([*lines()[:-1], lines()[-1][:40]]), "manifest.jsonl", by_restoring, False
    ),
    "a manifest without its last line": Kind(
        lambda: write_lines(lines()[:-1]), "manifest.jsonl", by_restoring
    ),
    "a blank line in the manifest": Kind(
        lambda: write_lines([lines()[0], b"\n", *lines()[1:]]), "line 2: is blank", by_restoring, False
    ),
    "garbage in the manifest": Kind(
        lambda: write_lines([b"\xff\xfe{]\n", *lines()[1:]]), "line 1", by_restoring, False
    ),
    "a line of the manifest twice": Kind(
        lambda: write_lines([*lines(), lines()[0]]), "stands twice", by_restoring, False
    ),
    "a time changed in the manifest": Kind(
        lambda: write_lines([lines()[0].replace(b"202", b"201", 1), *lines()[1:]]),
        "raw/",
        by_restoring,
        False,
    ),
    "raw gone": Kind(
        lambda: remove(places.raw()),
        "which the current release was made from",
        lambda: (received.restore(verification.released_extracts()), by_receiving_again()),
    ),
    "the manifest gone": Kind(
        lambda: remove(places.raw() / "manifest.jsonl"), "manifest.jsonl", by_restoring, False
    ),
    "a copy of the manifest gone": Kind(
        lambda: remove(first("raw/vneid/*.about.json")), ".about.json", lambda: received.restore(), False
    ),
    "a copy of the manifest damaged": Kind(
        lambda: first("raw/vneid/*.about.json").write_text("{"), ".about.json", by_restoring, False
    ),
    "validators that are no JSON": Kind(
        lambda: (places.raw() / "validators.json").write_text("{"),
        "validators",
        by_deleting_what_is_named,
        False,
    ),
    "a landed table of no bytes": Kind(
        lambda: first("landed/vneid/[0-9a-f]*.parquet").write_bytes(b""), "landed/vneid", by_landing, False
    ),
    "a landed table edited": Kind(
        lambda: append(first("landed/published_figures/[0-9a-f]*.parquet")),
        "landed/published",
        by_landing,
        False,
    ),
    "a landed table gone": Kind(
        lambda: remove(first("landed/plan_tasks/[0-9a-f]*.parquet")), "landed/plan_tasks", by_landing, False
    ),
    "another table among the landed": Kind(
        lambda: shutil.copy(first("landed/vneid/[0-9a-f]*.parquet"), places.landed() / "vneid/copy.parquet"),
        "copy.parquet",
        by_landing,
        False,
    ),
    "the book of landed tables gone": Kind(
        lambda: remove(places.landed() / "book.json"), "book.json", by_landing, False
    ),
    "the registry as landed damaged": Kind(
        lambda: (places.landed() / "registry/rules.parquet").write_bytes(b"PAR1"),
        "registry",
        by_landing,
        False,
    ),
    "a reason in quarantine damaged": Kind(
        lambda: (put_aside() / quarantine.REASON).write_text("{"),
        "reason.json",
        by_deleting_the_folder,
        False,
    ),
    "a file in quarantine edited": Kind(
        lambda: append(next(put_aside().glob("received*"))), "quarantine", by_deleting_the_folder, False
    ),
    "a file in quarantine gone": Kind(
        lambda: remove(next(put_aside().glob("received*"))), "quarantine", by_deleting_the_folder, False
    ),
    "current gone": Kind(lambda: remove(places.published() / "current"), "current", by_rolling_back),
    "current leads nowhere": Kind(
        lambda: (
            remove(places.published() / "current"),
            (places.published() / "current").symlink_to("releases/x"),
        ),
        "current",
        by_rolling_back,
    ),
    "current is a folder": Kind(
        lambda: (remove(places.published() / "current"), (places.published() / "current").mkdir()),
        "current",
        by_moving_it_away,
    ),
    "a stray file among the releases": Kind(
        lambda: (places.published() / "releases/notes.txt").write_text("x"),
        "notes.txt",
        by_deleting_what_is_named,
        False,
    ),
    "a built database that is none": Kind(
        lambda: places.warehouse().write_bytes(b"x" * 9000), "warehouse.duckdb", by_discarding, False
    ),
    "a log left beside the built database": Kind(
        lambda: Path(f"{places.warehouse()}.wal").write_bytes(b"x"), ".wal", by_discarding, False
    ),
    "what it was built from damaged": Kind(
        lambda: places.warehouse().with_name("built_from.json").write_text("{"),
        "built_from",
        by_building,
        False,
        True,
    ),
    "results of checks damaged": Kind(
        lambda: (places.checks() / "results.parquet").write_bytes(b""),
        "checks/results",
        by_checking,
        False,
        True,
    ),
    "a published table edited": Kind(
        lambda: append(current_file("parquet/fct_finding.parquet")), "fct_finding", by_running, True, True
    ),
    "a published database gone": Kind(
        lambda: remove(current_file("dxkpi.duckdb")), "dxkpi.duckdb", by_running, True, True
    ),
    "a file more in a release": Kind(
        lambda: current_file("report/more.html").write_text("x"), "more.html", by_running, True, True
    ),
    "the manifest of a release damaged": Kind(
        lambda: current_file("manifest.json").write_text("{"), "manifest.json", by_running, True, True
    ),
}


@pytest.fixture
def data(published, tmp_path):
    """A copy of the data directory of the one real run."""
    folder = tmp_path / "data"
    shutil.copytree(published.data, folder, symlinks=True, ignore=shutil.ignore_patterns("dagster", "dbt"))
    with data_dir(folder):
        yield folder


def test_nothing_is_found_where_nothing_is_damaged(data):
    assert verification.damages() == []
    told = dxkpi("verify", data=data)
    assert (told.returncode, told.stdout) == (0, "Everything is as it was written.\n")
    assert dxkpi("verify", release().name, data=data).returncode == 0


def test_there_are_at_least_thirty_kinds():
    assert len(KINDS) >= 30


@pytest.mark.parametrize("name", KINDS)
def test_each_damage_is_found_and_its_way_back_leads_back(data, name, request):
    kind = KINDS[name]
    kind.damage()
    found = verification.damages()
    assert any(kind.named in str(damage) for damage in found), found
    assert not [damage for damage in found if "\n" in str(damage) or not damage.way_back]
    if kind.blocks:
        assert not inputs.are_released()
    if kind.is_slow and not request.config.getoption("--every-way-back"):
        return
    kind.way_back()
    assert verification.damages() == []


@pytest.mark.parametrize("name", ["a raw file edited in place", "a raw file gone", "the plan gone"])
def test_nothing_is_made_from_bytes_that_are_damaged(data, name):
    KINDS[name].damage()
    with pytest.raises(Refused, match=r"receive it again \(dxkpi ingest .*withdraw") as refused:
        verification.stand_on(verification.of_bytes())
    assert "\n" not in str(refused.value)


def test_damages_are_told_a_line_each_and_the_command_fails(data):
    (places.raw() / "vneid/notes.txt").write_text("x")
    append(sample())
    told = dxkpi("verify", data=data)
    assert told.returncode == 1 and len(told.stdout.splitlines()) == 2
    assert "dxkpi: 2 damages were found" in told.stderr


def test_a_damaged_release_is_made_again_and_what_only_its_bytes_knew_is_compared_with_the_one_before(data):
    append(current_file("parquet/fct_finding.parquet"))
    write_lines(lines()[:-1])
    append(sample())
    before = release()
    told = dxkpi("run", data=data)
    assert told.returncode == 0, told.stderr
    assert "restored" in told.stderr and release() != before
    places_left = {damage.place for damage in verification.damages()}
    assert places_left == {before / "parquet/fct_finding.parquet"}
    shutil.rmtree(before)
    assert verification.damages() == []
