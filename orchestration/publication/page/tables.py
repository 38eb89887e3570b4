"""The tables of a release, for SQL."""

from pathlib import Path

import duckdb

Row = dict


class Tables:
    def __init__(self, file: Path):
        self.con = duckdb.connect(str(file), read_only=True)
        self.con.execute("use marts")

    def rows(self, sql: str) -> list[Row]:
        return self.con.execute(sql).pl().to_dicts()
