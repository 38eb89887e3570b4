"""The dbt project as assets. Only dbt writes the warehouse, and it runs inside this process.

A `dbt` process of its own would cost seconds of imports a call, and would ask a registry for newer versions.
"""

import json
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
import duckdb
import polars as pl
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from ingest import files, folders
from ingest.errors import Refused
from ingest.sources import SOURCES
from orchestration.assets.ingestion import WAREHOUSE
from orchestration.state import increments, inputs, verification

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult

PROJECT = folders.CHECKOUT / "dbt_project"

# Findings and check results are known only once the other marts have been judged.
JUDGED = "tag:findings"

# Unit tests of the models are about the code, not the data: the project's own tests run them. What dbt knows
# of the project was written when it was parsed.
BUILD = ("build", "--exclude-resource-type", "unit_test", "--no-write-json")

DbtEvent = (
    dg.Output | dg.AssetMaterialization | dg.AssetObservation | dg.AssetCheckResult | dg.AssetCheckEvaluation
)
# The events that say what became of a model or a test.
RESULTS = ("LogModelResult", "LogTestResult")


def parsed_project() -> Path:
    """The project as dbt parsed it; parsed here when dbt has not seen this state of it yet."""
    file = target() / "manifest.json"
    stamp = target() / "parsed"
    state = files.fingerprint(inputs.files_of("dbt_project"))
    if not (file.is_file() and stamp.is_file() and stamp.read_text() == state):
        _, failure = invoke("parse")
        if failure:
            raise Refused(failure)
        stamp.write_text(state)
    return file


def target() -> Path:
    """Where dbt keeps what it generates: beside the warehouse, so that two data directories never meet."""
    return folders.warehouse().parent / "dbt"


def build(context: dg.AssetExecutionContext, *arguments: str) -> Iterator[DbtEvent]:
    """Build the selected models and run their data tests; one event for each asset and each check. The caller
    notes the database once all has been written.
    """
    known = json.loads(parsed_project().read_text(encoding="utf-8"))
    events, failure = invoke(*BUILD, *arguments)
    for event in events:
        message = DbtCoreCliEventMessage(raw_event=event, event_history_metadata={})
        yield from message.to_default_asset_events(known, context=context)
    if failure:
        raise Refused(failure)


def invoke(*arguments: str) -> tuple[list[dict], str | None]:
    """Run a dbt command. Returns what became of each model and test, and the first failure in dbt's words."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner
    from dbt_common.events.base_types import EventMsg
    from dbt_common.events.functions import msg_to_dict

    folders.warehouse().parent.mkdir(parents=True, exist_ok=True)
    os.environ["DXKPI_DATA_DIR"] = str(folders.data_dir())
    events = []

    def keep(event: EventMsg) -> None:
        if event.info.name in RESULTS:
            events.append(msg_to_dict(event))

    result = dbtRunner(callbacks=[keep]).invoke(
        [
            *arguments,
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--target-path", str(target()), "--log-path", str(target()), "--log-level-file", "none"),
            *("--quiet", "--no-use-colors", "--no-version-check"),
        ]
    )
    # dbt leaves the database open for the life of the process, and nobody else could read it then.
    DuckDBConnectionManager.close_all_connections()
    return events, None if result.success else f"dbt {arguments[0]}: {_first(result)}"


def opened() -> duckdb.DuckDBPyConnection:
    """The warehouse to be read; until it is closed nobody can write it."""
    return duckdb.connect(str(folders.warehouse()), read_only=True)


def mart(table: str) -> pl.DataFrame:
    """A table of the warehouse as it stands."""
    with opened() as warehouse:
        return warehouse.execute(f"select * from marts.{table}").pl()


def _first(result: "dbtRunnerResult") -> str:
    from dbt.artifacts.schemas.run import RunExecutionResult

    if result.exception:
        return " ".join(str(result.exception).split())
    assert isinstance(result.result, RunExecutionResult)  # of `build`; `parse` fails with an exception
    failed = [r for r in result.result.results if r.status in ("error", "fail", "runtime error")]
    node = failed[0].node
    about = (getattr(node, "attached_node", None) or node.name).split(".")[-1]
    where, _, what = str(failed[0].message).partition("\n")
    return f"{about}: {' '.join((what or where).split())} ({len(failed)} failed in all)"


class PartBySource(DagsterDbtTranslator):
    """To dbt the rows of all extracts are one table; here each source lands its own part of it."""

    def get_asset_spec(self, manifest, unique_id, project) -> dg.AssetSpec:
        spec = super().get_asset_spec(manifest, unique_id, project)
        whole = dg.AssetKey(["landed", "extract_rows"])
        if whole not in {dep.asset_key for dep in spec.deps}:
            return spec
        others = [dep for dep in spec.deps if dep.asset_key != whole]
        return spec.replace_attributes(deps=[*others, *(["landed", source] for source in SOURCES)])


def assets() -> tuple[dg.AssetsDefinition, dg.AssetsDefinition]:
    """What is built before the suites judge it, and what is built from their judgement."""
    project = DbtProject(PROJECT, target_path=target())
    of_project = partial(
        dbt_assets,
        manifest=parsed_project(),
        project=project,
        dagster_dbt_translator=PartBySource(),
        pool=WAREHOUSE,
    )

    @of_project(exclude=JUDGED, name="warehouse")
    def warehouse(context: dg.AssetExecutionContext) -> Iterator[DbtEvent]:
        if damaged := verification.discard_damaged_warehouse():
            context.log.warning(f"{damaged.locator}: {damaged.what}; made anew")
        yield from build(context, *increments.begin(), "--exclude", JUDGED)
        increments.end()
        columns = ("extract_id", "source_id", "file_name", "arrived_at", "withdrawals")
        extracts = mart("dim_extract").select(columns)
        received = [(e, f"{source}/{file}", *times) for e, source, file, *times in extracts.iter_rows()]
        inputs.note_build(inputs.current(received, mart("fct_refused_file")["extract_id"].to_list()))

    @of_project(select=JUDGED, name="findings")
    def findings(context: dg.AssetExecutionContext) -> Iterator[DbtEvent]:
        verification.refuse_damaged((*verification.of_warehouse(), *verification.of_checks()))
        yield from build(context, "--select", JUDGED)
        verification.note_warehouse()

    return warehouse, findings
