"""Which runs are at work: each holds a file of its own, which goes with its process, however that ends.

.running/<run id>    there while the run is at work, and left behind by one whose process was killed
"""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from ingest import folders
from ingest.files import held

_mine: set[str] = set()


@contextlib.contextmanager
def running(run_id: str) -> Iterator[None]:
    """Be known to be at work on this run; within itself it changes nothing."""
    if run_id in _mine:
        yield
        return
    file = _folder() / run_id
    with held(file):
        _mine.add(run_id)
        try:
            yield
        finally:
            _mine.discard(run_id)
            file.unlink(missing_ok=True)


def abandoned() -> Iterator[str]:
    """The runs whose process was killed. Each is forgotten once the caller asks for the next one."""
    for file in sorted(_folder().glob("*")):
        with contextlib.suppress(FileNotFoundError, BlockingIOError), file.open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if file.exists():  # one that ends by itself removes it before it lets go
                yield file.name
                file.unlink(missing_ok=True)


def _folder() -> Path:
    return folders.data_dir() / ".running"
