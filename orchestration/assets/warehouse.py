"""The dbt project as assets. Only dbt writes the warehouse, and it runs inside this process.

A `dbt` process of its own would cost seconds of imports a call, and would ask a registry for newer versions.
Every event that a run logs costs a hundredth of a second, and nobody reads a graph of two hundred tables:
assets are the tables that the contract promises. Those of staging and between are built with them, and
their tests stop the build without being checks of their own.
"""

import json
import os
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from graphlib import TopologicalSorter
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
import duckdb
import polars as pl
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtProject, dbt_assets

from ingest import files, folders
from ingest.errors import Refused
from ingest.sources import SOURCES
from orchestration.assets.ingestion import DATA_TEAM, REGISTRY, WAREHOUSE, landed_in
from orchestration.state import engine, increments, inputs, verification
from orchestration.texts import both, text

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest
    from dbt.contracts.graph.nodes import Macro

PROJECT = folders.CHECKOUT / "dbt_project"

# Findings and check results are known only once the other marts have been judged.
JUDGED = "tag:findings"
BETWEEN = "dxkpi.staging dxkpi.intermediate"
# Where dbt finds what the suites and the release before say: the assets that these tables are parts of.
JUDGEMENT, RELEASE_BEFORE = dg.AssetKey("judgement"), dg.AssetKey("release_before")

# Unit tests of the models are about the code, not the data: the project's own tests run them. What dbt knows
# of the project was written when it was parsed.
BUILD = ("build", "--exclude-resource-type", "unit_test", "--no-write-json")

DbtEvent = dg.MaterializeResult | dg.AssetCheckResult
UNCHANGED = {"is_unchanged": True}  # metadata of what a build has left as it was
UNIQUE_ID = "dagster_dbt/unique_id"  # metadata of the assets and checks that dagster-dbt makes
LANDED = "source:landed."  # what reads a landed table, as increments.begin selects it
OF_PLANS = "of_plans"  # the tag of models that read the extracts of plans alone
REACHED = "reached"  # of those that read, through others, what this build is of
LITTLE = 50_000  # landed rows, several years of all sources of a province by its districts
# The events that say what became of a model or a test.
RESULTS = ("LogModelResult", "LogTestResult")


def parsed_project() -> Path:
    """The project as dbt parsed it, for every data directory; parsed here if its state is new to dbt."""
    file, stamp = _parsed() / "manifest.json", _parsed() / "parsed_as.json"
    state = f"{files.fingerprint(inputs.files_of('dbt_project'))} {version('dbt-core')}"
    with files.held(_parsed() / ".parsing"):  # daemon, UI and command may all start at once
        known = json.loads(stamp.read_text("utf-8")) if stamp.is_file() else {}
        if not file.is_file() or known.get("state") != state:
            _, failure = _invoke(None, _parsed(), "parse")
            if failure:
                raise Refused(failure)
            stamp.write_text(json.dumps({"state": state, "data": str(folders.data_dir())}), "utf-8")
    return file


def _parsed() -> Path:
    """Where it is kept, as it takes seconds: with the code, or beside the warehouse if that is read-only.
    Each engine has its own, in which the tables are named."""
    beside = folders.CHECKOUT / ".parsed_project"
    is_writable = os.access(beside if beside.is_dir() else folders.CHECKOUT, os.W_OK)
    return (beside if is_writable else target()) / engine.name()


def _project(command: str = "build") -> "Manifest":
    """The parsed project, with its sources in this data directory; to build it, without needless macros."""
    folder = parsed_project().parent
    parsed_at = (folder / "parsed_as.json").stat().st_mtime_ns
    return _read(folder, parsed_at, str(folders.data_dir()), command == "build")


