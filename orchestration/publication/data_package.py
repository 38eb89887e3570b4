"""The tables of a release for any tool: datapackage.json (Frictionless Data Package), and CSV by RFC 4180."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.publication import manifest
from orchestration.publication.database import Marts
from orchestration.publication.scores import called
from orchestration.state.engine import identifier, literal
from orchestration.texts import slashed

NAME = "datapackage.json"
END = "\r\n"  # of a line, by RFC 4180
TYPES = {
    "BOOLEAN": "boolean",
    "DATE": "date",
    "DECIMAL": "number",
    "DOUBLE": "number",
    "TIMESTAMP": "datetime",
    "TIMESTAMP WITH TIME ZONE": "datetime",
    "VARCHAR": "string",
} | dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UBIGINT", "UINTEGER", "UTINYINT"), "integer")
MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"
FORMULA = "^[=+@\\t\\r-]"  # what a spreadsheet may take for the beginning of a formula


@dataclass(frozen=True)
class Column:
    name: str
    type: str  # DuckDB's
    about: str | None

    @property
    def field(self) -> dict[str, Any]:
        kind = "array" if self.type.endswith("[]") else TYPES.get(self.type.split("(")[0], "string")
        return {"name": self.name, "type": kind} | ({"description": self.about} if self.about else {})

    @property
    def as_text(self) -> str:
        """SQL of the column as CSV holds it: lists as JSON, moments in UTC."""
        name = identifier(self.name)
        if self.type.endswith("[]"):
            return f"cast(to_json({name}) as varchar) as {name}"
        if self.type.startswith("TIMESTAMP"):
            return f"strftime({name}, {literal(MOMENT)}) as {name}"
        return name


@dataclass(frozen=True)
class Table:
    schema: str
    name: str
    about: str | None
    columns: tuple[Column, ...]

    def comments(self, name: str) -> list[str]:
        """Statements that put its comments on the copy called `name`."""
        subjects = [("table", name, self.about)]
        subjects += [("column", f"{name}.{identifier(c.name)}", c.about) for c in self.columns]
        return [f"comment on {what} {of} is {literal(about)}" for what, of, about in subjects if about]


def tables(database: Path) -> list[Table]:
    """The tables and views of a release with what their comments say, each name once: of what has moved to
    another schema and is kept in `marts` as a view, that view is left out."""
    with _opened(database) as con:
        found = con.execute(
            """select schema_name, table_name, comment from duckdb_tables() where not internal
               union all select schema_name, view_name, comment from duckdb_views() where not internal"""
        ).fetchall()
        columns: dict[tuple[str, str], list[Column]] = {}
        for schema, table, *column in con.execute(
            """select schema_name, table_name, column_name, data_type, comment from duckdb_columns()
               where not internal order by schema_name, table_name, column_index"""
        ).fetchall():
            columns.setdefault((schema, table), []).append(Column(*column))
    known = {
        name: Table(schema, name, about, tuple(columns[schema, name]))
        for schema, name, about in sorted(found, key=lambda row: row[0] != "marts")
    }
    return [known[name] for name in sorted(known)]


def write(marts: Marts, about: dict, release: Path) -> None:
    """`datapackage.json` of a release, over its Parquet files."""
    resources = [
        resource(table, release / "parquet" / f"{table.name}.parquet", release)
        for table in tables(release / "dxkpi.duckdb")
        if (release / "parquet" / f"{table.name}.parquet").is_file()
    ]
    write_package(marts, about, resources, release / NAME)


def write_package(marts: Marts, about: dict, resources: list[dict], file: Path) -> None:
    plans = marts["dim_plan"].sort("plan_id").to_dicts()
    is_made_up = bool(manifest.made_up(marts))
    content = {
        "name": "dxkpi",
        "title": slashed("data_package.title"),
        "description": (
            f"{slashed('page.made_up_data') + '. ' if is_made_up else ''}"
            "A number that is missing is empty and has a reason; it is never zero. Ratios are percentages "
            "(52.89 means 52.89 %), money is integer đồng, times are UTC. Texts are as others wrote them: "
            "open a CSV in a spreadsheet by importing its columns as text, since a text that begins with "
            "=, +, - or @ may else be taken for a formula."
        ),
        "version": about["release_id"],
        "created": manifest.iso(about["built_at"]),
        "sources": [{"title": called(plan)} for plan in plans] or [{"title": "dxkpi"}],
        "resources": resources,
    }
    file.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def resource(table: Table, file: Path, within: Path) -> dict:
    written = manifest.fingerprint(file)
    as_csv = {"encoding": "utf-8", "dialect": {"lineTerminator": END}} if file.suffix == ".csv" else {}
    return {
        "name": table.name,
        **({"description": table.about} if table.about else {}),
        "path": file.relative_to(within).as_posix(),
        "format": file.suffix.removeprefix("."),
        "mediatype": "text/csv" if as_csv else "application/vnd.apache.parquet",
        **as_csv,
        "bytes": written["bytes"],
        "hash": f"sha256:{written['sha256']}",
        "schema": {"fields": [column.field for column in table.columns], "missingValues": [""]},
    }


def write_csv(database: Path, chosen: Iterable[Table], folder: Path) -> tuple[list[Path], int]:
    """A CSV for each table, rows in a fixed order. Returns the files, and how many texts a spreadsheet may
    take for formulas."""
    files, formulas = [], 0
    with _opened(database) as con:
        for table in chosen:
            source = f"{identifier(table.schema)}.{identifier(table.name)}"
            selected = ", ".join(column.as_text for column in table.columns)
            frame = con.execute(f"select {selected} from {source} order by all").pl()
            files.append(folder / f"{table.name}.csv")
            frame.write_csv(files[-1], line_terminator=END)
            texts = [column.name for column in table.columns if column.field["type"] == "string"]
            formulas += sum(int(frame[name].str.contains(FORMULA).sum()) for name in texts)
    return files, formulas


def _opened(database: Path) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(str(database), read_only=True)
    con.execute("set TimeZone = 'UTC'")
    return con
