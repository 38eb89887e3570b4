"""Dagster's own book of runs: whose process is dead, what is tried again, what a configuration lacks."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import dagster as dg

from orchestration.assets import history
from orchestration.assets.ingestion import WAREHOUSE
from orchestration.state import engine
from orchestration.state.data_directory import only_one
from orchestration.state.running import abandoned, running

# Tags of runs.
INPUTS = "dxkpi/inputs"  # what a release was asked for with
ATTEMPT = "dxkpi/attempt"

KILLED = "the process that ran it was killed"
ATTEMPTS = 3  # at a release of the same inputs
PAUSE = timedelta(minutes=15)  # before the third
# Waiting for the data directory and an hour of retries of a fetch are in it: what takes longer hangs.
LONGEST_RUN = timedelta(hours=2)


@contextmanager
def holding(instance: dg.DagsterInstance, run: dg.DagsterRun, wait: float) -> Iterator[None]:
    """Hold the data directory for a run, once the runs that were killed are ended."""
    with running(run.run_id), only_one(wait), engine.lease():
        end_the_dead(instance)
        yield


def end_the_dead(instance: dg.DagsterInstance) -> list[dg.DagsterRun]:
    """End the runs whose process was killed: they would keep their pool for ever. Of one that was not at work
    yet nothing tells it but the time, as the daemon's run monitoring has it."""
    patience = timedelta(seconds=instance.run_monitoring_start_timeout_seconds)
    starting = dg.RunsFilter(
        statuses=[dg.DagsterRunStatus.STARTING], updated_before=datetime.now(UTC) - patience
    )
    dead = list(instance.get_runs(starting))
    for run in dead:
        instance.report_run_failed(run, KILLED)
    for run_id in abandoned():
        left = instance.get_run_by_id(run_id)
        if left and not left.is_finished:
            instance.report_run_failed(left, KILLED)
            dead.append(left)
    return dead


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
        "run_storage": not history.is_dagsters_own(instance.run_storage),
        "event_log_storage": not history.is_dagsters_own(instance.event_log_storage),
        "schedule_storage": not history.is_dagsters_own(instance.schedule_storage),
    }
    return ", ".join(setting for setting, is_set in is_there.items() if not is_set)
