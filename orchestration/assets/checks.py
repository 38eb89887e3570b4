"""The expectation suites as asset checks, and what they found as the tables dbt publishes.

A failed arrival check stops everything downstream. The other suites never stop the findings from being
written down: publication looks at them afterwards.
"""

import json
import shutil
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import dagster as dg
import duckdb
import polars as pl
from duckdb import DuckDBPyRelation as Rows

from ingest import folders, landing, manifest
from ingest.clock import HANOI
from ingest.errors import Refused
from ingest.files import fingerprint
from ingest.sources import SOURCES
from orchestration.assets.ingestion import DATA_TEAM, OPERATIONS_TEAM, RECEIVED, REGISTRY, WAREHOUSE
from orchestration.assets.verdicts import SHAPE, Verdicts
from orchestration.assets.warehouse import JUDGEMENT, RELEASE_BEFORE, tests
from orchestration.publication import comparable, next_moment
from orchestration.state import answers, engine, increments, inputs, verification
from orchestration.texts import both, slashed

CONTRACT_VERSION = "2"
ARRIVALS = "arrivals"
# The metadata entry of a check that says, a line each, why it stops what is downstream.
BLOCKING = "blocking"
# Which suite judges which marts; the suites themselves import Great Expectations, which takes seconds.
MARTS = {
    "plan": (
        *("plan_claim", "plan_remark", "rpt_unmatched"),
        *("rpt_target_audit", "rpt_plan_audit", "rpt_document_audit"),
    ),
    "marts": (
        "rpt_count_audit",
        "rpt_invariant_audit",
        "rpt_reporting_audit",
        "rpt_near_target",
        "rpt_value_audit",
        "rpt_input_audit",
        "rpt_scorecard",
        "fct_observation",
        "fct_indicator_value",
        "fct_task",
        "fct_rejected_row",
        "fct_refused_file",
        "rpt_unread_file",
        "rpt_unit_audit",
        "rpt_source_audit",
        "rpt_base_audit",
        "rpt_repeated_report",
    ),
}
# What changed since the release before is found from these.
BEFORE = {
    "values_before": "fct_indicator_value",
    "observations_before": "fct_observation",
    "evidence_before": "bridge_value_evidence",
    "indicators_before": "dim_indicator",
}
# What the suite of arrivals judges, by the asset that holds it.
LANDED = {source: [*tables] for source, tables in landing.TABLES.items()} | {
    RECEIVED: [*landing.ABOUT_READING]
}


@dg.multi_asset_check(
    name="arrivals",
    specs=[
        dg.AssetCheckSpec(
            "arrival",
            asset=["landed", source],
            blocking=True,
            description=slashed("dagster.arrival"),
        )
        for source in LANDED
    ],
    pool=WAREHOUSE,
    required_resource_keys={"data_directory"},
)
def arrival_checks():
    """Every landed table fulfils what its suite requires of it, before the warehouse sees it."""
    from expectations import arrivals, findings

    known = Verdicts(_verdicts())
    # what was judged before is of another build
    shutil.rmtree(folders.checks(), ignore_errors=True)
    files = {extract.extract_id: extract.file_name for extract in manifest.extracts()}
    with duckdb.connect() as database:
        verdicts = [
            replace(verdict, frame=with_locators(verdict.frame, files))
            for verdict in known.judged(
                ARRIVALS,
                arrivals,
                {t: landed(database, t) for ts in LANDED.values() for t in ts},
                {t: fingerprint(landing.folder(t).glob("*.parquet")) for ts in LANDED.values() for t in ts},
            )
        ]
    results = findings.results(verdicts, rules(), release_id="")
    found = findings.findings(verdicts, rules(), release_id="")
    keep("arrivals", results)
    keep("arrival_findings", found)
    known.write_pages(data_docs(), verdicts, rules())
    keep("verdicts", known.rows())
    note_pages(ARRIVALS)
    for source, tables in LANDED.items():
        of_source = results.filter(pl.col("table_name").is_in(tables))
        about = found.filter(pl.col("subject_table").is_in(tables))
        yield outcome(of_source, about, asset=dg.AssetKey(["landed", source]), name="arrival", pages=tables)


