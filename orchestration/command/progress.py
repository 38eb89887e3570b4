"""What a person at a terminal sees while a run works; with `--log json`, what a program reads of it."""

import json
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

as_json = False  # what `--log` says


def say(text: str, **about: str | float) -> None:
    """One line of progress, on stderr so that results can be piped."""
    write(f"· {text}" if not as_json else text, about=about)


def write(line: str, level: str = "info", about: Mapping[str, str | float] = MappingProxyType({})) -> None:
    if as_json:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"at": now, "level": level, "message": line, **about}, ensure_ascii=False)
    print(line, file=sys.stderr, flush=True)


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
