"""The main job as the command runs it: one at a time, with progress, and only when something is new."""

import contextlib
import fcntl
import json
import os
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

from ingest import landing, places
from ingest.errors import Refused
from ingest.sources import SOURCES
from orchestration import inputs
from orchestration.progress import say


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Hold the data directory for this process. Raises Refused when another one holds it."""
    places.data_dir().mkdir(parents=True, exist_ok=True)
    with (places.data_dir() / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(
                f"{places.data_dir()}: another dxkpi is at work on this data directory; wait for it to end"
            ) from None
        yield


def is_up_to_date() -> bool:
    """True when the current release was made from exactly what is here now, bundled files included."""
    for source in ("plan", *SOURCES):
        landing.receive_bundled(source)
    manifest = places.published() / "current" / "manifest.json"
    return (
        manifest.is_file() and json.loads(manifest.read_text(encoding="utf-8"))["inputs"] == inputs.current()
    )


def refresh(job: str) -> None:
    """Run a job of the definitions: run, build, check or publish. Raises Refused with the first failure."""
    import dagster as dg

    warnings.filterwarnings("ignore", category=dg.BetaWarning)
    os.environ["DAGSTER_HOME"] = str(dagster_home())
    say("loading the pipeline")
    from orchestration.definitions import defs

    with dg.DagsterInstance.get() as instance:
        result = defs.resolve_job_def(job).execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config={"loggers": {"progress": {}}},
        )
    if not result.success:
        raise Refused(_first_failure(result))


def dagster_home() -> Path:
    """Dagster's own state, with telemetry off."""
    home = places.data_dir() / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(places.CHECKOUT / "dagster.yaml", home / "dagster.yaml")
    return home


def _first_failure(result) -> str:
    from orchestration.checks import BLOCKING

    failed = [check for check in result.get_asset_check_evaluations() if check.blocking and not check.passed]
    reasons = [reason for check in failed for reason in check.metadata[BLOCKING].value]
    if reasons:
        for reason in reasons[1:]:
            say(reason)
        more = f" (and {len(reasons) - 1} more, above)" if reasons[1:] else ""
        return f"blocked: {reasons[0]}{more}; the release before stays current"
    for event in result.get_step_failure_events():
        error = event.event_specific_data.error
        while error.cause:
            error = error.cause
        return error.message.removeprefix("ingest.errors.Refused: ").strip()
    return f"the run failed without naming a step; its log is in {dagster_home()}"
