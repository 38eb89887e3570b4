"""Dagster's event log in SQLite, as Dagster keeps it, with connections that stay open.

Dagster opens its files anew for each event and waits for the disk: 10 ms of CPU and 35 ms of waiting an
event, where this takes 3 and 4. After a loss of power a run's last events may be missing; it is ended then.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dagster._core.storage.event_log.base import EventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME, SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine

from orchestration.command.main_job import dagster_home


class History(SqliteEventLogStorage):
    """One connection to the index of all runs, one to the events of the run that was last read or written."""

    def __init__(self, *arguments: Any, **about: Any):
        self._engines: dict[str, Engine] = {}
        super().__init__(*arguments, **about)

    @classmethod
    def config_type(cls) -> dict:
        return {}

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> "History":
        return cls(str(dagster_home() / "history/runs"), inst_data)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            self._close(*(self._engines.keys() - {INDEX_SHARD_NAME}))
            waiting = {"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False}
            engine = create_engine(self.conn_string_for_shard(shard), connect_args=waiting)
            event.listen(engine, "connect", lambda opened, _: opened.execute("pragma synchronous = normal"))
            self._engines[shard] = engine
        return self._engines[shard]

    def wipe(self) -> None:
        self._close(*self._engines)
        super().wipe()

    def dispose(self) -> None:
        self._close(*self._engines)
        super().dispose()

    def _close(self, *shards: str) -> None:
        for shard in shards:
            self._engines.pop(shard).dispose()


def is_slow(storage: EventLogStorage) -> bool:
    """True of Dagster's own files."""
    return isinstance(storage, SqliteEventLogStorage) and not isinstance(storage, History)
