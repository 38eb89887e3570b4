"""How long the suites take on the marts of a made-up year, beside the same predicates as plain SQL.

The year is taken in part, or repeated under other keys, until it has so many counts. Of each size all suites
through the gate, and every expectation as one query, run in processes of their own, and must count the same
failing rows. Of the largest size the suites may take four times the CPU of the SQL, the import of Great
Expectations apart. `make bench` prints the figures and keeps them in benchmarks/validation.json.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
TIMES = 4
COUNTS = (3_000, 30_000, 300_000)


def suites_of_marts():
    from expectations import marts, plan

    for name, suites in (("plan", plan), ("marts", marts)):
        for table, suite in suites.SUITES.items():
            yield name, table, suite, suites.KEYS[table]


def through_suites(folder: Path) -> dict:
    """Judge every table; what failed, the seconds of CPU of the import and those after it."""
    import duckdb

    started = time.process_time()
    from expectations.gate import judge

    suites = list(suites_of_marts())
    imported = time.process_time()
    with duckdb.connect(str(folder / "marts.duckdb"), read_only=True) as database:
        verdicts = [judge(name, table, database.table(table), *how) for name, table, *how in suites]
    failed = {v.table: sorted(r.failed_rows for r in v.results) for v in verdicts}
    return {"import": imported - started, "seconds": time.process_time() - imported, "failed": failed}


def through_sql(folder: Path) -> dict:
    """The same predicates, one query each; what failed and the seconds of CPU."""
    import duckdb

    queries = json.loads((folder / "queries.json").read_text("utf-8"))
    started = time.process_time()
    with duckdb.connect(str(folder / "marts.duckdb"), read_only=True) as database:
        failed = {
            table: sorted(database.execute(sql).fetchone()[0] for sql in asked)
            for table, asked in queries.items()
        }
    return {"seconds": time.process_time() - started, "failed": failed}


def write_queries(folder: Path) -> None:
    """For every expectation the query that counts the rows which break it."""
    import duckdb

    from expectations.gate import with_marks
    from expectations.predicates import asked

    queries: dict[str, list[str]] = {}
    with duckdb.connect(str(folder / "marts.duckdb"), read_only=True) as database:
        for _, table, suite, keys in suites_of_marts():
            rows = with_marks(database.table(table), keys)
            queries[table] = [
                rows.project(f"({one.looked_at}) and not ({one.passed_over}) and ({one.broken}) as is_broken")
                .filter("is_broken")
                .aggregate("count(*)")
                .sql_query()
                for one in map(asked, suite)
            ]
    (folder / "queries.json").write_text(json.dumps(queries), encoding="utf-8")


def write_marts(folder: Path) -> None:
    """The marts of a demo of faults, without its files: rows as its sources state them."""
    sys.path.insert(0, str(HERE.parent / "tests"))
    from making import planted
    from making.compiled import data_dir, models, run

    data = folder / "data"
    with data_dir(data):
        fields = planted.prepare(data)
    year = planted.clean(0, fields)
    planted.plant(year, dict(list(planted.FAULTS.items())[::2]))
    planted.land(year, data)
    with run(models(folder / "dbt"), data) as database:
        for _, table, *_ in suites_of_marts():
            database.execute(f"copy marts.{table} to '{folder / table}.parquet'")


def write_marts_of(counts: int, year: Path, folder: Path) -> int:
    """The marts of about so many counts; how many they are."""
    import duckdb

    with duckdb.connect(str(folder / "marts.duckdb")) as database:
        (of_year,) = database.execute(f"select count(*) from '{year}/fct_observation.parquet'").fetchone()
        times, share = max(1, round(counts / of_year)), min(1, counts / of_year)
        for _, table, _, (key, *more) in suites_of_marts():
            database.execute(
                f"create table {table} as select year.* replace ({key} || '#' || n as {key}) "
                f"from '{year / table}.parquet' as year, range({times}) as times(n) "
                f"where hash({', '.join([key, *more])}) % 1000 < {int(1000 * share)}"
            )
        return database.execute("select count(*) from fct_observation").fetchone()[0]


def peak_mib() -> int:
    """Of this program alone; getrusage counts what the process was before it as well."""
    (line,) = (
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")
    )
    return round(int(line.split()[1]) / 1024)


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
    parser.add_argument("--counts", type=int, nargs="+", default=COUNTS, help="sizes, the largest last")
    parser.add_argument("--keep", type=Path, default=HERE / "validation.json", help="where the figures go")
    options = parser.parse_args()
    if options.what:
        found = {"suites": through_suites, "sql": through_sql}[options.what](options.folder)
        print(json.dumps(found | {"peak_mib": peak_mib()}))
        return 0
    sizes = []
    with tempfile.TemporaryDirectory() as name:
        year = Path(name)
        write_marts(year)
        for counts in options.counts:
            folder = year / str(counts)
            folder.mkdir()
            counts = write_marts_of(counts, year, folder)
            write_queries(folder)
            suites, sql = measured("suites", folder), measured("sql", folder)
            for table, failed in suites["failed"].items():
                if failed != sql["failed"][table]:
                    print(f"{table}: suites find {failed}, SQL {sql['failed'][table]}", file=sys.stderr)
                    return 1
            sizes.append(
                {
                    "counts": counts,
                    "checks": sum(map(len, suites["failed"].values())),
                    "failed_rows": sum(map(sum, suites["failed"].values())),
                    "import_cpu": round(suites["import"], 2),
                    "suites_cpu": round(suites["seconds"], 2),
                    "sql_cpu": round(sql["seconds"], 2),
                    "times": round(suites["seconds"] / sql["seconds"], 1),
                    "suites_peak_mib": suites["peak_mib"],
                    "sql_peak_mib": sql["peak_mib"],
                }
            )
            print(json.dumps(sizes[-1]), flush=True)
    about = {"python": platform.python_version(), "machine": platform.machine(), "cores": os.cpu_count()}
    kept = {"measured_on": about, "validation": sizes}
    options.keep.write_text(json.dumps(kept, indent=2) + "\n", "utf-8")
    if sizes[-1]["times"] > TIMES:
        print(f"The suites took {sizes[-1]['times']} times the SQL; {TIMES} are allowed.", file=sys.stderr)
    return int(sizes[-1]["times"] > TIMES)


if __name__ == "__main__":
    sys.exit(main())
