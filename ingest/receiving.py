"""Bytes from outside are kept and noted in the manifest; what cannot be read is set aside."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from ingest import documents, folders, names, quarantine, readings, worker
from ingest.errors import Refused
from ingest.files import bytes_of, replace_file
from ingest.landing import reading_code
from ingest.manifest import (
    Extract,
    alone,
    also_arrived,
    extracts,
    id_of,
    is_sound,
    known_as,
    moment,
    note,
    raw_file,
)
from ingest.reading import tall
from ingest.sources import SOURCES


def receive(source_id: str, file: Path, *, received_at: datetime | None = None, **about) -> Extract:
    """Keep the bytes of `file` and note their arrival; the same bytes twice are one extract that came twice,
    whichever time is noted first.

    Raises Refused when the file cannot be read as what it is said to be; it is in quarantine then, and of a
    file with personal data only its hash and the place.
    """
    return receive_body(source_id, file.name, bytes_of(file), received_at=received_at, **about)


def receive_together(
    files: Iterable[Path], plan_id: str, *, received_at: datetime | None = None, **given
) -> Extract:
    """Receive a plan that came in several files as one archive that holds each as it is. Raises Refused."""
    bodies = [(names.legible(file.name), bytes_of(file)) for file in files]
    for name, _ in bodies:
        if names.is_personal(name) or [other for other, _ in bodies].count(name) > 1:
            raise Refused(f"{name}: its name holds a citizen number or is given twice; send it under another")
    names.refuse_plan_id(plan_id)
    body = documents.together(bodies)
    return receive_body("plan", f"{plan_id}.zip", body, received_at=received_at, plan_id=plan_id, **given)


def receive_body(
    source_id: str,
    file_name: str,
    body: bytes,
    *,
    received_at: datetime | None = None,
    unattended: bool = False,
    **about,
) -> Extract:
    """As `receive`, for bytes that are no file yet. `unattended`: nobody compared them with the original."""
    extract_id = hashlib.sha256(body).hexdigest()
    is_personal = names.is_personal(file_name)
    extract = Extract(
        extract_id=extract_id,
        source_id=source_id,
        file_name=f"a file of {source_id} ({extract_id[:12]})" if is_personal else names.legible(file_name),
        bytes=len(body),
        received_at=(received_at or moment()).astimezone(UTC),
        is_made_up=about.pop("is_made_up", False),
        **about,
    )
    if source_id in SOURCES:
        tall.period_of(extract.file_name, extract.period_id)
    else:
        names.refuse_plan_id(extract.plan_id)
    try:
        if is_personal:
            raise Refused(
                f"{extract.file_name}: its name holds a citizen number or a phone number, so nothing of it "
                "was kept; send it under another name",
                quarantine.PRIVATE,
                "the name of the file",
            )
        if known_as(extract) is None:
            reading = readings.read(extract, body, reading_code())
            if unattended:
                _refuse_unfinished(extract.file_name, body, reading)
    except Refused as refused:
        set_aside = refused if refused.code == quarantine.PRIVATE else _private(extract, body) or refused
        with alone():
            quarantine.set_aside(extract, body, set_aside)
        set_aside.is_set_aside = True
        raise set_aside from refused.__cause__
    with alone():
        known = known_as(extract)  # another process may have been faster
        extract = replace(extract, extract_id=known.extract_id if known else id_of(extract))
        if extract.plan_id:
            extract = replace(extract, received_at=_after_other_texts(extract))
        noted = also_arrived(known, extract) if known else extract
        if known and not is_sound(known):  # what was lost here and is sent again is no new arrival
            found = (replace(each, without_bytes=False) for each in known.withdrawals)
            noted = replace(known, withdrawals=tuple(found))
        kept = raw_file(noted)
        if not is_sound(noted):  # missing, or damaged: true bytes take the place of others
            kept.parent.mkdir(parents=True, exist_ok=True)
            replace_file(kept, lambda draft: draft.write_bytes(body))
        if noted != known:
            note(noted)
            if known and raw_file(known) not in map(raw_file, extracts()):
                raw_file(known).unlink(missing_ok=True)  # named as it came later
        quarantine.let_go(extract.sha256)
    return noted


def _after_other_texts(extract: Extract) -> datetime:
    """A plan has one text at a time: of two with one moment the one that is noted later came later."""
    others = {
        e.received_at for e in extracts() if e.plan_id == extract.plan_id and e.sha256 != extract.sha256
    }
    moment = extract.received_at
    while moment in others:
        moment += timedelta(microseconds=1)
    return moment


def replay(entry: quarantine.Entry) -> Extract:
    """Receive again what was set aside, as of the day it came. Raises Refused while it cannot be read."""
    file = entry.file
    if file is None or entry.file_name is None:
        raise Refused(f"{entry.extract_id}: holds personal data and was not kept; send counts only")
    body = bytes_of(file)
    if hashlib.sha256(body).hexdigest() != entry.extract_id:
        raise Refused(
            f"{file}: holds other bytes than were set aside; get {entry.file_name} again and put it into the "
            "inbox"
        )
    unattended = entry.code == "truncated"
    return receive_body(entry.source_id, entry.file_name, body, unattended=unattended, **entry.about)


def receive_bundled(source_id: str) -> list[Extract]:
    """Receive what came with the project for this source: plans under `plan/`, extracts under `samples/`."""
    return [receive(source_id, file, **about) for file, about in bundled(source_id)]


def bundled(source_id: str) -> list[tuple[Path, dict]]:
    """Each file that comes with the project for this source, with what is known about it."""
    return [(file, about) for source, file, about in _all_bundled() if source == source_id]


def _all_bundled() -> Iterator[tuple[str, Path, dict]]:
    for entry in sorted(folders.tracked("plan").glob("*/about.yml")):
        about = yaml.safe_load(entry.read_text(encoding="utf-8"))
        yield "plan", entry.with_name(about.pop("file")), about
    index = folders.tracked("samples") / "index.yml"
    for about in yaml.safe_load(index.read_text(encoding="utf-8")) if index.is_file() else []:
        file = index.with_name(about.pop("file"))
        about.pop("note", None)  # for who reads the index
        yield about.pop("source"), file, {"period_id": about.pop("period"), **about}


def _private(extract: Extract, body: bytes) -> Refused | None:
    """Why bytes that are no table must not be kept either. A plan is a public document."""
    try:
        if extract.source_id in SOURCES:
            worker.refuse_personal_bytes(extract.file_name, body)
    except Refused as refused:
        return refused
    return None


def _refuse_unfinished(name: str, body: bytes, reading: Path) -> None:
    """Text that stops within a line may have lost more than the line's end. Other forms show their end."""
    shows_its_end = body.startswith((b"PK", b"\xd0\xcf\x11\xe0")) or body.lstrip(_AHEAD)[:1] in b"[{<"
    if not shows_its_end and body.rstrip(b"\0")[-1:] not in b"\r\n":
        readings.drop(reading)
        raise Refused(
            f"{name}: stops within a line, so a part may be missing; ask for the whole file, or compare it "
            "by hand and use dxkpi ingest extract",
            "truncated",
        )


_AHEAD = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"  # byte-order marks and blanks
