"""Sensors that report runs that the daemon made, silence, and runs whose process was killed. The command
reports its own runs itself, while it lives.

A check that fails without stopping anything fires no sensor of failures: it is reported as a finding of the
release, or as a blocking check, once its run has ended either way.
"""

import os
from collections.abc import Iterable
from datetime import datetime

import dagster as dg

from ingest.clock import HANOI
from orchestration import alerts
from orchestration.assets import automation, freshness, ingestion, runs
from orchestration.assets.checks import BLOCKING
from orchestration.command import progress
from orchestration.texts import slashed

LOOK_SECONDS = int(os.environ.get("DXKPI_LOOK_SECONDS", "20"))
SILENCE_LOOK_SECONDS = 60 * 60  # silence is counted in days


@dg.run_failure_sensor(
    name="failed_runs",
    default_status=automation.sensor("failed_runs"),
    description=slashed("dagster.failed_runs"),
)
def failed_runs(context: dg.RunFailureSensorContext) -> None:
    run, failures = context.dagster_run, context.get_step_failure_events()
    checks = runs.checks_of(context.instance, run.run_id)
    why = None if is_set_aside(failures) else first(checks, failures) or context.failure_event.message
    if why and run.tags.get(runs.ATTEMPT) == str(runs.ATTEMPTS):
        why += (
            f" (tried {runs.ATTEMPTS} times with the same inputs and no more before something new comes; "
            "`dxkpi run` tries at once)"
        )
    alerts.after(run.job_name, why, _end_of(context), ingestion.periods_of(run.job_name, run.tags))


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    name="ended_runs",
    default_status=automation.sensor("ended_runs"),
    description=slashed("dagster.ended_runs"),
)
def ended_runs(context: dg.RunStatusSensorContext) -> None:
    run = context.dagster_run
    alerts.after(run.job_name, None, _end_of(context), ingestion.periods_of(run.job_name, run.tags))


@dg.sensor(
    name="silence",
    minimum_interval_seconds=SILENCE_LOOK_SECONDS,
    default_status=automation.sensor("silence"),
    description=slashed("dagster.silence"),
)
def silence(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    alerts.look()
    evaluations, cursor = freshness.changed(context.cursor, datetime.now(HANOI).date())
    reason = dg.SkipReason("what stands has been looked at")
    return dg.SensorResult(skip_reason=reason, asset_events=evaluations, cursor=cursor)


@dg.sensor(
    name="dead_runs",
    minimum_interval_seconds=LOOK_SECONDS,
    default_status=automation.sensor("dead_runs"),
    description=slashed("dagster.dead_runs"),
)
def dead_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    if lacking := runs.lacking(context.instance):
        context.log.warning(f"dagster.yaml lacks {lacking}; see docs/operations.md")
    dead = runs.end_the_dead(context.instance)
    for run in dead:
        if run.remote_job_origin is None:  # a command's, which no sensor sees fail
            periods = ingestion.periods_of(run.job_name, run.tags)
            alerts.after(run.job_name, runs.KILLED, periods=periods)
    return dg.SkipReason(f"{len(dead)} dead runs were ended")


def first(checks: Iterable[dg.AssetCheckEvaluation], failures: Iterable[dg.DagsterEvent]) -> str | None:
    """What made a run fail first: a check that blocks, in the words of its findings, or else a step."""
    if blocking := what_blocks(checks):
        more = f" (and {len(blocking) - 1} more)" if blocking[1:] else ""
        return f"blocked: {blocking[0]}{more}; the release before stays current"
    return next(map(root_of, failures), None)


def what_blocks(checks: Iterable[dg.AssetCheckEvaluation]) -> list[str]:
    """The reasons of evaluations of checks that stop what is downstream."""
    # tests of dbt name no reasons, but fail their step with one
    reasons = [check.metadata.get(BLOCKING) for check in checks if check.blocking and not check.passed]
    return [str(r) for each in reasons if isinstance(each, dg.JsonMetadataValue) for r in each.data or ()]


def is_set_aside(failures: Iterable[dg.DagsterEvent]) -> bool:
    """True of a run that failed of nothing but files that are in quarantine now: a release reports them."""
    about = [event.step_failure_data.user_failure_data for event in failures]
    return bool(about) and all(one and ingestion.SET_ASIDE in one.metadata for one in about)


def root_of(event: dg.DagsterEvent) -> str:
    """What made a step fail, in the words of the innermost error."""
    error = event.step_failure_data.error
    while error and error.cause:
        error = error.cause
    assert error  # a step fails of one
    if error.cls_name == dg.DagsterExecutionInterruptedError.__name__:
        return progress.INTERRUPTED
    return error.message.removeprefix("ingest.errors.Refused: ").strip()


def _end_of(context: dg.RunStatusSensorContext) -> datetime:
    return runs.ended_at(context.instance.get_run_record_by_id(context.dagster_run.run_id))


sensors = [failed_runs, ended_runs, silence, dead_runs]
