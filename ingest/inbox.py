"""Files that people and other programs drop into inbox/<source>/, and the period each was sent for.

The period is that of a folder (inbox/<source>/2024-03/file), of a note beside the file (file.about.yml, which
may hold received_at, publisher, citation and is_made_up too), or of the name of the file, in this order.
A file that is still being copied is left alone. One that was taken leaves the inbox: its bytes are in raw or
in quarantine then, and a file with personal data is not kept anywhere.
"""

import re
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import yaml

from ingest import landing, places, tall
from ingest.errors import Refused

NOTE = ".about.yml"
NOTED = {"period", "received_at", "publisher", "citation", "is_made_up"}
# Files that programs keep beside the real one, or that are named otherwise once they are whole.
PASSING = re.compile(r"(?i)[.~].*|.*~|.*\.(part|partial|tmp|crdownload|swp)|thumbs\.db|desktop\.ini")
# How offices write a period in a file name.
YEAR, SEPARATOR = r"(?P<year>20\d\d)", r"[-_. ]*"
MONTH, QUARTER = r"(?P<month>1[0-2]|0?[1-9])", r"(?P<quarter>[1-4]|IV|I{1,3})"
WRITTEN = [
    rf"{YEAR}[-_. ]?(?P<month>1[0-2]|0[1-9])",
    rf"(?P<month>1[0-2]|0[1-9])[-_. ]?{YEAR}",
    rf"(?:tháng|thang|th|t){SEPARATOR}{MONTH}{SEPARATOR}(?:năm|nam)?{SEPARATOR}{YEAR}",
    rf"(?:quý|quy|q){SEPARATOR}{QUARTER}{SEPARATOR}(?:năm|nam)?{SEPARATOR}{YEAR}",
    rf"{YEAR}{SEPARATOR}(?:quý|quy|q){SEPARATOR}{QUARTER}",
]
ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}


@dataclass(frozen=True)
class Waiting:
    """A file in the inbox. `look` is what changes while it is being copied: its size and time of change."""

    source_id: str
    file: Path
    look: tuple[int, int]

    @property
    def name(self) -> str:
        return str(self.file.relative_to(places.inbox()))

    @property
    def about(self) -> dict:
        """What `landing.receive` is told: the period at least. Raises Refused where nothing says it."""
        note = _note(self.file)
        said = note.read_text(encoding="utf-8") if note.is_file() else "{}"
        try:
            noted = yaml.safe_load(said)
        except yaml.YAMLError:
            noted = None
        if not isinstance(noted, dict) or (wrong := set(noted) - NOTED):
            wrong = sorted(wrong) if isinstance(noted, dict) else "text that is no YAML"
            raise Refused(f"{note}: holds {wrong}; expected {', '.join(sorted(NOTED))}")
        folder = self.file.parent.name if self.file.parent.parent.name == self.source_id else None
        period = folder or noted.pop("period", None) or period_in(self.file.stem)
        noted.pop("period", None)
        if not period:
            raise Refused(
                f"{self.file}: nothing says its period; put it into a folder such as "
                f"{self.source_id}/2024-03/ or name it so",
                "period_mismatch",
            )
        tall.period_of(str(self.file), str(period))
        if isinstance(when := noted.get("received_at"), str):
            noted["received_at"] = datetime.fromisoformat(when)
        if when and noted["received_at"].tzinfo is None:
            noted["received_at"] = noted["received_at"].replace(tzinfo=UTC)
        return noted | {"period_id": str(period)}


def period_in(text: str) -> str | None:
    """The one period a name speaks of: `2024-03`, `T3.2024`, `quý I năm 2024`; none where there are two."""
    found = set()
    for written in WRITTEN:
        for match in re.finditer(rf"(?<![^\W_]){written}(?!\d)", text, re.IGNORECASE):
            said = match.groupdict()
            if quarter := said.get("quarter"):
                found.add(f"{said['year']}-Q{ROMAN.get(quarter.upper(), quarter)}")
            else:
                found.add(f"{said['year']}-{int(said['month']):02}")
    return found.pop() if len(found) == 1 else None


def waiting(sources: Collection[str]) -> list[Waiting]:
    """What lies in the inbox of these sources now, whole or not."""
    return [
        Waiting(source, file, (about.st_size, about.st_mtime_ns))
        for source in sources
        for file in sorted([*places.inbox().glob(f"{source}/*"), *places.inbox().glob(f"{source}/*/*")])
        if not PASSING.fullmatch(file.name) and not file.name.endswith(NOTE)
        for about in _seen(file)
    ]


def whole(sources: Collection[str], pause: float = 1.0) -> list[Waiting]:
    """What has the same size and time of change in two looks, `pause` seconds apart."""
    before = waiting(sources)
    if before:
        time.sleep(pause)
    now = set(waiting(sources))
    return [file for file in before if file in now]


def take(file: Waiting) -> landing.Extract:
    """Receive a file and clear it from the inbox. Raises Refused when it is in quarantine instead."""
    about, body = file.about, landing.bytes_of(file.file)
    try:
        extract = landing.receive_body(file.source_id, file.file.name, body, **about)
    except Refused:
        _clear(file)
        raise
    _clear(file)
    return extract


def _clear(file: Waiting) -> None:
    """Remove a file that is kept elsewhere now, unless somebody has put another one in its place."""
    if any((now.st_size, now.st_mtime_ns) == file.look for now in _seen(file.file)):
        file.file.unlink()
        _note(file.file).unlink(missing_ok=True)


def _note(file: Path) -> Path:
    return file.with_name(file.name + NOTE)


def _seen(file: Path) -> Iterator:
    """What the file system says of a file, unless it has gone or is no file."""
    try:
        if file.is_file():
            yield file.stat()
    except OSError:
        return
