"""What was received: the bytes by their hash, and what is known of each extract, twice.

raw/manifest.jsonl                      one line an extract: what it was sent as, and when
raw/<source>/<sha256><suffix>           the bytes, never edited
raw/<source>/<extract_id>.about.json    the same line again, from which the manifest can be made whole
"""

import hashlib
import json
import logging
import os
import re
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from ingest import folders, names
from ingest.errors import Refused
from ingest.files import held, replace_text
from ingest.hashes import SUM, Hashes, with_sum, without_sum

log = logging.getLogger(__name__)

MOMENTS = re.compile(rb'(?<=")[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+\+00:00(?=")')


@dataclass(frozen=True, kw_only=True)
class Withdrawal:
    """An extract was taken back, as received by mistake. `without_bytes`: they were lost by then."""

    at: datetime
    reason: str
    without_bytes: bool = False


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One file and what it was sent as. A plan has no period, the rest no plan. `org` and `year`: whose plan
    it is and for when, where that was given with it."""

    extract_id: str
    source_id: str
    file_name: str | None = None
    bytes: int
    received_at: datetime
    is_made_up: bool
    plan_id: str | None = None
    period_id: str | None = None
    publisher: str | None = None
    citation: str | None = None
    org: str | None = None
    year: int | None = None


@dataclass(frozen=True, kw_only=True)
class Extract(Delivery):
    """One file as received, known by the SHA-256 of its bytes.

    Bytes that came as something else before, and were taken back, have a second extract, whose id says what
    they are now: `<sha256>-vneid-2024-04`. `received_at` is when the bytes came first, `received_again_at`
    each later time.
    """

    file_name: str
    received_again_at: tuple[datetime, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()

    @property
    def sha256(self) -> str:
        return self.extract_id[:64]

    @property
    def sent_as(self) -> tuple[str, str]:
        """The source, and the period or the plan."""
        return self.source_id, self.period_id or self.plan_id or ""

    @property
    def landed_with(self) -> str:
        """Whose file of a landed table holds its rows: that of its plan, or of its year."""
        return self.plan_id or (self.period_id or "")[:4]

    @property
    def is_given_up(self) -> bool:
        """Whether its bytes were lost when it was taken back: nobody waits for them."""
        return bool(self.withdrawn and self.withdrawn.without_bytes)

    @property
    def withdrawn(self) -> Withdrawal | None:
        """The withdrawal that is in force: nothing of it was received since."""
        last = max(self.withdrawals, key=lambda each: each.at, default=None)
        return last if last and last.at >= max((self.received_at, *self.received_again_at)) else None


def extracts() -> list[Extract]:
    """Everything received so far, in the order of arrival here.

    Of a line that cannot be read the copy beside the bytes speaks; see `restore`.
    """
    extracts, damaged = read_manifest()
    return extracts if not damaged else with_copies(extracts)


def read_manifest() -> tuple[list[Extract], list[str]]:
    """The manifest as it stands, and what is wrong with it, a place and a reason each."""
    try:
        lines = manifest_file().read_bytes().split(b"\n")
    except FileNotFoundError:
        # without it and without a copy nothing was received yet
        return [], ["is missing"] if any(folders.raw().glob(f"*/*{COPY}")) else []
    except OSError as error:
        return [], [f"cannot be read ({error.strerror})"]
    found: dict[str, Extract] = {}
    damaged = [] if not lines[-1] else [f"line {len(lines)}: is cut short"]
    for number, line in enumerate(lines[:-1] if not lines[-1] else lines, start=1):
        try:
            extract, has_sum = _of_line(line)
        except UNREADABLE:
            why = "cannot be read or is not as it was written" if line.strip() else "is blank"
            damaged.append(f"line {number}: {why}")
            continue
        copy = None if has_sum else read_copy(note_file(extract))
        if copy and copy != extract:
            damaged.append(f"line {number}: is not what the copy beside its bytes says")
            extract = copy
        if known := found.get(extract.extract_id):
            damaged.append(f"line {number}: stands twice")
            extract = _later(known, extract)
        found[extract.extract_id] = extract
    return list(found.values()), list(dict.fromkeys(damaged))


def with_copies(extracts: list[Extract]) -> list[Extract]:
    """Also those that only the copy beside their bytes still knows, by the time they came."""
    known = {extract.extract_id for extract in extracts}
    others = (f for f in folders.raw().glob(f"*/*{COPY}") if f.name.removesuffix(COPY) not in known)
    more = [copy for file in sorted(others) if (copy := read_copy(file)) and copy.extract_id not in known]
    return extracts + sorted(more, key=lambda copy: copy.received_at)


def read_copy(file: Path) -> Extract | None:
    """What a copy beside the bytes says; None where it is missing or cannot be read."""
    try:
        return _of_line(file.read_bytes().removesuffix(b"\n"))[0]
    except (OSError, *UNREADABLE):
        return None


def _later(one: Extract, other: Extract) -> Extract:
    """Of two tellings of one extract the one in which more has happened."""
    return max(one, other, key=lambda each: len(each.received_again_at) + len(each.withdrawals))


def is_contradicted(extract: Extract) -> bool:
    """Whether the copy beside the bytes says what cannot be true together with this.

    A process that was killed leaves one of both without the last arrival or withdrawal, and no more.
    """
    return _contradicts(read_copy(note_file(extract)), extract)


def _contradicts(copy: Extract | None, extract: Extract) -> bool:
    if copy is None or copy == extract:
        return False
    times, others = _events(extract), _events(copy)
    return copy.sent_as != extract.sent_as or not (times < others or others < times)


def _events(extract: Extract) -> set[datetime]:
    return {extract.received_at, *extract.received_again_at, *(each.at for each in extract.withdrawals)}


def restore(more: Iterable[Extract] = ()) -> list[str]:
    """Make the manifest and the copies beside the bytes whole again, each from the other, and from what else
    is known of extracts (`more`). Returns what was mended, a line each. What they contradict each other in is
    left as it is."""
    if not (folders.raw().is_dir() or more):
        return []
    with alone():
        file, mended = manifest_file(), []
        extracts, damaged = read_manifest()
        whole = with_copies(extracts)
        mended += [f"{file}: {what}; restored from the copies beside the bytes" for what in damaged]
        if len(whole) > len(extracts) and not damaged:
            mended.append(f"{file}: lacked {len(whole) - len(extracts)} extracts; restored from their copies")
        known = {extract.extract_id for extract in whole}
        others = [extract for extract in more if extract.extract_id not in known]
        if others:
            mended.append(f"{file}: lacked {len(others)} extracts; restored from the current release")
        copies = {extract.extract_id: read_copy(note_file(extract)) for extract in whole}
        for n, extract in enumerate(whole):
            copy = copies[extract.extract_id]
            if copy and not _contradicts(copy, extract):
                whole[n] = _later(extract, copy)
        whole += others
        lines = _as_lines(whole)
        if whole and (mended or file.read_bytes() != lines.encode()):  # older code wrote no sums
            replace_text(file, lines)
        for extract in whole:
            copy, file = copies.get(extract.extract_id), note_file(extract)
            if copy == extract or _contradicts(copy, extract):
                continue
            if file.exists():
                mended.append(f"{file}: is not what the manifest says; written again")
            file.parent.mkdir(parents=True, exist_ok=True)
            replace_text(file, _as_lines([extract]))
    return mended


def arrivals() -> list[tuple[str, datetime, datetime | None]]:
    """Each (extract_id, moment, withdrawn_at) at which something came, in order: what was received from a
    source for a period or plan, unless it is just what came the time before and still counts."""
    deliveries: dict[tuple, dict[datetime, set[str]]] = {}
    withdrawn: dict[str, list[datetime]] = {}
    for extract in extracts():
        of_one = deliveries.setdefault((extract.source_id, extract.plan_id, extract.period_id), {})
        for moment in (extract.received_at, *extract.received_again_at):
            of_one.setdefault(moment, set()).add(extract.extract_id)
        withdrawn[extract.extract_id] = sorted(each.at for each in extract.withdrawals)
    arrived = []
    for of_one in deliveries.values():
        before: set[str] = set()
        since = min(of_one)
        for moment, sent in sorted(of_one.items()):
            still = {each for each in before if not any(since <= at <= moment for at in withdrawn[each])}
            if sent != still:
                arrived += [(moment, extract_id) for extract_id in sent]
            before, since = sent, moment
    return [
        (extract_id, moment, next((at for at in withdrawn[extract_id] if at >= moment), None))
        for moment, extract_id in sorted(arrived)
    ]


def known_as(extract: Extract) -> Extract | None:
    """The extract of these bytes that is here already. Raises Refused when they count as something else."""
    if not _is_mentioned(extract.sha256):
        return None
    same_bytes = [e for e in extracts() if e.sha256 == extract.sha256]
    known = next((e for e in same_bytes if e.sent_as == extract.sent_as), None)
    is_history = known and known.withdrawn and extract.received_at <= known.withdrawn.at
    if known and (is_history or not is_sound(known)):
        return known
    for other in same_bytes:
        if other != known and not other.withdrawn:
            source, before = other.sent_as
            now = " ".join(part for part in extract.sent_as if part != source)
            raise Refused(
                f"{extract.file_name}: the same bytes were received on {other.received_at:%Y-%m-%d} as "
                f"{source} {before}, now with {now}; send the file that belongs there, or "
                f"if that was the mistake take it back first (dxkpi withdraw {other.extract_id[:12]} "
                "--reason ...)",
                "received_before",
                earlier={"source_id": source, "period_id": other.period_id, "plan_id": other.plan_id},
            )
    return known


def id_of(extract: Extract) -> str:
    """What a new extract is known by: its hash, and where that is another's what it was sent as too."""
    is_taken = _is_mentioned(extract.sha256) and any(e.extract_id == extract.sha256 for e in extracts())
    return "-".join((extract.sha256, *extract.sent_as)) if is_taken else extract.sha256


