"""When what is fetched: each periodic source on the morning its report is due, and each day what a publisher
may have changed of what it has published already."""

import dagster as dg

from ingest.clock import ZONE
from ingest.registry.models import Due, Source
from orchestration.assets import automation, ingestion, partitions
from orchestration.state import deliveries
from orchestration.texts import slashed

HOUR = 7  # before office hours, so that a missing report can be asked for on the day itself
LOOK_BACK = 3  # periods: a quarter of months is what publishers correct in practice, and costs a host little
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
        description=slashed("dagster.report_due", source=source.name.model_dump()),
    )
    def report_is_due(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        period = deliveries.reported_on(source.frequency, due, context.scheduled_execution_time.date())
        return ingestion.request(source.id, period, run_key=period, fetch=bool(source.address))

    return report_is_due


def restatements_of(source: Source) -> dg.ScheduleDefinition:
    """Asks for the last periods that have been received once more, one run for each unbroken row of them. A
    publisher that sends validators (ETag, Last-Modified) answers in a line where nothing has changed."""

    @dg.schedule(
        name=f"{source.id}{automation.RESTATED}",
        job_name=ingestion.job_name(source.id),
        cron_schedule=f"30 {HOUR - 1} * * *",
        execution_timezone=ZONE,
        default_status=automation.schedule(source.id, automation.RESTATED),
        description=slashed("dagster.report_restated", source=source.name.model_dump(), count=LOOK_BACK),
    )
    def report_is_restated(context: dg.ScheduleEvaluationContext) -> list[dg.RunRequest]:
        of_source = ingestion.PARTITIONS[source.id]
        assert of_source  # of a source that is due
        received = {extract.period_id for extract in deliveries.extracts(source.id)}
        periods = [key for key in of_source.get_partition_keys() if key in received][-LOOK_BACK:]
        day = str(context.scheduled_execution_time.date())
        return [
            dg.RunRequest(
                run_key=f"{day} {first}",
                tags={f"{ingestion.RANGE}_start": first, f"{ingestion.RANGE}_end": last},
                run_config=ingestion.config_of(source.id, fetch=True),
            )
            for first, last in partitions.ranges(of_source, periods)
        ]

    return report_is_restated


def due_of() -> dict[str, Due]:
    """When the reports are due, of each source whose reports are."""
    known = deliveries.registered().items()
    return {name: source.due for name, source in known if name in ingestion.SOURCES and source.due}


def schedules() -> list[dg.ScheduleDefinition]:
    known = deliveries.registered()
    due = due_of()
    return [
        *(schedule_of(known[source], day) for source, day in due.items()),
        *(restatements_of(known[source]) for source in due if known[source].address),
    ]
