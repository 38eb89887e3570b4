"""One schedule for each periodic source, on the morning of the day its report is due."""

import dagster as dg

from ingest.clock import ZONE
from ingest.registry.models import Due, Source
from orchestration.assets import automation, ingestion
from orchestration.state import deliveries

HOUR = 7  # before office hours, so that a missing report can be asked for on the day itself
QUARTERLY = {"last": "3,6,9,12", "following": "1,4,7,10"}


def schedule_of(source: Source, due: Due) -> dg.ScheduleDefinition:
    """Asks for the period that is due: from the source's address where it has one, else from the inbox."""
    months = QUARTERLY[due.month] if source.frequency == "quarterly" else "*"

    @dg.schedule(
        name=f"{source.id}{automation.SUFFIX}",
        job_name=ingestion.job_name(source.id),
        cron_schedule=f"0 {HOUR} {due.day} {months} *",
        execution_timezone=ZONE,
        default_status=automation.schedule(source.id),
        description=f"Báo cáo đến hạn: {source.name.vi}. / The report that is due: {source.name.en}.",
    )
    def report_is_due(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        period = deliveries.reported_on(source.frequency, due, context.scheduled_execution_time.date())
        return ingestion.request(source.id, period, run_key=period, fetch=bool(source.address))

    return report_is_due


def due_of() -> dict[str, Due]:
    """When the reports are due, of each source whose reports are."""
    known = deliveries.registered().items()
    return {name: source.due for name, source in known if name in ingestion.SOURCES and source.due}


def schedules() -> list[dg.ScheduleDefinition]:
    known = deliveries.registered()
    return [schedule_of(known[source], due) for source, due in due_of().items()]
