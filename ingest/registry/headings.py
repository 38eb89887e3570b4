"""The wordings under which offices head their columns: `headings.yml` of the registry."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ingest import folders
from ingest.errors import Refused
from ingest.reading.titles import Vocabulary
from ingest.registry.models import Headings
from ingest.registry.reading import load_headings
from ingest.wording import HeadingKey, match_key


@dataclass(frozen=True)
class Wordings:
    """What one source's columns may be headed. `key` makes of a heading what is compared."""

    key: HeadingKey
    columns: dict[str, tuple[str, ...]]
    """By our name of a column, the wordings that mean the same."""
    parts: dict[str, tuple[tuple[int, str], ...]]
    """By our name of a column, the family it belongs to and each wording of its part alone."""
    levels: dict[str, tuple[str, ...]]
    beside: frozenset[str]
    """Keys of the headings of words that leave the figures of their row what they are."""
    titles: Vocabulary
    """What the titles over its tables may say."""

    def of(self, name: str) -> dict:
        """What `reading.Column` needs to know of a column."""
        return {"headings": self.columns.get(name, (name,)), "parts": self.parts.get(name, ())}


def file() -> Path:
    """The registry's own file, else the one that came with the checkout."""
    own = folders.registry() / "headings.yml"
    return own if own.is_file() else folders.CHECKOUT / "data" / "registry" / "headings.yml"


def wordings(source_id: str) -> Wordings:
    """The wordings of a source. Raises Refused where the file cannot be used."""
    found = file()
    return _wordings(found, found.stat().st_mtime_ns, source_id)


@lru_cache(maxsize=32)
def _wordings(found: Path, _changed: int, source_id: str) -> Wordings:
    known: Headings = load_headings(found)
    key = HeadingKey(known.short_forms)
    columns: dict[str, list[str]] = {}
    parts: dict[str, list[tuple[int, str]]] = {}
    for named in (known.every_source, known.columns.get(source_id, {})):
        for name, more in named.items():
            columns.setdefault(name, [name]).extend(more)
    for number, family in enumerate(known.families.get(source_id, [])):
        for name, alone in family.parts.items():
            whole = [f"{under} {part}".strip() for under in family.under for part in alone]
            columns.setdefault(name, [name]).extend(whole)
            parts.setdefault(name, []).extend((number, part) for part in alone if part)
    _refuse_doubled(found, source_id, key, columns)
    return Wordings(
        key,
        {name: tuple(dict.fromkeys(wordings)) for name, wordings in columns.items()},
        {name: tuple(wordings) for name, wordings in parts.items()},
        {level: tuple(key(text) for text in texts) for level, texts in known.levels.items()},
        frozenset(map(match_key, known.beside)),
        Vocabulary([*known.titles.get("every_source", []), *known.titles.get(source_id, [])], key),
    )


def _refuse_doubled(found: Path, source_id: str, key: HeadingKey, columns: dict[str, list[str]]) -> None:
    meaning: dict[str, str] = {}
    for name, wordings in columns.items():
        for wording in wordings:
            other = meaning.setdefault(key(wording), name)
            if other != name:
                raise Refused(
                    f"{found}: {source_id}: {wording!r} is said to mean both {other!r} and {name!r}; "
                    "keep it where it belongs"
                )
