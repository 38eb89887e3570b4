"""What of the warehouse a build makes again: what reads a landed table that is another now, of the periods
that new extracts touch; everything where the code or the registry is another than at the build before.

The models take the periods from `increments.touched_periods` (dbt_project/macros/increments.sql), and one
that reads nothing which the build has changed is left as it stands. What the last build was made from stands
beside it until the next one begins: after one that did not end everything is made again.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import duckdb
import polars as pl

from ingest import files, folders
from orchestration.state import engine, inputs, verification

EVERYTHING = ("--full-refresh",)
PLAN, REGISTRY = "plan", "registry"

CHANGED = """
    create temp table changed as
    select
        coalesce(known.extract_id, built.extract_id) as extract_id,
        any_value(extracts.source_id) as source_id,
        min(
            case when built.extract_id is null then known.received_at else known.withdrawn_at end
        ) as changed_at
    from staging.stg_arrivals as known
    full join increments.built_arrivals as built
        on known.extract_id = built.extract_id and known.received_at = built.received_at
    left join staging.stg_extracts as extracts
        on known.extract_id = extracts.extract_id
    where
        known.extract_id is null or built.extract_id is null
        or known.withdrawn_at is distinct from built.withdrawn_at
    group by 1
"""

STATED = """
    create temp table stated as
    select distinct
        stated.period_id,
        subjects.measure_id,
        stated.period_end - stated.period_start as days,
        subjects.measure_id in (
            select measure_id from intermediate.int_observations where is_cumulative
        ) as is_counted_to_date
    from staging.stg_extract_rows as stated
    left join intermediate.int_measure_subjects as subjects
        on stated.source_id = subjects.source_id and stated.subject = subjects.subject
    where stated.extract_id in (select extract_id from changed)
    union
    -- rows that were set aside would have been of the period of their extract
    select period_id, null, null, null
    from staging.stg_extracts
    where extract_id in (select extract_id from changed)
"""

# Where an older count may stand in for one that is not there, and may have done so since the first change.
LACKING = """
    select distinct denominator_measure, period_id
    from intermediate.int_denominator_gaps
    where gap_to > (select min(changed_at) from changed)
"""

# What no build that ended need look at again; a build that did not end is followed by one of everything.
SINCE = """
    create schema if not exists judged;
    create table if not exists judged.since (node_id varchar, noted_at timestamptz, failed bigint)
"""

COUNTED = "select distinct period_id from intermediate.int_observations"

# The views that read landed files name their folder, as a text or (one pattern of files) as a name.
NAMING = """
    select sql from duckdb_views()
    where database_name = $1 and (contains(sql, $2) or contains(sql, $3))
