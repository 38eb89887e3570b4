"""The main job as the command runs it: one at a time, with progress, and only when something is new."""

import contextlib
import fcntl
import hashlib
import json
import logging
import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

from ingest import landing, places
from ingest.errors import Refused
from ingest.sources import SOURCES


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


def inputs() -> dict:
    """What a release is made from: the extracts, the registry and the code, each by its hash."""
    code = [f for room in ("ingest", "expectations", "orchestration", "dbt_project") for f in _code(room)]
    return {
        "extracts": {e.extract_id: f"{e.source_id}/{e.file_name}" for e in landing.manifest()},
        "registry": landing.fingerprint(places.tracked("registry").iterdir()),
        "code": landing.fingerprint(code),
    }


def short(made_from: dict) -> str:
    """Eight hex digits that differ when any input does."""
    return hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()[:8]


def is_up_to_date() -> bool:
    """True when the current release was made from exactly what is here now, bundled files included."""
    for source in ("plan", *SOURCES):
        landing.receive_bundled(source)
    manifest = places.published() / "current" / "manifest.json"
    return manifest.is_file() and json.loads(manifest.read_text(encoding="utf-8"))["inputs"] == inputs()


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


def say(text: str) -> None:
    """One line of progress, on stderr so that results can be piped."""
    print(f"· {text}", file=sys.stderr, flush=True)


class Progress(logging.Handler):
    """Tells which steps of the pipeline have ended."""

    def emit(self, record: logging.LogRecord) -> None:
        event = getattr(record, "dagster_event", None)
        if event is not None and event.event_type_value == "STEP_SUCCESS":
            seconds = event.event_specific_data.duration_ms / 1000
            say(f"{event.step_key} ({seconds:.1f} s)")


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


def _code(room: str) -> list[Path]:
    kept = {".py", ".sql", ".yml", ".csv", ".html", ".j2", ".css", ".md"}
    return [f for f in (places.CHECKOUT / room).rglob("*") if f.suffix in kept]
