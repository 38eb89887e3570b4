"""Dagster's history in SQLite, as Dagster keeps it, but for two things.

Its files are made by one process at a time: of a web server and a daemon that start together in a new folder,
each with its code server, Dagster lets two make the same file, which then nobody can open any more.

The event log's connections stay open: Dagster opens its files anew for each event and waits for the disk,
10 ms of CPU and 35 ms of waiting an event, where this takes 3 and 4. After a loss of power the last events of
a run may be missing; it is ended then.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME, SqliteEventLogStorage
from dagster._core.storage.runs.sqlite.sqlite_run_storage import SqliteRunStorage
from dagster._core.storage.schedules.sqlite.sqlite_schedule_storage import SqliteScheduleStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine

from ingest.files import held
from orchestration.command.main_job import dagster_home


@contextmanager
def _alone() -> Iterator[Path]:
    """Dagster's folder, while no other process makes files in it."""
    home = dagster_home()
    with held(home / "history/.lock"):
        yield home


class Runs(SqliteRunStorage):
    @classmethod
    def config_type(cls) -> dict:
        return {}

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> "Runs":
        with _alone() as home:
            return cls.from_local(str(home / "history"), inst_data)


class Schedules(SqliteScheduleStorage):
    @classmethod
    def config_type(cls) -> dict:
        return {}

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> "Schedules":
        with _alone() as home:
            return cast(Schedules, cls.from_local(str(home / "schedules"), inst_data))


class History(SqliteEventLogStorage):
    """One connection to the index of all runs, one to the events of the run that was last read or written."""

    def __init__(self, *arguments: Any, **about: Any):
        self._engines: dict[str, Engine] = {}
        self._tables: set[str] = set()
        super().__init__(*arguments, **about)

    @classmethod
    def config_type(cls) -> dict:
        return {}

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> "History":
        return cls(str(dagster_home() / "history/runs"), inst_data)

    def _initdb(self, *arguments: Any, **about: Any) -> None:
        with _alone():
            super()._initdb(*arguments, **about)

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

    def has_table(self, table_name: str) -> bool:
        """Dagster asks for each event with tags, which costs as much as to write them."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def wipe(self) -> None:
        self._close(*self._engines)
        super().wipe()

    def dispose(self) -> None:
        self._close(*self._engines)
        super().dispose()

    def _close(self, *shards: str) -> None:
        for shard in shards:
            self._engines.pop(shard).dispose()


def is_dagsters_own(storage: object) -> bool:
    """True of the files that Dagster keeps where nobody says otherwise."""
    own = (SqliteRunStorage, SqliteEventLogStorage, SqliteScheduleStorage)
    return isinstance(storage, own) and not isinstance(storage, (Runs, History, Schedules))
