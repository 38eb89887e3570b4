"""The data directory, held by one process at a time."""

import contextlib
import threading
from collections.abc import Iterator

from ingest import folders
from ingest.errors import Refused
from ingest.files import held

_held = threading.RLock()
_depth = 0
PATIENCE = 30 * 60  # seconds; no run takes half as long


def is_made_up() -> bool:
    """True of the data directory of a demo, in which all but the plan is made up."""
    return (folders.data_dir() / "made_up").is_dir()


@contextlib.contextmanager
def only_one(wait: float = 0) -> Iterator[None]:
    """Hold the data directory for this process, which may ask again. Raises Refused when another holds it."""
    global _depth
    with _held, contextlib.ExitStack() as lock:
        if not _depth:
            try:
                lock.enter_context(held(folders.data_dir() / ".lock", wait))
            except TimeoutError:
                raise Refused(
                    f"{folders.data_dir()}: another dxkpi is at work on this data directory; wait for it to "
                    "end"
                ) from None
        _depth += 1
        try:
            yield
        finally:
            _depth -= 1