@dg.multi_asset(
    name="judgement",
    specs=[
        dg.AssetSpec(
            JUDGEMENT,
            group_name="checks",
            deps=[REGISTRY, *(["marts", table] for tables in MARTS.values() for table in tables)],
            description=slashed("dagster.judgement"),
            kinds={"greatexpectations", "parquet"},
            owners=[DATA_TEAM],
        ),
        dg.AssetSpec(
            RELEASE_BEFORE,
            group_name="history",
            description=slashed("dagster.release_before"),
            kinds={"parquet"},
            owners=[OPERATIONS_TEAM],
        ),
    ],
    check_specs=[
        *(
            dg.AssetCheckSpec(
                "expectations", asset=["marts", table], description=slashed(f"dagster.suite_{suite}")
            )
            for suite, tables in MARTS.items()
            for table in tables
        ),
        dg.AssetCheckSpec(
            "left_in_inbox",
            asset=["landed", RECEIVED],
            description=slashed("dagster.left_in_inbox"),
        ),
        dg.AssetCheckSpec(
            "accepted_findings",
            asset=REGISTRY,
            description=slashed("dagster.accepted_findings"),
        ),
    ],
    allow_arbitrary_check_specs=True,  # they hang on what they judge, which other steps make
    can_subset=True,  # so that in the UI a table can be selected without all the others that are judged
    pool=WAREHOUSE,
    required_resource_keys={"data_directory"},
)
def judgement(context: dg.AssetExecutionContext):
    """Judge the plan, the marts and what was accepted; name the release that these results belong to."""
    from expectations import acceptances, docs, findings, inbox, marts, plan

    verification.refuse_damaged(verification.of_landed())
    candidate = candidate_release()
    increments.follow()
    release_id, before, on = candidate["release_id"], published("fct_finding"), day_of(candidate)
    suites, judge = {"plan": plan, "marts": marts}, Verdicts(_verdicts())
    with engine.opened() as warehouse:
        since = {node_id.split(".")[-1]: str(at) for node_id, (at, _) in increments.since(warehouse).items()}
        verdicts = [
            verdict
            for suite, tables in MARTS.items()
            for verdict in judge.judged(
                suite, suites[suite], {t: warehouse.table(f"marts.{t}") for t in tables}, since
            )
        ]
        tested = tests(warehouse)
        citations = findings.Citations(places_of_plans(warehouse), *titles(warehouse))
    left = inbox.left(json.loads(candidate["inputs"]).get("left", []), SOURCES)
    verdicts += judge.judged("inbox", inbox, {"left_in_inbox": left}, {})
    known = pl.read_parquet(folders.landed() / "registry" / "accepted_findings.parquet")
    accepted = acceptances.judged_on(known, findings.findings(verdicts, rules(), release_id), rules(), on)
    verdicts += judge.judged("acceptances", acceptances, {"accepted_findings": accepted}, {})
    results = findings.results(verdicts, rules(), release_id)
    in_force = findings.in_force(known, on)
    found = findings.findings(verdicts, rules(), release_id, before, in_force, citations)
    arrived = kept("arrivals")
    of_suites = pl.concat([arrived, results])
    everything = pl.concat([of_suites, tested]).with_columns(release_id=pl.lit(release_id))
    keep("results", findings.since_when(everything, published("fct_check_result")))
    keep("findings", found)
    keep("resolved", findings.resolved(before, found, release_id))
    keep("answers", answers.records())
    keep_what_was_published()
    kinds = pl.Schema({"built_at": pl.Datetime("us", "UTC"), "compared_release": pl.String()})
    keep("release", pl.DataFrame([candidate], schema_overrides=kinds))
    judge.write_pages(data_docs(), verdicts, rules())
    keep("verdicts", judge.rows())
    docs.write_index(data_docs(), of_suites, rules())
    note_pages(*suites, "inbox", "acceptances", "index")
    index = dg.MetadataValue.path(str(data_docs() / "index.html"))
    about = {
        JUDGEMENT: {
            "dagster/row_count": everything.height,
            "findings": found.height,
            "release": release_id,
            "data_docs": index,
        },
        RELEASE_BEFORE: {"release": candidate["compared_release"] or "–"},
    }
    for key in sorted(context.selected_asset_keys):
        yield dg.MaterializeResult(asset_key=key, metadata=about[key])
    for verdict in verdicts:
        asset, name = judged_as(verdict.suite, verdict.table)
        if dg.AssetCheckKey(asset, name) in context.selected_asset_check_keys:
            of_suite = results.filter(pl.col("suite") == verdict.suite, pl.col("table_name") == verdict.table)
            about_it = found.filter(pl.col("subject_table") == verdict.table)
            yield outcome(of_suite, about_it, asset=asset, name=name, pages=[verdict.table])


def judged_as(suite: str, table: str) -> tuple[dg.AssetKey, str]:
    """On which asset, and under which name, the verdict of a suite on a table hangs."""
    if suite == "acceptances":
        return REGISTRY, "accepted_findings"
    if suite == "inbox":
        return dg.AssetKey(["landed", RECEIVED]), "left_in_inbox"
    return dg.AssetKey(["marts", table]), "expectations"


