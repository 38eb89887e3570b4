"""What files held when they were last hashed: one of the same size and time of change is not hashed again."""

import contextlib
import hashlib
import json
import os
import time
from pathlib import Path

SETTLED = 2 * 10**9  # nanoseconds: a file changed again so soon after may bear the same time of change


class Hashes:
    """SHA-256 of the files below `root`, kept in `file`; where it is missing or damaged it is made anew."""

    def __init__(self, file: Path, root: Path):
        self._file, self._root = file, root
        self.known: dict[str, list] = {}
        with contextlib.suppress(OSError, ValueError):
            known = json.loads(file.read_text(encoding="utf-8"))
            if isinstance(known, dict):
                self.known = {name: entry for name, entry in known.items() if _is_entry(entry)}
        self._before = dict(self.known)

    def name(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix()

    def of(self, path: Path, *, again: bool = False) -> str | None:
        """The hash of what a file holds now; None where there is none. `again`: whatever is known of it."""
        try:
            seen = path.stat()
            look = [seen.st_size, seen.st_mtime_ns]
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
            draft.write_text(json.dumps(self.known), encoding="utf-8")
            draft.replace(self._file)
            self._before = dict(self.known)


def _is_entry(entry) -> bool:
    return isinstance(entry, list) and list(map(type, entry)) == [str, int, int, int]
