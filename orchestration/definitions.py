"""Everything Dagster can see."""

import dagster as dg

from orchestration import checks, ingestion, release, warehouse
from orchestration.progress import Progress

built, told = warehouse.assets()
released = release.of([built, told])
everything = dg.AssetSelection.all()
judging = dg.AssetSelection.assets(*checks.assets, told)
publishing = dg.AssetSelection.assets(released)


@dg.logger(description="One line of progress a step, for people at a terminal.")
def progress(_):
    import logging

    logger = logging.Logger("progress", level=logging.DEBUG)
    logger.addHandler(Progress())
    return logger


defs = dg.Definitions(
    assets=[*ingestion.assets, built, told, *checks.assets, released],
    asset_checks=checks.asset_checks,
    jobs=[
        dg.define_asset_job("run", everything),
        dg.define_asset_job("build", everything - judging - publishing),
        dg.define_asset_job("check", judging),
        dg.define_asset_job("publish", publishing),
    ],
    loggers={"progress": progress, "console": dg.colored_console_logger},
    executor=dg.in_process_executor,
)
