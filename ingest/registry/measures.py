"""The measures of the registry alone, for those who need nothing else of it."""

from functools import lru_cache
from pathlib import Path

from ingest import places
from ingest.registry import models
from ingest.registry.reading import load_measures


def measures() -> list[models.Measure]:
    """The registry's own, else those that came with the checkout. Raises Refused where the file is wrong."""
    own = places.tracked("registry") / "measures.yml"
    file = own if own.is_file() else places.CHECKOUT / "data" / "registry" / "measures.yml"
    return _measures(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _measures(file: Path, _changed: int) -> list[models.Measure]:
    return load_measures(file)
