"""The organisations of the registry alone, for those who need nothing else of it."""

from datetime import date
from functools import lru_cache
from pathlib import Path

from ingest import folders
from ingest.registry import models
from ingest.registry.reading import load_organisations


def organisations() -> list[models.Organisation]:
    """Raises Refused where the file cannot be used."""
    found = files()
    return _organisations(found, tuple(file.stat().st_mtime_ns for file in found))


def files() -> tuple[Path, ...]:
    """The registry's own file, and those of the provinces that add to it."""
    own, *added = (folder / "organisations.csv" for folder in folders.registries())
    return (own, *(file for file in added if file.is_file()))


def existing_on(day: date) -> list[models.Organisation]:
    """Those that there are on a day. Raises Refused as `organisations`."""
    return [
        o
        for o in organisations()
        if (o.valid_from is None or o.valid_from <= day) and (o.valid_to is None or day <= o.valid_to)
    ]


def communes_on(day: date) -> dict[str, list[models.Organisation]]:
    """By the name of a district its communes on a day, in the order of their codes."""
    there = existing_on(day)
    names = {o.org_key: o.name_vi for o in there if o.level == "district"}
    found: dict[str, list[models.Organisation]] = {name: [] for name in names.values()}
    for o in sorted(there, key=lambda o: o.code or "~"):
        if o.level == "commune" and o.parent_org_key in names:
            found[names[o.parent_org_key]].append(o)
    return found


@lru_cache(maxsize=4)
def _organisations(files: tuple[Path, ...], _changed: tuple[int, ...]) -> list[models.Organisation]:
    return [organisation for file in files for organisation in load_organisations(file)]
