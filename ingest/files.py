"""Files that several processes read and write: held by one, replaced in one step, known by their hash."""

import contextlib
import fcntl
import hashlib
import json
import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ingest.errors import Refused

MAX_BYTES = 256 << 20  # of one file that is read


@contextlib.contextmanager
def held(lock: Path, wait: float | None = None) -> Iterator[None]:
    """A lock file, for one process at a time; it goes with the process, however that ends.

    Waits as long as it takes, or `wait` seconds and then raises TimeoutError.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        if wait is None:
            fcntl.flock(file, fcntl.LOCK_EX)
        else:
            _within(file.fileno(), time.monotonic() + wait)
        yield


def _within(lock: int, deadline: float) -> None:
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise TimeoutError from None
        time.sleep(0.5)


def replace_file(file: Path, write: Callable[[Path], object]) -> None:
    """A reader sees the old file or the new one, never half. Raises Refused where a folder stands there."""
    if file.is_dir():
        try:
            file.rmdir()
        except OSError:
            raise Refused(f"{file}: is a folder, where a file belongs; move it away") from None
    draft = file.with_name(file.name + ".draft")
    write(draft)
    with draft.open("rb") as written:
        os.fsync(written.fileno())
    draft.replace(file)


def replace_text(file: Path, text: str) -> None:
    replace_file(file, lambda draft: draft.write_text(text, "utf-8"))


def hash_of(file: Path) -> str:
    """The extract_id of a file."""
    return hashlib.sha256(bytes_of(file)).hexdigest()


def bytes_of(file: Path) -> bytes:
    """What is in a file. Raises Refused when it cannot be read at all, or is larger than anything that is.

    A pipe would be waited for without end, and a device has none: only regular files are opened.
    """
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise Refused(f"{file}: is no regular file, but a {_kind(file)}; name a readable file")
        with file.open("rb") as held:
            body = held.read(MAX_BYTES + 1)
    except OSError as error:
        raise Refused(f"{file}: cannot be read ({error.strerror}); name a readable file") from None
    if len(body) > MAX_BYTES:
        raise Refused(
            f"{file}: has more than the {MAX_BYTES >> 20} MiB that are read; split the file", "too_large"
        )
    return body


def _kind(file: Path) -> str:
    kinds = {"folder": file.is_dir, "pipe": file.is_fifo, "socket": file.is_socket}
    return next((kind for kind, is_so in kinds.items() if is_so()), "device")


def fingerprint(files: Iterable[Path]) -> str:
    """SHA-256 over names and contents of files, whatever order they come in."""
    parts = sorted((f.name, hashlib.sha256(f.read_bytes()).hexdigest()) for f in files if f.is_file())
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
