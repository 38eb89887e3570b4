"""Everything Dagster can see."""

import dagster as dg

from orchestration import checks, ingestion, release, warehouse
from orchestration.run import Progress

everything = dg.AssetSelection.all()
judged = dg.AssetSelection.groups("checks", "findings")
released = dg.AssetSelection.assets("release_folder")


@dg.logger(description="One line of progress a step, for people at a terminal.")
def progress(_):
    import logging

    logger = logging.Logger("progress", level=logging.DEBUG)
    logger.addHandler(Progress())
    return logger


defs = dg.Definitions(
    assets=[*ingestion.assets, *warehouse.assets(), *checks.assets, *release.assets],
    asset_checks=[*checks.asset_checks],
    jobs=[
        dg.define_asset_job("run", everything),
        dg.define_asset_job("build", everything - judged - released),
        dg.define_asset_job("check", judged),
        dg.define_asset_job("publish", released),
    ],
    loggers={"progress": progress, "console": dg.colored_console_logger},
    executor=dg.in_process_executor,
)
