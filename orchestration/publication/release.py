"""A release folder: drafted out of sight, renamed when whole, then made `current` in one atomic step.

published/releases/<id>.draft/   being written, or left by a killed run; swept by the next publication
published/releases/<id>/         whole, read-only and never changed again
published/current                a symbolic link to the release that readers see
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from ingest.clock import HANOI
from ingest.errors import Refused
from ingest.files import held
from orchestration.publication import (
    data_package,
    database,
    manifest,
    notice,
    page,
    quarterly_report,
    workbook,
)

RELEASE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
DRAFT = ".draft"
KEPT = 40  # of the newest; a release takes a few megabytes


@dataclass(frozen=True)
class Release:
    release_id: str
    built_at: datetime
    folder: Path
    is_current: bool


def publish(
    warehouse: Path, published: Path, release_id: str, docs: Callable[[Path], None] | None = None
) -> Path:
    """Write the marts of `warehouse` as a release, point `current` at it and return its folder.

    `docs` fills the folder `data_docs/` it is given. Publishing the same content under the same id again only
    points `current` at what is there, which completes a run that was killed just before its last step.
    Raises Refused, leaving `current` as it was.
    """
    if not RELEASE_ID.fullmatch(release_id) or release_id.endswith(DRAFT):
        raise Refused(
            f"release id {release_id!r}: expected letters, digits, '.', '_' and '-', not ending in {DRAFT}"
        )
    with only_publisher(published):
        sweep(published)
        draft = published / "releases" / (release_id + DRAFT)
        folder = published / "releases" / release_id
        write(warehouse, draft, release_id, docs)
        if folder.exists():
            if not manifest.same_content(draft, folder):
                remove(draft)
                raise Refused(
                    f"{folder}: this release exists with other content, and a release is never changed; "
                    "publish under another id"
                )
            remove(draft)
        else:
            manifest.verify(draft, release_id)
            database.verify(draft)
            sync_tree(draft)
            freeze(draft)
            draft.rename(folder)
            sync(folder.parent)
        before = current(published)
        point(published, release_id)
        for old in superseded(releases(published), kept_releases(), before):
            remove(old.folder.rename(old.folder.with_name(old.folder.name + DRAFT)))
    return folder


def kept_releases() -> int | None:
    """How many of the newest releases are kept; None for all."""
    stated = os.environ.get("DXKPI_KEEP_RELEASES", "").strip() or str(KEPT)
    if stated == "all":
        return None
    if not stated.isdecimal() or int(stated) < 2:
        raise Refused(
            f"DXKPI_KEEP_RELEASES={stated}: expected `all`, or a number of releases from 2 on; set it so"
        )
    return int(stated)


def superseded(known: list[Release], kept: int | None, before: Path | None) -> list[Release]:
    """Those that may go: not the newest, nor the last of its quarter, nor current, nor `before`.

    before: what was current until now. DuckDB follows the link first and opens what it found a moment later.
    """
    if kept is None:
        return []
    last_of_quarter = {quarter(release): release for release in known}
    return [
        release
        for release in known[: max(len(known) - kept, 0)]
        if not release.is_current
        and release.folder != before
        and last_of_quarter[quarter(release)] is not release
    ]


def quarter(release: Release) -> tuple[int, int]:
    """The quarter in which it was built, by the calendar of Việt Nam."""
    day = release.built_at.astimezone(HANOI)
    return day.year, (day.month + 2) // 3


def freeze(folder: Path) -> None:
    """So that no reader can change a release or, by opening its database for writing, lock others out."""
    for path in (*folder.rglob("*"), folder):
        path.chmod(0o555 if path.is_dir() else 0o444)


def remove(folder: Path) -> None:
    """A release or a draft; what is read-only can be removed from folders that are not."""
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    shutil.rmtree(folder)


def write(warehouse: Path, draft: Path, release_id: str, docs: Callable[[Path], None] | None) -> None:
    """Everything a release holds, the manifest last because it lists the rest."""
    draft.mkdir(parents=True)
    database.write(warehouse, draft)
    about = about_release(warehouse, draft, release_id)
    marts = database.Marts(draft / "parquet")
    data_package.write(marts, about, draft)
    workbook.write(marts, about, draft / "appendix_01.xlsx")
    if docs:
        (draft / "data_docs").mkdir()
        docs(draft / "data_docs")
    quarterly_report.write_latest(marts, about, draft / "report")
    page.write(marts, about, draft / "report", has_docs=docs is not None)
    notice.write(marts, about, draft / "README.md", has_docs=docs is not None)
    manifest.write(marts, about, draft)


def about_release(warehouse: Path, draft: Path, release_id: str) -> dict:
    """The one row of `marts.release`: release_id, built_at, code_version, inputs, contract_version."""
    rows = pl.read_parquet(draft / "parquet" / "release.parquet").to_dicts()
    if [row["release_id"] for row in rows] != [release_id]:
        found = ", ".join(str(row["release_id"]) for row in rows) or "no row"
        raise Refused(
            f"{warehouse}: table marts.release: expected one row for {release_id}, found {found}; "
            "check and build again before publishing"
        )
    return rows[0]


def rollback(published: Path, release_id: str | None = None) -> Path:
    """Point `current` at an earlier release (by default the one built before it) and return its folder."""
    with only_publisher(published):
        known = releases(published)
        ids = [release.release_id for release in known]
        if release_id is None:
            at = next((n for n, release in enumerate(known) if release.is_current), None)
            if at is None:
                raise Refused(
                    f"{published / 'current'}: nothing is published, so there is nothing to go back from"
                )
            if at == 0:
                raise Refused(f"{published / 'releases'}: {ids[0]} is the oldest release, none is before it")
            release_id = ids[at - 1]
        elif release_id not in ids:
            raise Refused(
                f"{published / 'releases'}: no release {release_id}; there are: {', '.join(ids) or 'none'}"
            )
        manifest.verify(published / "releases" / release_id)
        point(published, release_id)
    return published / "releases" / release_id


def verify_copy(folder: Path) -> None:
    """That a copy of a release, wherever it is, is the release. Raises Refused with the first difference."""
    manifest.verify(folder, "")
    database.verify(folder)


def releases(published: Path) -> list[Release]:
    """The whole releases, oldest first. Drafts and folders without a manifest are none."""
    now = current(published)
    found = []
    for folder in release_folders(published):
        # of a damaged manifest `verify` tells
        with suppress(OSError, ValueError, TypeError, KeyError):
            built_at = manifest.built_at(folder)
            found.append(Release(folder.name, built_at, folder, is_current=folder == now))
    return sorted(found, key=lambda release: (release.built_at, release.release_id))


def next_moment(published: Path) -> datetime:
    """When a release that is made now is built: what goes back one release goes by this order."""
    known = releases(published)
    return moment_after(known[-1].built_at if known else None)


def moment_after(last: datetime | None) -> datetime:
    """Now, in whole seconds; after what was built last also where the clock was set back."""
    now = datetime.now(UTC).replace(microsecond=0)
    return now if not last or last < now else last + timedelta(seconds=1)


def release_folders(published: Path) -> list[Path]:
    """The folders of releases, whole or damaged, by name."""
    folders = sorted((published / "releases").glob("*/"))
    return [f for f in folders if RELEASE_ID.fullmatch(f.name) and not f.name.endswith(DRAFT)]


def comparable(published: Path) -> Path | None:
    """The release that the next one is compared with: the current one, or where that is damaged the newest
    whole one; None where there is none."""
    known = releases(published)
    now = [release.folder for release in known if release.is_current]
    others = [release.folder for release in reversed(known) if not release.is_current]
    return next((folder for folder in now + others if not manifest.damages_of(folder)), None)


def current(published: Path) -> Path | None:
    """The folder of the release that readers see, or None when nothing has been published."""
    link = published / "current"
    return published / os.readlink(link) if link.is_symlink() else None


@contextmanager
def only_publisher(published: Path) -> Iterator[None]:
    """One publication or rollback at a time. The lock goes with the process, however that ends."""
    (published / "releases").mkdir(parents=True, exist_ok=True)
    with ExitStack() as lock:
        try:
            lock.enter_context(held(published / ".lock", wait=0))
        except TimeoutError:
            raise Refused(f"{published}: another publication is running; wait for it to end") from None
        yield


def sweep(published: Path) -> None:
    """Remove what killed runs left behind."""
    for draft in (published / "releases").glob(f"*{DRAFT}"):
        remove(draft)
    for link in published.glob(f"current{DRAFT}"):
        link.unlink()


def point(published: Path, release_id: str) -> None:
    """Replacing a link is atomic; making one where another is, or deleting it first, is not."""
    if (published / "current").exists() and not (published / "current").is_symlink():
        raise Refused(f"{published / 'current'}: is no link to a release; move it away and try again")
    link = published / f"current{DRAFT}"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("releases", release_id))
    os.replace(link, published / "current")
    sync(published)


def sync_tree(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        sync(path)
    sync(folder)


def sync(path: Path) -> None:
    """Have the disk hold a file, or a folder's list of names, before the next step relies on it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
