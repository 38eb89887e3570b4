"""The models of a data directory built once more by Spark, each compared with DuckDB's table of its name.

    PYTHONPATH=.venv/spark python tests/spark/models.py DATA_DIR FOLDER [MODEL...]

What dbt compiled for DATA_DIR is rewritten (rewrite.py) and run in the order of the project. The landed
tables are read from DATA_DIR; Spark's tables are written to FOLDER as Parquet, which the models after
read. A model that does not run, or gives other rows, is listed with what differs, and those after it read
DuckDB's table. With MODEL only these are built, from DuckDB's tables. Ends with 1 if any model is listed.

Compared are all rows and columns by value: instants in UTC, doubles at nine decimals. Of a number that
stands for several columns (`hash`, and what is summed of it) only whether it is null: each engine has its
own.
"""

import argparse
import json
import sys
import time
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb
import rewrite
from pyspark.sql import SparkSession
from sqlglot.schema import MappingSchema

ROOT = Path(__file__).parents[2]
KEYS = ("UBIGINT", "HUGEINT")
# The columns of these types that both engines have alike: beginnings of an id, and sums.
ALIKE = ("observation_key", "observation_before_key", "amount", "amount_vnd", "status_weight")


def session(folder: Path) -> SparkSession:
    settings = {
        "spark.driver.memory": "3g",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "1",  # a province is small
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.warehouse.dir": str(folder),
        # Spark 4.3 ends two models with "generated an invalid plan"
        "spark.sql.optimizer.excludedRules": "org.apache.spark.sql.catalyst.optimizer.RemoveRedundantAliases",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "OFF",
    }
    spark = SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
    rewrite.prepare(spark)
    return spark


def models(compiled: Path, only: list[str]) -> list[tuple[str, str, str]]:
    """Schema, name and SQL of each model, after those that it reads; of `only` and what they read, if any."""
    manifest = json.loads((ROOT / ".parsed_project/duckdb/manifest.json").read_text("utf-8"))
    nodes = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    parents = {key: set(node["depends_on"]["nodes"]) & set(nodes) for key, node in nodes.items()}
    if only:
        wanted = {key for key, node in nodes.items() if node["name"] in only}
        parents = {key: parents[key] for key in wanted.union(*(parents[key] for key in wanted))}
        parents = {key: found & set(parents) for key, found in parents.items()}
    ordered = [nodes[key] for key in TopologicalSorter(parents).static_order()]
    return [
        (node["schema"], node["name"], (compiled / node["original_file_path"]).read_text("utf-8"))
        for node in ordered
    ]


def copied(duck: duckdb.DuckDBPyConnection, schema: str, name: str, folder: Path) -> None:
    """DuckDB's table as Parquet; its numbers of 128 bits would be doubles there."""
    wide = [
        f'cast("{column}" as decimal(38, 0)) as "{column}"'
        for column, kind in columns(duck, schema, name)
        if kind == "HUGEINT"
    ]
    replaced = f"* replace ({', '.join(wide)})" if wide else "*"
    folder.mkdir(parents=True, exist_ok=True)
    duck.execute(f"copy (select {replaced} from {schema}.{name}) to '{folder}/duckdb.parquet'")


def columns(duck: duckdb.DuckDBPyConnection, schema: str, name: str) -> list[tuple[str, str]]:
    return [row[:2] for row in duck.execute(f"describe {schema}.{name}").fetchall()]


def difference(duck: duckdb.DuckDBPyConnection, schema: str, name: str, folder: Path) -> str | None:
    """How many rows of each side the other lacks, and in which columns; None where all are the same."""

    def seen(column: str, kind: str) -> str:
        if kind.removesuffix("[]") in KEYS and column not in ALIKE:
            return f'len("{column}")' if kind.endswith("[]") else f'"{column}" is null'
        if kind == "TIMESTAMP WITH TIME ZONE":
            return f"greatest(cast(\"{column}\" as {kind}), cast('{rewrite.BEGINNING}' as {kind}))"
        return f'round(cast("{column}" as double), 9)' if kind == "DOUBLE" else f'cast("{column}" as {kind})'

    def apart(seen: str) -> list[int]:
        sides = [f"select {seen} from {schema}.{name}", f"select {seen} from '{folder}/*.parquet'"]
        return [
            duck.execute(f"select count(*) from (({one}) except all ({other}))").fetchall()[0][0]
            for one, other in (sides, sides[::-1])
        ]

    wanted = [seen(*column) for column in columns(duck, schema, name)]
    if not any(rows := apart(", ".join(wanted))):
        return None
    return f"differs: rows {rows}, columns {[one for one in wanted if any(apart(one))]}"


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("data", type=Path)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("only", nargs="*")
    options = arguments.parse_args()
    warehouse, spark = options.data / "warehouse", session(options.folder)
    duck = duckdb.connect(str(warehouse / "warehouse.duckdb"), read_only=True)
    duck.execute("set timezone = 'UTC'")
    known: dict[str, dict[str, dict[str, str]]] = {}
    listed, began = {}, time.monotonic()
    done = models(warehouse / "dbt/compiled/dxkpi", options.only)
    for schema, name, _ in done:
        known.setdefault(schema, {})[name] = dict(columns(duck, schema, name))
    for schema in known:
        spark.sql(f"create database if not exists {schema}")
    mapping = MappingSchema(known, dialect="duckdb")
    for schema, name, sql in done:
        folder, what = options.folder / schema / name, None
        if not options.only or name in options.only:
            try:
                rows = spark.sql(rewrite.spark_sql(sql, mapping))
                rows.select(*known[schema][name]).coalesce(1).write.parquet(str(folder))
                what = difference(duck, schema, name, folder)
            except Exception as error:  # whatever it is, it is told of and the others go on
                what = f"fails: {' '.join(str(error).split())[:300]}"
        if what:
            listed[name] = what
            print(f"{schema}.{name} {what}", flush=True)
        if what or options.only:
            folder = folder.with_name(f"{name}.duckdb")
            copied(duck, schema, name, folder)
        spark.sql(f"create table {schema}.{name} using parquet location '{folder}'")
    built = len(options.only or done)
    print(f"{built - len(listed)} of {built} models have the same rows; {time.monotonic() - began:.0f} s")
    spark.stop()
    return bool(listed)


if __name__ == "__main__":
    sys.exit(main())
