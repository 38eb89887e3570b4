"""From bytes received to typed tables on disk, in two steps that can be run apart.

raw/<source>/<sha256>          the bytes, never edited, and raw/manifest.jsonl: what was received, and when
landed/<table>/<sha256>.parquet    one file per extract and table, a pure function of its bytes
landed/arrivals/, refused_files/    when each extract came, also again; what is in quarantine; rewritten whole
quarantine/<sha256>/               what could not be read, with the reason; see `quarantine`
"""

import contextlib
import fcntl
import hashlib
import json
import logging
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import yaml

from ingest import names, places, plan, quarantine, registry, tall, worker
from ingest.errors import Refused
from ingest.hashes import Hashes
from ingest.reading.grids import MAX_BYTES
from ingest.reading.outcome import REJECTED, UNREAD
from ingest.registry import headings
from ingest.sources import SOURCES
from ingest.worker import COUNTED

log = logging.getLogger(__name__)

EXTRACTS = {
    "extract_id": pl.String,
    "source_id": pl.String,
    "plan_id": pl.String,
    "file_name": pl.String,
    "bytes": pl.Int64,
    "period_id": pl.String,
    "received_at": pl.Datetime("us", "UTC"),
    "publisher": pl.String,
    "citation": pl.String,
    "is_made_up": pl.Boolean,
    "withdrawn_at": pl.Datetime("us", "UTC"),
    "withdrawn_reason": pl.String,
}

# When something was said, and until when where it was withdrawn.
ARRIVALS = {
    "extract_id": pl.String,
    "received_at": pl.Datetime("us", "UTC"),
    "withdrawn_at": pl.Datetime("us", "UTC"),
}

# What came of reading an extract: its rows set aside, and its rows counted by what became of them.
OURS = {"extract_id": pl.String, "source_id": pl.String}
ABOUT_READING = {
    "rejected_rows": OURS | REJECTED,
    "unread_parts": OURS | UNREAD,
    "readings": OURS | {f"rows_{what}": pl.Int64 for what in COUNTED},
}

# What is in quarantine, without the words of the refusal.
REFUSED = {
    name: EXTRACTS[name]
    for name in ("extract_id", "source_id", "plan_id", "period_id", "file_name", "bytes", "received_at")
} | {"code": pl.String, "place": pl.String, "is_made_up": pl.Boolean}


@dataclass(frozen=True, kw_only=True)
class Withdrawal:
    """An extract was taken back, as received by mistake."""

    at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class Extract:
    """One file as received, known by the SHA-256 of its bytes. A plan has no period, the rest no plan.

    `received_at` is when the bytes came first, `received_again_at` each later time.
    """

    extract_id: str
    source_id: str
    file_name: str
    bytes: int
    received_at: datetime
    is_made_up: bool
    plan_id: str | None = None
    period_id: str | None = None
    publisher: str | None = None
    citation: str | None = None
    received_again_at: tuple[datetime, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()

    @property
    def withdrawn(self) -> Withdrawal | None:
        """The withdrawal that is in force: nothing of it was received since."""
        last = max(self.withdrawals, key=lambda each: each.at, default=None)
        return last if last and last.at >= max((self.received_at, *self.received_again_at)) else None


def receive(source_id: str, file: Path, *, received_at: datetime | None = None, **about) -> Extract:
    """Keep the bytes of `file` and note their arrival; the same bytes twice are one extract that came twice,
    whichever time is noted first.

    Raises Refused when the file cannot be read as what it is said to be; it is in quarantine then, and of a
    file with personal data only its hash and the place.
    """
    return receive_body(source_id, file.name, bytes_of(file), received_at=received_at, **about)


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
        received_at=(received_at or datetime.now(UTC)).astimezone(UTC),
        is_made_up=about.pop("is_made_up", False),
        **about,
    )
    if source_id == "plan":
        names.refuse_plan_id(extract.plan_id)
    else:
        tall.period_of(extract.file_name, extract.period_id)
    try:
        if is_personal:
            raise Refused(
                f"{extract.file_name}: its name holds a citizen number or a phone number, so nothing of it "
                "was kept; send it under another name",
                quarantine.PRIVATE,
                "the name of the file",
            )
        known = _known(extract)
        if known is None:
            tables_of(extract, body)
            if unattended:
                _refuse_unfinished(extract.file_name, body)
    except Refused as refused:
        set_aside = refused if refused.code == quarantine.PRIVATE else _private(extract, body) or refused
        with _alone():
            quarantine.set_aside(extract, body, set_aside)
        set_aside.is_set_aside = True
        raise set_aside from refused.__cause__
    with _alone():
        kept = raw_file(extract)
        if not is_sound(extract):  # missing, or damaged: true bytes take the place of others
            kept.parent.mkdir(parents=True, exist_ok=True)
            _replace(kept, lambda draft: draft.write_bytes(body))
        known = _known(extract)  # another process may have been faster
        noted = _also_arrived(known, extract) if known else extract
        if noted != known:
            if known and (noted.received_at != known.received_at or known.withdrawn):
                for file in places.landed().glob(f"*/{extract.extract_id}.parquet"):
                    file.unlink()  # of the later arrival
            _note(known, noted)
        quarantine.let_go(extract.extract_id)
    return noted


