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
    locators: list[str]
    """Of each record: `[0]`, or `data[0]` in an envelope."""
    unread: list[Unread] = field(default_factory=list)
    """What an envelope says beside its records, but for their number and how the exchange went."""
    exchange: dict[str, Value] = field(default_factory=dict)
    """How the exchange went, as the envelope says: `{"status": "ok"}`."""
    envelopes: list[tuple[str, dict[str, Value]]] = field(default_factory=list)
    """Of each envelope the way to its records, and what it says beside them."""
    missing: tuple[str, str] | None = None
    """The way to a field that says that there are more records than these, and its text."""
    is_full: bool = False
    """Whether the last page has as many records as a page may have, and nothing says that it is the last."""

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
        records = [_once(list(_flat(record))) for _, _, records in envelopes for record in records]
        locators = [f"{way}[{n}]" for way, _, records in envelopes for n in range(len(records))]
        beside = [(way, dict(_beside(way, envelope))) for way, envelope, _ in envelopes]
        missing, is_full = _missing(beside, [len(inner) for _, _, inner in envelopes], records)
        unread = [
            Unread("field", path, path, int(bool(re.search(r"\d", str(value)))))
            for (_, fields), (_, _, inner) in zip(beside, envelopes, strict=True)
            for path, value in fields.items()
            if not _is_known(path, value, inner)
        ]
        fields = [pair for _, envelope, _ in envelopes for pair in envelope.items()]
        exchange = {key: value for key, value in fields if key.lower() in _EXCHANGE}
        reply = Reply(records, locators, unread, exchange, beside, missing, is_full)
        reply.flat.decode()
    except (Refused, ValueError, RecursionError):
        return None
    return reply


def _once(pairs: list[tuple[str, object]]) -> dict:
    if len(found := dict(pairs)) < len(pairs):
        raise ValueError
    return found


def _envelopes(found: object) -> Iterator[tuple[str, dict, list[dict]]]:
    """The way to an array of records, what it is in, and the array. Pages may follow one another. ValueError
    where there is none, or more than one."""
    if isinstance(found, list) and found and all(_is_page(page) for page in found):
        for n, page in enumerate(found):
            ((way, records),) = _arrays(page)
            yield f"[{n}].{way}", page, records
    elif isinstance(found, list):
        if not all(isinstance(record, dict) for record in found):
            raise ValueError
        yield "", {}, found
    elif isinstance(found, dict):
        ((way, records),) = _arrays(found)
        yield way, found, records
    else:
        raise ValueError


def _is_page(page: object) -> bool:
    """An envelope holds one array of records and, unlike a record, names nobody."""
    named = isinstance(page, dict) and any(key.upper().startswith(("TEN", "MA", "ID")) for key in page)
    return isinstance(page, dict) and not named and len(_arrays(page)) == 1


def _arrays(envelope: dict) -> list[tuple[str, list[dict]]]:
    """The arrays of objects in it, not those within arrays; empty ones only where there is no other."""
    found = list(_arrays_below(envelope))
    others = [one for one in found if _last_name(one[0]) not in _TOTALS]
    found = others if any(array for _, array in others) else found
    return [(way, array) for way, array in found if array] or found


_TOTALS = {"FOOTER", "FOOTERS", "SUMMARY", "TOTALS"}  # arrays of what the records make together


def _arrays_below(found: dict, way: str = "") -> Iterator[tuple[str, list[dict]]]:
    for key, value in found.items():
        if isinstance(value, list) and all(isinstance(each, dict) for each in value):
            yield f"{way}{key}", value
        elif isinstance(value, dict):
            yield from _arrays_below(value, f"{way}{key}.")


def _beside(way: str, envelope: dict) -> Iterator[tuple[str, Value]]:
    inside = re.sub(r"^\[\d+\]\.", "", way) + "["
    for path, value in _flat(envelope):
        if not path.startswith(inside):
            yield path, value


def _is_known(path: str, value: Value, records: list[dict]) -> bool:
    is_of_pages = _last_name(path) in _PAGING or value == str(len(records))
    return value is None or path.lower() in _EXCHANGE or is_of_pages