def also_arrived(known: Extract, extract: Extract) -> Extract:
    """One extract that came at the times of both, as when it came first, what was given with it as it
    came last."""
    one, other = (
        replace(each, received_again_at=(), withdrawals=known.withdrawals) for each in (known, extract)
    )
    # of several at the same moment there is one first as well
    first = min(one, other, key=lambda each: (each.received_at, repr(each)))
    times = {known.received_at, *known.received_again_at, extract.received_at} - {first.received_at}
    return replace(
        first,
        received_again_at=tuple(sorted(times)),
        org=extract.org or known.org,
        year=extract.year or known.year,
    )


def note(noted: Extract) -> None:
    """Write what is known of an extract, in its place: beside its bytes and in the manifest."""
    line = _as_lines([noted])
    replace_text(note_file(noted), line)
    written = _written()
    if written.endswith(b"\n") and noted.extract_id.encode() not in written:
        with manifest_file().open("ab", buffering=0) as file:
            file.write(line.encode())  # at once: a reader sees all of it or nothing
            os.fsync(file)
        return
    others = [other for other in extracts() if other.extract_id != noted.extract_id]
    replace_text(manifest_file(), _as_lines([*others, noted]))


def moment() -> datetime:
    """Now, for what comes or is taken back; after all that is noted also where the clock was set back."""
    now = datetime.now(UTC)
    if max(MOMENTS.findall(_written()), default=b"") < f"{now:%Y-%m-%dT%H:%M:%S}".encode():
        return now  # as nearly always: nothing need be parsed
    last = max((at for extract in extracts() for at in _events(extract)), default=now)
    if last < now:
        return now
    log.warning("the clock of this machine is behind %s, when something was received; set it right", last)
    return last + timedelta(microseconds=1)


