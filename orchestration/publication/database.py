"""The marts as one DuckDB file and as one Parquet file per table, rows in a fixed order: schema `main` flat
and of what is known now, `marts` facts, dimensions and reports, `audit` what the expectations judge.

Copies and describes; what a table means was settled in dbt.
"""

import json
import re
from pathlib import Path

import duckdb
import polars as pl

from ingest.errors import Refused
from ingest.folders import CHECKOUT
from orchestration.state import engine
from orchestration.state.engine import identifier, literal
from orchestration.texts import slashed

STORAGE_VERSION = "v1.2.0"  # DuckDB 1.2 and newer read it
BLOCK_SIZE = 16_384  # the smallest: most tables are small, and each takes a few blocks of its own
ROW_GROUP = 122_880  # DuckDB's own; stated so that another version writes the same groups

SCHEMAS = ("marts", "main")
# What only auditors need is published in a schema of its own.
AUDITS = {file.stem for file in (CHECKOUT / "dbt_project/models/marts/audit").glob("*.sql")}
# The provinces that a release is about have units below them; others are only named in it. It is known by the
# first of them: a merger only adds to it.
OWN_PROVINCES = """
    select org_id, name_vi from {dim_org} as province
    where level = 'province' and org_key in (select parent_org_key from {dim_org})
    order by valid_from nulls first, org_key
"""
OTHER_SCHEMAS = re.compile(r'"?\b(intermediate|staging)"?\.')

# A moment is that moment, whatever time zone the reader has set. A day, be it a date or a text, is the end of
# that day in Việt Nam, and a time without a zone is one on the clocks there.
MOMENT = """
    cast(
        case
            when typeof(ts) = 'TIMESTAMP WITH TIME ZONE' then cast(ts as varchar)
            when regexp_full_match(trim(cast(ts as varchar)), '[0-9]+-[0-9]+-[0-9]+')
                then trim(cast(ts as varchar)) || ' 23:59:59.999999+07'
            when regexp_matches(cast(ts as varchar), ':.*[-+A-Za-z]') then cast(ts as varchar)
            else cast(ts as varchar) || '+07'
        end as timestamptz
    )
"""
# Each answers with what was known at `ts`; what was known then still stood. `marts.` and not the file's name:
# a renamed copy must still work. No types in the signature: DuckDB 1.2 knows none.
AS_OF = f"""
    create macro marts.{{macro}}(ts) as table
    with asked as (select {MOMENT} as moment)
    select told.* replace (cast(null as timestamptz) as known_to)
    from marts.{{table}} as told
    cross join asked
    where told.known_from <= asked.moment and (told.known_to is null or told.known_to > asked.moment)
"""
MACROS = {
    name: (table, slashed(f"data_package.{name}"))
    for name, table in (("values_as_of", "fct_indicator_value"), ("scorecard_as_of", "rpt_scorecard_history"))
}


MACROS_OF_RATIOS = CHECKOUT / "dbt_project/published/ratio_of.sql"


