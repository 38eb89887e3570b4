"""One schedule for each periodic source, on the morning of the day its report is due.

They are on for the sources or schedules named in DXKPI_SCHEDULES (`dvc_portal,vneid_is_due`, or `all`) and
off otherwise.
"""

import os

import dagster as dg

from ingest.clock import ZONE
from ingest.errors import Refused
from ingest.registry.models import Due, Source
from orchestration.assets import ingestion, partitions
from orchestration.state import deliveries

SUFFIX = "_is_due"  # of the names that Dagster shows
HOUR = 7  # before office hours, so that a missing report can be asked for on the day itself
QUARTERLY = {"last": "3,6,9,12", "following": "1,4,7,10"}


def schedule_of(source: Source, due: Due) -> dg.ScheduleDefinition:
    """Asks for the period that is due: from the source's address where it has one, else from the inbox."""
    months = QUARTERLY[due.month] if source.frequency == "quarterly" else "*"

    @dg.schedule(
        name=f"{source.id}{SUFFIX}",
        job_name=ingestion.job_name(source.id),
        cron_schedule=f"0 {HOUR} {due.day} {months} *",
        execution_timezone=ZONE,
        default_status=_status(source.id),
        description=f"The report of {source.name.vi} that is due.",
    )
    def report_is_due(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        period = partitions.reported_on(source.frequency, due, context.scheduled_execution_time.date())
        return ingestion.request(source.id, period, run_key=period, fetch=bool(source.address))

    return report_is_due


def _status(source_id: str) -> dg.DefaultScheduleStatus:
    on = named() & {source_id, f"{source_id}{SUFFIX}", "all"}
    return dg.DefaultScheduleStatus.RUNNING if on else dg.DefaultScheduleStatus.STOPPED


def named() -> set[str]:
    """The names in DXKPI_SCHEDULES."""
    return {name.strip() for name in os.environ.get("DXKPI_SCHEDULES", "").split(",")} - {""}


def schedules() -> list[dg.ScheduleDefinition]:
    """Raises Refused when DXKPI_SCHEDULES names what has no schedule."""
    sources = [
        (s, s.due) for name, s in deliveries.registered().items() if name in ingestion.SOURCES and s.due
    ]
    known = {source.id for source, _ in sources}
    unknown = {name for name in named() if name.removesuffix(SUFFIX) not in known and name != "all"}
    if unknown:
        raise Refused(
            f"DXKPI_SCHEDULES: {', '.join(sorted(unknown))}: no such schedule; expected all, or of "
            f"{', '.join(sorted(known))} each that shall be on"
        )
    return [schedule_of(source, due) for source, due in sources]
