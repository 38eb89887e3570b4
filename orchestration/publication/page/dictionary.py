"""Every table and column of a release and what they mean, from the comments that its database carries."""

from pathlib import Path

import duckdb

from orchestration.publication import data_package
from orchestration.publication.database import identifier
from orchestration.publication.page.texts import Pair, counted, phrase

SCHEMAS = ("main", "marts", "audit")


def contents(database: Path) -> dict:
    """What the template writes out. A description is Vietnamese, a slash, English."""
    found = data_package.tables(database)
    with duckdb.connect(str(database), read_only=True) as con:
        rows = {
            table.name: con.execute(
                f"select count(*) from {table.schema}.{identifier(table.name)}"
            ).fetchone()
            for table in found
        }
        macros = con.execute(
            "select distinct function_name, parameters, comment from duckdb_functions() where not internal "
            "and schema_name = 'main' and function_type like '%macro' and comment is not null order by all"
        ).fetchall()
    schemas = [
        {
            **headed(schema),
            "tables": [
                {
                    "name": table.name,
                    "rows": counted((rows[table.name] or (0,))[0]),
                    "about": described(table.about),
                    "columns": [
                        {"name": column.name, "type": column.type.lower(), "about": described(column.about)}
                        for column in table.columns
                    ],
                }
                for table in found
                if table.schema == schema
            ],
        }
        for schema in SCHEMAS
    ]
    schemas.append(
        {
            **headed("macros"),
            "tables": [
                {
                    "name": f"{name}({', '.join(parameters)})",
                    "rows": None,
                    "about": described(about),
                    "columns": [],
                }
                for name, parameters, about in macros
            ],
        }
    )
    return {
        "title": phrase("dictionary.title"),
        "schemas": [schema for schema in schemas if schema["tables"]],
    }


def headed(schema: str) -> dict:
    return {
        "name": schema,
        "title": phrase(f"dictionary.{schema}"),
        "about": phrase(f"dictionary.about_{schema}"),
    }


def described(comment: str | None) -> Pair | None:
    if not comment:
        return None
    vi, slash, en = comment.partition(" / ")
    return Pair(vi, en if slash else vi)
