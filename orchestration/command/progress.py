"""What a person at a terminal sees while a run works; with `--log json`, what a program reads of it."""

import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from multiprocessing import resource_tracker
from types import MappingProxyType

as_json = False  # what `--log` says
INTERRUPTED = (
    "interrupted; what was published stays as it is, and the next run does what this one has not done"
)


def say(text: str, **about: str | float) -> None:
    """One line of progress, on stderr so that results can be piped."""
    write(f"· {text}" if not as_json else text, about=about)


def write(line: str, level: str = "info", about: Mapping[str, str | float] = MappingProxyType({})) -> None:
    if as_json:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"at": now, "level": level, "message": line, **about}, ensure_ascii=False)
    print(line, file=sys.stderr, flush=True)


def end_at_interrupt() -> None:
    """From here on Ctrl-C ends the process at once and in one line. Dagster would first end its step, and dbt
    tell of every query that it could not finish; nothing is lost, as by any kill."""

    def ended() -> None:
        signal.sigwait({signal.SIGINT})
        write(f"dxkpi: {INTERRUPTED}", level="error")
        os._exit(128 + signal.SIGINT)

    resource_tracker.ensure_running()  # its start unblocks the signal in the thread that starts it
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # of this thread and all that come after it
    threading.Thread(target=ended, daemon=True).start()


class Progress(logging.Handler):
    """Tells which steps of the pipeline have ended."""

    def emit(self, record: logging.LogRecord) -> None:
        event = getattr(record, "dagster_event", None)
        if event is not None and event.event_type_value == "STEP_SUCCESS":
            seconds = event.event_specific_data.duration_ms / 1000
            say(f"{event.step_key} ({seconds:.1f} s)", step=event.step_key, seconds=seconds)
        elif event is None and record.levelno == logging.WARNING:
            about = vars(record)["dagster_meta"]
            if (about["step_key"] or "").startswith("raw__"):
                say(f"refused: {about['orig_message']}", step=about["step_key"])
