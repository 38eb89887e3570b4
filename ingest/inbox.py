"""Files that people and other programs drop into inbox/<source>/, and the period each was sent for.

The period is that of a folder (inbox/<source>/2024-03/file), of a note beside the file (file.about.yml, which
may hold received_at, publisher, citation and is_made_up too), or of the name of the file, in this order.
A file that is still being copied is left alone. One that was taken leaves the inbox: its bytes are in raw or
in quarantine then. A file with personal data is kept nowhere and stays where its sender put it, and so does
whatever is no file to read; both are named at every run.
"""

import contextlib
import os
import re
import stat
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from ingest import folders, manifest, names, quarantine, receiving
from ingest.errors import Refused, refusal
from ingest.files import MAX_BYTES
from ingest.reading import tall
from ingest.reading.stated_period import period_in

NOTE = ".about.yml"
NOTHING_SENSIBLE = object()
LONGEST_NOTE = 64 << 10  # bytes
LONGEST_TEXT = 500  # characters that a note says of a publisher or a document
# Files that programs keep beside the real one, or that are named otherwise once they are whole.
PASSING = re.compile(r"(?is)[.~].*|.*~|.*\.(part|partial|tmp|crdownload|swp)|thumbs\.db|desktop\.ini")
PERIODS = f"write 2024, 2024-Q1 or 2024-03, with a year from {tall.YEARS[0]} to {tall.YEARS[-1]}"
YEARS: dict[str, Any] = {"first": tall.YEARS[0], "last": tall.YEARS[-1]}
# What may lie in an inbox and is no file. A link is not followed: what it leads to is not its sender's to
# give, may change after it was looked at, and would not leave the inbox with it.
NO_FILE = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


# What is wrong is reported without what was found: that may name a person.


def _period(given: Any) -> str:
    text = str(given).strip() if isinstance(given, int | str) and not isinstance(given, bool) else ""
    if not _is_period(text):
        raise ValueError(f"is no period; {PERIODS}")
    return text


def _moment(given: Any) -> datetime:
    """A day is its beginning, and a time without a zone one of UTC."""
    try:
        moment = datetime.fromisoformat(given.strip()) if isinstance(given, str) else given
        if not isinstance(moment, datetime):
            moment = datetime(moment.year, moment.month, moment.day)
    except (ValueError, AttributeError):
        raise ValueError("is no time; write 2024-04-02 or 2024-04-02T08:30:00+07:00") from None
    if moment.year < tall.YEARS[0]:
        raise ValueError(f"is before {tall.YEARS[0]}; write when the file came")
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if moment > datetime.now(UTC):
        raise ValueError("has not come yet; write when the file came")
    return moment


def _text(given: Any) -> str:
    text = " ".join(given.split()) if isinstance(given, str) else ""
    if not text or len(text) > LONGEST_TEXT or not text.isprintable():
        raise ValueError(f"is no line of text of at most {LONGEST_TEXT} characters")
    if names.is_personal(text):
        raise ValueError("holds a citizen number or a phone number; name the office")
    return text


def _yes_or_no(given: Any) -> bool:
    if not isinstance(given, bool):
        raise ValueError("is neither true nor false; write one of them without quotes")
    return given


