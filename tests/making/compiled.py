"""The dbt models as plain SQL, to be run without dbt: on many data directories, or on another DuckDB."""

import contextlib
import json
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

HERE = "/dxkpi-data"  # where the models look for data until they are told


@dataclass(frozen=True)
class Model:
    schema: str
    name: str
    sql: str
    materialized: str = "table"
    increment: str = ""  # of an incremental model: the same for the touched periods alone


@contextlib.contextmanager
def data_dir(folder: Path | str):
    """What runs inside finds all its state in `folder`."""
    before = os.environ.get("DXKPI_DATA_DIR")
    os.environ["DXKPI_DATA_DIR"] = str(folder)
    try:
        yield Path(folder)
    finally:
        del os.environ["DXKPI_DATA_DIR"]
        if before is not None:
            os.environ["DXKPI_DATA_DIR"] = before


# What a release changed is told from what the release before said, and needs no findings.
CHANGES = (
    "stg_values_before",
    "stg_observations_before",
    "stg_evidence_before",
    "stg_indicators_before",
    "stg_evidence_before",
    "int_input_changes",
    "int_definition_changes",
    "rpt_change",
)


def models(folder: Path, *judged: str) -> list[Model]:
    """Every model, each after those it selects from; of those that need the findings only `judged`.

    `folder` is for dbt.
    """
    from orchestration.assets import warehouse

    with data_dir(folder):
        _, failure = warehouse.invoke(
            "compile", "--full-refresh", *(() if judged else ("--exclude", warehouse.JUDGED))
        )
        assert not failure, failure
        known = json.loads((warehouse.target() / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    nodes = {
        key: node
        for key, node in known.items()
        if key.startswith("model.") and ("findings" not in node["tags"] or node["name"] in judged)
    }
    ordered: dict[str, Model] = {}

    def add(key: str) -> None:
        if key in ordered or key not in nodes:
            return
        for needed in nodes[key]["depends_on"]["nodes"]:
            add(needed)
        sql = nodes[key]["compiled_code"].replace('"warehouse".', "").replace(str(folder), HERE)
        about = nodes[key]["schema"], nodes[key]["name"]
        ordered[key] = Model(*about, sql, nodes[key]["config"]["materialized"])

    for key in sorted(nodes):
        add(key)
    return list(ordered.values())


def with_increments(models: list[Model], folder: Path) -> list[Model]:
    """The same models, with what a build of the touched periods runs of them; the warehouse of `folder` gets
    tables of their names, for dbt to see that they were built."""
    from orchestration.assets import warehouse

    incremental = {model.name: model for model in models if model.materialized == "incremental"}
    with data_dir(folder):
        with duckdb.connect(str(folder / "warehouse/warehouse.duckdb")) as database:
            for model in incremental.values():
                database.execute(f"create schema if not exists {model.schema}")
                database.execute(f"create or replace table {model.schema}.{model.name} (period_id varchar)")
        _, failure = warehouse.invoke("compile", "--select", *incremental)
        assert not failure, failure
        known = json.loads((warehouse.target() / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    compiled = {
        node["name"]: node["compiled_code"].replace('"warehouse".', "").replace(str(folder), HERE)
        for node in known.values()
        if node["name"] in incremental
    }
    return [replace(model, increment=compiled.get(model.name, "")) for model in models]


def behind(models: list[Model], *names: str) -> list[Model]:
    """Only those that these select from, and they themselves."""
    wanted = set(names)
    for model in reversed(models):  # each comes after those it selects from
        if model.name in wanted:
            wanted |= set(re.findall(r'"\w+"\."(\w+)"', model.sql))
    return [model for model in models if model.name in wanted]


def run(models: list[Model], data: Path) -> duckdb.DuckDBPyConnection:
    """Every model as a table, in memory."""
    database = duckdb.connect(config={"threads": 1})  # on few rows a second one only waits
    database.execute("set TimeZone = 'UTC'")
    for schema in sorted({model.schema for model in models}):
        database.execute(f"create schema if not exists {schema}")
    for model in models:
        sql = model.sql.replace(HERE, str(data))
        database.execute(f"create table {model.schema}.{model.name} as {sql}")
    return database


def keep_what_was_published(database: duckdb.DuckDBPyConnection, data: Path) -> None:
    """The tables of one build that the next one, in `data`, is compared with."""
    from orchestration.assets.checks import BEFORE

    (data / "checks").mkdir(exist_ok=True)
    for name, table in BEFORE.items():
        database.execute(f"copy marts.{table} to '{data / 'checks' / name}.parquet' (format parquet)")


def marts(database: duckdb.DuckDBPyConnection, but: str = "") -> dict[str, list[tuple]]:
    """The rows of every table of the contract, in an order of their own, without the columns named `but`."""
    names = database.execute(
        "select table_name from information_schema.tables where table_schema = 'marts' order by 1"
    ).fetchall()
    return {
        name: database.execute(f"select columns(c -> c <> '{but}') from marts.{name} order by all").fetchall()
        for (name,) in names
    }


def build(database: duckdb.DuckDBPyConnection, models: list[Model], data: Path) -> None:
    """Every model as dbt builds it for the first time: views stay views."""
    database.execute("set TimeZone = 'UTC'")
    for model in models:
        kind = "view" if model.materialized == "view" else "table"
        sql = model.sql.replace(HERE, str(data))
        database.execute(f"create schema if not exists {model.schema}")
        database.execute(f"create or replace {kind} {model.schema}.{model.name} as {sql}")


def build_touched(database: duckdb.DuckDBPyConnection, models: list[Model], data: Path) -> None:
    """Every model as dbt brings it up to date, once `increments.touched_periods` says of which periods."""
    database.execute(
        "set variable touched_periods = (select list(period_id) from increments.touched_periods)"
    )
    for model in models:
        if not model.increment:
            build(database, [model], data)
            continue
        name, sql = f"{model.schema}.{model.name}", model.increment.replace(HERE, str(data))
        database.execute(f"create or replace temp table touched_rows as {sql}")
        database.execute(f"delete from {name} where period_id in getvariable('touched_periods')")
        database.execute(f"insert into {name} by name from touched_rows")
