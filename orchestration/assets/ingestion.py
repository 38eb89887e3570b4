"""Assets from the outside world: what was received, and what it was landed as.

A period of `raw/<source>` is materialised once something has been received for it and nothing of the delivery
was refused. What was landed has no periods: it is whatever was received, read by the code of today. All
tables that one source lands are one asset, and so are those of the registry.
"""

import warnings
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

import dagster as dg

from ingest import folders, landing, receiving
from ingest.errors import NotNow, Refused
from ingest.sources import SOURCES
from orchestration.alerts import conditions
from orchestration.assets import partitions
from orchestration.state import deliveries, verification
from orchestration.state.running import running
from orchestration.texts import slashed

# That a check has the periods of its asset is a preview in Dagster, which says so at every start.
warnings.filterwarnings("ignore", category=dg.PreviewWarning)
# The pool of the warehouse, of what it is built from and of who reads it while a release is made.
WAREHOUSE = "warehouse"
RANGE = "dagster/asset_partition_range"  # tags of a run for a row of periods
AGAIN = {"max_retries": 3, "seconds_to_wait": 15 * 60}  # fetching itself has tried for some minutes by then
# The metadata entry of a run that failed because of files that are in quarantine, and of nothing else.
SET_ASIDE = "set_aside"
READABLE = "readable"  # the check of what was received for a period
# Who answers for an asset: whoever keeps the system running, or whoever keeps its numbers and words.
OPERATIONS_TEAM, DATA_TEAM = "team:van-hanh", "team:so-lieu"
REGISTRY = dg.AssetKey("registry")
RECEIVED = "received"  # the asset of what is known of all that was received, whatever its source
KINDS = {
    "plan": {"word", "pdf"},
    "dvc_portal": {"json", "excel"},
    "vneid": {"excel"},
    "telecom": {"excel"},
    "unit_reports": {"excel"},
    "published_figures": {"csv"},
}
PARTITIONS = {
    source: partitions.partitions_of(known)
    for registered in [deliveries.registered()]
    for source in SOURCES
    for known in [registered.get(source)]
}


class Delivery(dg.Config):
    """What a run brings in.

    files: of the inbox, by their path in it; all of the period where this is not said.
    fetch: yes, no, or where this is not said, when nothing has been received for the period.
    """

    files: list[str] | None = None
    fetch: bool | None = None


def raw_of(source: str) -> dg.AssetsDefinition:
    partitions = PARTITIONS[source]

    @dg.asset(
        key=["raw", source],
        group_name="raw",
        description=_described(source),
        kinds=KINDS.get(source, {"file"}),
        owners=[OPERATIONS_TEAM],
        partitions_def=partitions,
        check_specs=[
            dg.AssetCheckSpec(
                READABLE,
                asset=["raw", source],
                partitions_def=partitions,
                description=slashed("dagster.readable"),
            )
        ],
    )
    def raw(context: dg.AssetExecutionContext, config: Delivery):
        wanted = context.partition_keys if partitions else None
        refused: dict[str, list[Refused]] = {}
        with running(context.op_execution_context.run_id):
            for period, refusal in deliveries.bring(source, wanted, files=config.files, fetch=config.fetch):
                refused.setdefault(period, []).append(refusal)
        extracts = Counter(extract.period_id for extract in deliveries.extracts(source))
        for period in wanted or ():
            if not extracts[period] and period not in refused:
                refused[period] = [_nothing(source, period)]
        failures = [refusal for refusals in refused.values() for refusal in refusals]
        for failure in failures:
            context.log.warning(str(failure))
        yield from _readable(context, source, extracts, wanted or [None])
        if not failures:
            yield dg.MaterializeResult(metadata=_of_extracts(source, wanted))
            return
        for period in wanted or ():
            if period not in refused:
                context.log_event(
                    dg.AssetMaterialization(
                        ["raw", source], partition=period, metadata=_of_extracts(source, [period])
                    )
                )
        later = [failure for failure in failures if isinstance(failure, NotNow)]
        if later:
            raise dg.RetryRequested(**AGAIN) from later[0]
        more = f" (and {len(failures) - 1} more)" if failures[1:] else ""
        is_set_aside = all(failure.is_set_aside for failure in failures)
        about = {SET_ASIDE: len(failures)} if is_set_aside else {}
        raise dg.Failure(f"{failures[0]}{more}", metadata=about, allow_retries=False)

    return raw


def _readable(context: dg.AssetExecutionContext, source: str, extracts: Counter, wanted: list[str | None]):
    """Of each period: something has been received, and no file waits in quarantine to be replaced."""
    set_aside = deliveries.set_aside(source)
    for period in wanted:
        received = extracts[period] if period else extracts.total()
        waiting = [entry.code for entry in set_aside if period in (None, entry.period_id)]
        passed = received > 0 and not waiting
        metadata: dict[str, int | list[str]] = {"received": received, "set_aside": waiting}
        if len(wanted) == 1:
            yield dg.AssetCheckResult(
                check_name=READABLE, passed=passed, severity=dg.AssetCheckSeverity.WARN, metadata=metadata
            )
            return
        # A result that is yielded belongs to one period, so those of a row of periods are logged.
        context.log_event(
            dg.AssetCheckEvaluation(
                dg.AssetKey(["raw", source]),
                READABLE,
                passed,
                metadata,
                severity=dg.AssetCheckSeverity.WARN,
                partition=period,
            )
        )
    yield dg.Output(None, output_name=f"raw__{source}_{READABLE}")


def _nothing(source: str, period: str) -> Refused:
    return Refused(
        f"{source}: nothing has been received for {period}; put its file into inbox/{source}/{period}/, or "
        f"run dxkpi fetch {source} --period {period}"
    )


