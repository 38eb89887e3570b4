"""`dxkpi verify`: everything on disk against what it was when it was written, each damage with the way back.

What was received is checked against its name, landed tables against the book of them, releases against their
own manifest. What can be made again is never lost; what cannot is asked for.
"""

import contextlib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from ingest import landing, places, quarantine, received
from ingest.errors import Refused
from ingest.hashes import Hashes
from orchestration.publication import current, damages_of, release_folders

RUN = "dxkpi run makes it again"
RESTORED = "dxkpi run restores it from the copies beside the bytes, or from the current release"
BUILD = "dxkpi build makes it again"
# What stands in raw beside the extracts.
OUR_OWN = {"manifest.jsonl", "validators.json", "hashes.json", ".lock"}


@dataclass(frozen=True)
class Damage:
    """What is wrong with a file or folder, and how to get back."""

    place: Path
    what: str
    way_back: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}; {self.way_back}"


def damages(release: str | None = None) -> list[Damage]:
    """All that is wrong, or what is wrong with one release. Raises Refused where there is no such release."""
    if release is None:
        return [*_raw(), *of_quarantine(), *_landed(), *_build(), *_releases()]
    folders = {folder.name: folder for folder in release_folders(places.published())}
    if release not in folders:
        known = ", ".join(sorted(folders)) or "none"
        raise Refused(f"{places.published() / 'releases'}: no release {release}; there are: {known}")
    return list(_release(folders[release]))


def released_extracts() -> list[received.Extract]:
    """What the current release was made from, as it says itself: by it a lost manifest is made whole."""
    folder = current(places.published())
    if not folder or damages_of(folder):
        return []
    found = []
    for row in pl.read_parquet(folder / "parquet" / "dim_extract.parquet").to_dicts():
        first, *again = row["arrived_at"]
        reason = row.get("withdrawn_reason") or "-"
        withdrawals = [received.Withdrawal(at=at, reason=reason) for at in row.get("withdrawals") or ()]
        about = {name: row[name] for name in ("extract_id", "source_id", "file_name", "bytes", "is_made_up")}
        about |= {name: row[name] for name in ("plan_id", "period_id", "publisher", "citation")}
        times = {"received_at": first, "received_again_at": tuple(again), "withdrawals": tuple(withdrawals)}
        found.append(received.Extract(**about, **times))
    return found


def stand_on_raw() -> None:
    """Raises Refused where bytes that the numbers rest on are missing or are others by now."""
    hashes = received.hashes_of_raw()
    damaged = received.damaged_raw(hashes)
    hashes.save()
    if damaged:
        more = f" (and {len(damaged) - 1} more: dxkpi verify)" if damaged[1:] else ""
        what = received.OTHERS if received.raw_file(damaged[0]).exists() else received.MISSING
        raise Refused(f"{received.lost(damaged[0], what)}{more}")


def stand_on_build() -> None:
    """Raises Refused where what would be published cannot be read."""
    if damaged := list(_build()):
        raise Refused(str(damaged[0]))


def current_is_sound() -> bool:
    """Whether the current release is there and as it was published; its files are hashed once."""
    folder = current(places.published())
    if not folder or not folder.is_dir():
        return False
    hashes = Hashes(places.published() / ".hashes.json", places.published())
    damaged = damages_of(folder, hashes.of)
    hashes.save()
    return not damaged


def discard_damaged_warehouse() -> Path | None:
    """Remove a build database that cannot be opened, and what a killed process left of it."""
    warehouse = places.warehouse()
    leftover = warehouse.with_name(f"{warehouse.name}.wal")
    if leftover.exists() and not warehouse.exists():
        leftover.unlink()
    if not warehouse.exists() or _opens(warehouse, read_only=False):
        return None
    for file in (warehouse, leftover):
        file.unlink(missing_ok=True)
    return warehouse


def _opens(warehouse: Path, *, read_only: bool) -> bool:
    """A log that a killed process left is written into the file, or with `read_only` left alone."""
    try:
        with duckdb.connect(str(warehouse), read_only=read_only) as database:
            database.execute("select count(*) from information_schema.tables").fetchone()
    except duckdb.Error:
        return False
    return True