@dg.asset_check(asset=["marts", "fct_finding"], blocking=True, description=slashed("dagster.nothing_blocks"))
def nothing_blocks_publication() -> dg.AssetCheckResult:
    blocking = what_blocks()
    return dg.AssetCheckResult(passed=not blocking, metadata={BLOCKING: blocking})


def what_blocks() -> list[str]:
    """Why the candidate that was judged last must not be published, a line each; nothing where it may."""
    return reasons(kept("results"), kept("findings"))


def reasons(results: pl.DataFrame, findings: pl.DataFrame) -> list[str]:
    """What stops publication: errors in the words of their findings, then checks that crashed."""
    from expectations.findings import blocking, with_place

    stopping = blocking(results)
    errors = findings.filter(severity="error").to_dicts() if stopping.height else []
    crashed = stopping.filter(outcome="crashed").select("check_id", "detail")
    lines = [f"{error['rule_id']}: {with_place(error, 'vi')}" for error in errors]
    lines += [f"{check} crashed: {detail}" for check, detail in crashed.iter_rows()]
    return lines or stopping["check_id"].to_list()


def outcome(
    results: pl.DataFrame, findings: pl.DataFrame, asset: dg.AssetKey, name: str, pages: Collection[str]
) -> dg.AssetCheckResult:
    """What a suite says of an asset: failed as an error when something in it blocks, as a warning when not.
    `pages`: the judged tables, each of which has a page of Data Docs."""
    from expectations.findings import blocking

    stopping = blocking(results)
    warned = results.filter(outcome="failed", severity="warning")
    counts = dict(results["outcome"].value_counts().iter_rows())
    suites = results["suite"].unique(maintain_order=True)
    docs = {f"data_docs_{t}": data_docs() / f"{suite}.{t}.html" for suite in suites for t in pages}
    return dg.AssetCheckResult(
        asset_key=asset,
        check_name=name,
        passed=stopping.is_empty() and warned.is_empty(),
        severity=dg.AssetCheckSeverity.WARN if stopping.is_empty() else dg.AssetCheckSeverity.ERROR,
        metadata=counts
        | {BLOCKING: reasons(results, findings)}
        | {label: dg.MetadataValue.path(str(page)) for label, page in docs.items()},
    )


def candidate_release() -> dict:
    """The release these results belong to: named after the moment, what its warehouse was built from, and the
    release that it is compared with.
    """
    made_from = inputs.of_the_build()
    built_at = next_moment(folders.published())
    return {
        "release_id": f"{built_at:%Y%m%dT%H%M%SZ}-{inputs.short(made_from)}",
        "built_at": built_at,
        "code_version": made_from["code"][:12],
        "inputs": json.dumps(made_from, sort_keys=True),
        "contract_version": CONTRACT_VERSION,
        "compared_release": before.name if (before := comparable(folders.published())) else None,
    }


def day_of(candidate: dict) -> date:
    """The day of a release where it is made; what expires is judged by it."""
    return candidate["built_at"].astimezone(HANOI).date()


def keep_what_was_published() -> None:
    """The tables of the current release that its successor is compared with; empty where there is none."""
    release = comparable(folders.published())
    with engine.opened() as warehouse:
        columns_of = {t: warehouse.execute(f"select * from marts.{t} limit 0").pl() for t in BEFORE.values()}
    for name, table in BEFORE.items():
        columns = columns_of[table]
        file = release / "parquet" / f"{table}.parquet" if release else None
        if file and name == "evidence_before" and not file.is_file():
            before = evidence_in_lists(file.parent)
        else:
            before = pl.read_parquet(file) if file else columns
        # a release of older code may lack a column
        lacking = (
            pl.lit(None, kind).alias(c) for c, kind in columns.schema.items() if c not in before.columns
        )
        keep(name, before.with_columns(lacking).select(columns.columns))


def evidence_in_lists(parquet: Path) -> pl.DataFrame:
    """The evidence behind the values of a release of contract 1, which lists it beside each value."""
    with duckdb.connect() as con:
        return con.execute(
            """with inputs as (
                   select i.numerator_measure as measure_id, v.org_key, v.period_id,
                          unnest(v.numerator_observation_ids) as observation_id, v.known_from, v.known_to
                   from read_parquet($1) v join read_parquet($2) i using (indicator_id, definition_version)
                   union all
                   select i.denominator_measure, v.org_key, v.denominator_period_id,
                          unnest(v.denominator_observation_ids), v.known_from, v.known_to
                   from read_parquet($1) v join read_parquet($2) i using (indicator_id, definition_version))
               select distinct * exclude (observation_id),
                      cast('0x' || left(observation_id, 16) as ubigint) as observation_key
               from inputs""",
            [str(parquet / f"{table}.parquet") for table in ("fct_indicator_value", "dim_indicator")],
        ).pl()


