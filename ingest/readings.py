"""What an extract was read into when it was received, kept until it is landed: bytes are read once.

readings/<code>/<key>/<table>.parquet   by the code that read, and by the bytes and what they were sent as
readings/<code>/<key>/sums.json         the hash of each table; what differs is read again
"""

import hashlib
import json
import shutil
import tempfile
from pathlib import Path

from ingest import folders, worker
from ingest.hashes import with_sum, without_sum
from ingest.manifest import Extract, alone

_SUMS = "sums.json"


def key(extract: Extract) -> str:
    """Of all that a reading depends on beside the code."""
    given = (extract.org, extract.year) if extract.org or extract.year else ()
    parts = (extract.sha256, *extract.sent_as, extract.file_name, *given)
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def read(extract: Extract, body: bytes, code: str) -> Path:
    """Read an extract and keep its tables, one Parquet file each. Raises Refused."""
    with tempfile.TemporaryDirectory(prefix="dxkpi-") as folder:
        given = {"org": extract.org, "year": extract.year}
        worker.read(extract.source_id, extract.file_name, body, extract.period_id, folder, given)
        with alone():
            return _keep(Path(folder), _folder(extract, code))


def kept(extract: Extract, code: str) -> Path | None:
    """The tables of an extract as this code has read them; None where they are not here, or damaged."""
    folder = _folder(extract, code)
    try:
        sums = without_sum(json.loads((folder / _SUMS).read_text(encoding="utf-8")))
        is_sound = all(_hash(folder / name) == known for name, known in sums.items())
    except (OSError, ValueError):
        return None
    return folder if is_sound else None


def drop(folder: Path) -> None:
    """Forget a reading: it is landed, or must not be used again."""
    shutil.rmtree(folder, ignore_errors=True)


def drop_those_of_other_code(code: str) -> None:
    with alone():
        for folder in folders.readings().glob("*"):
            if folder.name != _name(code):
                drop(folder)


def _keep(tables: Path, folder: Path) -> Path:
    sums = {file.name: _hash(file) for file in tables.iterdir()}
    (tables / _SUMS).write_text(json.dumps(with_sum(sums)), encoding="utf-8")
    draft = folder.with_name(".draft")
    for old in (draft, folder):
        drop(old)
    shutil.copytree(tables, draft)
    return draft.rename(folder)


def _folder(extract: Extract, code: str) -> Path:
    return folders.readings() / _name(code) / key(extract)


def _name(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()[:16]


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