class Marts:
    """The tables of a release, read from its Parquet files: `marts["dim_org"]` is a frame."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.frames: dict[str, pl.DataFrame] = {}

    def __iter__(self):
        return iter(sorted(file.stem for file in self.folder.glob("*.parquet")))

    def __getitem__(self, table: str) -> pl.DataFrame:
        if table not in self.frames:
            self.frames[table] = pl.read_parquet(self.folder / f"{table}.parquet")
        return self.frames[table]


def write(warehouse: Path, folder: Path) -> None:
    """`folder/dxkpi.duckdb` and `folder/parquet/<table>.parquet` from schema `marts` of the warehouse."""
    if engine.name() == engine.FILE and not warehouse.is_file():
        raise Refused(f"{warehouse}: there is no warehouse to publish; run dxkpi build first")
    (folder / "parquet").mkdir()
    with duckdb.connect() as con:
        con.execute("set threads = 1")  # several threads share out row groups by chance
        con.execute("set TimeZone = 'UTC'")
        catalog = engine.attach(con, warehouse)
        con.execute(
            f"attach {literal(folder / 'dxkpi.duckdb')} as release "
            f"(storage_version '{STORAGE_VERSION}', block_size {BLOCK_SIZE})"
        )
        con.execute("begin")  # one wait for the disk instead of one for each statement
        con.execute("use release")
        for schema in (*SCHEMAS, "audit"):
            con.execute(f"create schema if not exists {schema}")
        tables = tables_of(con, catalog)
        for table in ["release", *(table for table, _ in MACROS.values())]:
            if ("marts", table) not in tables:
                raise Refused(f"{warehouse}: table marts.{table} is missing; run dxkpi build first")
        views = views_of(con, catalog)
        for schema, table in tables:
            if (schema, table) not in views:
                copy(con, catalog, schema, table, folder / "parquet" / f"{table}.parquet")
        for sql in views.values():
            con.execute(sql)
        # where contract 1 had them; these views go with contract 3
        for table in sorted(AUDITS & {table for _, table in tables}):
            name = identifier(table)
            con.execute(f"create view marts.{name} as select * from audit.{name}")
        describe(con, catalog)
        for macro, (table, comment) in MACROS.items():
            con.execute(AS_OF.format(macro=macro, table=table))
            con.execute(
                f"create macro main.{macro}(ts) as table select * from marts.{macro}(ts)"
            )  # for its bare name
            for schema in ("marts", "main"):
                con.execute(f"comment on macro table {schema}.{macro} is {literal(comment)}")
        con.execute(MACROS_OF_RATIOS.read_text(encoding="utf-8"))
        con.execute("commit")
        con.execute("use memory")
        con.execute("detach release")  # writes the log into the file and removes it


def verify(folder: Path) -> None:
    """That the database of a release opens, and holds the tables, columns and rows that its manifest lists.
    Raises Refused with the first thing that is otherwise."""
    file = folder / "dxkpi.duckdb"
    listed = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["tables"]
    subject = "cannot be opened"
    try:
        with duckdb.connect(str(file), read_only=True) as con:
            found = con.execute(
                "select schema_name, table_name from duckdb_tables() where not internal "
                "union all select schema_name, view_name from duckdb_views() where not internal order by all"
            ).fetchall()
            for schema, name in found:
                subject = f"{schema}.{name}"
                rows = con.execute(f"select * from {schema}.{identifier(name)} limit 0")
                columns = [column for column, *_ in rows.description or []]
                if name in listed and columns != listed[name]["columns"]:
                    raise Refused(f"{file}: table {subject}: its columns are not those of the manifest")
            for name, about in listed.items():
                subject = name
                schema = next((schema for schema, table in found if table == name), "marts")
                count = con.execute(f"select count(*) from {schema}.{identifier(name)}").fetchone()
                if count != (about["rows"],):
                    raise Refused(f"{file}: table {name}: {count} rows, the manifest says {about['rows']}")
            for subject in MACROS:
                con.execute(f"select * from {subject}(now()) limit 1").fetchall()
    except duckdb.Error as error:
        raise Refused(f"{file}: {subject}: {error}; publish again or restore it from a copy") from None


def tables_of(con: duckdb.DuckDBPyConnection, catalog: str) -> list[tuple[str, str]]:
    """Schema and name of each; a view of more than these schemas is published as the rows it has now."""
    return con.execute(
        "select table_schema, table_name from information_schema.tables "
        f"where table_catalog = '{catalog}' and table_schema in {SCHEMAS} order by all"
    ).fetchall()


def views_of(con: duckdb.DuckDBPyConnection, catalog: str) -> dict[tuple[str, str], str]:
    """The views of the warehouse that read nothing but these schemas, as a release has them: a view after
    those that it reads."""
    rows = con.execute(
        "select schema_name, view_name, sql from duckdb_views() "
        f"where database_name = '{catalog}' and schema_name in {SCHEMAS} "
        "order by schema_name = 'main', schema_name, view_name"
    ).fetchall()
    written = {
        (schema, name): sql.replace(f"{catalog}.", "").replace(f'"{catalog}".', "")
        for schema, name, sql in rows
    }
    return {name: sql for name, sql in written.items() if not OTHER_SCHEMAS.search(sql)}


def copy(con: duckdb.DuckDBPyConnection, catalog: str, schema: str, table: str, parquet: Path) -> None:
    name = f"{'audit' if table in AUDITS else schema}.{identifier(table)}"
    source = f"{catalog}.{schema}.{identifier(table)}"
    con.execute(f"create table {name} as select * from {source} order by all")
    con.execute(
        f"copy (select * from {name}) to {literal(parquet)} "  # one thread reads it as it was written
        f"(format parquet, compression zstd, row_group_size {ROW_GROUP})"
    )
    kept = con.execute(f"describe select * from read_parquet({literal(parquet)})").fetchall()
    for (column, wanted, *_), (_, got, *_) in zip(
        con.execute(f"describe {name}").fetchall(), kept, strict=True
    ):
        if wanted != got:  # HUGEINT, the type of a sum of integers, silently becomes DOUBLE
            raise Refused(
                f"table {schema}.{table}: column {column}: {wanted} would be {got} in Parquet; "
                "cast it in the model to a type that both have, such as bigint or decimal"
            )


def describe(con: duckdb.DuckDBPyConnection, catalog: str) -> None:
    """Carry the comments over, which a copy of a table leaves behind."""
    ours = f"where database_name = '{catalog}' and schema_name in {SCHEMAS} and comment is not null"
    for kind, schema, table, column, comment in con.execute(
        f"select 'table', schema_name, table_name, null, comment from duckdb_tables() {ours} "
        f"union all select 'view', schema_name, view_name, null, comment from duckdb_views() {ours} "
        "union all select 'column', schema_name, table_name, column_name, comment "
        f"from duckdb_columns() {ours} order by all"
    ).fetchall():
        if table in AUDITS:
            of_view = f"marts.{identifier(table)}" + (f".{identifier(column)}" if column else "")
            con.execute(f"comment on {'column' if column else 'view'} {of_view} is {literal(comment)}")
            schema = "audit"
        subject = f"{schema}.{identifier(table)}" + (f".{identifier(column)}" if column else "")
        con.execute(f"comment on {kind} {subject} is {literal(comment)}")