def _is_mentioned(sha256: str) -> bool:
    """Whether bytes may be known; most that come are new, and the manifest need not be read for them."""
    copies = (folder / (sha256 + COPY) for folder in folders.raw().glob("*"))
    return sha256.encode() in _written() or any(copy.exists() for copy in copies)


def _written() -> bytes:
    """The manifest as it stands; nothing where it cannot be read."""
    try:
        return manifest_file().read_bytes()
    except OSError:
        return b""


def raw_file(extract: Extract) -> Path:
    return folders.raw() / extract.source_id / (extract.sha256 + names.suffix(extract.file_name))


COPY = ".about.json"  # ends the name of the second copy of what the manifest says of an extract


def note_file(extract: Extract) -> Path:
    return folders.raw() / extract.source_id / (extract.extract_id + COPY)


def is_sound(extract: Extract) -> bool:
    """Whether the bytes of an extract are here, and are what their name says."""
    try:
        return hashlib.sha256(raw_file(extract).read_bytes()).hexdigest() == extract.sha256
    except OSError:
        return False


def raw_bytes(extract: Extract) -> bytes:
    """The bytes of an extract as received. Raises Refused where they are missing or are others by now."""
    try:
        body = raw_file(extract).read_bytes()
    except OSError:
        raise lost(extract, MISSING) from None
    if hashlib.sha256(body).hexdigest() != extract.sha256:
        raise lost(extract, OTHERS)
    return body


MISSING, OTHERS = "is missing", "holds other bytes than were received"


def lost(extract: Extract, what: str) -> Refused:
    """The refusal to use bytes that are not what was received: what is wrong, and how to get them back."""
    return Refused(f"{raw_file(extract)}: {what}; {way_back(extract)}")


def way_back(extract: Extract) -> str:
    """How to get the bytes of an extract back."""
    of = ", ".join(filter(None, (extract.source_id, extract.period_id or extract.plan_id, extract.publisher)))
    again = (
        f"dxkpi ingest plan FILE --plan-id {extract.plan_id}"
        if extract.plan_id
        else f"dxkpi ingest extract {extract.source_id} FILE --period {extract.period_id}"
    )
    return (
        f"get {extract.file_name} ({of}) and receive it again ({again}), or where it is lost for good "
        f"take it back (dxkpi withdraw {extract.extract_id} --reason ...)"
    )


