"""The organisations of the registry alone, for those who need nothing else of it."""

from functools import lru_cache
from pathlib import Path

from ingest import places
from ingest.registry import models
from ingest.registry.reading import load_organisations


def organisations() -> list[models.Organisation]:
    """Raises Refused where the file cannot be used."""
    file = places.tracked("registry") / "organisations.csv"
    return _organisations(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _organisations(file: Path, _changed: int) -> list[models.Organisation]:
    return load_organisations(file)
