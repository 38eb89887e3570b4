"""Sensors that tell of runs that the daemon made, and of silence. The command tells of its own runs itself.

A check that fails without stopping anything fires no sensor of failures: it is told as a finding of the
release, or as a blocking check, once its run has ended either way.
"""

from datetime import UTC, datetime

import dagster as dg

from orchestration import alerts

LOOK_SECONDS = 60 * 60  # silence is counted in days


@dg.run_failure_sensor(name="failed_runs", default_status=dg.DefaultSensorStatus.RUNNING)
def failed_runs(context: dg.RunFailureSensorContext) -> None:
    """A run that failed: why, and what blocked it."""
    reasons = [root_of(event) for event in context.get_step_failure_events()]
    run = context.dagster_run
    alerts.after(run.job_name, reasons[0] if reasons else context.failure_event.message, _end_of(context))


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    name="ended_runs",
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def ended_runs(context: dg.RunStatusSensorContext) -> None:
    """A run that succeeded: what its release holds that is new, and what is over."""
    alerts.after(context.dagster_run.job_name, None, _end_of(context))


@dg.sensor(
    name="silence", minimum_interval_seconds=LOOK_SECONDS, default_status=dg.DefaultSensorStatus.RUNNING
)
def silence() -> dg.SkipReason:
    """No successful run for too long, a report that has not come; and what could not be delivered before."""
    alerts.look()
    return dg.SkipReason("what stands has been looked at")


def root_of(event: dg.DagsterEvent) -> str:
    """What made a step fail, in the words of the innermost error."""
    error = event.event_specific_data.error
    while error.cause:
        error = error.cause
    return error.message.removeprefix("ingest.errors.Refused: ").strip()


def _end_of(context) -> datetime:
    record = context.instance.get_run_record_by_id(context.dagster_run.run_id)
    return datetime.fromtimestamp(record.end_time, UTC) if record.end_time else datetime.now(UTC)


sensors = [failed_runs, ended_runs, silence]