@lru_cache(maxsize=1)  # a run calls dbt twice
def _read(folder: Path, _parsed_at: int, data_dir: str, is_to_be_built: bool) -> "Manifest":
    from dbt.contracts.graph.manifest import Manifest

    parsed_for = json.loads((folder / "parsed_as.json").read_text("utf-8"))["data"]
    project = Manifest.from_msgpack((folder / "partial_parse.msgpack").read_bytes())
    for source in project.sources.values():
        known = source.config.extra["external_location"], source.relation_name or ""
        location, name = (text.replace(parsed_for, data_dir, 1) for text in known)
        source.config.extra["external_location"], source.relation_name = location, name or None
    if is_to_be_built:
        project.macros = _needed_macros(project)
    project.build_flat_graph()
    return project


def _needed_macros(project: "Manifest") -> "dict[str, Macro]":
    """Those that a build reaches or dbt calls by name: a third of all.

    Of each dbt makes a function anew for each model and test, twice.
    """
    from dbt.adapters.sql import impl

    called = {name for constant, name in vars(impl).items() if constant.endswith("_MACRO_NAME")}
    called.add("materialization_test_default")
    macros = project.macros
    first = [key for key, macro in macros.items() if macro.package_name == "dxkpi" or macro.name in called]
    first += (key for node in project.nodes.values() for key in node.depends_on.macros)
    needed = _reached(first, lambda key: macros[key].depends_on.macros)
    return {key: macro for key, macro in macros.items() if key in needed}


def _reached(first: Iterable[str], after: Callable[[str], Iterable[str]]) -> set[str]:
    """These, what comes after them, and what comes after that."""
    found: set[str] = set()
    new = [*first]
    while new:
        if (one := new.pop()) not in found:
            found.add(one)
            new += after(one)
    return found


def target() -> Path:
    """Where dbt keeps what it generates: beside the warehouse, so that two data directories never meet."""
    return folders.warehouse().parent / "dbt"


def build(
    context: dg.AssetExecutionContext, *arguments: str
) -> Generator[DbtEvent, None, dict[str, int | None]]:
    """Build the selected models and run their data tests; one event for each table and each check. Returns
    what was new in it, see `increments.end`. The caller notes the database once all has been written.
    """
    events, failure = invoke(*BUILD, *arguments)
    engine.note_snapshot()  # of which the rows are counted
    made = list(results(context, events))
    if not failure:  # before what may depend on them, as Dagster wants it
        yield from unchanged(context, made)
    yield from made
    if failure:
        raise Refused(failure)
    return _new(events)


def _new(events: list[dict]) -> dict[str, int | None]:
    """Models that are otherwise than before, and tests that looked at rows with the number of those at fault;
    what was left as it stood has events as well (dbt_project/macros/increments.sql)."""
    project = _project()
    changed = project.flat_graph.get("changed")

    def is_new(node: Any) -> bool:
        if changed is None:
            return True
        if node.resource_type == "model":
            return node.unique_id in changed
        always = not hasattr(node, "test_metadata") or _is_warning(node)
        return always or not changed.isdisjoint(node.depends_on.nodes)

    found = {event["data"]["node_info"]["unique_id"]: event["data"].get("num_failures") for event in events}
    return {node_id: failed for node_id, failed in found.items() if is_new(project.nodes[node_id])}


