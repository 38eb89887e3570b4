"""Dagster's own book of runs: whose process is dead, what is tried again, what a configuration lacks."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import dagster as dg

from ingest.errors import Refused
from orchestration.assets.ingestion import WAREHOUSE
from orchestration.state.data_directory import only_one

# Tags of runs. A run executed again from the UI takes them along, so the one that claims holds its own id.
HOLDS = "dxkpi/holds_the_data_directory"  # the id of the run while it does, as a command's always do
INPUTS = "dxkpi/inputs"  # what a release was asked for with
ATTEMPT = "dxkpi/attempt"

KILLED = "the process that ran it was killed"
ATTEMPTS = 3  # at a release of the same inputs
PAUSE = timedelta(minutes=15)  # before the third
# Waiting for the data directory and an hour of retries of a fetch are in it: what takes longer hangs.
LONGEST_RUN = timedelta(hours=2)

AT_WORK = [
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


@contextmanager
def holding(instance: dg.DagsterInstance, run: dg.DagsterRun, wait: float) -> Iterator[None]:
    """Hold the data directory for a run, which says so for as long as it does."""
    with only_one(wait):
        if _claims(run):  # the command holds it already
            yield
            return
        end_the_dead(instance)
        instance.add_run_tags(run.run_id, {HOLDS: run.run_id})
        try:
            yield
        finally:
            instance.add_run_tags(run.run_id, {HOLDS: "no"})


def end_the_dead(instance: dg.DagsterInstance) -> list[dg.DagsterRun]:
    """End the runs that claim to hold the data directory while this process does: theirs was killed, and they
    would keep the warehouse's pool for ever. None while another process holds it."""
    if not _holders(instance):  # the lock is not even tried where nobody claims it
        return []
    try:
        with only_one():
            dead = _holders(instance)
            for run in dead:
                instance.report_run_failed(run, KILLED)
            return dead
    except Refused:
        return []


def _holders(instance: dg.DagsterInstance) -> list[dg.DagsterRun]:
    return [run for run in instance.get_runs(dg.RunsFilter(statuses=AT_WORK)) if _claims(run)]


def _claims(run: dg.DagsterRun) -> bool:
    return run.tags.get(HOLDS) == run.run_id


def failed_with(instance: dg.DagsterInstance, inputs: str) -> list[dg.RunRecord]:
    """The attempts at a release of these inputs that failed, the last first."""
    failed = dg.RunsFilter(job_name="run", statuses=[dg.DagsterRunStatus.FAILURE], tags={INPUTS: inputs})
    return list(instance.get_run_records(failed))


def may_try_again(failed: list[dg.RunRecord]) -> bool:
    """A second attempt comes at once, as after a crash; the third once what is in the way may be gone."""
    return len(failed) < 2 or datetime.now(UTC) - ended_at(failed[0]) >= PAUSE


def ended_at(record: dg.RunRecord | None) -> datetime:
    """When a run ended; now, where that is not known."""
    ended = record and record.end_time
    return datetime.fromtimestamp(ended, UTC) if ended else datetime.now(UTC)


def checks_of(instance: dg.DagsterInstance, run_id: str) -> list[dg.AssetCheckEvaluation]:
    """What checks of a run came to."""
    logged = instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    return [one.event_log_entry.get_dagster_event().asset_check_evaluation_data for one in logged.records]


def lacking(instance: dg.DagsterInstance) -> str:
    """What a dagster.yaml does not say that unattended runs need; nothing where all is there."""
    pools = instance.get_concurrency_config().pool_config
    limits = {pool.name: pool.limit for pool in instance.event_log_storage.get_pool_limits()}
    granularity = pools.pool_granularity
    is_there = {
        "telemetry.enabled: false": not instance.telemetry_enabled,
        "concurrency.pools.default_limit: 1": limits.get(WAREHOUSE, pools.default_pool_limit) == 1,
        "concurrency.pools.granularity: run": bool(granularity and granularity.value == "run"),
        "run_monitoring.enabled: true": instance.run_monitoring_enabled,
        f"run_monitoring.max_runtime_seconds: {LONGEST_RUN.seconds}": bool(
            instance.run_monitoring_max_runtime_seconds
        ),
        "run_retries.enabled: true": instance.run_retries_enabled,
    }
    return ", ".join(setting for setting, said in is_there.items() if not said)
