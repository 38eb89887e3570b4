"""Dagster's history on SQLite, written without waiting for the disk at each event.

What a killed process wrote stays, a power cut may cost the last seconds, and neither harms the file.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager


@contextmanager
def written_in_one_go() -> Iterator[None]:
    """Dagster opens each file anew for each event, and the last to close a file empties its log to the disk:
    so each file is held open until the end."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    held: dict[str, sqlite3.Connection] = {}
    with ExitStack() as until_the_end:

        def hold(connection, _record) -> None:
            if not isinstance(connection, sqlite3.Connection):
                return
            connection.execute("pragma synchronous = normal")
            file = connection.execute("pragma database_list").fetchone()[2]
            if file and file not in held:
                held[file] = until_the_end.enter_context(
                    closing(sqlite3.connect(file, check_same_thread=False))
                )
            if file:  # a read, since only who has read since the file keeps such a log holds it
                held[file].execute("select count(*) from sqlite_master").fetchone()

        event.listen(Engine, "connect", hold)
        until_the_end.callback(event.remove, Engine, "connect", hold)
        yield