def _note(known: Extract | None, noted: Extract) -> None:
    """Write what is known of an extract, in its place: beside its bytes and in the manifest."""
    _replace(note_file(noted), lambda draft: draft.write_text(_as_lines([noted]), "utf-8"))
    entries = _as_lines([*(other for other in manifest() if other != known), noted])
    _replace(_manifest_file(), lambda draft: draft.write_text(entries, "utf-8"))


def _also_arrived(known: Extract, extract: Extract) -> Extract:
    """One extract that came at the times of both, told of as when it came first."""
    ours = {"received_again_at": (), "withdrawals": known.withdrawals}
    one, other = (replace(each, **ours) for each in (known, extract))
    # of several at the same moment there is one first as well
    first = min(one, other, key=lambda each: (each.received_at, repr(each)))
    times = {known.received_at, *known.received_again_at, extract.received_at} - {first.received_at}
    return replace(first, received_again_at=tuple(sorted(times)))


def replay(entry: quarantine.Entry) -> Extract:
    """Receive again what was set aside, as of the day it came. Raises Refused while it cannot be read."""
    file = entry.file
    if file is None:
        raise Refused(f"{entry.extract_id}: holds personal data and was not kept; send counts only")
    unattended = entry.code == "truncated"
    return receive_body(
        entry.source_id, entry.file_name, bytes_of(file), unattended=unattended, **entry.about
    )


def receive_bundled(source_id: str) -> list[Extract]:
    """Receive what came with the project for this source: plans under `plan/`, extracts under `samples/`."""
    return [receive(source_id, file, **about) for file, about in bundled(source_id)]


def bundled(source_id: str) -> Iterator[tuple[Path, dict]]:
    """Each file that comes with the project for this source, with what is known about it."""
    if source_id == "plan":
        for entry in sorted(places.tracked("plan").glob("*/about.yml")):
            about = yaml.safe_load(entry.read_text(encoding="utf-8"))
            yield entry.with_name(about.pop("file")), about
        return
    index = places.tracked("samples") / "index.yml"
    for entry in yaml.safe_load(index.read_text(encoding="utf-8")) if index.is_file() else []:
        if entry["source"] == source_id:
            yield (
                index.parent / entry["file"],
                {
                    "period_id": entry["period"],
                    "received_at": entry["received_at"],
                    "publisher": entry["publisher"],
                    "citation": entry["citation"],
                },
            )


def hash_of(file: Path) -> str:
    """The extract_id of a file."""
    return hashlib.sha256(bytes_of(file)).hexdigest()


def manifest() -> list[Extract]:
    """Everything received so far, in the order of arrival here.

    Of a line that cannot be read the copy beside the bytes speaks; see `restore`.
    """
    extracts, damaged = read_manifest()
    return extracts if not damaged else _with_copies(extracts)


def read_manifest() -> tuple[list[Extract], list[str]]:
    """The manifest as it stands, and what is wrong with it, a place and a reason each."""
    try:
        lines = _manifest_file().read_bytes().split(b"\n")
    except FileNotFoundError:
        # without it and without a copy nothing was received yet
        return [], ["is missing"] if any(places.raw().glob(f"*/*{COPY}")) else []
    found: dict[str, Extract] = {}
    damaged = [] if not lines[-1] else [f"line {len(lines)}: is cut short"]
    for number, line in enumerate(lines[:-1] if not lines[-1] else lines, start=1):
        try:
            extract = _extract(json.loads(line))
        except (ValueError, TypeError, KeyError, AttributeError):
            damaged.append(f"line {number}: {'is blank' if not line.strip() else 'cannot be read'}")
            continue
        if extract.extract_id in found:
            damaged.append(f"line {number}: stands twice")
        found[extract.extract_id] = extract
    return list(found.values()), list(dict.fromkeys(damaged))


