"""A release in PostgreSQL, for BI tools that read a server: a schema of its own for each release, and one of
views that leads to the current one.

All of it is one transaction: readers see the release before or this one, never a part, and none waits.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import duckdb
import yaml

from ingest.errors import Refused
from ingest.folders import CHECKOUT
from orchestration.publication import data_package
from orchestration.publication.data_package import Column, Table
from orchestration.publication.database import MACROS, identifier, literal

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection

VIEWS = "dxkpi"  # the schema that readers know
READERS = "dxkpi_reader"  # the role that may read; who reads is made a member of it
PATIENCE = "2s"  # an old schema that a reader has open is dropped at a later publication
NULL = "\\N"
# PostgreSQL's form of a list is JSON's in braces.
AS_ARRAY = (
    "'{{' || array_to_string("
    "list_transform({}, e -> coalesce(to_json(cast(e as varchar)), 'NULL')), ',') || '}}'"
)
TYPES = {"DOUBLE": "double precision", "UBIGINT": "numeric(20)", "VARCHAR": "text"}


def publish(release: Path, release_id: str, address: str, kept: int | None) -> str:
    """Copy a release into the database at `address` (a URL of libpq) and lead its views to it. Of earlier
    releases there the newest `kept` stay (None: all). Returns the release's schema. Raises Refused."""
    schema = f"{VIEWS}_{release_id.replace('-', '_').lower()}"
    tables = data_package.tables(release / "dxkpi.duckdb")
    with connected(address) as con:
        with con, con.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [VIEWS])  # one publisher at a time
            readers = role(cursor)
            if schema not in schemas(cursor):
                copy(cursor, schema, tables, release / "dxkpi.duckdb")
                allow(cursor, schema, readers)
            lead_to(cursor, schema, tables)
            allow(cursor, VIEWS, readers)
        drop_old(con, schema, kept)
    return schema


@contextmanager
def connected(address: str) -> Iterator["Connection"]:
    try:
        import psycopg2
    except ImportError:
        raise Refused(
            "--to: PostgreSQL's driver is not installed; install the project with its extra: dxkpi[postgres]"
        ) from None
    try:
        con = psycopg2.connect(address, application_name="dxkpi")
    except psycopg2.Error as error:  # libpq never repeats the password
        raise Refused(f"--to: {' '.join(str(error).split())}") from None
    try:
        with con, con.cursor() as cursor:
            cursor.execute("set timezone = 'UTC'")
        yield con
    except psycopg2.Error as error:
        raise Refused(
            f"--to: {' '.join(str(error).split())}; nothing of this release was published there"
        ) from None
    finally:
        con.close()


def role(cursor: Any) -> str:
    """The role that may read; made where it is missing and we may."""
    cursor.execute("select 1 from pg_roles where rolname = %s", [READERS])
    if not cursor.fetchone():
        cursor.execute("select rolcreaterole or rolsuper from pg_roles where rolname = current_user")
        if cursor.fetchone() != (True,):
            raise Refused(
                f"--to: role {READERS} is missing and may not be made by this user; "
                f"an administrator runs once: create role {READERS}"
            )
        cursor.execute(f"create role {READERS}")
    return READERS


def schemas(cursor: Any) -> list[str]:
    """Those of releases, the oldest first: their names begin with the time at which they were built."""
    cursor.execute(
        "select nspname from pg_namespace where nspname ~ %s order by nspname", [rf"^{VIEWS}_\d{{8}}t"]
    )
    return [name for (name,) in cursor.fetchall()]


def copy(cursor: Any, schema: str, tables: list[Table], database: Path) -> None:
    """The tables of a release as tables, its views as the rows that they have: with comments and keys."""
    cursor.execute(f"create schema {identifier(schema)}")
    keys = tested_keys()
    with duckdb.connect(str(database), read_only=True) as release, tempfile.TemporaryDirectory() as folder:
        release.execute("set TimeZone = 'UTC'")
        for table in tables:
            name = f"{identifier(schema)}.{identifier(table.name)}"
            columns = ", ".join(f"{identifier(c.name)} {type_of(c)}" for c in table.columns)
            cursor.execute(f"create table {name} ({columns})")
            with rows_of(release, table, Path(folder, "rows.csv")) as rows:
                cursor.copy_expert(f"copy {name} from stdin (format csv, null '{NULL}')", rows)
            describe(cursor, "table", name, table)
            if key := keys.get(table.name):
                cursor.execute(f"create unique index on {name} ({', '.join(map(identifier, key))})")
            cursor.execute(f"analyze {name}")


def type_of(column: Column) -> str:
    """PostgreSQL's type for DuckDB's."""
    element = column.type.removesuffix("[]")
    return TYPES.get(element, element.lower()) + column.type.removeprefix(element)