def tests(warehouse: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """What dbt's tests said of the tables that were there before the suites judged, each when it last looked
    at rows; in the shape `expectations.findings.RESULTS`."""
    from expectations.findings import RESULTS

    since, known = increments.since(warehouse), _project().nodes
    nodes = [known[node_id] for node_id in sorted(since) if node_id in known]
    rows = [
        {
            "check_id": f"dbt/{test.unique_id.removeprefix('test.dxkpi.')}",
            "release_id": "",
            "suite": "dbt",
            "table_name": _tested(test),
            "outcome": "failed" if since[test.unique_id][1] else "passed",
            "severity": "warning" if _is_warning(test) else "error",
            "failed_rows": since[test.unique_id][1],
            "judged_at": since[test.unique_id][0],
        }
        for test in nodes
        if test.resource_type == "test"
    ]
    return pl.DataFrame(rows, schema=RESULTS)


def _tested(test: Any) -> str:
    """The table that a test is about."""
    attached = getattr(test, "attached_node", None)
    return attached.split(".")[-1] if attached else test.config.meta["dagster"]["ref"]["name"]


def _is_warning(test: Any) -> bool:
    return test.config.severity.lower() == "warn"


def results(context: dg.AssetExecutionContext, events: list[dict]) -> Iterator[DbtEvent]:
    """What dbt's events say of the selected tables and checks, in the order in which they were built."""
    assets = {spec.metadata[UNIQUE_ID]: spec.key for spec in context.assets_def.specs}
    checks = {spec.metadata[UNIQUE_ID]: spec for spec in context.assets_def.check_specs}
    rows = row_counts()
    for event in events:
        node = event["data"]["node_info"]
        unique_id, status = node["unique_id"], node["node_status"]
        key = assets.get(unique_id)
        if key and status == "success" and key in context.selected_asset_keys:
            count = rows.get((node["node_relation"]["schema"], node["node_relation"]["alias"]))
            about = {} if count is None else {"dagster/row_count": count}
            yield dg.MaterializeResult(asset_key=key, metadata=about)
        elif (check := checks.get(unique_id)) and check.key in context.selected_asset_check_keys:
            yield dg.AssetCheckResult(
                asset_key=check.asset_key,
                check_name=check.name,
                passed=status == "pass",
                severity=dg.AssetCheckSeverity.WARN if status == "warn" else dg.AssetCheckSeverity.ERROR,
                metadata={"rows_at_fault": event["data"].get("num_failures", 0)},
            )


def unchanged(context: dg.AssetExecutionContext, made: Collection[DbtEvent] = ()) -> Iterator[DbtEvent]:
    """Of tables that nothing new touched an event each: what comes after tables without is left out. Their
    tests keep the verdict that ended the build which made them."""
    tables = {result.asset_key for result in made if isinstance(result, dg.MaterializeResult)}
    checks = {(one.asset_key, one.check_name) for one in made if isinstance(one, dg.AssetCheckResult)}
    for key in TopologicalSorter(context.assets_def.asset_deps).static_order():
        if key in context.selected_asset_keys - tables:
            yield dg.MaterializeResult(asset_key=key, metadata=UNCHANGED)
    for check in sorted(context.selected_asset_check_keys):
        if (check.asset_key, check.name) not in checks:
            asset, name = check.asset_key, check.name
            yield dg.AssetCheckResult(asset_key=asset, check_name=name, passed=True, metadata=UNCHANGED)


def row_counts() -> dict[tuple[str, str], int]:
    """The rows of each table of the warehouse, by schema and name; a view would have to be computed."""
    if not folders.warehouse().is_file():
        return {}
    with engine.opened() as warehouse:
        tables = warehouse.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = $1", [engine.catalog()]
        ).fetchall()
        counts = [f'(select count(*) from "{schema}"."{name}")' for schema, name in tables]
        found = warehouse.execute(f"select {', '.join(counts)}").fetchone() if counts else None
        return dict(zip(tables, found or (), strict=True))


def invoke(*arguments: str) -> tuple[list[dict], str | None]:
    """Run a dbt command. Returns what became of each model and test, and the first failure in dbt's words."""
    project = _project(arguments[0])
    return _invoke(project, target(), *_narrowed(project, arguments))


def _narrowed(project: "Manifest", arguments: Sequence[str]) -> Sequence[str]:
    """Where only what landed tables touch is built again, and no plan is among what has come: the models that
    they reach otherwise than through those of plans. The project keeps in mind what the build changes."""
    landed = [argument for argument in arguments if argument.startswith(LANDED)]
    project.flat_graph.pop("changed", None)
    if not landed or increments.EVERYTHING[0] in arguments:
        return arguments
    changed = {f"source.dxkpi.landed.{table[len(LANDED) : -1]}" for table in landed}
    project.flat_graph["changed"] = changed
    project.build_parent_and_child_maps()
    of_plans = {node_id for node_id, node in project.nodes.items() if OF_PLANS in node.tags}
    reached = _reached(changed, lambda node_id: set(project.child_map.get(node_id, ())) - of_plans)
    for model in (node for node in project.nodes.values() if node.resource_type == "model"):
        model.tags = [*{*model.tags} - {REACHED}, *([REACHED] if model.unique_id in reached else [])]
    at = arguments.index(landed[0])
    # dbt looks at every node for each name that it is given, and three times
    return [*arguments[:at], f"tag:{REACHED}", *arguments[at + len(landed) :]]


