"""Kinds of damage to what is on disk: `verify` finds each, none is published, each way back is tried."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
import pytest
from conftest import DXKPI, ROOT, dxkpi
from making.compiled import data_dir

from ingest import files, folders, landing, manifest, quarantine, receiving
from ingest.errors import Refused
from ingest.hashes import with_sum
from ingest.sources import SOURCES
from orchestration import publication
from orchestration.assets.release import judged_release
from orchestration.state import inputs, verification


def first(pattern: str) -> Path:
    return sorted(folders.data_dir().glob(pattern))[0]


def sample() -> Path:
    """The bytes of an extract that came with the project."""
    return next(f for f in sorted(folders.raw().glob("vneid/*")) if not f.name.endswith(".json"))


def release() -> Path:
    return publication.current(folders.published())


def put_aside() -> Path:
    """The folder of a file in quarantine."""
    try:
        receiving.receive_body("vneid", "broken.csv", b"a,b\n1,2\n", period_id="2024-03")
    except Refused:
        return next(folders.quarantine().glob("[0-9a-f]*"))
    raise AssertionError("a broken file was received")


def lines() -> list[bytes]:
    return (folders.raw() / "manifest.jsonl").read_bytes().splitlines(keepends=True)


def write_lines(written: list[bytes]) -> None:
    (folders.raw() / "manifest.jsonl").write_bytes(b"".join(written))


def append(file: Path, more: bytes = b"x") -> None:
    file.write_bytes(file.read_bytes() + more)


def swap_a_digit(file: Path) -> None:
    """Same size, same time of change: only the hash tells."""
    seen, body = file.stat(), bytearray(file.read_bytes())
    at = next(n for n in range(len(body) - 1, 0, -1) if chr(body[n]).isdigit())
    body[at] = ord("1") if body[at] != ord("1") else ord("2")
    file.write_bytes(bytes(body))
    os.utime(file, ns=(seen.st_atime_ns, seen.st_mtime_ns))


def edit_json(file: Path, *, is_summed: bool | None = None, **changes) -> None:
    """Other values in an object of JSON; its sum stays the old one, is made anew (True) or is taken away."""
    entry = json.loads(file.read_text(encoding="utf-8")) | changes
    if is_summed is not None:
        del entry["sum"]
        entry = with_sum(entry) if is_summed else entry
    file.write_text(json.dumps(entry), encoding="utf-8")


def edit_line(**changes) -> None:
    """Other values in the line of the manifest about the sample, with a sum that fits."""
    written = [json.loads(line) for line in lines()]
    at = next(n for n, entry in enumerate(written) if entry["extract_id"] == sample().stem)
    del written[at]["sum"]
    written[at] = with_sum(written[at] | changes)
    write_lines([json.dumps(entry).encode() + b"\n" for entry in written])


def edit_table(file: Path, **columns) -> None:
    """A Parquet file that can be read as well as before, with other values."""
    pl.read_parquet(file).with_columns(**columns).write_parquet(file)


def empty_table(file: Path, rows: int = 0) -> None:
    """A Parquet file that can be read as well as before, with so many rows of nothing."""
    pl.read_parquet(file).clear(rows).write_parquet(file)


def edit_database(file: Path) -> None:
    with duckdb.connect(str(file)) as database:
        database.execute("update marts.fct_indicator_value set reported_value = 1.23")


def landed_sample() -> Path:
    return next(f for f in sorted(landing.folder("vneid").glob("[0-9]*")) if pl.read_parquet(f).height)


def edit_landed_and_its_book() -> None:
    edit_table(landed_sample(), value=pl.lit("1"))
    book = folders.landed() / "book.json"
    name = landed_sample().relative_to(folders.landed()).as_posix()
    edit_json(book, **{name: [files.hash_of(landed_sample()), 1, 1, 1]})


def withdrawn_sample() -> Path:
    manifest.withdraw(sample().stem, "sent by mistake")
    landing.land_extracts()
    return sample()


def renamed(folder: Path) -> Path:
    return folder.rename(folder.with_name("renamed"))


def remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


# The ways back


def by_restoring() -> None:
    assert manifest.restore()


def by_receiving_again() -> None:
    for source in SOURCES:
        receiving.receive_bundled(source)
    receiving.receive_bundled("plan")


def by_landing() -> None:
    """What `dxkpi build` begins with."""
    manifest.restore()
    for source in ("plan", *SOURCES):
        landing.land(source)
    landing.land_extracts()
    landing.land_registry()


def by_deleting_what_is_named() -> None:
    for damage in verification.damages():
        remove(
            damage.locator
            if damage.locator.exists() or damage.locator.is_symlink()
            else damage.locator.parent
        )


def by_deleting_the_folder() -> None:
    for damage in verification.damages():
        remove(damage.locator if damage.locator.parent == folders.quarantine() else damage.locator.parent)


def by_rolling_back() -> None:
    releases = publication.release_folders(folders.published())
    publication.rollback(folders.published(), releases[-1].name)


def by_moving_it_away() -> None:
    shutil.move(folders.published() / "current", folders.data_dir() / "moved")
    by_rolling_back()


def by_discarding() -> None:
    """What `dxkpi build` does before dbt makes the database anew."""
    assert verification.discard_damaged_warehouse()


def by_deleting_the_copy() -> None:
    manifest.note_file(received_sample()).unlink()
    by_landing()


def by_deleting_the_line() -> None:
    write_lines([line for line in lines() if sample().stem.encode() not in line])
    by_landing()


def received_sample() -> manifest.Extract:
    return next(extract for extract in manifest.extracts() if extract.extract_id == sample().stem)


def by_replaying() -> None:
    """It is refused again, and its reason is written again."""
    (entry,) = quarantine.entries()
    with pytest.raises(Refused):
        receiving.replay(entry)


def by_naming_it_as_it_was() -> None:
    folder = folders.published() / "releases/renamed"
    folder.rename(folder.with_name(json.loads((folder / "manifest.json").read_text())["release_id"]))
    manifest.restore()


def by_building() -> None:
    assert dxkpi("build", data=folders.data_dir()).returncode == 0


def by_checking() -> None:
    assert dxkpi("check", data=folders.data_dir()).returncode == 0


def by_running() -> None:
    assert dxkpi("run", data=folders.data_dir()).returncode == 0
    damaged = {damage.locator for damage in verification.damages()}
    for folder in publication.release_folders(folders.published()):
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
    stops: bool = False  # `dxkpi publish` refuses


def current_file(name: str) -> Path:
    return release() / name


KINDS = {
    "a raw file edited in place": Kind(lambda: append(sample()), "raw/vneid", by_receiving_again, stops=True),
    "a raw file with one other digit": Kind(
        lambda: swap_a_digit(sample()), "raw/vneid", by_receiving_again, stops=True
    ),
    "a raw file of no bytes": Kind(lambda: sample().write_bytes(b""), "raw/vneid", by_receiving_again),
    "a raw file gone": Kind(lambda: sample().unlink(), "raw/vneid", by_receiving_again, stops=True),
    "a raw file gone that was taken back": Kind(
        lambda: withdrawn_sample().unlink(), "receive it again", by_receiving_again, stops=True
    ),
    "a raw file edited that was taken back": Kind(
        lambda: append(withdrawn_sample()), "receive it again", by_receiving_again, stops=True
    ),
    "the plan gone": Kind(lambda: remove(first("raw/plan/*.md")), "raw/plan", by_receiving_again),
    "a folder of raw gone": Kind(
        lambda: remove(folders.raw() / "vneid"),
        "raw/vneid",
        lambda: (by_receiving_again(), manifest.restore()),
    ),
    "a stray file in raw": Kind(
        lambda: (folders.raw() / "vneid/notes.txt").write_text("x"),
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
        lambda: remove(folders.raw()),
        "which the current release was made from",
        lambda: (manifest.restore(verification.released_extracts()), by_receiving_again()),
    ),
    "the manifest gone": Kind(
        lambda: remove(folders.raw() / "manifest.jsonl"), "manifest.jsonl", by_restoring, False
    ),
    "a copy of the manifest gone": Kind(
        lambda: remove(first("raw/vneid/*.about.json")), ".about.json", lambda: manifest.restore(), False
    ),
    "a copy of the manifest damaged": Kind(
        lambda: first("raw/vneid/*.about.json").write_text("{"), ".about.json", by_restoring, False
    ),
    "a period edited in the manifest": Kind(
        lambda: write_lines([lines()[0].replace(b'"period_id": "202', b'"period_id": "201'), *lines()[1:]]),
        "line 1",
        by_restoring,
        False,
    ),
    "a line of the manifest edited with its sum": Kind(
        lambda: edit_line(period_id="2022"),
        "says other things of",
        by_deleting_the_line,
        False,
        stops=True,
    ),
    "a source edited with its sum in the copy of a line": Kind(
        lambda: edit_json(manifest.note_file(received_sample()), is_summed=True, source_id="telecom"),
        "says other things of",
        by_deleting_the_copy,
        False,
        stops=True,
    ),
    "a time edited without a sum in the copy of a line": Kind(
        lambda: edit_json(
            manifest.note_file(received_sample()), is_summed=False, received_at="2020-01-01T00:00:00+00:00"
        ),
        "says other things of",
        by_deleting_the_copy,
        False,
        stops=True,
    ),
    "validators that are no JSON": Kind(
        lambda: (folders.raw() / "validators.json").write_text("{"),
        "validators",
        by_deleting_what_is_named,
        False,
    ),
    "a landed table of no bytes": Kind(
        lambda: first("landed/*/source_id=vneid/[0-9]*.parquet").write_bytes(b""),
        "source_id=vneid",
        by_landing,
        False,
    ),
    "a landed table edited": Kind(
        lambda: append(first("landed/*/source_id=published_figures/[0-9]*.parquet")),
        "source_id=published",
        by_landing,
        False,
    ),
    "a landed table gone": Kind(
        lambda: remove(first("landed/plan_tasks/gia-lai*.parquet")), "landed/plan_tasks", by_landing, False
    ),
    "other values in a landed table": Kind(
        lambda: edit_table(landed_sample(), value=pl.lit("1")),
        "source_id=vneid",
        by_landing,
        False,
        stops=True,
    ),
    "other values in a landed table and its hash in the book": Kind(
        edit_landed_and_its_book, "landed/book.json", by_landing, False, stops=True
    ),
    "a rule landed as another": Kind(
        lambda: edit_table(folders.landed() / "registry/rules.parquet", severity=pl.lit("info")),
        "registry/rules",
        by_landing,
        False,
        stops=True,
    ),
    "another time of arrival landed": Kind(
        lambda: edit_table(
            folders.landed() / "arrivals/all.parquet", received_at=pl.col("received_at").dt.offset_by("-1y")
        ),
        "arrivals/all",
        by_landing,
        False,
        stops=True,
    ),
    "another table among the landed": Kind(
        lambda: shutil.copy(
            first("landed/*/source_id=vneid/[0-9]*.parquet"), landing.folder("vneid") / "copy.parquet"
        ),
        "copy.parquet",
        by_landing,
        False,
    ),
    "the book of landed tables gone": Kind(
        lambda: remove(folders.landed() / "book.json"), "book.json", by_landing, False
    ),
    "the registry as landed damaged": Kind(
        lambda: (folders.landed() / "registry/rules.parquet").write_bytes(b"PAR1"),
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
    "another period in a reason": Kind(
        lambda: edit_json(put_aside() / quarantine.REASON, period_id="2024-02"),
        "reason.json",
        by_deleting_the_folder,
        False,
    ),
    "another source in a reason": Kind(
        lambda: edit_json(put_aside() / quarantine.REASON, source_id="telecom"),
        "reason.json",
        by_deleting_the_folder,
        False,
    ),
    "another time in a reason": Kind(
        lambda: edit_json(put_aside() / quarantine.REASON, received_at="2020-01-01T00:00:00+00:00"),
        "reason.json",
        by_deleting_the_folder,
        False,
    ),
    "another message in a reason": Kind(
        lambda: edit_json(put_aside() / quarantine.REASON, message="nothing"),
        "reason.json",
        by_deleting_the_folder,
        False,
    ),
    "another message in a reason without a sum": Kind(
        lambda: edit_json(put_aside() / quarantine.REASON, is_summed=False, message="nothing"),
        "has no sum",
        by_replaying,
        False,
    ),
    "a folder in quarantine renamed": Kind(
        lambda: put_aside().rename(folders.quarantine() / ("0" * 64)),
        "reason.json",
        by_deleting_the_folder,
        False,
    ),
    "current gone": Kind(lambda: remove(folders.published() / "current"), "current", by_rolling_back),
    "current leads nowhere": Kind(
        lambda: (
            remove(folders.published() / "current"),
            (folders.published() / "current").symlink_to("releases/x"),
        ),
        "current",
        by_rolling_back,
    ),
    "current is a folder": Kind(
        lambda: (remove(folders.published() / "current"), (folders.published() / "current").mkdir()),
        "current",
        by_moving_it_away,
    ),
    "current leads to a folder that is no release": Kind(
        lambda: (
            shutil.copytree(release(), folders.data_dir() / "elsewhere"),
            remove(folders.published() / "current"),
            (folders.published() / "current").symlink_to("../elsewhere"),
        ),
        "leads to no release",
        by_rolling_back,
    ),
    "a release renamed": Kind(
        lambda: renamed(release()), "by which its folder must be named", by_naming_it_as_it_was
    ),
    "a stray file among the releases": Kind(
        lambda: (folders.published() / "releases/notes.txt").write_text("x"),
        "notes.txt",
        by_deleting_what_is_named,
        False,
    ),
    "a built database that is none": Kind(
        lambda: folders.warehouse().write_bytes(b"x" * 9000), "warehouse.duckdb", by_discarding, stops=True
    ),
    "other values in the built database": Kind(
        lambda: edit_database(folders.warehouse()), "warehouse.duckdb", by_running, is_slow=True, stops=True
    ),
    "the built database gone": Kind(
        lambda: remove(folders.warehouse()), "warehouse.duckdb", by_discarding, stops=True
    ),
    "the hashes of the build gone": Kind(
        lambda: remove(folders.warehouse().with_name("book.json")), "book.json", by_discarding, stops=True
    ),
    "another code and time in what it was built from": Kind(
        lambda: edit_json(folders.warehouse().with_name("built_from.json"), code="0", arrivals="0"),
        "built_from.json",
        by_discarding,
        stops=True,
    ),
    "a log left beside the built database": Kind(
        lambda: Path(f"{folders.warehouse()}.wal").write_bytes(b"x"), ".wal", by_discarding, stops=True
    ),
    "what it was built from damaged": Kind(
        lambda: folders.warehouse().with_name("built_from.json").write_text("{"),
        "built_from",
        by_building,
        is_slow=True,
        stops=True,
    ),
    "results of checks damaged": Kind(
        lambda: (folders.checks() / "results.parquet").write_bytes(b""),
        "checks/results",
        by_checking,
        is_slow=True,
        stops=True,
    ),
    "results of checks edited": Kind(
        lambda: edit_table(folders.checks() / "results.parquet", outcome=pl.lit("passed")),
        "checks/results",
        by_running,
        is_slow=True,
        stops=True,
    ),
    "findings emptied": Kind(
        lambda: (
            pl.read_parquet(folders.checks() / "findings.parquet")
            .clear()
            .write_parquet(folders.checks() / "findings.parquet")
        ),
        "checks/findings",
        by_checking,
        is_slow=True,
        stops=True,
    ),
    "other inputs of the candidate": Kind(
        lambda: edit_table(folders.checks() / "release.parquet", code_version=pl.lit("0")),
        "checks/release",
        by_checking,
        is_slow=True,
        stops=True,
    ),
    "other arrival checks": Kind(
        lambda: edit_table(folders.checks() / "arrivals.parquet", outcome=pl.lit("passed"), seconds=0.0),
        "checks/arrivals",
        by_running,
        is_slow=True,
        stops=True,
    ),
    "another value before": Kind(
        lambda: empty_table(folders.checks() / "indicators_before.parquet", 1),
        "checks/indicators_before",
        by_checking,
        is_slow=True,
        stops=True,
    ),
    "a page of the checks edited": Kind(
        lambda: append(folders.checks() / "data_docs/index.html"),
        "index.html",
        by_checking,
        is_slow=True,
        stops=True,
    ),
    "a page more among the checks": Kind(
        lambda: (folders.checks() / "data_docs/more.html").write_text("x"),
        "more.html",
        by_running,
        is_slow=True,
        stops=True,
    ),
    "a published table edited": Kind(
        lambda: append(current_file("parquet/fct_finding.parquet")), "fct_finding", by_running, True, True
    ),
    "a published database gone": Kind(
        lambda: remove(current_file("dxkpi.duckdb")), "dxkpi.duckdb", by_running, True, True
    ),
    "other values in a published table": Kind(
        lambda: edit_table(current_file("parquet/fct_indicator_value.parquet"), reported_value=pl.lit(1.23)),
        "fct_indicator_value",
        by_running,
        is_slow=True,
    ),
    "other values in the published database": Kind(
        lambda: edit_database(current_file("dxkpi.duckdb")), "dxkpi.duckdb", by_running, is_slow=True
    ),
    "other inputs in the manifest of a release": Kind(
        lambda: edit_json(current_file("manifest.json"), inputs=inputs.current() | {"code": "0"}),
        "manifest.json",
        by_running,
        is_slow=True,
    ),
    "another time in the manifest of a release": Kind(
        lambda: edit_json(current_file("manifest.json"), built_at="2020-01-01T00:00:00Z"),
        "manifest.json",
        by_running,
        is_slow=True,
    ),
    "another code in the manifest of a release": Kind(
        lambda: edit_json(current_file("manifest.json"), code_version="0"),
        "manifest.json",
        by_running,
        is_slow=True,
    ),
    "another code without a sum in the manifest of a release": Kind(
        lambda: edit_json(current_file("manifest.json"), is_summed=False, code_version="0"),
        "manifest.json",
        by_running,
        is_slow=True,
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
    for path in folder.rglob("*"):  # a release is read-only, which keeps no damage out
        path.chmod(path.stat().st_mode | 0o200)
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
    if kind.stops:
        with pytest.raises(Refused) as refused:
            judged_release()
        assert kind.named in str(refused.value) and "\n" not in str(refused.value)
    if kind.is_slow and not request.config.getoption("--every-way-back"):
        return
    kind.way_back()
    assert verification.damages() == []


@pytest.mark.parametrize("name", ["a raw file edited in place", "a raw file gone", "the plan gone"])
def test_nothing_is_made_from_bytes_that_are_damaged(data, name):
    KINDS[name].damage()
    with pytest.raises(Refused, match=r"receive it again \(dxkpi ingest .*withdraw") as refused:
        verification.refuse_damaged(verification.of_bytes())
    assert "\n" not in str(refused.value)


def test_damages_are_told_a_line_each_and_the_command_fails(data):
    (folders.raw() / "vneid/notes.txt").write_text("x")
    append(sample())
    told = dxkpi("verify", data=data)
    assert told.returncode == 1 and len(told.stdout.splitlines()) == 2
    assert "dxkpi: 2 damages were found" in told.stderr


def test_a_damaged_release_and_a_killed_build_are_made_again_and_compared_with_the_release_before(data):
    kill_a_build(data)
    append(current_file("parquet/fct_finding.parquet"))
    write_lines(lines()[:-1])
    append(sample())
    before = release()
    told = dxkpi("run", data=data)
    assert told.returncode == 0, told.stderr
    assert "restored" in told.stderr and release() != before
    places_left = {damage.locator for damage in verification.damages()}
    assert places_left == {before / "parquet/fct_finding.parquet"}
    shutil.rmtree(before)
    assert verification.damages() == []


def test_an_edited_build_a_killed_one_and_one_not_judged_are_not_published_and_each_has_its_way_back(data):
    true = pl.read_parquet(current_file("parquet/fct_indicator_value.parquet"))
    shutil.rmtree(folders.published())
    sound = folders.warehouse().read_bytes()
    edit_database(folders.warehouse())
    for command in ("publish", "check"):
        told = dxkpi(command, data=data)
        assert told.returncode == 1
        assert told.stderr.splitlines()[-1] == (
            f"dxkpi: {folders.warehouse()}: is not as it was written; dxkpi build makes it again"
        )
    folders.warehouse().write_bytes(sound)
    assert not list(verification.of_warehouse())
    kill_a_build(data)
    damages = list(verification.of_warehouse())
    files = {str(damage.locator) for damage in damages}
    assert set() < files <= {str(folders.warehouse()), f"{folders.warehouse()}.wal"}
    more = f" (and {len(damages) - 1} more: dxkpi verify)" if damages[1:] else ""
    for command in ("publish", "check"):
        told = dxkpi(command, data=data)
        assert told.returncode == 1
        assert told.stderr.splitlines()[-1] in {f"dxkpi: {damage}{more}" for damage in damages}
        assert "dxkpi build makes it again" in told.stderr
    again = dxkpi("build", data=data)
    assert again.returncode == 0, again.stderr
    unjudged = dxkpi("publish", data=data)
    assert unjudged.returncode == 1 and "run `dxkpi check` first" in unjudged.stderr
    for command in ("check", "publish"):
        done = dxkpi(command, data=data)
        assert done.returncode == 0, done.stderr
    assert verification.damages() == []
    assert pl.read_parquet(current_file("parquet/fct_indicator_value.parquet")).equals(true)


def kill_a_build(data: Path) -> None:
    """Start a build of everything and kill it as soon as it has written to the warehouse."""
    shutil.copytree(ROOT / "data/registry", folders.data_dir() / "registry")
    with (folders.data_dir() / "registry/rules.yml").open("a") as rules:
        rules.write("# Another registry, which changes no table.\n")
    built, seen = folders.warehouse(), folders.warehouse().stat().st_mtime_ns
    command = subprocess.Popen(
        [DXKPI, "build"], env=os.environ | {"DXKPI_DATA_DIR": str(data)}, stderr=subprocess.DEVNULL
    )
    try:
        log = Path(f"{built}.wal")
        while command.poll() is None and not log.exists() and built.stat().st_mtime_ns == seen:
            time.sleep(0.01)
    finally:
        command.kill()
    assert command.wait() == -signal.SIGKILL


def test_what_only_its_sum_would_show_is_found_in_a_release_of_older_code_too(data):
    edit_json(current_file("manifest.json"), is_summed=False)
    assert verification.damages() == []
    assert inputs.are_released()


def test_another_release_may_be_current(data):
    """That is what a rollback does, so it is no damage."""
    other = folders.published() / "releases/other"
    shutil.copytree(release(), other)
    edit_json(other / "manifest.json", is_summed=True, release_id="other")
    publication.rollback(folders.published(), "other")
    assert verification.damages() == []


def test_who_edits_both_copies_of_a_line_and_makes_their_sums_anew_is_not_found(data):
    """README says so: a sum shows a mistake and not a forger."""
    edit_json(manifest.note_file(received_sample()), is_summed=True, publisher="x")
    edit_line(publisher="x")
    assert not [damage for damage in verification.damages() if damage.locator.parent == folders.raw()]


def test_an_extract_taken_back_survives_the_loss_of_all_that_is_landed(data):
    withdrawn_sample()
    by_landing()
    landed = {f.name: f.read_bytes() for f in landing.folder("vneid").glob("*")}
    assert sample().stem in set(landing.landed("vneid")["extract_id"])
    shutil.rmtree(folders.landed())
    by_landing()
    assert {f.name: f.read_bytes() for f in landing.folder("vneid").glob("*")} == landed


def test_bytes_that_are_lost_for_good_are_given_up_by_taking_them_back(data):
    manifest.withdraw(sample().stem, "sent by mistake")
    (withdrawn,) = [e for e in manifest.extracts() if e.withdrawn]
    sample().unlink()
    told = dxkpi("withdraw", withdrawn.extract_id, "--reason", "lost for good", data=data)
    assert told.returncode == 0 and "its bytes are lost" in told.stdout
    (given_up,) = [e for e in manifest.extracts() if e.withdrawn]
    assert given_up.withdrawn.at == withdrawn.withdrawn.at
    assert given_up.withdrawn.reason == "sent by mistake; lost for good"
    by_landing()
    assert verification.damages() == []
    by_receiving_again()
    assert manifest.is_sound(given_up)
    (healed,) = [e for e in manifest.extracts() if e.withdrawn]
    assert not healed.is_given_up