@contextmanager
def rows_of(release: duckdb.DuckDBPyConnection, table: Table, file: Path) -> Iterator[IO[bytes]]:
    """The rows as CSV; a list in PostgreSQL's form, which is JSON's in braces."""
    selected = ", ".join(
        AS_ARRAY.format(identifier(c.name)) if c.type.endswith("[]") else identifier(c.name)
        for c in table.columns
    )
    release.execute(
        f"copy (select {selected} from {identifier(table.schema)}.{identifier(table.name)} order by all) "
        f"to {literal(file)} (format csv, header false, nullstr '{NULL}', force_quote *)"
    )
    with file.open("rb") as rows:
        yield rows


def describe(cursor: Any, kind: str, name: str, table: Table) -> None:
    subjects = [(kind, name, table.about)]
    subjects += [("column", f"{name}.{identifier(c.name)}", c.about) for c in table.columns]
    for what, subject, about in subjects:
        if about:
            cursor.execute(f"comment on {what} {subject} is %s", [about])


def tested_keys() -> dict[str, list[str]]:
    """The key of each table, as dbt tests it."""
    files = (CHECKOUT / "dbt_project/models/marts").rglob("_*.yml")
    models = [m for file in files for m in yaml.load(file.read_bytes(), yaml.CSafeLoader).get("models", [])]
    tests = [
        (m["name"], t["sound"]["arguments"]) for m in models for t in m.get("data_tests", []) if "sound" in t
    ]
    return {name: tested["key"] for name, tested in tests if "key" in tested}


def lead_to(cursor: Any, schema: str, tables: list[Table]) -> None:
    """The views of this release under the name that readers know. They are made beside the old ones, and the
    two change names: nobody waits for a reader of the old ones."""
    made = f"{VIEWS}_next"
    cursor.execute(f"drop schema if exists {made} cascade")
    cursor.execute(f"create schema {made}")
    for table in tables:
        view = f"{made}.{identifier(table.name)}"
        cursor.execute(f"create view {view} as select * from {identifier(schema)}.{identifier(table.name)}")
        describe(cursor, "view", view, table)
    for macro, (name, comment) in MACROS.items():
        columns = next(table.columns for table in tables if table.name == name)
        selected = ", ".join(
            "null::timestamptz" if c.name == "known_to" else identifier(c.name) for c in columns
        )
        source = f"{identifier(schema)}.{identifier(name)}"
        cursor.execute(
            f"create function {made}.{macro}(ts timestamptz) returns setof {source} "
            "language sql stable as $$ "
            f"select {selected} from {source} "
            "where known_from <= ts and (known_to is null or known_to > ts) $$"
        )
        cursor.execute(f"comment on function {made}.{macro} is %s", [comment])
    cursor.execute("select to_regnamespace(%s) is not null", [VIEWS])
    if cursor.fetchone() == (True,):
        cursor.execute("select to_char(clock_timestamp() at time zone 'UTC', 'YYYYMMDDHH24MISSUS')")
        cursor.execute(f"alter schema {VIEWS} rename to {VIEWS}_before_{cursor.fetchone()[0]}")
    cursor.execute(f"alter schema {made} rename to {VIEWS}")
    cursor.execute(f"comment on schema {VIEWS} is %s", [schema])


def allow(cursor: Any, schema: str, readers: str) -> None:
    cursor.execute(f"grant usage on schema {identifier(schema)} to {readers}")
    cursor.execute(f"grant select on all tables in schema {identifier(schema)} to {readers}")


def drop_old(con: "Connection", current: str, kept: int | None) -> None:
    """Views that lead to none of the last two releases, since a statement that has just begun may have looked
    up those of before; and releases beyond those that are kept. What somebody reads just now stays."""
    import psycopg2

    with con, con.cursor() as cursor:
        cursor.execute(
            "select nspname, obj_description(oid, 'pg_namespace') from pg_namespace where nspname ~ %s "
            "order by nspname desc",
            [f"^{VIEWS}_before_"],
        )
        before = cursor.fetchall()
        in_use = {current, *(release for _, release in before[:1])}
        known = [name for name in schemas(cursor) if name not in in_use]
    old = [name for name, _ in before[1:]]
    old += known[: max(len(known) + len(in_use) - kept, 0)] if kept is not None else []
    for schema in old:
        try:
            with con, con.cursor() as cursor:
                cursor.execute(f"set local lock_timeout = '{PATIENCE}'")
                cursor.execute(f"drop schema {identifier(schema)} cascade")
        except psycopg2.errors.LockNotAvailable:
            continue