def _invoke(project: "Manifest | None", target: Path, *arguments: str) -> tuple[list[dict], str | None]:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner
    from dbt_common.events.base_types import EventLevel, EventMsg
    from dbt_common.events.event_manager import EventManager
    from dbt_common.events.event_manager_client import ctx_set_event_manager
    from dbt_common.events.functions import msg_to_dict

    folders.warehouse().parent.mkdir(parents=True, exist_ok=True)
    os.environ["DXKPI_DATA_DIR"] = str(folders.data_dir())
    os.environ |= engine.settings() | _settings()
    events = []

    def keep(event: EventMsg) -> None:
        if event.info.name in RESULTS:
            events.append(msg_to_dict(event))

    class Needed(EventManager):
        """Makes no messages of the dozens of events of each model that nobody reads; of warnings dbt may make
        errors."""

        def fire_event(self, e, level=None, node=None, force_warn_or_error_handling=False) -> None:
            is_warning = force_warn_or_error_handling or (level or e.level_tag()) == EventLevel.WARN
            if is_warning or type(e).__name__ in RESULTS:
                super().fire_event(e, level, node, force_warn_or_error_handling)

    ctx_set_event_manager(Needed())
    result = dbtRunner(project, callbacks=[keep]).invoke(
        [
            *arguments,
            *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
            *("--target-path", str(target), "--log-path", str(target), "--log-level-file", "none"),
            *("--log-level", "none", "--no-use-colors", "--no-version-check"),
        ]
    )
    # dbt leaves the database open for the life of the process, and nobody else could read it then.
    DuckDBConnectionManager.close_all_connections()
    return events, None if result.success else f"dbt {arguments[0]}: {_first(result)}"


def _settings() -> dict[str, str]:
    """How DuckDB works (dbt_project/profiles.yml). Of little, compression costs a third of what writing does
    and gains nothing; of much, the file is a quarter for a thirtieth of the CPU."""
    landed = [*(folders.landed() / "extract_rows").rglob("*.parquet")]
    rows = pl.scan_parquet(landed).select(pl.len()).collect().item() if landed else 0
    return {"DXKPI_DUCKDB_COMPRESSION": "uncompressed" if rows < LITTLE else "auto"}


def mart(table: str) -> pl.DataFrame:
    """A table of the warehouse as it stands."""
    with engine.opened() as warehouse:
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


class Lineage(DagsterDbtTranslator):
    """Published tables as assets, in groups that read from left to right; each depends on the tables and on
    what was landed that it is made from through the models between, and its tests are its checks."""

    def get_asset_key(self, dbt_resource_props) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] != "model":
            return super().get_asset_key(dbt_resource_props)
        return dg.AssetKey([dbt_resource_props["fqn"][1], dbt_resource_props["name"]])

    def get_asset_spec(self, manifest, unique_id, project) -> dg.AssetSpec:
        spec = super().get_asset_spec(manifest, unique_id, project)
        node = manifest["nodes"].get(unique_id)
        if node is None:
            return spec
        return spec.replace_attributes(
            deps=sorted(_made_from(manifest, node)),
            group_name=_group(node),
            owners=[DATA_TEAM],
            description=node["description"],
        )

    def get_asset_check_spec(self, asset_spec, manifest, unique_id, project) -> dg.AssetCheckSpec | None:
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        if spec is None:
            return None
        test = manifest["nodes"][unique_id]
        arguments = (test.get("test_metadata") or {}).get("kwargs")
        return dg.AssetCheckSpec(
            name=test["name"] if arguments is None else "keys_and_values",
            asset=asset_spec.key,
            description=_comment(test["raw_code"]) if arguments is None else _held(arguments),
            blocking=spec.blocking,
            metadata=spec.metadata,
        )


