"""The data directory, held by one process at a time."""

import contextlib
import fcntl
import threading
import time
from collections.abc import Iterator

from ingest import places
from ingest.errors import Refused

_held = threading.RLock()
_depth = 0
PATIENCE = 30 * 60  # seconds; no run takes half as long


def is_made_up() -> bool:
    """True of the data directory of a demo, in which all but the plan is made up."""
    return (places.data_dir() / "made_up").is_dir()


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
