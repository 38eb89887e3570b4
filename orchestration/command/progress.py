"""What a person at a terminal sees while a run works."""

import logging
import sys


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
            about = vars(record)["dagster_meta"]
            if (about["step_key"] or "").startswith("raw__"):
                say(f"refused: {about['orig_message']}")
