"""One schedule for each periodic source, on the morning of the day its report is due.

They are on for the sources named in DXKPI_SCHEDULES (`dvc_portal,vneid`, or `all`) and off otherwise.
"""

import os

import dagster as dg

from ingest.registry.models import Source
from orchestration import deliveries, ingestion, periods

HOUR = 7  # before office hours, so that a missing report can be asked for on the day itself
QUARTERLY = {"last": "3,6,9,12", "following": "1,4,7,10"}


def schedule_of(source: Source) -> dg.ScheduleDefinition:
    """Asks for the period that is due: from the source's address where it has one, else from the inbox."""
    months = QUARTERLY[source.due.month] if source.frequency == "quarterly" else "*"

    @dg.schedule(
        name=f"{source.id}_is_due",
        job_name=ingestion.job_name(source.id),
        cron_schedule=f"0 {HOUR} {source.due.day} {months} *",
        execution_timezone=periods.ZONE,
        default_status=_status(source.id),
        description=f"The report of {source.name.vi} that is due.",
    )
    def due(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        period = periods.reported_on(source, context.scheduled_execution_time.date())
        return ingestion.request(source.id, period, run_key=period, fetch=bool(source.address))

    return due


def _status(source_id: str) -> dg.DefaultScheduleStatus:
    named = {name.strip() for name in os.environ.get("DXKPI_SCHEDULES", "").split(",")}
    on = named & {source_id, "all"}
    return dg.DefaultScheduleStatus.RUNNING if on else dg.DefaultScheduleStatus.STOPPED


def schedules() -> list[dg.ScheduleDefinition]:
    return [
        schedule_of(source)
        for name, source in deliveries.registered().items()
        if name in ingestion.SOURCES and source.due
    ]
