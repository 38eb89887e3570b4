"""The main job as the command runs it: with progress, and only when something is new."""

import functools
import os
import shutil
import sys
import uuid
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from ingest import folders, inbox, manifest
from ingest.errors import Refused
from ingest.files import hash_of, held, replace_file
from ingest.sources import SOURCES
from orchestration import alerts
from orchestration.command.progress import say
from orchestration.state import deliveries, engine, verification
from orchestration.state.data_directory import only_one
from orchestration.state.running import running

if TYPE_CHECKING:
    import dagster as dg


# SHA-256 of each dagster.yaml that a version has put into data directories, that of now the last. One that
# stands there as it was put gives way to it; one that somebody has changed does not.
PUT_THERE = (
    "cdd0bc9f19e40ac141efb4fc2c480c6e90e41697e38d3c9b2aadc6774ccb1601",
    "357995d48e33922b7cfcca8918fb1c45caba8d15d579951a69da8a67e2208bd4",
    "beea47957daa2307d75609c6b71dfa0873710cee51b8feab2e966db1241c25b1",
    "ecb2cf71bc6347f3c3d3ede8c2cbb56eb459dfa75b5b9146fc7745022d0cd854",
    "f9227021380902dfa9702b67182ec34bf2a83b6dc79aebd30b7f3ec1c117042c",
    "71926af6ea7f0fbc6a725909863d3bd898e1cbb4a5f3122b9213410cd779ab64",
)


def receive() -> None:
    """Receive what is new, by the jobs that Dagster's schedules and sensors run; report what is refused."""
    _restore()
    for damage in verification.of_quarantine():
        say(str(damage))
    found = deliveries.new(inbox.whole(SOURCES))
    for refused in found.stuck:
        say(f"left in the inbox: {refused}")
    periods_of: dict[str, dict[str, list[str]]] = {}
    for (source, period), files in found.files.items():
        periods_of.setdefault(source, {})[period] = [file.name for file in files]
    for source, wanted in periods_of.items():
        _receive(source, wanted)


def _restore() -> None:
    for mended in manifest.restore(verification.released_extracts()):
        say(mended)


def _receive(source: str, wanted: dict[str, list[str]]) -> None:
    """`wanted`: the files of the inbox by their period."""
    from orchestration.assets import ingestion, partitions

    config = ingestion.config_of(source, fetch=False)
    of_source = ingestion.PARTITIONS[source]
    if not of_source:
        _execute_receiving(source, config)
        return
    for first, last in partitions.ranges(of_source, wanted):
        tags = {f"{ingestion.RANGE}_start": first, f"{ingestion.RANGE}_end": last}
        _execute_receiving(source, config, tags)


def _execute_receiving(source: str, config: dict, tags: dict | None = None) -> None:
    """What is wrong with a delivery is reported, and the rest goes on; anything else stops the command."""
    from orchestration.assets import ingestion, watch

    job = ingestion.job_name(source)
    result = _execute(job, config, tags)
    failures = result.get_step_failure_events()
    is_of_delivery = failures and all(event.step_failure_data.user_failure_data for event in failures)
    if not result.success and not is_of_delivery:
        raise Refused(_first_failure(result))
    why = None if result.success or watch.is_set_aside(failures) else _first_failure(result)
    alerts.after(job, why, periods=ingestion.periods_of(job, tags or {}))


def refresh(job: str) -> None:
    """Run a job of the definitions: run, build, check or publish. Raises Refused with the first failure."""
    if job != "run":
        _restore()
    if job == "publish":
        for damage in (*verification.of_quarantine(), *verification.of_current()):
            say(str(damage))
    result = _execute(job)
    if not result.success:
        raise Refused(_first_failure(result))


def _execute(job: str, config: dict | None = None, tags: dict | None = None) -> "dg.ExecuteInProcessResult":
    """Run a job in this process."""
    import dagster as dg

    warnings.filterwarnings("ignore", category=dg.BetaWarning)
    if "orchestration.definitions" not in sys.modules:
        say("loading the pipeline")
    from orchestration.assets import runs
    from orchestration.definitions import defs

    run_id = str(uuid.uuid4())
    with (
        only_one(),
        engine.lease(),
        running(run_id),
        dg.DagsterInstance.from_config(str(dagster_home())) as instance,
    ):
        say_what_is_lacking(instance)
        runs.end_the_dead(instance)
        return defs.resolve_job_def(job).execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config={"loggers": {"progress": {}}} | (config or {}),
            tags=tags,
            run_id=run_id,
        )


def dagster_home() -> Path:
    """Where Dagster keeps its history: DAGSTER_HOME where the operator has one, else a folder of the data
    directory, which gets the dagster.yaml of the checkout."""
    home = folders.data_dir() / "dagster"
    if (given := os.environ.get("DAGSTER_HOME")) and Path(given) != home:
        if not (os.path.isabs(given) and os.path.isdir(given)):
            raise Refused(
                f"DAGSTER_HOME: {given}: is no absolute path of a folder; make the folder, or unset it"
            )
        return Path(given)
    home.mkdir(parents=True, exist_ok=True)
    configuration = home / "dagster.yaml"
    if not configuration.exists() or hash_of(configuration) in PUT_THERE[:-1]:
        with held(home / ".lock"):  # daemon, UI and command may all start at once
            replace_file(configuration, functools.partial(shutil.copyfile, folders.CHECKOUT / "dagster.yaml"))
    return home


def say_what_is_lacking(instance: "dg.DagsterInstance") -> None:
    """Once: what the dagster.yaml that is in force does not say."""
    from orchestration.assets import runs

    if lacking := runs.lacking(instance):
        _say_once(f"{dagster_home() / 'dagster.yaml'}: lacks {lacking}; see docs/operations.md")


_say_once = functools.cache(say)


def _first_failure(result: "dg.ExecuteInProcessResult") -> str:
    from orchestration.assets import watch

    checks = result.get_asset_check_evaluations()
    for reason in watch.what_blocks(checks)[1:]:
        say(reason)
    return (
        watch.first(checks, result.get_step_failure_events())
        or f"the run failed without naming a step; its log is in {dagster_home()}"
    )
