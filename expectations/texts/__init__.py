"""The words of messages and of the pages of checks, by language in the catalogues beside it."""

from functools import cache
from pathlib import Path

import yaml


@cache
def words(language: str) -> dict[str, dict[str, str]]:
    """Every part of the catalogue by its name."""
    return yaml.load((Path(__file__).parent / f"{language}.yml").read_bytes(), yaml.CSafeLoader)


def slashed(part: str, name: str) -> str:
    """Vietnamese, a slash, English: of a page that is both."""
    return " / ".join(words(language)[part][name] for language in ("vi", "en"))
