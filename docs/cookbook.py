"""Fills in the answers of docs/cookbook.md: `python docs/cookbook.py RELEASE DEMO`, each a dxkpi.duckdb."""

import re
import sys
from pathlib import Path

import duckdb

PAGE = Path(__file__).with_name("cookbook.md")
BLOCK = re.compile(r"```sql\n(-- in the (release|demo)\n.*?)```\n\n```text\n(.*?)```", re.DOTALL)


def filled(page: str, files: dict[str, Path]) -> str:
    """The page with the answers that its queries give."""

    def answered(block: re.Match) -> str:
        return f"```sql\n{block[1]}```\n\n```text\n{answer(files[block[2]], block[1])}```"

    return BLOCK.sub(answered, page)


def answer(file: Path, sql: str) -> str:
    with duckdb.connect(str(file), read_only=True) as con:
        con.execute("set TimeZone = 'UTC'")
        found = con.execute(sql)
        rows = [[column for column, *_ in found.description], *map(list, found.fetchall())]
    return "".join(" | ".join(map(shown, row)) + "\n" for row in rows)


def shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else "–" if value is None else str(value)


if __name__ == "__main__":
    files = dict(zip(("release", "demo"), map(Path, sys.argv[1:]), strict=True))
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), files), encoding="utf-8")