class Note(BaseModel):
    """What the note beside a file may state."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    period: Annotated[str | None, BeforeValidator(_period)] = None
    received_at: Annotated[datetime | None, BeforeValidator(_moment)] = None
    publisher: Annotated[str | None, BeforeValidator(_text)] = None
    citation: Annotated[str | None, BeforeValidator(_text)] = None
    is_made_up: Annotated[bool, BeforeValidator(_yes_or_no)] = False


@dataclass(frozen=True)
class Waiting:
    """A file in the inbox. `name` is its path in it, as far as that may be written down; `look` is what
    changes while the file or its note is being copied: their sizes and times of change."""

    source_id: str
    name: str
    file: Path
    look: tuple[int, ...]

    @property
    def about(self) -> dict:
        """What `receiving.receive` is given: the period at least. Raises Refused where nothing says it, and
        where the file cannot be read."""
        _refuse_unreadable(self.file, self.name)
        noted = _read_note(_note(self.file), self.name + NOTE).model_dump(exclude_none=True)
        in_note = noted.pop("period", None)
        folder = _folder(self.file)
        period = folder or in_note or period_in(names.legible(self.file.stem))
        if not period:
            raise refusal("period_unsaid", "period_mismatch", name=self.name, source_id=self.source_id)
        if not _is_period(period):
            raise refusal("no_period", "period_mismatch", name=self.name, **YEARS)
        return noted | {"period_id": period}


def waiting(sources: Collection[str]) -> list[Waiting]:
    """What lies in the inbox of these sources now, whole or not."""
    return [found for found in _found(sources) if isinstance(found, Waiting)]


def unusable(sources: Collection[str]) -> list[Refused]:
    """What lies in the inbox and is no file of these sources, each with what to do."""
    return [found for found in _found(sources) if isinstance(found, Refused)]


def whole(sources: Collection[str], pause: float = 1.0) -> list[Waiting]:
    """What has the same size and time of change in two looks, `pause` seconds apart."""
    before = waiting(sources)
    if before:
        time.sleep(pause)
    now = set(waiting(sources))
    return [file for file in before if file in now]


def take(file: Waiting) -> manifest.Extract:
    """Receive a file and clear it from the inbox. Raises Refused when it is in quarantine instead, and when
    it stays where it is."""
    about, body = file.about, _bytes_of(file.file, file.name, MAX_BYTES)
    try:
        extract = receiving.receive_body(file.source_id, file.file.name, body, **about)
    except Refused as refused:
        if refused.is_set_aside and refused.code != quarantine.PRIVATE:
            _clear(file)
        raise
    _clear(file)
    return extract


def _clear(file: Waiting) -> None:
    """Remove a file that is kept elsewhere now, unless somebody has put another one in its place."""
    if _look(file.file) != file.look[:2]:
        return
    try:
        file.file.unlink(missing_ok=True)
        if any(_look(_note(file.file))):
            _note(file.file).unlink(missing_ok=True)
    except OSError as error:
        raise refusal("left", name=file.name, error=error.strerror) from None


def _found(sources: Collection[str]) -> Iterator[Waiting | Refused]:
    """Everything in the inbox: files to take, and what is none."""
    try:
        entries = _entries(folders.inbox())
    except OSError as error:
        yield refusal("unlisted", name=str(folders.inbox()), error=error.strerror)
        return
    for entry in entries:
        # The folder of a source may be a link, to another disk or the network: who runs the machine made it.
        is_folder = os.path.isdir(entry.path)
        try:
            inside = _entries(Path(entry.path)) if is_folder else []
            if entry.name in sources and is_folder:
                yield from _of_source(entry.name, inside)
            elif inside or not is_folder:
                expected = ", ".join(sorted(sources))
                yield refusal("outside", name=_name(entry), sources=expected)
        except OSError as error:
            yield refusal("unlisted", name=_name(entry), error=error.strerror)


def _of_source(source: str, entries: list[os.DirEntry]) -> Iterator[Waiting | Refused]:
    for entry in entries:
        if not entry.is_dir(follow_symlinks=False):
            yield from _of_file(source, entry)
            continue
        try:
            inside = _entries(Path(entry.path))
        except OSError as error:  # of this folder; the others are listed
            yield refusal("unlisted", name=_name(entry), error=error.strerror)
            continue
        if not inside and not _is_period(entry.name):
            yield refusal("no_period", name=_name(entry), **YEARS)
        for file in inside:
            yield from _of_file(source, file)


def _of_file(source: str, entry: os.DirEntry) -> Iterator[Waiting | Refused]:
    file = Path(entry.path)
    try:
        kind = stat.S_IFMT(entry.stat(follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return
    except OSError as error:
        yield refusal("unseen", name=_name(entry), error=error.strerror)
        return
    if file.name.endswith(NOTE):
        if not os.path.lexists(file.with_name(file.name.removesuffix(NOTE))):
            yield refusal("note_alone", name=_name(entry))
    elif kind != stat.S_IFREG:
        yield _no_file(_name(entry), kind)
    elif look := _look(file):
        yield Waiting(source, _name(entry), file, (*look, *_look(_note(file))))


def _entries(folder: Path) -> list[os.DirEntry]:
    """What is in a folder and meant to be taken, in order."""
    try:
        with os.scandir(folder) as found:
            return sorted((e for e in found if not PASSING.fullmatch(e.name)), key=lambda e: e.name)
    except FileNotFoundError:
        return []


def _no_file(name: str, kind: int) -> Refused:
    """kind: of what lies there, as the operating system has it."""
    if kind in (stat.S_IFLNK, stat.S_IFDIR):
        return refusal("link" if kind == stat.S_IFLNK else "folder", name=name)
    return refusal("no_file", name=name, what=NO_FILE.get(kind, "something else"))


def _name(entry: os.DirEntry) -> str:
    """The path in the inbox. Where it tells of a person, the number by which `ls -i` knows the file."""
    parts = Path(entry.path).relative_to(folders.inbox()).parts
    if not any(map(names.is_personal, parts)):
        return names.legible("/".join(parts))
    shown = [part for part in parts[:-1] if not names.is_personal(part)]
    return "/".join([*map(names.legible, shown), f"(a name with personal data, inode {entry.inode()})"])


def _folder(file: Path) -> str | None:
    """The folder between that of the source and the file."""
    parts = file.relative_to(folders.inbox()).parts
    return names.legible(parts[1]) if len(parts) == 3 else None


def _is_period(text: str) -> bool:
    try:
        tall.period_of("", text)
    except Refused:
        return False
    return True


def _read_note(note: Path, name: str) -> Note:
    """What a note says; nothing where there is none. Raises Refused, naming the key where it is one."""
    if not _look(note, of_any_kind=True):
        return Note()
    try:
        text = _bytes_of(note, name, LONGEST_NOTE).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refusal("note_encoding", name=name, byte=error.start + 1) from None
    keys_known = ", ".join(sorted(Note.model_fields))
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
    except (yaml.YAMLError, RecursionError):
        raise refusal("note_unread", name=name, keys=keys_known) from None
    if not isinstance(node, yaml.MappingNode):
        raise refusal("note_empty", name=name, keys=keys_known)
    keys = [key.value if isinstance(key, yaml.ScalarNode) else "?" for key, _ in node.value]
    if wrong := [key for key in keys if key not in Note.model_fields]:
        shown = ", ".join(map(_shown, wrong))
        raise refusal("note_keys", name=name, wrong=shown, keys=keys_known)
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise refusal("note_twice", name=name, keys=", ".join(twice))
    given = {}
    for key, (_, value) in zip(keys, node.value, strict=True):
        try:
            found = loader.construct_object(value, deep=True)
        except (yaml.YAMLError, ValueError, RecursionError):  # such as the day 2024-02-30
            found = NOTHING_SENSIBLE
        if found is not None or key == "is_made_up":  # a key with nothing behind it says nothing
            given[key] = found
    try:
        return Note.model_validate(given)
    except ValidationError as error:
        # What was found is left out: it may tell of a person.
        wrong = [f"{one['loc'][0]}: {one['msg'].removeprefix('Value error, ')}" for one in error.errors()]
        named = ", ".join(dict.fromkeys(str(one["loc"][0]) for one in error.errors()))
        raise refusal("note_wrong", name=name, wrong="; ".join(wrong), keys=named) from None


def _shown(key: str) -> str:
    return "(personal data)" if names.is_personal(key) else names.legible(key)[:40]


def _note(file: Path) -> Path:
    return file.with_name(file.name + NOTE)


def _look(file: Path, of_any_kind: bool = False) -> tuple[int, ...]:
    """Size and time of change of a file; nothing where there is none, as beside a name that is too long."""
    try:
        about = file.lstat()
    except OSError:
        return ()
    return (about.st_size, about.st_mtime_ns) if of_any_kind or stat.S_ISREG(about.st_mode) else ()


def _refuse_unreadable(file: Path, name: str) -> None:
    """Raises Refused for what cannot be opened, is no file, or is too large."""
    with _opened(file, name, MAX_BYTES):
        pass


def _bytes_of(file: Path, name: str, most: int) -> bytes:
    """What is in a file of the inbox. Raises Refused for what is none, and for what is too large."""
    with _opened(file, name, most) as held:
        body = held.read(most + 1)
    if len(body) > most:
        raise _too_large(name, most)
    return body


@contextlib.contextmanager
def _opened(file: Path, name: str, most: int) -> Iterator[BinaryIO]:
    try:
        opened = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(opened, "rb") as held:
            about = os.fstat(opened)
            if not stat.S_ISREG(about.st_mode):
                raise _no_file(name, stat.S_IFMT(about.st_mode))
            if about.st_size > most:
                raise _too_large(name, most)
            yield held
    except OSError as error:
        raise refusal("unread", name=name, error=error.strerror) from None


def _too_large(name: str, most: int) -> Refused:
    return refusal("too_large", "too_large", name=name, most=most >> 10)
