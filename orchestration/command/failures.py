"""What ended a command, in one line: what the machine refused is named with what to do about it."""

import re
from collections.abc import Iterator

from ingest.errors import Refused

# What the system, SQLite (Dagster's history), DuckDB and Arrow write, and what a person can do.
REMEDIES = {
    r"No space left on device|disk is full|quota exceeded|File too large|disk I/O error": (
        "the disk is full; make room, then run it again; what was published stays as it is"
    ),
    r"Read-only file system|readonly database|Permission denied|unable to open database file": (
        "the account that runs dxkpi must be able to read and write there; then run it again"
    ),
}
# Without the query, and where SQLAlchemy explains it.
OF_SQLITE = re.compile(r"\(sqlite3\.\w+\) (.*?)( \[SQL: .*| \(Background on this error .*)?$")
OPEN_ELSEWHERE = re.compile(r'on file "([^"]+)": Conflicting lock is held in (.+ \(PID \d+\))')


def in_a_line(error: Exception) -> str:
    """What a person reads of an error that ended the command."""
    for one in _chain(error):
        text = _text(one)
        if held := OPEN_ELSEWHERE.search(text):
            return (
                f"{held[1]}: is open in {held[2]}; close it there and run it again; what others read is "
                "published/current"
            )
        for pattern, remedy in REMEDIES.items():
            if re.search(pattern, text, re.IGNORECASE):
                return f"{text}; {remedy}"
    if isinstance(error, Refused):
        return str(error)
    return f"unexpected {type(error).__name__}: {error}; run it again with --debug"


def _text(error: BaseException) -> str:
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return OF_SQLITE.sub(r"Dagster's history: \1", " ".join(str(error).split()))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what led to it, the last first."""
    while error:
        yield error
        error = error.__cause__ or error.__context__
