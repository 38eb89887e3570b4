"""Every table and column of a release and what they mean, from the comments that its database carries."""

from pathlib import Path

import duckdb

from orchestration.publication import data_package
from orchestration.publication.page.texts import Pair, counted, phrase
from orchestration.state.engine import identifier

SCHEMAS = ("main", "marts", "audit", "macros")


def contents(database: Path) -> dict:
    """What the template writes out. A description is Vietnamese, a slash, English."""
    found = data_package.tables(database)
    with duckdb.connect(str(database), read_only=True) as con:
        rows = {table.name: len(con.sql(f"from {table.schema}.{identifier(table.name)}")) for table in found}
        macros = con.execute(
            "select distinct function_name, parameters, comment from duckdb_functions() where not internal "
            "and schema_name = 'main' and function_type like '%macro' and comment is not null order by all"
        ).fetchall()
    found += [
        data_package.Table("macros", f"{name}({', '.join(parameters)})", about, ())
        for name, parameters, about in macros
    ]
    of_schemas = ((schema, [table for table in found if table.schema == schema]) for schema in SCHEMAS)
    return {
        "title": phrase("dictionary.title"),
        "rows": {name: counted(count) for name, count in rows.items()},
        "schemas": [
            (schema, phrase(f"dictionary.{schema}"), phrase(f"dictionary.about_{schema}"), tables)
            for schema, tables in of_schemas
            if tables
        ],
        "described": described,
    }


def described(comment: str | None) -> Pair | None:
    if not comment:
        return None
    vi, slash, en = comment.partition(" / ")
    return Pair(vi, en if slash else vi)