def _with_copies(extracts: list[Extract]) -> list[Extract]:
    """Also those that only the copy beside their bytes still knows, by the time they came."""
    known = {extract.extract_id for extract in extracts}
    more = [copy for file in sorted(places.raw().glob(f"*/*{COPY}")) if (copy := read_copy(file))]
    return extracts + sorted(
        (copy for copy in more if copy.extract_id not in known), key=lambda copy: copy.received_at
    )


def read_copy(file: Path) -> Extract | None:
    """What a copy beside the bytes says; None where it is missing or cannot be read."""
    try:
        return _extract(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def restore() -> list[str]:
    """Make the manifest and the copies beside the bytes whole again, each from the other. What was mended."""
    if not places.raw().is_dir():
        return []
    with _alone():
        extracts, damaged = read_manifest()
        whole = _with_copies(extracts)
        mended = [
            f"{_manifest_file()}: {what}; restored from the copies beside the bytes" for what in damaged
        ]
        if len(whole) > len(extracts) and not damaged:
            mended.append(f"{_manifest_file()}: lacked {len(whole) - len(extracts)} extracts; restored")
        if mended:
            _replace(_manifest_file(), lambda draft: draft.write_text(_as_lines(whole), "utf-8"))
        for extract in whole:
            copy = note_file(extract)
            if read_copy(copy) == extract:
                continue
            if copy.is_file():
                mended.append(f"{copy}: differs from the manifest; written again")
            copy.parent.mkdir(parents=True, exist_ok=True)
            text = _as_lines([extract])
            _replace(copy, lambda draft, text=text: draft.write_text(text, "utf-8"))
    return mended


def _extract(entry: dict) -> Extract:
    entry |= _times(entry, datetime.fromisoformat)
    return Extract(**entry | {"withdrawals": tuple(Withdrawal(**each) for each in entry["withdrawals"])})


def arrivals() -> list[tuple[str, datetime, datetime | None]]:
    """Each (extract_id, moment, withdrawn_at) at which something was said, in order: what was received from a
    source for a period or plan, unless it is just what came the time before and still counts."""
    deliveries: dict[tuple, dict[datetime, set[str]]] = {}
    withdrawn: dict[str, list[datetime]] = {}
    for extract in manifest():
        of_one = deliveries.setdefault((extract.source_id, extract.plan_id, extract.period_id), {})
        for moment in (extract.received_at, *extract.received_again_at):
            of_one.setdefault(moment, set()).add(extract.extract_id)
        withdrawn[extract.extract_id] = sorted(each.at for each in extract.withdrawals)
    said = []
    for of_one in deliveries.values():
        before: set[str] = set()
        since = None
        for moment, extracts in sorted(of_one.items()):
            still = {each for each in before if not any(since <= at <= moment for at in withdrawn[each])}
            if extracts != still:
                said += [(moment, extract_id) for extract_id in extracts]
            before, since = extracts, moment
    return [
        (extract_id, moment, next((at for at in withdrawn[extract_id] if at >= moment), None))
        for moment, extract_id in sorted(said)
    ]


def withdraw(beginning: str, reason: str, *, at: datetime | None = None) -> Extract:
    """Take back an extract that was received by mistake: it stays in raw, and nothing of it counts any more.

    What it had taken the place of counts again. The same bytes received later are said again. Raises Refused.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise Refused("the reason is empty; say why the extract is taken back, it is published")
    with _alone():
        found = [e for e in manifest() if e.extract_id.startswith(beginning.lower())] if beginning else []
        if len(found) != 1:
            how_many = "no extract begins" if not found else f"{len(found)} extracts begin"
            raise Refused(f"{beginning}: {how_many} so; name one by its hash, as dim_extract does")
        (known,) = found
        if known.withdrawn:
            when = f"{known.withdrawn.at:%Y-%m-%d}"
            raise Refused(f"{known.extract_id}: was withdrawn on {when} already; nothing is left to do")
        taken_back = Withdrawal(at=at or datetime.now(UTC), reason=reason)
        noted = replace(known, withdrawals=(*known.withdrawals, taken_back))
        _landed("extracts", known).unlink(missing_ok=True)  # of the time before
        _note(known, noted)
    return noted


def land(source_id: str, again: Iterable[str] = ()) -> dict[str, int]:
    """Land what was received from this source and is not landed yet, or not as it was landed. Returns all its
    rows, by table.

    Extracts named in `again` are read again, whether they are landed or not. Raises Refused where the bytes
    of one are missing or damaged.
    """
    with _book() as book:
        tables = tables_from(source_id)
        for table, columns in (tables | ABOUT_READING).items():
            _write(book, table, "_empty", pl.LazyFrame(schema=columns))
        wanted = [*(() if source_id == "plan" else ABOUT_READING), *tables]
        for extract in manifest():
            if extract.source_id != source_id:
                continue
            is_landed = all(book.holds(_landed(table, extract)) for table in wanted)
            if is_landed and extract.extract_id not in again:
                continue
            if extract.withdrawn and not is_sound(extract):
                continue  # of what was taken back because its bytes are lost nothing can be made again
            body = raw_bytes(extract)
            try:
                frames = tables_of(extract, body)
            except Refused as refused:  # it was read by other code, or by other wordings
                log.warning("%s; it was read before and is set aside now", refused)
                with _alone():
                    quarantine.set_aside(extract, body, refused)
                continue
            # What is said about a reading comes first: where its rows are, their count is too.
            for table in wanted:
                _write(book, table, extract.extract_id, frames[table])
        _sweep(book, [*tables, *ABOUT_READING])
    return {table: _rows(table) for table in tables}


def land_extracts() -> dict[str, int]:
    """The manifest as a table; beside it, what came of reading each extract, and the refused files."""
    with _book() as book:
        refused = [{name: getattr(entry, name) for name in REFUSED} for entry in quarantine.entries()]
        _write(book, "refused_files", "all", pl.LazyFrame(refused, schema=REFUSED))
        for table, columns in ({"extracts": EXTRACTS} | ABOUT_READING).items():
            _write(book, table, "_empty", pl.LazyFrame(schema=columns))
        for extract in manifest():
            if not book.holds(_landed("extracts", extract)):
                row = {name: value for name, value in asdict(extract).items() if name in EXTRACTS}
                if extract.withdrawn:
                    row |= {
                        "withdrawn_at": extract.withdrawn.at,
                        "withdrawn_reason": extract.withdrawn.reason,
                    }
                _write(book, "extracts", extract.extract_id, pl.LazyFrame([row], schema=EXTRACTS))
        _write(book, "arrivals", "all", pl.LazyFrame(arrivals(), schema=ARRIVALS, orient="row"))
        _sweep(book, ["extracts", "arrivals", "refused_files"])
    return {table: _rows(table) for table in ("extracts", "arrivals", *ABOUT_READING, "refused_files")}


def landed(table: str) -> pl.DataFrame:
    """A landed table, as far as anything of it has been landed."""
    columns = {"extracts": EXTRACTS} | ABOUT_READING | (tables_from(table) if table in SOURCES else {})
    folder = places.landed() / table
    if not any(folder.glob("*.parquet")):
        return pl.DataFrame(schema=columns[table])
    return pl.read_parquet(folder / "*.parquet")


def land_registry() -> dict[str, int]:
    """The registry as tables. Raises Refused when its linter has something to say."""
    folder = places.tracked("registry")
    known = registry.load(folder)
    problems = registry.lint(known)
    if problems:
        first = problems[0]
        more = f" (and {len(problems) - 1} more)" if problems[1:] else ""
        raise Refused(f"{folder}: {first.place}: {first.message} [{first.rule}]{more}")
    frames = registry.tables(known)
    with _book() as book:
        for name, frame in frames.items():
            _write(book, "registry", name, frame.lazy())
        _sweep(book, ["registry"])
    return {name: frame.height for name, frame in frames.items()}


class Book(Hashes):
    """What was landed, by the hash each file had when it was written, and the code that it was made by."""

    def __init__(self):
        super().__init__(places.landed() / "book.json", places.landed())
        self.written = {name: entry[0] for name, entry in self.known.items()}

    def holds(self, file: Path, *, again: bool = False) -> bool:
        """Whether a file is as it was landed."""
        written = self.written.get(self.name(file))
        return written is not None and self.of(file, again=again) == written

    def note(self, file: Path) -> None:
        self.written[self.name(file)] = self.of(file, again=True)


@contextlib.contextmanager
def _book() -> Iterator[Book]:
    """The book of what is landed, kept when all is written; what other code landed is made anew."""
    stamp, code = places.landed() / ".read_by", reading_code()
    if not (stamp.is_file() and stamp.read_bytes() == code.encode()):
        shutil.rmtree(places.landed(), ignore_errors=True)
        places.landed().mkdir(parents=True)
        stamp.write_text(code)
    book = Book()
    try:
        yield book
    finally:
        book.save()


def _sweep(book: Book, tables: Iterable[str]) -> None:
    """Remove what lies among landed files and was not landed: every file there would be read."""
    for table in tables:
        for file in (places.landed() / table).glob("*"):
            if file.is_file() and not book.holds(file):
                file.unlink()


def reading_code() -> str:
    """The code that reads, and what of the registry it reads by."""
    return fingerprint([headings.file(), places.tracked("registry") / "organisations.csv"]) + CODE


def fingerprint(files: Iterable[Path]) -> str:
    """SHA-256 over names and contents of files, whatever order they come in."""
    parts = sorted((f.name, hashlib.sha256(f.read_bytes()).hexdigest()) for f in files if f.is_file())
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


# As this process loaded it; a daemon that is not started again goes on with the code it has.
CODE = fingerprint(Path(__file__).parent.rglob("*.py"))


def tables_from(source_id: str) -> dict[str, dict]:
    """The landed tables of a source, each with its columns and their types."""
    if source_id == "plan":
        ours = {"extract_id": pl.String, "plan_id": pl.String}
        return {table: ours | columns for table, columns in plan.TABLES.items()}
    return {source_id: {"extract_id": pl.String, **SOURCES[source_id].COLUMNS}}


def tables_of(extract: Extract, body: bytes) -> dict[str, pl.LazyFrame]:
    """Read an extract's bytes into its landed tables, whose rows are made while they are written. Raises
    Refused."""
    ours = {"extract_id": extract.extract_id, "source_id": extract.source_id, "plan_id": extract.plan_id}
    columns = tables_from(extract.source_id) | (ABOUT_READING if extract.source_id != "plan" else {})
    frames = worker.read(extract.source_id, extract.file_name, body, extract.period_id)
    return {
        table: frame.with_columns(**{name: pl.lit(value, pl.String) for name, value in ours.items()})
        .select(list(columns[table]))
        .cast(columns[table])
        for table, frame in frames.items()
    }


def _private(extract: Extract, body: bytes) -> Refused | None:
    """Why bytes that are no table must not be kept either. A plan is a public document."""
    try:
        if extract.source_id != "plan":
            worker.refuse_personal_bytes(extract.file_name, body)
    except Refused as refused:
        return refused
    return None


def _refuse_unfinished(name: str, body: bytes) -> None:
    """Text that stops within a line may have lost more than the line's end. Other forms show their end."""
    shows_its_end = body.startswith((b"PK", b"\xd0\xcf\x11\xe0")) or body.lstrip(_AHEAD)[:1] in b"[{<"
    if not shows_its_end and body.rstrip(b"\0")[-1:] not in b"\r\n":
        raise Refused(
            f"{name}: stops within a line, so a part may be missing; ask for the whole file, or compare it "
            "by hand and use dxkpi ingest extract",
            "truncated",
        )


_AHEAD = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"  # byte-order marks and blanks


def raw_file(extract: Extract) -> Path:
    return places.raw() / extract.source_id / (extract.extract_id + names.suffix(extract.file_name))


COPY = ".about.json"  # ends the name of the second copy of what the manifest says of an extract


def note_file(extract: Extract) -> Path:
    return places.raw() / extract.source_id / (extract.extract_id + COPY)


def is_sound(extract: Extract) -> bool:
    """Whether the bytes of an extract are here, and are what their name says."""
    try:
        return hashlib.sha256(raw_file(extract).read_bytes()).hexdigest() == extract.extract_id
    except OSError:
        return False


def raw_bytes(extract: Extract) -> bytes:
    """The bytes of an extract as received. Raises Refused where they are missing or are others by now."""
    try:
        body = raw_file(extract).read_bytes()
    except OSError:
        raise Refused(damage_of(extract, "is missing")) from None
    if hashlib.sha256(body).hexdigest() != extract.extract_id:
        raise Refused(damage_of(extract, "holds other bytes than were received"))
    return body


def damage_of(extract: Extract, what: str) -> str:
    """What is wrong with the bytes of an extract, and how to get them back."""
    of = ", ".join(filter(None, (extract.source_id, extract.period_id or extract.plan_id, extract.publisher)))
    again = (
        f"dxkpi ingest plan FILE --plan-id {extract.plan_id}"
        if extract.source_id == "plan"
        else f"dxkpi ingest extract {extract.source_id} FILE --period {extract.period_id}"
    )
    return (
        f"{raw_file(extract)}: {what}; get {extract.file_name} ({of}) and receive it again ({again}), or "
        f"take it back (dxkpi withdraw {extract.extract_id[:12]} --reason ...)"
    )


def damaged_raw(hashes: Hashes, *, again: bool = False) -> list[Extract]:
    """The extracts that count and whose bytes are missing or others by now."""
    return [
        extract
        for extract in manifest()
        if not extract.withdrawn and hashes.of(raw_file(extract), again=again) != extract.extract_id
    ]


def sound() -> set[str]:
    """The ids of the extracts whose bytes are here, as they were received."""
    hashes = hashes_of_raw()
    damaged = {extract.extract_id for extract in damaged_raw(hashes)}
    hashes.save()
    return {extract.extract_id for extract in manifest()} - damaged


def hashes_of_raw() -> Hashes:
    return Hashes(places.raw() / "hashes.json", places.raw())


def _known(extract: Extract) -> Extract | None:
    """The extract of these bytes that is here already. Raises Refused when they came as something else."""
    known = next((e for e in manifest() if e.extract_id == extract.extract_id), None)
    for what in ("source_id", "plan_id", "period_id") if known else ():
        before, now = getattr(known, what), getattr(extract, what)
        advice = (
            "they were taken back, but history keeps them; save the file anew and send that"
            if known.withdrawn
            else "check which is right and send the file it belongs to"
        )
        if before != now:
            raise Refused(
                f"{extract.file_name}: the same bytes were received on {known.received_at:%Y-%m-%d} with "
                f"{what} {before}, now with {now}; {advice}",
                "received_before",
                f"{known.source_id} {known.period_id or known.plan_id}",
            )
    return known


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One process at a time notes arrivals: the schedules, the inbox and people may all bring something."""
    places.raw().mkdir(parents=True, exist_ok=True)
    with (places.raw() / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _as_lines(extracts: list[Extract]) -> str:
    entries = (entry | _times(entry, datetime.isoformat) for entry in map(asdict, extracts))
    return "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)


def _times(entry: dict, as_written) -> dict:
    return {
        "received_at": as_written(entry["received_at"]),
        "received_again_at": tuple(map(as_written, entry.get("received_again_at", ()))),
        "withdrawals": tuple(each | {"at": as_written(each["at"])} for each in entry.get("withdrawals", ())),
    }


def bytes_of(file: Path) -> bytes:
    """What is in a file. Raises Refused when it cannot be read at all, or is larger than anything that is."""
    try:
        with file.open("rb") as held:
            body = held.read(MAX_BYTES + 1)
    except OSError as error:
        raise Refused(f"{file}: cannot be read ({error.strerror}); name a readable file") from None
    if len(body) > MAX_BYTES:
        raise Refused(
            f"{file}: has more than the {MAX_BYTES >> 20} MiB that are read; split the file", "too_large"
        )
    return body


def _manifest_file() -> Path:
    return places.raw() / "manifest.jsonl"


def _landed(table: str, extract: Extract) -> Path:
    return places.landed() / table / f"{extract.extract_id}.parquet"


def _rows(table: str) -> int:
    return pl.scan_parquet(places.landed() / table / "*.parquet").select(pl.len()).collect().item()


def _write(book: Book, table: str, name: str, frame: pl.LazyFrame) -> None:
    file = places.landed() / table / f"{name}.parquet"
    file.parent.mkdir(parents=True, exist_ok=True)
    _replace(file, frame.sink_parquet)
    book.note(file)


def _replace(file: Path, write) -> None:
    """A reader sees the old file or the new one, never half."""
    draft = file.with_name(file.name + ".draft")
    write(draft)
    with draft.open("rb") as written:
        os.fsync(written.fileno())
    draft.replace(file)
