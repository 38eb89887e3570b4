"""`dxkpi verify`: everything on disk against what it was when it was written, each damage with the way back.

What was received is checked against its name, what was landed, built and judged against the books beside it,
releases against their own manifest. What can be made again is never lost; what cannot is asked for.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ingest import folders, landing, manifest, quarantine
from ingest.errors import Refused
from ingest.hashes import Book, Hashes
from orchestration.publication import current, damages_of, release_folders
from orchestration.state import engine

RUN = "dxkpi run makes it again"
RESTORED = "dxkpi run restores it from the copies beside the bytes, or from the current release"
BUILD = "dxkpi build makes it again"
EITHER = "delete it or the line of the manifest, whichever is wrong; dxkpi run restores it from the other"
# What stands in raw beside the extracts.
OUR_OWN = {"manifest.jsonl", "validators.json", "hashes.json", ".lock"}


@dataclass(frozen=True)
class Damage:
    """What is wrong with a file or folder, and how to get back."""

    locator: Path
    what: str
    way_back: str

    def __str__(self) -> str:
        return f"{self.locator}: {self.what}; {self.way_back}"


def damages(release: str | None = None) -> list[Damage]:
    """All that is wrong, or what is wrong with one release. Raises Refused where there is no such release."""
    if release is None:
        return [
            *_raw(),
            *of_quarantine(),
            *of_landed(again=True),
            *of_warehouse(),
            *of_checks(),
            *_releases(),
        ]
    releases = {folder.name: folder for folder in release_folders(folders.published())}
    if release not in releases:
        known = ", ".join(sorted(releases)) or "none"
        raise Refused(f"{folders.published() / 'releases'}: no release {release}; there are: {known}")
    return list(_release(releases[release]))


def released_extracts() -> list[manifest.Extract]:
    """What the current release was made from, as it says itself: by it a lost manifest is made whole."""
    folder = current(folders.published())
    if not folder or damages_of(folder):
        return []
    found = []
    for row in pl.read_parquet(folder / "parquet" / "dim_extract.parquet").to_dicts():
        first, *again = row["arrived_at"]
        reason = row.get("withdrawn_reason") or "-"
        withdrawals = [manifest.Withdrawal(at=at, reason=reason) for at in row.get("withdrawals") or ()]
        about = {name: row[name] for name in ("extract_id", "source_id", "file_name", "bytes", "is_made_up")}
        about |= {name: row[name] for name in ("plan_id", "period_id", "publisher", "citation")}
        times = {"received_at": first, "received_again_at": tuple(again), "withdrawals": tuple(withdrawals)}
        found.append(manifest.Extract(**about, **times))
    return found


def refuse_damaged(damaged: Iterable[Damage]) -> None:
    """Raises Refused where something that the numbers rest on is not as it was written."""
    found = list(damaged)
    if found:
        more = f" (and {len(found) - 1} more: dxkpi verify)" if found[1:] else ""
        raise Refused(f"{found[0]}{more}")


def current_is_sound() -> bool:
    """Whether the current release is there and as it was published; its files are hashed once."""
    folder = current(folders.published())
    if not folder or not folder.is_dir():
        return False
    hashes = Hashes(folders.published() / ".hashes.json", folders.published())
    damaged = damages_of(folder, hashes.of)
    hashes.save()
    return not damaged


def discard_damaged_warehouse() -> Damage | None:
    """Remove the build database, and all beside it, unless it is as a build that ended left it."""
    damaged = next(of_warehouse(), None)
    for file in folders.warehouse().parent.glob("*") if damaged else ():
        if file.is_file():
            file.unlink()
    return damaged


def of_bytes(
    source_id: str | None = None, *, hashes: Hashes | None = None, again: bool = False
) -> Iterator[Damage]:
    """What was received from a source, or from all, and what is known of it, where the numbers cannot rest on
    it."""
    hashes = hashes or manifest.hashes_of_raw()
    for extract in manifest.damaged_raw(hashes, source_id, again=again):
        file = manifest.raw_file(extract)
        yield Damage(file, manifest.OTHERS if file.exists() else manifest.MISSING, manifest.way_back(extract))
    hashes.save()
    for extract in manifest.extracts():
        if source_id in (None, extract.source_id) and manifest.is_contradicted(extract):
            what = f"says other things of {extract.file_name} than {manifest.manifest_file().name}"
            yield Damage(manifest.note_file(extract), what, EITHER)


def _raw() -> Iterator[Damage]:
    extracts, damaged = manifest.read_manifest()
    file = manifest.manifest_file()
    yield from (Damage(file, what, RESTORED) for what in damaged)
    hashes = manifest.hashes_of_raw()
    known = manifest.with_copies(extracts)
    if len(known) > len(extracts) and not damaged:
        lacking = f"lacks {len(known) - len(extracts)} extracts"
        yield Damage(file, lacking, RESTORED)
    ids = {extract.extract_id for extract in known}
    for extract in released_extracts():
        if extract.extract_id not in ids:
            yield Damage(
                file, f"lacks {extract.file_name}, which the current release was made from", RESTORED
            )
    yield from of_bytes(hashes=hashes, again=True)
    for extract in known:
        kept, copy = manifest.raw_file(extract), manifest.note_file(extract)
        if extract.is_given_up and hashes.of(kept) not in (extract.sha256, None):
            yield Damage(kept, f"{manifest.OTHERS}, and was given up", "delete it")
        if manifest.read_copy(copy) != extract and not manifest.is_contradicted(extract):
            what = "differs from the manifest" if copy.is_file() else "is missing"
            yield Damage(copy, what, "dxkpi run writes it again")
    hashes.save()
    ours = {manifest.raw_file(e) for e in known} | {manifest.note_file(e) for e in known}
    for path in sorted(folders.raw().rglob("*")):
        is_ours = path in ours or path.is_dir() or (path.parent == folders.raw() and path.name in OUR_OWN)
        if not is_ours and not path.name.endswith(".draft"):
            yield Damage(path, "is in no manifest", "receive it with dxkpi ingest, or delete it")
    validators = folders.raw() / "validators.json"
    if validators.exists() and not _is_object(validators):
        yield Damage(validators, "cannot be read", "delete it; what is fetched is sent in full then")


def of_quarantine() -> Iterator[Damage]:
    folder = folders.quarantine()
    for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
        way_back = "delete the folder, and receive the file again if it is still wanted"
        if entry.name.startswith("."):
            continue
        known = quarantine.read(entry)
        if known is None:
            yield Damage(entry / quarantine.REASON, "cannot be read or is not as it was written", way_back)
        elif not quarantine.has_sum(known):
            what = "has no sum: older code wrote it, or it was edited"
            again = f"dxkpi quarantine replay {known.extract_id[:12]} writes it again"
            yield Damage(entry / quarantine.REASON, what, again if known.file else way_back)
        elif known.file is None and known.code != quarantine.PRIVATE:
            yield Damage(entry, "has lost the bytes of its file", way_back)
        elif known.file and hashlib.sha256(known.file.read_bytes()).hexdigest() != known.extract_id:
            yield Damage(known.file, manifest.OTHERS, way_back)


def of_landed(*, again: bool = False) -> Iterator[Damage]:
    return _of(landing.book(), BUILD, again=again)


def of_warehouse() -> Iterator[Damage]:
    """The build database and what it was built from."""
    return _of(warehouse_book(), BUILD)


def of_checks() -> Iterator[Damage]:
    """What the suites found, and what the candidate is compared with."""
    return _of(checks_book(), RUN)


def warehouse_book() -> Book:
    return Book(folders.warehouse().parent, "*")


def note_warehouse(*more: Path) -> None:
    """Keep the hash of the build database, and of what was written beside it, once a step has written it."""
    book = warehouse_book()
    for file in (folders.warehouse(), *engine.note_snapshot(), *more):
        book.note(file)
    book.save()


def checks_book() -> Book:
    return Book(folders.checks())


def _of(book: Book, way_back: str, *, again: bool = True) -> Iterator[Damage]:
    for locator, what in book.damages(again=again):
        yield Damage(locator, what, way_back)


def _releases() -> Iterator[Damage]:
    published = folders.published()
    link = published / "current"
    found = {folder: list(_release(folder)) for folder in release_folders(published)}
    whole = [folder.name for folder, wrong in found.items() if not wrong]
    back = f"dxkpi rollback {whole[-1]}, or {RUN}" if whole else RUN
    if link.exists() and not link.is_symlink():
        yield Damage(link, "is no link to a release", f"move it away; then {back}")
    elif link.is_symlink() and current(published) not in found:
        yield Damage(link, "leads to no release", back)
    elif found and not link.is_symlink():
        yield Damage(link, "is missing", back)
    for wrong in found.values():
        yield from wrong
    for path in sorted((published / "releases").glob("*")):
        if path not in found and not path.name.endswith(".draft"):
            yield Damage(path, "is no release", "delete it")


def of_current() -> Iterator[Damage]:
    """The release that readers see, where it is there."""
    folder = current(folders.published())
    return _release(folder) if folder and folder.is_dir() else iter(())


def _release(folder: Path) -> Iterator[Damage]:
    is_current = current(folders.published()) == folder
    for name, what in damages_of(folder):
        way_back = RUN if is_current else "restore the folder from a copy, or delete it"
        yield Damage(folder / name, what, way_back)


def _is_object(file: Path) -> bool:
    """Whether a file holds an object of JSON."""
    try:
        return isinstance(json.loads(file.read_text(encoding="utf-8")), dict)
    except (OSError, ValueError):
        return False