def _described(source: str) -> str:
    """What a source is, in the registry's words and in those of its module."""
    known = deliveries.registered().get(source)
    names = f"{known.name.vi}. / {known.name.en}. " if known else ""
    return names + (SOURCES[source].__doc__ or "").partition("\n\n")[0]


def _of_extracts(source: str, periods: Collection[str] | None = None) -> dict[str, Any]:
    """What is known of what was received: how many files, the last of them, where they are."""
    extracts = [e for e in deliveries.extracts(source) if periods is None or e.period_id in periods]
    last = max(extracts, key=lambda extract: extract.received_at, default=None)
    folder = dg.MetadataValue.path(str(folders.raw() / source))
    about: dict[str, Any] = {"extracts": len(extracts), "folder": folder}
    if last:
        moment = dg.MetadataValue.timestamp(last.received_at)
        about |= {"last_extract": last.file_name, "last_received": moment}
    return about


@dg.asset(
    key=["raw", "plan"],
    group_name="raw",
    description=slashed("dagster.plan_documents"),
    kinds=KINDS["plan"],
    owners=[OPERATIONS_TEAM],
)
def plan_documents() -> dg.MaterializeResult:
    receiving.receive_bundled("plan")
    return dg.MaterializeResult(metadata=_of_extracts("plan"))


def landed_of(source: str) -> dg.AssetsDefinition:
    tables = ", ".join(landing.TABLES[source])

    @dg.asset(
        key=["landed", source],
        group_name="landed",
        deps=[["raw", source]],
        kinds={"parquet", "polars"},
        owners=[OPERATIONS_TEAM],
        description=slashed("dagster.landed", tables=tables),
        pool=WAREHOUSE,
        required_resource_keys={"data_directory"},
    )
    def landed() -> dg.MaterializeResult:
        verification.refuse_damaged(verification.of_bytes(source))
        return dg.MaterializeResult(metadata=_rows(landing.land(source)) | _of_extracts(source))

    return landed


def landed_in(table: str) -> dg.AssetKey:
    """The asset that a landed table is a part of."""
    of = next((source for source, tables in landing.TABLES.items() if table in tables), RECEIVED)
    return dg.AssetKey(["landed", of])


@dg.asset(
    key=["landed", RECEIVED],
    group_name="landed",
    deps=[["raw", "plan"], *(["raw", source] for source in SOURCES)],
    kinds={"parquet", "polars"},
    owners=[OPERATIONS_TEAM],
    pool=WAREHOUSE,
    description=slashed("dagster.arrivals_book"),
    required_resource_keys={"data_directory"},
)
def arrivals_book() -> dg.MaterializeResult:
    return dg.MaterializeResult(metadata=_rows(landing.land_extracts()))


@dg.asset(
    key=REGISTRY,
    group_name="registry",
    kinds={"yaml", "csv"},
    owners=[DATA_TEAM],
    pool=WAREHOUSE,
    description=slashed("dagster.registry_tables"),
    required_resource_keys={"data_directory"},
)
def registry_tables() -> dg.MaterializeResult:
    counts = landing.land_registry()
    _refuse_rules_of_no_suite()
    return dg.MaterializeResult(
        metadata=_rows(counts) | {"folder": dg.MetadataValue.path(str(folders.registries()[0]))}
    )


def _refuse_rules_of_no_suite() -> None:
    from expectations import acceptances, arrivals, inbox, marts, plan
    from expectations.findings import WrongTemplate, check_templates
    from orchestration.assets.checks import rules

    suites = arrivals.SUITES | plan.SUITES | marts.SUITES | inbox.SUITES | acceptances.SUITES
    try:
        check_templates(rules(), suites, {})
    except WrongTemplate as error:
        raise Refused(str(error).splitlines()[0]) from None


def _rows(counts: Mapping[str, int]) -> dict[str, Any]:
    """Row counts of tables; of several also of each."""
    return {"dagster/row_count": sum(counts.values())} | (dict(counts) if len(counts) > 1 else {})


def job_name(source: str) -> str:
    return f"{conditions.RECEIVE}{source}"


def periods_of(job: str, tags: Mapping[str, str]) -> list[str]:
    """The periods that a run of a job brings in, by its tags: one, a row of them, or none."""
    partitions = PARTITIONS.get(job.removeprefix(conditions.RECEIVE))
    first, last = (tags.get(f"{RANGE}_{end}", tags.get("dagster/partition")) for end in ("start", "end"))
    if not (partitions and first and last):
        return []
    return list(partitions.get_partition_keys_in_range(dg.PartitionKeyRange(first, last)))


def request(source: str, period: str, *, run_key: str, **delivery) -> dg.RunRequest:
    """A run that brings in a period of a source."""
    return dg.RunRequest(
        job_name=job_name(source),
        run_key=run_key,
        partition_key=period if PARTITIONS[source] else None,
        run_config=config_of(source, **delivery),
    )


def config_of(source: str, **delivery) -> dict:
    return {"ops": {f"raw__{source}": {"config": delivery}}}


received = [raw_of(source) for source in SOURCES]
assets = [
    *received,
    plan_documents,
    *(landed_of(source) for source in landing.TABLES),
    arrivals_book,
    registry_tables,
]
jobs = [
    dg.define_asset_job(
        job_name(source),
        # and not the check whether it came in time, which a sensor looks at
        dg.AssetSelection.assets(["raw", source]).without_checks()
        | dg.AssetSelection.checks(dg.AssetCheckKey(dg.AssetKey(["raw", source]), READABLE)),
        description=slashed("dagster.receive", source=source),
    )
    for source in SOURCES
]