def _made_from(manifest, node) -> set[dg.AssetKey]:
    """The assets behind a table: other tables and what was landed, through the models between."""
    models, sources = manifest["nodes"], manifest["sources"]

    def is_between(node_id: str) -> bool:
        return node_id in models and models[node_id]["fqn"][1] != "marts"

    def behind(node_id: str) -> list[str]:
        return models[node_id]["depends_on"]["nodes"] if is_between(node_id) else []

    found: set[dg.AssetKey] = set()
    for node_id in _reached(node["depends_on"]["nodes"], behind):
        if node_id in sources:
            found.update(_source_assets(sources[node_id]))
        elif not is_between(node_id):
            found.add(dg.AssetKey(["marts", models[node_id]["name"]]))
    return found


def _source_assets(source) -> Iterator[dg.AssetKey]:
    """The assets that a source of dbt's is a part of."""
    stage, table = source["source_name"], source["name"]
    if stage == "registry":
        yield REGISTRY
    elif stage == "checks":
        yield RELEASE_BEFORE if table.endswith("_before") else JUDGEMENT
    elif table == "extract_rows":  # to dbt one table, of which each source lands its own part
        yield from (dg.AssetKey(["landed", source_id]) for source_id in SOURCES)
    else:
        yield landed_in(table)


def _group(node) -> str:
    """The folder of a table."""
    if "findings" in node["tags"]:
        return "findings"
    stage, folder = node["fqn"][1:3]
    return stage if folder == "core" else folder


def _held(arguments: dict) -> str:
    """What the test `sound` of a table asks, in words."""
    asked = {
        "key": ", ".join(arguments.get("key", [])),
        "listed": ", ".join(arguments.get("one_of", {})),
        "found": "; ".join(arguments.get("found_in", {})),
        "spans": ", ".join(arguments.get("spans_of", [])),
    }
    words = {kind: both(f"held.{kind}", names=names) for kind, names in asked.items() if names}
    vi = "; ".join(each["vi"] for each in words.values()) or text("held.other", "vi")
    en = [each["en"] for each in words.values()]
    return f"{vi}. / {'; '.join([*en, *arguments.get('holds', [])])}."


def _comment(sql: str) -> str:
    """What a file of SQL says of itself at its head."""
    lines = [line for line in sql.splitlines() if not line.startswith("{{")]
    return " ".join(line.removeprefix("--").strip() for line in lines if line.startswith("--"))


def assets() -> tuple[dg.AssetsDefinition, dg.AssetsDefinition]:
    """What is built before the suites judge it, and what is built from their judgement."""
    project = DbtProject(PROJECT, target_path=target())
    of_project = partial(
        dbt_assets,
        manifest=parsed_project(),
        project=project,
        dagster_dbt_translator=Lineage(DagsterDbtTranslatorSettings(enable_code_references=True)),
        pool=WAREHOUSE,
    )

    @of_project(exclude=f"{JUDGED} {BETWEEN}", name="warehouse")
    def warehouse(context: dg.AssetExecutionContext) -> Iterator[DbtEvent]:
        if damaged := verification.discard_damaged_warehouse():
            context.log.warning(f"{damaged.locator}: {damaged.what}; made anew")
        if (new := increments.begin()) is not None:
            increments.end((yield from build(context, *new, "--exclude", JUDGED)))
        else:
            yield from unchanged(context)
        columns = ("extract_id", "source_id", "file_name", "arrived_at", "withdrawals")
        extracts = mart("dim_extract").select(columns)
        received = [(e, f"{source}/{file}", *times) for e, source, file, *times in extracts.iter_rows()]
        inputs.note_build(inputs.current(received, mart("fct_refused_file")["extract_id"].to_list()))

    @of_project(select=JUDGED, exclude=BETWEEN, name="findings")
    def findings(context: dg.AssetExecutionContext) -> Iterator[DbtEvent]:
        verification.refuse_damaged((*verification.of_warehouse(), *verification.of_checks()))
        engine.refuse_changed()
        yield from build(context, "--select", JUDGED)
        verification.note_warehouse()

    return warehouse, findings
