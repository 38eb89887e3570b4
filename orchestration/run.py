"""The main job as the command runs it: one at a time, with progress, and only when something is new."""

import contextlib
import fcntl
import hashlib
import json
import logging
import os
import shutil
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

from ingest import inbox, landing, places
from ingest.errors import Refused
from ingest.sources import SOURCES
from orchestration import deliveries

PROCESS = "dxkpi/process"
RANGE = "dagster/asset_partition_range"  # of the periods that one run brings in


_held = threading.RLock()
_depth = 0
PATIENCE = 30 * 60  # seconds; no run takes half as long


@contextlib.contextmanager
def only_one(wait: float = 0) -> Iterator[None]:
    """Hold the data directory for this process, which may ask again. Raises Refused when another holds it."""
    global _depth
    places.data_dir().mkdir(parents=True, exist_ok=True)
    with _held, (places.data_dir() / ".lock").open("w") as lock:
        if not _depth:
            _lock(lock, time.monotonic() + wait)
        _depth += 1
        try:
            yield
        finally:
            _depth -= 1


def _lock(lock, deadline: float) -> None:
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise Refused(
                    f"{places.data_dir()}: another dxkpi is at work on this data directory; wait for it to "
                    "end"
                ) from None
        time.sleep(0.5)


def inputs(extracts: dict[str, str] | None = None) -> dict:
    """What a release is made from: the extracts, the registry and the code, each by its hash.

    The extracts are those a warehouse was built from, or else all that were received.
    """
    code = [f for room in ("ingest", "expectations", "orchestration", "dbt_project") for f in _code(room)]
    if extracts is None:
        extracts = {e.extract_id: f"{e.source_id}/{e.file_name}" for e in landing.manifest()}
    return {
        "extracts": extracts,
        "registry": landing.fingerprint(places.tracked("registry").iterdir()),
        "code": landing.fingerprint(code),
    }


def short(made_from: dict) -> str:
    """Eight hex digits that differ when any input does."""
    return hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()[:8]


def is_released() -> bool:
    """True when the current release was made from exactly what is here now."""
    known = {extract.extract_id for extract in landing.manifest()}
    if any(landing.hash_of(file) not in known for file, _ in landing.bundled("plan")):
        return False
    manifest = places.published() / "current" / "manifest.json"
    return manifest.is_file() and json.loads(manifest.read_text(encoding="utf-8"))["inputs"] == inputs()


def receive() -> None:
    """Receive what is new, by the jobs that Dagster's schedules and sensors run. What is refused is told."""
    found = deliveries.new(inbox.whole(SOURCES))
    for refused in found.stuck:
        say(f"left in the inbox: {refused}")
    periods_of = {}
    for source, period in found.files:
        periods_of.setdefault(source, []).append(period)
    for source, wanted in periods_of.items():
        _receive(source, wanted)


def _receive(source: str, wanted: list[str]) -> None:
    from orchestration import ingestion, periods

    config = ingestion.config_of(source, fetch=False)
    partitions = ingestion.PARTITIONS[source]
    if not partitions:
        _execute_receiving(source, config)
        return
    for period in sorted(set(wanted) - set(partitions.get_partition_keys())):
        say(f"left in the inbox: {source}: {period} is not among its periods; use dxkpi ingest extract")
    for first, last in periods.ranges(partitions, wanted):
        _execute_receiving(source, config, {f"{RANGE}_start": first, f"{RANGE}_end": last})


def _execute_receiving(source: str, config: dict, tags: dict | None = None) -> None:
    """A file that is refused has been told of and is in quarantine; anything else stops the command."""
    result = _execute(f"receive_{source}", config, tags)
    failures = [event.event_specific_data for event in result.get_step_failure_events()]
    if not result.success and not (failures and all(failure.user_failure_data for failure in failures)):
        raise Refused(_first_failure(result))


def refresh(job: str) -> None:
    """Run a job of the definitions: run, build, check or publish. Raises Refused with the first failure."""
    result = _execute(job)
    if not result.success:
        raise Refused(_first_failure(result))


def _execute(job: str, config: dict | None = None, tags: dict | None = None):
    """Run a job in this process."""
    import dagster as dg

    warnings.filterwarnings("ignore", category=dg.BetaWarning)
    os.environ["DAGSTER_HOME"] = str(dagster_home())
    if "orchestration.definitions" not in sys.modules:
        say("loading the pipeline")
    from orchestration.definitions import defs

    with dg.DagsterInstance.get() as instance:
        bury_the_dead(instance)
        return defs.resolve_job_def(job).execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config={"loggers": {"progress": {}}} | (config or {}),
            tags={PROCESS: str(os.getpid())} | (tags or {}),
        )


def bury_the_dead(instance) -> None:
    """End the runs of commands that were killed: they would hold the warehouse's pool for ever."""
    import dagster as dg

    at_work = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])
    for started in instance.get_runs(at_work):
        process = started.tags.get(PROCESS)
        if process and not _is_alive(int(process)):
            instance.report_run_failed(started, "the command that ran it was stopped")


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


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
        elif event is None and record.levelno == logging.WARNING:
            about = record.dagster_meta
            if (about["step_key"] or "").startswith("raw__"):
                say(f"refused: {about['orig_message']}")


def _first_failure(result) -> str:
    for event in result.get_step_failure_events():
        error = event.event_specific_data.error
        while error.cause:
            error = error.cause
        return error.message.removeprefix("ingest.errors.Refused: ").strip()
    return "the run was stopped by a blocking check; `dxkpi findings` and the lines above say which"


def _code(room: str) -> list[Path]:
    kept = {".py", ".sql", ".yml", ".csv", ".html", ".j2", ".css", ".md"}
    return [f for f in (places.CHECKOUT / room).rglob("*") if f.suffix in kept]
