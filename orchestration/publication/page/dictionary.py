"""Every table and column of a release and what they mean, from the comments that its database carries."""

from pathlib import Path

import duckdb

from orchestration.publication import data_package
from orchestration.publication.database import identifier
from orchestration.publication.page.texts import Pair, counted

SCHEMAS = {
    "main": (
        Pair("Bảng phẳng", "Flat tables"),
        Pair(
            "Những gì biết được hiện nay, mỗi sự việc một dòng, có sẵn tên gọi; thường chỉ cần một bảng.",
            "What is known now, one row for each thing, with names; most questions need one of them.",
        ),
    ),
    "marts": (
        Pair("Dữ kiện, danh mục và báo cáo", "Facts, dimensions and reports"),
        Pair(
            "Toàn bộ những gì đã từng biết, kèm thời điểm biết.",
            "All that was ever known, and when it became known.",
        ),
    ),
    "audit": (
        Pair("Bảng phục vụ kiểm tra", "What is judged"),
        Pair(
            "Những dòng mà các phép kiểm tra dữ liệu xét tới.",
            "The rows that the checks of the data look at.",
        ),
    ),
}
MACROS = (
    Pair("Hàm", "Table macros"),
    Pair("Gọi trong SQL như một bảng hoặc một hàm.", "Called in SQL like a table or a function."),
)


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
            "name": schema,
            "title": title,
            "about": about,
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
        for schema, (title, about) in SCHEMAS.items()
    ]
    schemas.append(
        {
            "name": "macros",
            "title": MACROS[0],
            "about": MACROS[1],
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
        "title": Pair("Từ điển dữ liệu", "Data dictionary"),
        "schemas": [schema for schema in schemas if schema["tables"]],
    }


def described(comment: str | None) -> Pair | None:
    if not comment:
        return None
    vi, slash, en = comment.partition(" / ")
    return Pair(vi, en if slash else vi)
