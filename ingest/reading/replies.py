"""JSON replies: the records of an array, or of the one array in an envelope, as flat fields with places.

Fields in groups are named by their way, as in `DIEM.TTTT`. What a field means is for the source to tell.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.errors import Refused
from ingest.reading import encodings
from ingest.reading.outcome import Unread

Value = str | bool | None  # numbers as they are printed
_AHEAD = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"  # byte-order marks and blanks
_EXCHANGE = {"status", "code", "success"}  # fields of an envelope that say how it went


@dataclass(frozen=True)
class Reply:
    records: list[dict[str, Value]]
    places: list[str]
    """Of each record: `[0]`, or `data[0]` in an envelope."""
    unread: list[Unread] = field(default_factory=list)
    """What an envelope says beside its records, but for their number and how the exchange went."""
    exchange: dict[str, Value] = field(default_factory=dict)
    """How the exchange went, as the envelope says: `{"status": "ok"}`."""

    @property
    def flat(self) -> bytes:
        """The records as an array of flat objects."""
        return json.dumps(self.records, ensure_ascii=False).encode()


def opened(name: str, body: bytes) -> Reply | None:
    """None for what is no JSON of records, and for what no JSON should hold, such as one field twice."""
    if body.lstrip(_AHEAD)[:1] not in (b"[", b"{"):
        return None
    try:
        found = json.loads(
            encodings.text_of(name, body),
            object_pairs_hook=_once,
            parse_int=str,
            parse_float=str,
            parse_constant=str,
        )
        envelopes = list(_envelopes(found))
        if any(records is None for _, _, records in envelopes):
            return None
        records = [_once(list(_flat(record))) for _, _, records in envelopes for record in records]
        places = [f"{way}[{n}]" for way, _, records in envelopes for n in range(len(records))]
        unread = [part for way, envelope, inner in envelopes for part in _beside(way, envelope, inner)]
        said = [pair for _, envelope, _ in envelopes for pair in envelope.items()]
        exchange = {key: value for key, value in said if key.lower() in _EXCHANGE}
        reply = Reply(records, places, unread, exchange)
        reply.flat.decode()
    except (Refused, ValueError, RecursionError):
        return None
    return reply


def _once(pairs: list[tuple[str, object]]) -> dict:
    if len(found := dict(pairs)) < len(pairs):
        raise ValueError
    return found


def _envelopes(found: object) -> Iterator[tuple[str, dict, list[dict] | None]]:
    """The way to an array of records, what it lies in, and the array. Pages may follow one another."""
    if isinstance(found, list) and found and all(_is_page(page) for page in found):
        for n, page in enumerate(found):
            ((way, records),) = _arrays(page)
            yield f"[{n}].{way}", page, records
    elif isinstance(found, list):
        yield "", {}, found if all(isinstance(record, dict) for record in found) else None
    else:
        arrays = _arrays(found)
        way, records = arrays[0] if len(arrays) == 1 else ("", None)
        yield way, found, records


def _is_page(page: object) -> bool:
    """An envelope holds one array of records and, unlike a record, names nobody."""
    named = isinstance(page, dict) and any(key.upper().startswith(("TEN", "MA", "ID")) for key in page)
    return isinstance(page, dict) and not named and len(_arrays(page)) == 1


def _arrays(envelope: dict) -> list[tuple[str, list[dict]]]:
    """The arrays of objects in it, not those within arrays; empty ones only where there is no other."""
    found = list(_arrays_below(envelope))
    return [(way, array) for way, array in found if array] or found


def _arrays_below(found: dict, way: str = "") -> Iterator[tuple[str, list[dict]]]:
    for key, value in found.items():
        if isinstance(value, list) and all(isinstance(each, dict) for each in value):
            yield f"{way}{key}", value
        elif isinstance(value, dict):
            yield from _arrays_below(value, f"{way}{key}.")


def _beside(way: str, envelope: dict, records: list[dict]) -> Iterator[Unread]:
    inside = re.sub(r"^\[\d+\]\.", "", way) + "["
    for path, value in _flat(envelope):
        is_known = path.lower() in _EXCHANGE or value == str(len(records))
        if value is not None and not is_known and not path.startswith(inside):
            yield Unread("field", path, path, int(bool(re.search(r"\d", str(value)))))


def _flat(found: dict, way: str = "") -> Iterator[tuple[str, Value]]:
    for key, value in found.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{way}{key}.")
        elif isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
            for n, each in enumerate(value):
                yield from _flat(each, f"{way}{key}[{n}].")
        elif isinstance(value, list):
            yield f"{way}{key}", json.dumps(value, ensure_ascii=False) if value else None
        else:
            yield f"{way}{key}", value
