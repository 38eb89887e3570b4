"""Several provinces in one PostgreSQL: every table once, each row with its province, and who may see which.

A policy of each table lets the readers of a province see its rows alone, whatever they ask. There is no view
and no function that reads with the rights of who made it, and no table of a province beside these.
"""

import tempfile
from pathlib import Path
from typing import Any

import duckdb

from ingest.errors import Refused
from orchestration.publication import data_package, postgres
from orchestration.publication.data_package import Table
from orchestration.state.engine import identifier, literal
from orchestration.texts import slashed

SCHEMA = "dxkpi_all"
READERS_OF_ALL = "dxkpi_national_reader"
LONGEST = 63  # bytes of a name in PostgreSQL; what is more it would cut off


def publish(release: Path, address: str) -> tuple[str, str]:
    """Put a release in the place of the rows of its province in `dxkpi_all` of the database at `address`.
    All of it is one transaction: readers see the release before or this one. Returns the province and the
    role of its readers; raises Refused.
    """
    database = release / "dxkpi.duckdb"
    province = postgres.province_of(database)
    if province is None:
        raise Refused(f"{release}: is of no province: no unit of its registry is below one")
    readers = readers_of(province)
    with (
        duckdb.connect(str(database), read_only=True) as found,
        postgres.connected(address) as con,
        con,
        con.cursor() as cursor,
    ):
        found.execute("set TimeZone = 'UTC'")
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [SCHEMA])  # one publisher at a time
        for role in (readers, READERS_OF_ALL):
            postgres.make_role(cursor, role)
        cursor.execute(f"create schema if not exists {SCHEMA}")
        known = {name: dict(columns) for name, columns in postgres.columns_of(cursor, SCHEMA).items()}
        cursor.execute("select tablename, policyname from pg_policies where schemaname = %s", [SCHEMA])
        policies = set(cursor.fetchall())
        for table in data_package.tables(database):
            make_table(cursor, table, known.get(table.name))
            for role, rows in ((READERS_OF_ALL, "true"), (readers, f"province_id = {literal(province)}")):
                if (table.name, role) not in policies:
                    cursor.execute(
                        f"create policy {identifier(role)} on {named(table)} for select "
                        f"to {identifier(role)} using ({rows})"
                    )
            replace_rows(cursor, table, province, found)
        postgres.make_functions(cursor, SCHEMA)
        postgres.allow_readers(cursor, SCHEMA, readers, READERS_OF_ALL)
    return province, readers


def readers_of(province: str) -> str:
    role = f"{postgres.READERS}_{province}"
    if len(role.encode()) > LONGEST:
        raise Refused(f"{province}: role {role} is longer than {LONGEST} bytes; give it a shorter org_id")
    return role


def named(table: Table) -> str:
    return f"{SCHEMA}.{identifier(table.name)}"


def make_table(cursor: Any, table: Table, known: dict[str, str] | None) -> None:
    """The table, or the columns that it has not yet: provinces need not be of one version of the code, and
    nothing that another has is dropped. Raises Refused where a column is of another type."""
    if known is None:
        columns = ", ".join(f"{identifier(c.name)} {postgres.type_of(c)}" for c in table.columns)
        cursor.execute(f"create table {named(table)} (province_id text not null, {columns})")
        cursor.execute(f"alter table {named(table)} enable row level security")
        cursor.execute(
            f"comment on column {named(table)}.province_id is %s", [slashed("data_package.province_id")]
        )
        key = postgres.tested_keys().get(table.name, [])
        columns = ", ".join(map(identifier, ["province_id", *key]))
        cursor.execute(f"create {'unique ' if key else ''}index on {named(table)} ({columns})")
    else:
        for column in table.columns:
            wanted = postgres.type_of(column)
            if column.name not in known:
                cursor.execute(f"alter table {named(table)} add {identifier(column.name)} {wanted}")
            elif not is_of_type(cursor, wanted, known[column.name]):
                raise Refused(
                    f"--to: {SCHEMA}.{table.name}.{column.name} is {known[column.name]} there, {wanted} "
                    "here; publish the other provinces again with this version, into another database"
                )
    for comment in table.comments(named(table)):
        cursor.execute(comment)


def is_of_type(cursor: Any, wanted: str, known: str) -> bool:
    cursor.execute("select to_regtype(%s) = to_regtype(%s)", [wanted, known])
    return cursor.fetchone() == (True,)


def replace_rows(cursor: Any, table: Table, province: str, release: duckdb.DuckDBPyConnection) -> None:
    columns = ", ".join(map(identifier, ["province_id", *(c.name for c in table.columns)]))
    cursor.execute(f"delete from {named(table)} where province_id = %s", [province])
    with (
        tempfile.TemporaryDirectory() as folder,
        postgres.rows_of(release, table, Path(folder, "rows.csv"), province) as rows,
    ):
        cursor.copy_expert(f"copy {named(table)} ({columns}) from stdin ({postgres.CSV})", rows)