# Fields of an envelope that say how many pages and records there are, by their names without marks.
_RECORDS = {
    *("TOTALRECORDS", "TOTALRECORD", "TOTALELEMENTS", "TOTALCOUNT", "TOTALITEMS", "TOTALROWS", "TOTALROW"),
    *("RECORDSTOTAL", "RECORDSFILTERED", "ROWCOUNT", "RECORDCOUNT", "ITEMCOUNT", "TOTALRESULTS", "TOTALHITS"),
    *("TONGSOBANGHI", "TONGBANGHI", "SOBANGHI", "TONGSODONG"),
}
_TOTAL = {"TOTAL", "COUNT", "TONGSO", "TONG"}  # of records, or of what they count
_PAGES = {"TOTALPAGES", "TOTALPAGE", "PAGECOUNT", "PAGESTOTAL", "PAGES", "NUMPAGES", "LASTPAGE", "MAXPAGE"}
_PAGES |= {"TONGSOTRANG", "TONGTRANG", "SOTRANG"}
_MORE = {"HASNEXT", "HASNEXTPAGE", "HASMORE", "MORE", "NEXT", "NEXTPAGE", "NEXTURL", "NEXTLINK", "NEXTCURSOR"}
_MORE |= {"NEXTPAGETOKEN", "CONTINUATIONTOKEN", "CONTRANGSAU", "CONTIEP"}
_BEFORE = {"HASPREVIOUS", "HASPREVIOUSPAGE", "HASPREV", "HASPREVPAGE", "PREV", "PREVIOUS", "PREVPAGE"}
_LAST, _FIRST = {"LAST", "ISLAST", "ISLASTPAGE", "LASTPAGEREACHED"}, {"FIRST", "ISFIRST", "ISFIRSTPAGE"}
_PAGE = {"PAGE", "PAGEINDEX", "PAGENUMBER", "PAGENO", "PAGENUM", "CURRENTPAGE", "TRANG", "TRANGHIENTAI"}
_OFFSET = {"OFFSET", "SKIP", "STARTROW", "STARTINDEX"}
_SIZE = {"PAGESIZE", "PERPAGE", "LIMIT", "SIZE", "PAGELIMIT", "SOBANGHITRENTRANG", "KICHTHUOCTRANG"}
_PAGING = _RECORDS | _PAGES | _MORE | _BEFORE | _LAST | _FIRST | _PAGE | _OFFSET | _SIZE


def _last_name(path: str) -> str:
    """Of `_links.next.href` the next to last."""
    name = re.sub(r"(?i)\.(?:href|url)$", "", path).rpartition(".")[2]
    return re.sub(r"[\W_]", "", name).upper()


def _missing(
    beside: list[tuple[str, dict[str, Value]]], sizes: list[int], records: list[dict[str, Value]]
) -> tuple[tuple[str, str] | None, bool]:
    """The field that says that these are not all the records, and whether the last page is full."""
    pages = [{_last_name(path): (path, value) for path, value in fields.items()} for _, fields in beside]
    if not pages:
        return None, False

    def number(page: dict, names: set[str]) -> Iterator[tuple[str, str, int]]:
        for name in names & page.keys():
            path, value = page[name]
            if isinstance(value, str) and re.fullmatch(r"\d{1,9}", value):
                yield path, value, int(value)

    for page in pages:
        for path, value, count in number(page, _RECORDS | _TOTAL):
            is_sum = _last_name(path) in _TOTAL and count in _sums(records)
            if count > sum(sizes) and not is_sum:
                return (path, value), False
        for path, value, count in number(page, _PAGES):
            if count > len(pages):
                return (path, value), False
    first, last = pages[0], pages[-1]
    is_whole = any(any(number(page, _RECORDS | _PAGES)) for page in pages)
    for page, names, wrong in (
        (last, _MORE if not is_whole else _MORE - {"NEXT", "NEXTPAGE"}, True),
        (first, _BEFORE, True),
        (last, _LAST, False),
        (first, _FIRST, False),
    ):
        for name in names & page.keys():
            path, flag = page[name]
            is_true = str(flag).strip().lower() not in ("", "none", "false", "0", "null")
            if flag is not None and is_true == wrong:
                return (path, str(flag)), False
    for path, value, count in (*number(first, _PAGE), *number(first, _OFFSET)):
        if count > (1 if _last_name(path) in _PAGE else 0):
            return (path, value), False
    is_full = any(count <= sizes[-1] for _, _, count in number(last, _SIZE) if count > 1)
    ends = is_whole or bool((_MORE | _LAST) & last.keys())
    return None, is_full and not ends


def _sums(records: list[dict[str, Value]]) -> set[int]:
    """What the whole numbers of each field make together."""
    sums: dict[str, int] = {}
    for record in records:
        for path, value in record.items():
            if isinstance(value, str) and re.fullmatch(r"\d{1,12}", value):
                sums[path] = sums.get(path, 0) + int(value)
    return set(sums.values())


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
