"""A release in the lake that it was built in: schema `current`, one commit whose message names the release.

Readers see the release before or this one, never a part; earlier ones are the snapshots of their commits.
"""

from pathlib import Path

import duckdb
import stamina

from orchestration.publication import data_package
from orchestration.publication.data_package import Table
from orchestration.state import engine
from orchestration.state.engine import identifier, literal

CURRENT = "current"
RELEASE = "release "  # and its id: the message of the commit
# Who reads an older snapshot has so long to end before its files go.
FOR_READERS = "interval 1 day"


def publish(release: Path, kept: int | None) -> bool:
    """Where dbt builds in a lake, make a release folder its current release. Of earlier ones the newest
    `kept` stay (None: all); of what lies between releases nothing does. Returns whether there is a lake.
    """
    if engine.name() != engine.LAKE:
        return False
    tables = data_package.tables(release / "dxkpi.duckdb")
    with engine.opened(read_only=False) as con:
        con.execute(f"attach {literal(release / 'dxkpi.duckdb')} as release (read_only)")
        for attempt in stamina.retry_context(on=duckdb.TransactionException, attempts=20, timeout=600):
            with attempt:
                replace(con, tables, release.name)
        expire(con, kept)
    return True


def lacks(release_id: str) -> bool:
    """True when dbt builds in a lake whose current release is not this one."""
    if engine.name() != engine.LAKE:
        return False
    with engine.opened(read_only=False) as con:
        (last,) = con.execute(
            f"select max_by(commit_message, snapshot_id) from {engine.LAKE_CATALOG}.snapshots() "
            f"where starts_with(commit_message, {literal(RELEASE)})"
        ).fetchall()[0]
    return last != RELEASE + release_id


def replace(con: duckdb.DuckDBPyConnection, tables: list[Table], release_id: str) -> None:
    con.execute("begin")
    try:
        con.execute(f"create schema if not exists {CURRENT}")
        for (gone,) in con.execute(
            "select table_name from duckdb_tables() where database_name = $1 and schema_name = $2 "
            "and not list_contains($3, table_name)",
            [engine.LAKE_CATALOG, CURRENT, [table.name for table in tables]],
        ).fetchall():
            con.execute(f"drop table {CURRENT}.{identifier(gone)}")
        for table in tables:
            name = f"{CURRENT}.{identifier(table.name)}"
            source = f"release.{identifier(table.schema)}.{identifier(table.name)}"
            con.execute(f"create or replace table {name} as from {source} order by all")
            for comment in table.comments(name):
                con.execute(comment)
        con.execute(
            f"call {engine.LAKE_CATALOG}.set_commit_message('dxkpi', {literal(RELEASE + release_id)})"
        )
        con.execute("commit")
    except duckdb.Error:
        con.execute("rollback")
        raise


def expire(con: duckdb.DuckDBPyConnection, kept: int | None) -> None:
    """Let go of every snapshot but those of the kept releases and the newest, and of files that only these
    had, once nobody can be reading them."""
    lake = engine.LAKE_CATALOG
    snapshots = con.execute(
        "select snapshot_id, starts_with(coalesce(commit_message, ''), $1) "
        f"from {lake}.snapshots() order by snapshot_id desc",
        [RELEASE],
    ).fetchall()
    of_releases = [snapshot for snapshot, is_release in snapshots if is_release]
    staying = {snapshots[0][0], *of_releases[:kept]}
    if old := sorted({snapshot for snapshot, _ in snapshots} - staying):
        con.execute(f"call ducklake_expire_snapshots('{lake}', versions => {old})")
    con.execute(f"call ducklake_cleanup_old_files('{lake}', older_than => now() - {FOR_READERS})")
