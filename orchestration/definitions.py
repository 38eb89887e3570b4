"""Everything Dagster can see."""

import gc
import logging
from collections.abc import Iterator

import dagster as dg

from orchestration.assets import (
    automation,
    checks,
    freshness,
    inbox,
    ingestion,
    release,
    runs,
    schedules,
    warehouse,
    watch,
)
from orchestration.command.progress import Progress
from orchestration.command.start import GARBAGE
from orchestration.state.data_directory import PATIENCE
from orchestration.texts import slashed

gc.set_threshold(*GARBAGE)  # in what a daemon starts as well
built, found = warehouse.assets()
released = release.of([built, found])
# What sources bring has periods and jobs of its own; a release is made from whatever has been received.
everything = dg.AssetSelection.all() - dg.AssetSelection.assets(*ingestion.received)
judging = dg.AssetSelection.assets(*checks.assets, found) | dg.AssetSelection.checks(
    *(key for judge in checks.assets for key in judge.check_keys)
)
publishing = dg.AssetSelection.assets(released)


@dg.logger(None, "One line of progress a step, for people at a terminal.")
def progress(_: dg.InitLoggerContext) -> logging.Logger:
    logger = logging.Logger("progress", level=logging.DEBUG)
    logger.addHandler(Progress())
    return logger


@dg.resource(description="The data directory, held for the whole run: the command waits, or is waited for.")
def data_directory(context: dg.InitResourceContext) -> Iterator[None]:
    assert context.instance and context.run  # which a resource of a run has
    with runs.holding(context.instance, context.run, wait=PATIENCE):
        yield


sensors = [inbox.inbox_sensor, inbox.new_inputs, *watch.sensors]
automation.refuse_unknown([s.name for s in sensors], schedules.due_of())
# A release is tried again by the sensor that asks for it: whole, with the inputs as they are by then.
NOT_RETRIED = {"dagster/max_retries": "0"}


def job(name: str, assets: dg.AssetSelection, description: str):
    return dg.define_asset_job(name, assets, description=description, tags=NOT_RETRIED)


defs = dg.Definitions(
    assets=[*ingestion.assets, built, found, *checks.assets, released],
    asset_checks=[*checks.asset_checks, *freshness.checks()],
    jobs=[
        job(
            "run",
            everything,
            slashed("dagster.run"),
        ),
        job(
            "build",
            everything - judging - publishing,
            slashed("dagster.build"),
        ),
        job("check", judging, slashed("dagster.check")),
        job(
            "publish",
            publishing,
            slashed("dagster.publish"),
        ),
        *ingestion.jobs,
    ],
    schedules=schedules.schedules(),
    sensors=sensors,
    resources={"data_directory": data_directory},
    loggers={"progress": progress, "console": dg.colored_console_logger},
    executor=dg.in_process_executor,
)
