"""What files held when they were written, or when they were last hashed: how an edit of them is noticed.

A sum shows an edit, it keeps nobody out: who makes the sum anew as well is not found.
"""

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

SETTLED = 2 * 10**9  # nanoseconds: a file changed again so soon after may bear the same time of change
SUM = "sum"
BOOK = "book.json"


def with_sum(entry: dict) -> dict:
    """An entry of JSON, and last in it the sum over the rest of it."""
    return entry | {SUM: _sum(entry)}


def without_sum(entry: dict) -> dict:
    """The entry again; older code wrote no sums. Raises ValueError where it is not as it was written."""
    rest = dict(entry)
    if rest.pop(SUM, None) not in (None, _sum(rest)):
        raise ValueError("is not as it was written")
    return rest


def _sum(entry: dict) -> str:
    text = json.dumps(entry, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Hashes:
    """SHA-256 of the files below `root`, kept in `file`; where it is missing or damaged it is made anew."""

    def __init__(self, file: Path, root: Path):
        self._file, self._root = file, root
        self.known: dict[str, list] = {}
        with contextlib.suppress(OSError, ValueError, TypeError):
            known = json.loads(file.read_text(encoding="utf-8"))
            if SUM in known:
                self.known = {name: entry for name, entry in without_sum(known).items() if _is_entry(entry)}
        self._before = dict(self.known)

    def name(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix()

    def of(self, path: Path, *, again: bool = False) -> str | None:
        """The hash of what a file holds now; None where there is none. `again`: whatever is known of it."""
        try:
            seen = path.stat()
            look = [seen.st_size, seen.st_ctime_ns]  # whoever sets another time of change changes this one
            entry = self.known.get(self.name(path))
            if not again and entry and entry[1:3] == look and entry[3] - look[1] > SETTLED:
                return entry[0]
            with path.open("rb") as held:
                found = hashlib.file_digest(held, "sha256").hexdigest()
        except OSError:
            self.known.pop(self.name(path), None)
            return None
        self.known[self.name(path)] = [found, *look, time.time_ns()]
        return found

    def save(self) -> None:
        """Keep what is known, in one step; a folder that cannot be written to is no reason to fail."""
        if self.known == self._before:
            return
        with contextlib.suppress(OSError):
            draft = self._file.with_name(f"{self._file.name}.{os.getpid()}.draft")
            draft.write_text(json.dumps(with_sum(self.known)), encoding="utf-8")
            draft.replace(self._file)
            self._before = dict(self.known)


class Book(Hashes):
    """What was written below a folder, by the hash that each file had then. `pattern`: which of its files."""

    def __init__(self, folder: Path, pattern: str = "**/*"):
        super().__init__(folder / BOOK, folder)
        self._pattern = pattern
        self.written = {name: entry[0] for name, entry in self.known.items()}

    def holds(self, file: Path, *, again: bool = False) -> bool:
        """Whether a file is as it was written."""
        name = self.name(file)
        written = self.written.get(name)
        if written is not None and self.of(file, again=again) == written:
            return True
        self.known.pop(name, None)  # what is kept is what was written, never what was found instead
        return False

    def note(self, file: Path) -> None:
        self.written[self.name(file)] = self.of(file, again=True)

    def damages(self, *, again: bool = True) -> Iterator[tuple[Path, str]]:
        """Each file that is not as the step that wrote it left it, and what is wrong with it."""
        found = {f for f in self._root.glob(self._pattern) if f.is_file() and not f.name.startswith(BOOK)}
        if found and not self.written:
            yield self._file, "is missing or cannot be read"
            return
        for path in sorted(found | {self._root / name for name in self.written}):
            if self.holds(path, again=again):
                continue
            if path not in found:
                yield path, "is missing"
            elif self.name(path) in self.written:
                yield path, "is not as it was written"
            else:
                yield path, "was not written by a step that ended"


def _is_entry(entry) -> bool:
    return isinstance(entry, list) and list(map(type, entry)) == [str, int, int, int]
