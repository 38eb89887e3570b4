"""A release in PostgreSQL, for BI tools that read a server: a schema of its own for each release, and one
that holds the current one.

All of it is one transaction: readers see the release before or this one, never a part, and none waits.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import duckdb
import yaml

from ingest.errors import Refused
from ingest.folders import CHECKOUT
from orchestration.publication import data_package
from orchestration.publication.data_package import Column, Table
from orchestration.publication.database import MACROS, OWN_PROVINCES
from orchestration.state import engine
from orchestration.state.engine import identifier, literal

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection

CURRENT = "dxkpi"  # the schema that readers know
READERS = "dxkpi_reader"  # the role that may read; who reads is made a member of it
LOCKED = "55P03"  # lock_not_available
PATIENCE = "2s"  # an old schema that a reader has open is dropped at a later publication
NULL = "\\N"
CSV = f"format csv, null '{NULL}'"
# PostgreSQL's form of a list is JSON's in braces.
AS_ARRAY = (
    "'{{' || array_to_string("
    "list_transform({}, e -> coalesce(to_json(cast(e as varchar)), 'NULL')), ',') || '}}'"
)
TYPES = {"DOUBLE": "double precision", "UBIGINT": "numeric(20)", "VARCHAR": "text"}


def publish(release: Path, release_id: str, address: str, kept: int | None) -> str:
    """Copy a release into the database at `address` (a URL of libpq) and make it the current one. Of
    earlier releases there the newest `kept` stay (None: all). Returns the release's schema; raises Refused,
    also where the current release there is of another province.
    """
    schema = f"{CURRENT}_{release_id.replace('-', '_').lower()}"
    tables = data_package.tables(release / "dxkpi.duckdb")
    with connected(address) as con:
        with con, con.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [CURRENT])  # one publisher at a time
            refuse_another_province(cursor, province_of(release / "dxkpi.duckdb"))
            make_role(cursor, READERS)
            if schema not in schemas(cursor):
                copy(cursor, schema, tables, release / "dxkpi.duckdb")
                allow_readers(cursor, schema)
            make_current(cursor, schema, tables)
            allow_readers(cursor, CURRENT)
        drop_old(con, schema, kept)
    return schema


@contextmanager
def connected(address: str) -> Iterator["Connection"]:
    con = engine.connect(address, "--to", "postgres")
    import psycopg2

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


def province_of(database: Path) -> str | None:
    """What the province of a release is known by; None where no unit of its registry is below one."""
    with duckdb.connect(str(database), read_only=True) as con:
        own = con.execute(OWN_PROVINCES.format(dim_org="marts.dim_org")).fetchone()
    return own[0] if own else None


def refuse_another_province(cursor: Any, province: str | None) -> None:
    """What readers know is of one province; a release of another would replace it."""
    cursor.execute("select to_regclass(%s)", [f"{CURRENT}.dim_org"])
    if cursor.fetchone() == (None,):
        return
    cursor.execute(OWN_PROVINCES.format(dim_org=f"{CURRENT}.dim_org"))
    there = cursor.fetchone()
    if there and province and there[0] != province:
        raise Refused(
            f"--to: schema {CURRENT} there is of {there[0]}, this release is of {province}; name another "
            "database, or publish each province with --shared"
        )


def make_role(cursor: Any, role: str) -> None:
    """A role that may read, where it is missing and we may."""
    cursor.execute("select 1 from pg_roles where rolname = %s", [role])
    if not cursor.fetchone():
        cursor.execute("select rolcreaterole or rolsuper from pg_roles where rolname = current_user")
        if cursor.fetchone() != (True,):
            raise Refused(
                f"--to: role {role} is missing and may not be made by this user; "
                f"an administrator runs once: create role {role}"
            )
        cursor.execute(f"create role {identifier(role)}")


def schemas(cursor: Any) -> list[str]:
    """Those of releases, the oldest first: their names begin with the time at which they were built."""
    cursor.execute(
        "select nspname from pg_namespace where nspname ~ %s order by nspname", [rf"^{CURRENT}_\d{{8}}t"]
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
                cursor.copy_expert(f"copy {name} from stdin ({CSV})", rows)
            for comment in table.comments(name):
                cursor.execute(comment)
            if key := keys.get(table.name):
                cursor.execute(f"create unique index on {name} ({', '.join(map(identifier, key))})")
            cursor.execute(f"analyze {name}")


def type_of(column: Column) -> str:
    """PostgreSQL's type for DuckDB's."""
    element = column.type.removesuffix("[]")
    return TYPES.get(element, element.lower()) + column.type.removeprefix(element)


@contextmanager
def rows_of(release: duckdb.DuckDBPyConnection, table: Table, file: Path, *first: str) -> Iterator[IO[bytes]]:
    """The rows as CSV, each with the texts `first` in front; a list in PostgreSQL's form, which is JSON's in
    braces."""
    selected = ", ".join(
        [literal(text) for text in first]
        + [
            AS_ARRAY.format(identifier(c.name)) if c.type.endswith("[]") else identifier(c.name)
            for c in table.columns
        ]
    )
    release.execute(
        f"copy (select {selected} from {identifier(table.schema)}.{identifier(table.name)} order by all) "
        f"to {literal(file)} (format csv, header false, nullstr '{NULL}', force_quote *)"
    )
    with file.open("rb") as rows:
        yield rows


@cache
def tested_keys() -> dict[str, list[str]]:
    """The key of each table, as dbt tests it."""
    files = (CHECKOUT / "dbt_project/models/marts").rglob("_*.yml")
    models = [m for file in files for m in yaml.load(file.read_bytes(), yaml.CSafeLoader).get("models", [])]
    tests = [
        (m["name"], t["sound"]["arguments"]) for m in models for t in m.get("data_tests", []) if "sound" in t
    ]
    return {name: tested["key"] for name, tested in tests if "key" in tested}


def make_current(cursor: Any, schema: str, tables: list[Table]) -> None:
    """The rows of this release in the tables that readers know. A statement sees what was committed when it
    began, in all of them, and nobody waits: views that change their schema would be looked up one by one, so
    a statement could read two releases. Only a table whose columns changed is made anew."""
    cursor.execute(f"create schema if not exists {CURRENT}")
    known = columns_of(cursor, CURRENT)
    wanted = columns_of(cursor, schema)
    for name in known:
        if known[name] != wanted.get(name):
            cursor.execute(f"drop table {CURRENT}.{identifier(name)} cascade")
    for table in tables:
        target, source = (f"{identifier(where)}.{identifier(table.name)}" for where in (CURRENT, schema))
        if known.get(table.name) == wanted[table.name]:
            cursor.execute(f"delete from {target}")
        else:
            cursor.execute(f"create table {target} (like {source} including all)")
        cursor.execute(f"insert into {target} table {source}")
        for comment in table.comments(target):
            cursor.execute(comment)
    make_functions(cursor, CURRENT)


def make_functions(cursor: Any, schema: str) -> None:
    """What was known on a day, of the tables of a schema. They read with the rights of who asks."""
    known = columns_of(cursor, schema)
    for macro, (name, comment) in MACROS.items():
        selected = ", ".join(
            "null::timestamptz" if column == "known_to" else identifier(column) for column, _ in known[name]
        )
        target = f"{schema}.{identifier(name)}"
        cursor.execute(
            f"create or replace function {schema}.{macro}(ts timestamptz) returns setof {target} "
            f"language sql stable as $$ select {selected} from {target} "
            "where known_from <= ts and (known_to is null or known_to > ts) $$"
        )
        cursor.execute(f"comment on function {schema}.{macro} is %s", [comment])


def columns_of(cursor: Any, schema: str) -> dict[str, list[tuple[str, str]]]:
    """Names and types of the columns of each table."""
    cursor.execute(
        "select relname, attname, format_type(atttypid, atttypmod) from pg_class "
        "join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped "
        "where relkind = 'r' and relnamespace = to_regnamespace(%s) order by relname, attnum",
        [schema],
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for table, *column in cursor.fetchall():
        found.setdefault(table, []).append(tuple(column))
    return found


def allow_readers(cursor: Any, schema: str, *roles: str) -> None:
    readers = ", ".join(map(identifier, roles or (READERS,)))
    cursor.execute(f"grant usage on schema {identifier(schema)} to {readers}")
    cursor.execute(f"grant select on all tables in schema {identifier(schema)} to {readers}")


def drop_old(con: "Connection", current: str, kept: int | None) -> None:
    """Releases beyond those that are kept, unless somebody reads them just now."""
    import psycopg2

    with con, con.cursor() as cursor:
        known = [name for name in schemas(cursor) if name != current]
    for schema in known[: max(len(known) + 1 - kept, 0)] if kept is not None else []:
        try:
            with con, con.cursor() as cursor:
                cursor.execute(f"set local lock_timeout = '{PATIENCE}'")
                cursor.execute(f"drop schema {identifier(schema)} cascade")
        except psycopg2.Error as error:
            if error.pgcode != LOCKED:
                raise
