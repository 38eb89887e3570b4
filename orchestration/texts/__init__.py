"""The words that people read, by language in the catalogues beside it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from expectations import messages
from expectations.numbers import SPOKEN
from ingest.clock import HANOI
from ingest.errors import Refused, told

LANGUAGES = ("vi", "en")
MET = {True: "met", False: "missed", None: "undecided"}
language = "vi"  # what this command speaks


@contextmanager
def spoken(in_language: str) -> Iterator[None]:
    """What is said inside is said in that language, whatever the command speaks."""
    global language
    before, language = language, in_language
    try:
        yield
    finally:
        language = before


@cache
def catalogue(language: str) -> dict[str, str]:
    """Every text by its name, such as `explain.value`."""
    parts = yaml.load((Path(__file__).parent / f"{language}.yml").read_bytes(), yaml.CSafeLoader)
    return {f"{part}.{name}": text for part, texts in parts.items() for name, text in texts.items()}


def text(name: str, in_language: str | None = None, /, **values: Any) -> str:
    """The text of that name with its fields filled in; a time of day is that of Việt Nam."""
    chosen = in_language or language
    template = catalogue(chosen)[name]
    lead = " " if template.startswith(" ") else ""
    local = {n: v.astimezone(HANOI) if isinstance(v, datetime) else v for n, v in values.items()}
    return lead + messages.filled(template, local, chosen)


def both(name: str, /, **values: Any) -> dict[str, str]:
    """The text in each language; a value may be a mapping from language to what is filled in."""
    return {language: text(name, language, **values) for language in LANGUAGES}


def refusal(refused: Refused) -> dict[str, str]:
    """Why something was refused, in each language; what is told in English alone in that."""
    vi = messages.filled(told()[refused.kind]["vi"], refused.about, "vi") if refused.kind else str(refused)
    return {"vi": vi, "en": str(refused)}


def slashed(name: str, /, **values: Any) -> str:
    """Vietnamese, a slash, English: as what has one description for all is described."""
    return " / ".join(both(name, **values).values())


def words(part: str, in_language: str | None = None) -> dict[str, str]:
    """A closed list: the word for each of its codes."""
    start = f"{part}."
    return {
        name.removeprefix(start): text
        for name, text in catalogue(in_language or language).items()
        if name.startswith(start)
    }


def own(row: Mapping[str, Any], column: str) -> Any:
    """`column_vi` or `column_en` of a row; what has no English in Vietnamese."""
    return row.get(f"{column}_{language}") or row.get(f"{column}_vi")


def number(value: int | Decimal) -> str:
    return SPOKEN[language](value)


def period(period_id: str) -> str:
    """`quý I/2024`, as in tables and lists."""
    return messages.period(period_id, language, is_short=True)


def span(first: str, last: str) -> str:
    """`tháng 3/2024`, `từ tháng 1 đến tháng 6 năm 2024`."""
    return period(first) if first == last else messages.span(first, last, language)


def day(moment: datetime | date) -> str:
    return messages.day(moment.astimezone(HANOI) if isinstance(moment, datetime) else moment, language)
