"""How long the suites take on the marts of a made-up year, beside the same predicates as plain SQL.

Each runs in a process of its own: all suites through Great Expectations, and every expectation as one SQL
condition on DuckDB. Both must count the same failing rows. The suites, import and all, may take twice the
time of the SQL and the import together. `make bench` prints the figures and keeps them in
benchmarks/validation.json.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
TIMES = 2


def quoted(value) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value).lower() if isinstance(value, bool) else str(value)


def condition(asked: dict) -> str:
    """A row condition of Great Expectations as SQL."""
    if asked["type"] in ("and", "or"):
        return "(" + f" {asked['type']} ".join(condition(c) for c in asked["conditions"]) + ")"
    column = asked["column"]["name"]
    if asked["type"] == "nullity":
        return f"{column} is {'null' if asked['is_null'] else 'not null'}"
    operator, value = asked["operator"], asked.get("parameter")
    if operator.lower() in ("in", "not in"):
        return f"{column} {operator} ({', '.join(map(quoted, value))})"
    # in pandas null differs from everything
    sign = {"==": "is not distinct from", "!=": "is distinct from"}.get(operator, operator)
    return f"{column} {sign} {quoted(value)}"


def failing(kind: str, asked: dict, table: str, columns: dict[str, str], keys: Sequence[str]) -> str:
    """The number of rows that break an expectation, as a query."""
    column = asked.get("column")
    floats = [name for name, dtype in columns.items() if dtype in ("DOUBLE", "FLOAT")]
    made = {
        "not_finite": " or ".join(f"not isfinite({name})" for name in floats) or "false",
        "key_missing": " or ".join(f"{name} is null" for name in keys),
    }
    if column in made:
        broken = made[column]
    elif kind == "expect_column_values_to_be_null":
        broken = f"{column} is not null"
    elif kind == "expect_column_values_to_not_be_null":
        broken = f"{column} is null"
    elif kind in ("expect_column_values_to_be_in_set", "expect_column_values_to_not_be_in_set"):
        inside = "in" if kind.endswith("not_be_in_set") else "not in"
        broken = f"{column} {inside} ({', '.join(map(quoted, asked['value_set']))})"
    elif kind == "expect_column_values_to_be_between":
        ends = [
            f"{column} {sign} {asked[end]}"
            for end, sign in (("min_value", "<"), ("max_value", ">"))
            if asked.get(end) is not None
        ]
        broken = " or ".join(ends)
    elif kind == "expect_column_pair_values_a_to_be_greater_than_b":
        broken = f"{asked['column_A']} {'<' if asked.get('or_equal') else '<='} {asked['column_B']}"
    elif kind == "expect_column_pair_values_to_be_equal":
        broken = f"{asked['column_A']} <> {asked['column_B']}"
    elif kind in ("expect_column_values_to_be_unique", "expect_compound_columns_to_be_unique"):
        key = ", ".join([column] if column else asked["column_list"])
        doubled = f"select count(*) as n from {table} group by {key} having count(*) > 1"
        return f"select coalesce(sum(n), 0) from ({doubled})"
    else:
        raise ValueError(f"{kind}: no SQL is known for it; add it to benchmarks/validation.py")
    where = f" and {condition(asked['row_condition'])}" if asked.get("row_condition") else ""
    return f"select count(*) from {table} where ({broken}){where}"


def through_suites(folder: Path) -> dict:
    """Validate every table; what failed, the seconds of the import and of all."""
    import polars as pl

    started = time.perf_counter()
    from expectations import marts, plan
    from expectations.gate import judge

    imported = time.perf_counter() - started
    counts = {}
    for name, suites in (("plan", plan), ("marts", marts)):
        for table, suite in suites.SUITES.items():
            verdict = judge(
                name, table, pl.read_parquet(folder / f"{table}.parquet"), suite, suites.KEYS[table]
            )
            counts[table] = sorted((r.check_id, r.failed_rows) for r in verdict.results)
    return {"import": imported, "seconds": time.perf_counter() - started, "failed": counts}


def through_sql(folder: Path) -> dict:
    """The same predicates, one query each; what failed and the seconds."""
    queries = json.loads((folder / "queries.json").read_text("utf-8"))
    started = time.perf_counter()
    import duckdb

    database = duckdb.connect()
    counts = {}
    for table, asked in queries.items():
        database.execute(f"create table {table} as from '{folder}/{table}.parquet'")
        counts[table] = sorted((check, int(database.execute(sql).fetchone()[0])) for check, sql in asked)
    return {"seconds": time.perf_counter() - started, "failed": counts}


def asked_by(verdict, columns: dict[str, str]) -> list[tuple[str, str]]:
    """Each check of a verdict by name, with the query that counts the rows which break it."""
    from expectations.gate import summary

    return [
        (
            summary(verdict.suite, verdict.table, one, 0, 0).check_id,
            failing(
                one.expectation_config.type,
                one.expectation_config.to_json_dict()["kwargs"],
                verdict.table,
                columns,
                verdict.keys,
            ),
        )
        for one in verdict.validation.results
    ]


def write_queries(folder: Path) -> None:
    """Every expectation as SQL, under the name of its check."""
    import duckdb
    import polars as pl

    from expectations import marts, plan
    from expectations.gate import judge

    queries: dict[str, list] = {}
    for name, suites in (("plan", plan), ("marts", marts)):
        for table, suite in suites.SUITES.items():
            frame = pl.read_parquet(folder / f"{table}.parquet")
            described = duckdb.execute(f"describe from '{folder}/{table}.parquet'").fetchall()
            columns = {column: dtype for column, dtype, *_ in described}
            queries[table] = asked_by(judge(name, table, frame.clear(), suite, suites.KEYS[table]), columns)
    (folder / "queries.json").write_text(json.dumps(queries, default=str), encoding="utf-8")


def write_marts(folder: Path) -> None:
    """The marts of a demo of faults, without its files: rows as its sources state them."""
    sys.path.insert(0, str(HERE.parent / "tests"))
    import planted
    from compiled import data_dir, models, run

    from expectations import marts, plan

    data = folder / "data"
    with data_dir(data):
        fields = planted.prepare(data)
    year = planted.clean(0, fields)
    planted.plant(year, dict(list(planted.FAULTS.items())[::2]))
    planted.land(year, data)
    with run(models(folder / "dbt"), data) as database:
        for table in (*plan.SUITES, *marts.SUITES):
            database.execute(f"copy marts.{table} to '{folder / table}.parquet'")


def measured(what: str, folder: Path) -> dict:
    """The fastest of three runs, each in a process of its own."""
    runs = [
        json.loads(
            subprocess.run(
                [sys.executable, __file__, what, str(folder)], capture_output=True, text=True, check=True
            ).stdout
        )
        for _ in range(3)
    ]
    return min(runs, key=lambda run: run["seconds"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "what", nargs="?", choices=["suites", "sql"], help="measure one of them, in this process"
    )
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--keep", type=Path, default=HERE / "validation.json", help="where the figures go")
    options = parser.parse_args()
    if options.what:
        print(json.dumps({"suites": through_suites, "sql": through_sql}[options.what](options.folder)))
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_marts(folder)
        write_queries(folder)
        suites, sql = measured("suites", folder), measured("sql", folder)
    if suites["failed"] != sql["failed"]:
        for table, counts in suites["failed"].items():
            for ours, theirs in zip(counts, sql["failed"][table], strict=True):
                if ours != theirs:
                    print(f"{table}: the suite says {ours}, SQL says {theirs}", file=sys.stderr)
        return 1
    allowed = TIMES * (sql["seconds"] + suites["import"])
    found = {
        "checks": sum(map(len, suites["failed"].values())),
        "import_seconds": round(suites["import"], 2),
        "suites_seconds": round(suites["seconds"] - suites["import"], 2),
        "sql_seconds": round(sql["seconds"], 2),
        "allowed_seconds": round(allowed, 2),
    }
    print(json.dumps(found))
    about = {"python": platform.python_version(), "machine": platform.machine(), "cores": os.cpu_count()}
    options.keep.write_text(json.dumps({"measured_on": about, "validation": found}, indent=2) + "\n", "utf-8")
    if suites["seconds"] > allowed:
        print(f"The suites took {suites['seconds']:.1f} s; {allowed:.1f} s are allowed.", file=sys.stderr)
    return int(suites["seconds"] > allowed)


if __name__ == "__main__":
    sys.exit(main())