"""


def begin() -> tuple[str, ...] | None:
    """What dbt is given so that the next build makes what is new; None where there is nothing new."""
    if not folders.warehouse().is_file():
        return EVERYTHING
    with engine.opened(read_only=False) as warehouse:
        noted = _noted(warehouse, "built_from")
        if not noted or noted[0][0] != _now():
            warehouse.execute("drop schema if exists increments cascade")
            return EVERYTHING
        _read_here(warehouse, noted[0][1])
        changed = sorted({table for table, _ in {*_landed()} ^ {*_noted(warehouse, "built_tables")}})
        if not changed:
            return None
        select = ("--select", *(f"source:landed.{table}+" for table in changed))
        periods = touched(warehouse)
        counted = warehouse.execute(COUNTED).fetchall() if periods else []
        if periods is None or 2 * len(periods & {period_id for (period_id,) in counted}) > len(counted):
            warehouse.execute("drop schema if exists increments cascade")
            return (*EVERYTHING, *select)
        note_touched(warehouse, periods)
    return select


def follow() -> None:
    """Let the views of a data directory that was copied or restored read the landed files that came with it,
    not those of the folder it was built in; the views of what was judged are made with each judgement."""
    with engine.opened() as warehouse:
        noted = _noted(warehouse, "built_from")
    if not noted or noted[0][1:] in ((), (str(folders.landed()),)):  # an older version did not say
        return
    with engine.opened(read_only=False) as warehouse:
        _read_here(warehouse, noted[0][1])
    verification.note_warehouse()


def _read_here(warehouse: duckdb.DuckDBPyConnection, there: str) -> None:
    """Let the views that read the landed files of another folder read those of this one."""
    here = str(folders.landed())
    if there == here:
        return
    text, name = f"'{there}/", f'"{there}/'
    for (view,) in warehouse.execute(NAMING, [engine.catalog(), text, name]).fetchall():
        moved = view.replace("CREATE VIEW", "CREATE OR REPLACE VIEW", 1)
        warehouse.execute(moved.replace(text, f"'{here}/").replace(name, f'"{here}/'))
    warehouse.execute("update increments.built_from set folder = $1", [here])


def end(new: Mapping[str, int | None]) -> None:
    """Remember what a build that ended was made from, and what was new in it: the models that are otherwise
    than before, and the tests that looked at rows, each with the number of those at fault."""
    with engine.opened(read_only=False) as warehouse:
        warehouse.execute(SINCE)
        known = {"node_id": [*new], "failed": [*new.values()]}
        frame = pl.DataFrame(known, schema={"node_id": pl.String, "failed": pl.Int64})
        warehouse.register("new", frame.to_arrow())
        # a lake knows no keys
        warehouse.execute("delete from judged.since where node_id in (select node_id from new)")
        warehouse.execute("insert into judged.since select node_id, $1, failed from new", [datetime.now(UTC)])
        note_built(warehouse, _now(), _landed())


def since(warehouse: duckdb.DuckDBPyConnection) -> dict[str, tuple[datetime, int | None]]:
    """Of each model when it was last made otherwise than it was, of each test when it last looked at rows and
    how many were at fault."""
    tables = "select 1 from duckdb_tables() where schema_name = 'judged' and table_name = 'since'"
    if not warehouse.execute(tables).fetchone():
        return {}
    known = warehouse.execute("select node_id, noted_at, failed from judged.since").pl()
    return {node_id: (at.astimezone(UTC), failed) for node_id, at, failed in known.iter_rows()}


def note_touched(warehouse: duckdb.DuckDBPyConnection, periods: set[str]) -> None:
    """Note for the models which periods they make again."""
    warehouse.execute("drop schema if exists increments cascade; create schema increments")
    warehouse.execute(
        "create table increments.touched_periods as select unnest($1::varchar[]) as period_id",
        [sorted(periods)],
    )


def note_built(
    warehouse: duckdb.DuckDBPyConnection, made_from: str, landed: Sequence[tuple[str, str]] = ()
) -> None:
    """Note for the next build which arrivals this one has seen, and what else it was made from."""
    warehouse.execute("drop schema if exists increments cascade; create schema increments")
    warehouse.execute("create table increments.built_arrivals as from staging.stg_arrivals")
    warehouse.execute(
        "create table increments.built_from as select $1 as made_from, $2 as folder",
        [made_from, str(folders.landed())],
    )
    warehouse.execute("create table increments.built_tables (table_name varchar, fingerprint varchar)")
    for table in landed:
        warehouse.execute("insert into increments.built_tables values ($1, $2)", table)


def _now() -> str:
    """All but the landed tables that decides what the tables hold."""
    known = inputs.reading()
    landed = files.fingerprint((folders.landed() / REGISTRY).glob("*.parquet"))
    of_plans = known.get("given")
    return json.dumps([known["code"], known["registry"], of_plans, landed, duckdb.__version__])


def _landed() -> list[tuple[str, str]]:
    """Each landed table, with the fingerprint of its files."""
    return [
        (folder.name, files.fingerprint(folder.rglob("*.parquet")))
        for folder in folders.landed().iterdir()
        if folder.is_dir() and folder.name != REGISTRY
    ]


def _noted(warehouse: duckdb.DuckDBPyConnection, table: str) -> list[tuple]:
    """What the last build that ended noted; nothing after one that did not."""
    tables = "select 1 from duckdb_tables() where schema_name = 'increments' and table_name = $1"
    if not warehouse.execute(tables, [table]).fetchone():
        return []
    return warehouse.execute(f"from increments.{table}").fetchall()


def touched(warehouse: duckdb.DuckDBPyConnection) -> set[str] | None:
    """The periods whose rows new extracts change; None where a plan, or an extract that is gone, changes
    all."""
    warehouse.execute("drop table if exists changed; drop table if exists stated")
    warehouse.execute(CHANGED)
    if warehouse.execute(
        "select 1 from changed where source_id is null or source_id = $1", [PLAN]
    ).fetchone():
        return None
    warehouse.execute(STATED)
    periods: set[str] = set()
    first_month: dict[str, str] = {}
    for period_id, measure_id, days, is_counted_to_date in warehouse.execute(
        "from stated where period_id is not null"
    ).fetchall():
        year, quarter = period_id[:4], _quarter(period_id)
        periods |= {period_id, quarter, year}
        # what a later month adds to the months before is another number too
        if is_counted_to_date or (days or 0) > _longest(period_id):
            periods |= {f"{year}-Q{n}" for n in range(1, 5)} | {f"{year}-{n:02}" for n in range(1, 13)}
        month = _last_month(period_id)
        first_month[measure_id] = min(month, first_month.get(measure_id, month))
    lacking = warehouse.execute(LACKING).fetchall()
    return periods | {
        period_id
        for measure_id, period_id in lacking
        if measure_id in first_month and first_month[measure_id] <= _last_month(period_id)
    }


def _quarter(period_id: str) -> str:
    """The quarter that a month is in; a quarter or a year as it is."""
    year, _, month = period_id.partition("-")
    return f"{year}-Q{(int(month) + 2) // 3}" if month.isdigit() else period_id


def _last_month(period_id: str) -> str:
    """The month with which a month, quarter or year ends."""
    year, _, part = period_id.partition("-")
    return f"{year}-{3 * int(part[1]):02}" if part[:1] == "Q" else f"{year}-{part or 12}"


def _longest(period_id: str) -> int:
    """The days between the first and the last of a month, quarter or year, at most."""
    return 365 if len(period_id) == 4 else 91 if "Q" in period_id else 30
