"""The measures of the registry alone, for those who need nothing else of it."""

from functools import lru_cache
from pathlib import Path

from ingest import folders
from ingest.registry import models
from ingest.registry.reading import load_measures


def measures() -> list[models.Measure]:
    """The registry's own, else those that came with the checkout. Raises Refused where the file is wrong."""
    own, *added = (folder / "measures.yml" for folder in folders.registries())
    file = own if own.is_file() else folders.CHECKOUT / "data" / "registry" / "measures.yml"
    files = (file, *(more for more in added if more.is_file()))
    return _measures(files, tuple(each.stat().st_mtime_ns for each in files))


@lru_cache(maxsize=4)
def _measures(files: tuple[Path, ...], _changed: tuple[int, ...]) -> list[models.Measure]:
    return [measure for file in files for measure in load_measures(file)]