def published(table: str) -> pl.DataFrame | None:
    """A table of the release that the next one is compared with; None where there is none."""
    release = comparable(folders.published())
    return pl.read_parquet(release / "parquet" / f"{table}.parquet") if release else None


def rules() -> pl.DataFrame:
    return pl.read_parquet(folders.landed() / "registry" / "rules.parquet")


def landed(database: duckdb.DuckDBPyConnection, table: str) -> Rows:
    """A landed table, to be read where it is."""
    return database.read_parquet(str(landing.folder(table) / "*.parquet"))


def with_locators(rows: pl.DataFrame, files: Mapping[str, str]) -> pl.DataFrame:
    """Landed rows with a `locator`, which names the file and the place in it. `files`: names by extract."""
    locator = pl.col("locator") if "locator" in rows.columns else pl.lit(None, pl.String)
    if "line" in rows.columns:
        locator = pl.format("line {}", "line")
    file = pl.col("extract_id").replace_strict(files, default=None, return_dtype=pl.String)
    return rows.with_columns(locator=pl.concat_str(file, locator, separator=", ", ignore_nulls=True))


def places_of_plans(warehouse: duckdb.DuckDBPyConnection) -> dict[str, dict[str, dict[str, str]]]:
    """By plan and locator what an official finds a place by, in both languages."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    rows = warehouse.execute(
        """select plan_id, locator, citation_vi, citation_en
           from staging.stg_plan_citations semi join marts.dim_plan using (extract_id)"""
    ).fetchall()
    for plan_id, locator, vi, en in rows:
        found.setdefault(plan_id, {})[locator] = {"vi": vi, "en": en}
    return found


def titles(warehouse: duckdb.DuckDBPyConnection) -> tuple[dict[str, dict[str, str]], set[str]]:
    """What plans, files and sources are called by who published them, and which of these names are those of
    publications; see `Citations`."""
    rows = warehouse.execute(
        """with files as (
               select e.extract_id, e.source_id, e.period_id, e.citation is not null as is_publication,
                      coalesce(e.citation, s.name_vi) as vi, coalesce(e.citation, s.name_en) as en,
                      case when e.citation is null then e.file_name end as file
               from marts.dim_extract e join marts.dim_source s using (source_id) where e.plan_id is null)
           select source_id, name_vi, name_en, null, false from marts.dim_source
           union all
           select source_id || '|' || period_id, min(vi), min(en), min(file), bool_and(is_publication)
           from files group by source_id, period_id having count(*) = 1
           union all select extract_id, vi, en, file, is_publication from files
           union all
           select plan_id, coalesce(title, plan_id), coalesce(title, plan_id), null, false
           from marts.dim_plan"""
    ).fetchall()
    named = {
        name: both("findings.title", source={"vi": vi, "en": en}, file=file) for name, vi, en, file, _ in rows
    }
    return named, {name for name, *_, is_publication in rows if is_publication}


def data_docs() -> Path:
    return folders.checks() / "data_docs"


def keep(name: str, frame: pl.DataFrame) -> None:
    file = _file(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(file)
    _note(file)


def _verdicts() -> pl.DataFrame:
    """The verdicts that may be kept; none where the file is damaged or older code wrote it otherwise."""
    is_sound = verification.checks_book().holds(_file("verdicts"), again=True)
    found = pl.read_parquet(_file("verdicts")) if is_sound else None
    return found if found is not None and found.schema == SHAPE else pl.DataFrame(schema=SHAPE)


def kept(name: str) -> pl.DataFrame:
    """What was kept. Raises Refused where it is missing, or is something else by now."""
    if not verification.checks_book().holds(_file(name), again=True):
        raise Refused(f"{_file(name)}: is missing or not as it was written; {verification.RUN}")
    return pl.read_parquet(_file(name))


def note_pages(*suites: str) -> None:
    _note(*(page for suite in suites for page in data_docs().glob(f"{suite}.*")))


def _file(name: str) -> Path:
    return folders.checks() / f"{name}.parquet"


def _note(*files: Path) -> None:
    book = verification.checks_book()
    for file in files:
        book.note(file)
    book.save()


assets = [judgement]
asset_checks = [arrival_checks, nothing_blocks_publication]