def damaged_raw(hashes: Hashes, source_id: str | None = None, *, again: bool = False) -> list[Extract]:
    """The extracts of a source, or all, whose bytes are missing or others by now; history needs those that
    were taken back too."""
    return [
        extract
        for extract in extracts()
        if source_id in (None, extract.source_id)
        and not extract.is_given_up
        and hashes.of(raw_file(extract), again=again) != extract.sha256
    ]


def sound() -> set[str]:
    """The ids of the extracts whose bytes are here, as they were received."""
    hashes = hashes_of_raw()
    damaged = {extract.extract_id for extract in damaged_raw(hashes)}
    hashes.save()
    return {extract.extract_id for extract in extracts()} - damaged


def hashes_of_raw() -> Hashes:
    return Hashes(folders.raw() / "hashes.json", folders.raw())


def alone() -> AbstractContextManager[None]:
    """One process at a time notes arrivals: the schedules, the inbox and people may all bring something."""
    return held(folders.raw() / ".lock")


UNREADABLE = (ValueError, TypeError, KeyError, AttributeError)  # what `_extract` raises of a damaged line


@lru_cache(maxsize=1 << 17)
def _of_line(line: bytes) -> tuple[Extract, bool]:
    """What a line says, and whether it has a sum. A process reads the same lines many times."""
    entry = json.loads(line)
    return _extract(entry), SUM in entry


def _extract(entry: dict) -> Extract:
    about = without_sum(entry)
    about |= _times(about, _moment)
    extract = Extract(**about | {"withdrawals": tuple(Withdrawal(**each) for each in about["withdrawals"])})
    texts = (extract.plan_id, extract.period_id, extract.publisher, extract.citation, extract.org)
    if not (
        extract.extract_id in (extract.sha256, "-".join((extract.sha256, *extract.sent_as)))
        and re.fullmatch("[0-9a-f]{64}", extract.sha256)
        and re.fullmatch("[a-z_]+", extract.source_id)
        and isinstance(extract.file_name, str)
        and type(extract.bytes) is int
        and type(extract.is_made_up) is bool
        and all(text is None or isinstance(text, str) for text in texts)
        and (extract.year is None or type(extract.year) is int)
        and all(isinstance(e.reason, str) and type(e.without_bytes) is bool for e in extract.withdrawals)
    ):
        raise ValueError("is no entry")
    return extract


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("has no time zone")
    return moment


def _as_lines(extracts: list[Extract]) -> str:
    entries = [entry | _times(entry, datetime.isoformat) for entry in map(asdict, extracts)]
    return "".join(json.dumps(with_sum(entry), ensure_ascii=False) + "\n" for entry in entries)


def _times(entry: dict, as_written: Callable[..., datetime | str]) -> dict:
    return {
        "received_at": as_written(entry["received_at"]),
        "received_again_at": tuple(map(as_written, entry.get("received_again_at", ()))),
        "withdrawals": tuple(each | {"at": as_written(each["at"])} for each in entry.get("withdrawals", ())),
    }


def manifest_file() -> Path:
    return folders.raw() / "manifest.jsonl"


def withdraw(beginning: str, reason: str, *, at: datetime | None = None) -> Extract:
    """Take back an extract that was received by mistake: it stays in raw, and nothing of it counts any more.

    What it had taken the place of counts again. The same bytes received later count again, for the same
    period or for another. What is taken back and has lost its bytes is given up: nobody is asked for them any
    more. Raises Refused.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise Refused("the reason is empty; say why the extract is taken back, it is published")
    with alone():
        found = [e for e in extracts() if e.extract_id.startswith(beginning.lower())] if beginning else []
        found = [e for e in found if e.extract_id == beginning.lower()] or found
        if len({e.sha256 for e in found}) == 1:  # of the same bytes what still counts
            found = [e for e in found if not e.withdrawn] or found[-1:]
        if len(found) != 1:
            how_many = "no extract begins" if not found else f"{len(found)} extracts begin"
            raise Refused(
                f"{beginning or 'no hash'}: {how_many} so; name one by its hash, as dim_extract does"
            )
        (known,) = found
        before, is_lost = known.withdrawn, not is_sound(known)
        if before and (known.is_given_up or not is_lost):
            raise Refused(
                f"{known.extract_id}: was withdrawn on {before.at:%Y-%m-%d} already; nothing is left to do"
            )
        taken_back = Withdrawal(
            at=before.at if before else at or moment(),
            reason=f"{before.reason}; {reason}" if before else reason,
            without_bytes=is_lost,
        )
        others = (each for each in known.withdrawals if each != before)
        noted = replace(known, withdrawals=(*others, taken_back))
        note(noted)
    return noted
