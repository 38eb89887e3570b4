"""The tables of a release, for SQL, and the name of each organisation and source over all times."""

from pathlib import Path

import duckdb

Row = dict


class Tables:
    def __init__(self, file: Path):
        self.con = duckdb.connect(str(file), read_only=True)
        self.con.execute("use marts")
        self.con.execute(
            "create temp view org_names as "
            "select org_id, any_value(name_vi) as name_vi from dim_org group by org_id"
        )
        self.con.execute(
            "create temp view source_names as select source_id, any_value(name_vi) as name_vi, "
            "any_value(name_en) as name_en from dim_source group by source_id"
        )

    def rows(self, sql: str, asked: dict | None = None) -> list[Row]:
        """asked: what stands for each `$name`; of more names than the query has, those that it has."""
        wanted = {name: value for name, value in (asked or {}).items() if f"${name}" in sql}
        return self.con.execute(sql, wanted).pl().to_dicts()