def _raw() -> Iterator[Damage]:
    extracts, damaged = received.read_manifest()
    file = received.manifest_file()
    yield from (Damage(file, what, RESTORED) for what in damaged)
    hashes = received.hashes_of_raw()
    known = received.with_copies(extracts)
    if len(known) > len(extracts) and not damaged:
        lacking = f"lacks {len(known) - len(extracts)} extracts"
        yield Damage(file, lacking, RESTORED)
    ids = {extract.extract_id for extract in known}
    for extract in released_extracts():
        if extract.extract_id not in ids:
            yield Damage(
                file, f"lacks {extract.file_name}, which the current release was made from", RESTORED
            )
    for extract in known:
        kept = received.raw_file(extract)
        found = hashes.of(kept, again=True)
        if found != extract.extract_id and not extract.withdrawn:
            what = received.OTHERS if found else received.MISSING
            yield Damage(kept, what, received.way_back(extract))
        elif found not in (extract.extract_id, None):
            yield Damage(kept, f"{received.OTHERS}, and was taken back", "delete it")
        if received.read_copy(received.note_file(extract)) != extract:
            what = "differs from the manifest" if received.note_file(extract).is_file() else "is missing"
            yield Damage(received.note_file(extract), what, "dxkpi run writes it again")
    hashes.save()
    ours = {received.raw_file(e) for e in known} | {received.note_file(e) for e in known}
    for path in sorted(places.raw().rglob("*")):
        is_ours = path in ours or path.is_dir() or (path.parent == places.raw() and path.name in OUR_OWN)
        if not is_ours and not path.name.endswith(".draft"):
            yield Damage(path, "is in no manifest", "receive it with dxkpi ingest, or delete it")
    validators = places.raw() / "validators.json"
    if validators.exists() and not _is_object(validators):
        yield Damage(validators, "cannot be read", "delete it; what is fetched is sent in full then")


def of_quarantine() -> Iterator[Damage]:
    folder = places.quarantine()
    for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
        way_back = "delete the folder, and receive the file again if it is still wanted"
        if entry.name.startswith("."):
            continue
        known = quarantine.read(entry)
        if known is None:
            yield Damage(entry / quarantine.REASON, "cannot be read", way_back)
        elif known.file is None and known.code != quarantine.PRIVATE:
            yield Damage(entry, "has lost the bytes of its file", way_back)
        elif known.file and hashlib.sha256(known.file.read_bytes()).hexdigest() != known.extract_id:
            yield Damage(known.file, received.OTHERS, way_back)


def _landed() -> Iterator[Damage]:
    folder = places.landed()
    if not folder.is_dir():
        return
    book = landing.Book()
    if not book.written:
        yield Damage(folder / "book.json", "is missing or cannot be read", BUILD)
        return
    found = {path for path in folder.rglob("*.parquet*") if path.is_file()}
    for path in sorted(found | {folder / name for name in book.written}):
        if book.holds(path, again=True):
            continue
        name = path.relative_to(folder).as_posix()
        what = (
            "is missing"
            if path not in found
            else "is not as it was landed"
            if name in book.written
            else "was not landed"
        )
        yield Damage(path, what, BUILD)


def _build() -> Iterator[Damage]:
    warehouse = places.warehouse()
    leftover = warehouse.with_name(f"{warehouse.name}.wal")
    if warehouse.exists() and not _opens(warehouse, read_only=True):
        yield Damage(warehouse, "cannot be opened", BUILD)
    elif leftover.exists():
        yield Damage(leftover, "was left behind by a build that was stopped", BUILD)
    made_from = warehouse.with_name("built_from.json")
    if made_from.exists() and not _is_object(made_from):
        yield Damage(made_from, "cannot be read", BUILD)
    for file in sorted(places.checks().glob("*.parquet")):
        with contextlib.suppress(Exception):
            pl.read_parquet(file)
            continue
        yield Damage(file, "cannot be read", "dxkpi run judges again")


def _releases() -> Iterator[Damage]:
    published = places.published()
    link = published / "current"
    found = {folder: list(_release(folder)) for folder in release_folders(published)}
    whole = [folder.name for folder, wrong in found.items() if not wrong]
    back = f"dxkpi rollback {whole[-1]}, or {RUN}" if whole else RUN
    if link.exists() and not link.is_symlink():
        yield Damage(link, "is no link to a release", f"move it away; then {back}")
    elif link.is_symlink() and not link.exists():
        yield Damage(link, "leads to a release that is not there", back)
    elif found and not link.is_symlink():
        yield Damage(link, "is missing", back)
    for wrong in found.values():
        yield from wrong
    for path in sorted((published / "releases").glob("*")):
        if path not in found and not path.name.endswith(".draft"):
            yield Damage(path, "is no release", "delete it")


def _release(folder: Path) -> Iterator[Damage]:
    is_current = current(places.published()) == folder
    for name, what in damages_of(folder):
        way_back = RUN if is_current else "restore the folder from a copy, or delete it"
        yield Damage(folder / name, what, way_back)


def _is_object(file: Path) -> bool:
    """Whether a file holds an object of JSON."""
    try:
        return isinstance(json.loads(file.read_text(encoding="utf-8")), dict)
    except (OSError, ValueError):
        return False
