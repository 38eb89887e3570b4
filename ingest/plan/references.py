"""The documents that a plan cites, with number and day as printed, and the appendices that it refers to.

The decision that the plan was issued by is among them, its number and day perhaps left blank.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ingest.numerals import roman
from ingest.plan.document import Document, Line, Paragraph
from ingest.wording import match_key, tidy

_KINDS = (
    "Chương trình hành động|Quyết định|Nghị quyết|Nghị định|Thông tư|Công văn|Kế hoạch|Chỉ thị|Thông báo"
    "|Kết luận|Tờ trình|Hướng dẫn|Chương trình"
)
_SYMBOL = r"[A-ZĐ][A-ZĐa-z\d&]*(?:\s*[-–/]\s*[A-ZĐ][A-ZĐa-z\d&]*)*"
_NUMBER = (
    rf"(?P<serial>\d{{1,6}})?(?P<of_year>\s*/\s*(?:19|20)\d\d)?\s*(?P<mark>[/-])\s*(?P<symbol>{_SYMBOL})"
)
_DAY = (
    r"ngày\s*(?P<day>\d{1,2})?\s*(?:tháng|[/.-])?\s*(?P<month>\d{1,2})?\s*(?P<between>tháng|năm|[/.-])"
    r"\s*(?P<year>(?:19|20)\d\d)(?!\d)"
)
_CITED = re.compile(
    rf"(?P<kind>{_KINDS})\s+(?:số\s*:?\s*)?{_NUMBER}(?P<dated>,?\s*(?:ký\s+)?{_DAY})?", re.IGNORECASE
)
_BLANK = re.compile(
    rf"(?P<kind>{_KINDS})\s+số\s*:?\s*/\s*(?P<symbol>{_SYMBOL})(?P<dated>\s*(?:{_DAY}))?", re.IGNORECASE
)
_LETTERHEAD = re.compile(rf"\W*Số\s*:\s*(?P<serial>\d{{1,6}})?\s*(?P<mark>[/-])\s*(?P<symbol>{_SYMBOL})\W*")
_ISSUED_WITH = re.compile(r"\b(?:ban hành\s+)?kèm theo\s*$", re.IGNORECASE)
_PERIOD = re.compile(r"giai đoạn\s+((?:19|20)\d\d)\s*[-–—]\s*((?:19|20)\d\d)", re.IGNORECASE)
_APPENDICES = re.compile(
    r"\bphụ lục\s+(?:số\s+)?(?:[IVX]{1,4}\b"
    r"|\d{1,2}\b(?:\s*(?:,|và|;)\s*(?:phụ lục\s+)?(?:số\s+)?\d{1,2}\b)*)",
    re.IGNORECASE,
)
_OF_ANOTHER = re.compile(
    rf"\s*,?\s*(?:ban hành\s+)?(?:kèm theo|của|tại)\s+(?:{_KINDS}|Luật|Văn bản)\b(?!\s+này)", re.IGNORECASE
)
_OF_DOCUMENTS = (
    *("document_kind", "kind_key", "serial", "symbol", "number_raw", "symbol_key", "number_year"),
    *("period_from", "period_to", "date_raw", "date_fault", "dated_on", "month", "year"),
)
_END = re.compile(r"[;:]\s|\.\s+(?=[A-ZĐÀ-Ỹ])")


@dataclass(frozen=True)
class Place:
    """A text of the document and the cell that it is in, if any."""

    paragraph: Paragraph
    cell: int | None
    is_before_appendices: bool


def read_references(document: Document) -> list[dict]:
    """One row for each mention of a document or an appendix, in the document's order."""
    rows: list[dict] = []
    for place in texts(document):
        text = place.paragraph.text.replace("*", " ")
        own = _LETTERHEAD.match(text)
        if own and place.is_before_appendices and len(tidy(text)) < 60:
            rows.append(_row(place, own, is_own=True))
            continue
        taken: list[tuple[int, int]] = []
        for match in sorted([*_CITED.finditer(text), *_BLANK.finditer(text)], key=lambda m: m.start()):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            if not _is_symbol(match["symbol"]):
                continue
            taken.append(match.span())
            rows.append(_row(place, match, is_own=bool(_ISSUED_WITH.search(text[: match.start()]))))
        rows += _appendices(place, text)
    rows.sort(key=lambda row: (row["line"], row["cell"] or 0, row["char_from"] or 0))
    return [{"reference_no": i, **row} for i, row in enumerate(rows, 1)]


def texts(document: Document) -> Iterator[Place]:
    """Every text of the document: paragraphs, the headings between them, cells of tables."""
    first = min((table.line or table.rows[0].line for table in document.tables if table.line), default=None)
    rows = {row.line: row for table in document.tables for row in table.rows}
    in_paragraphs = {line.number for paragraph in document.paragraphs for line in paragraph.lines}
    for paragraph in document.paragraphs:
        yield Place(paragraph, None, first is None or paragraph.lines[0].number < first)
    for line in document.lines:
        if row := rows.get(line.number):
            for cell, text in enumerate(row.cells, 1):
                if text.strip():
                    yield Place(Paragraph([Line(line.number, tidy(text))], None, None), cell, False)
        elif line.number not in in_paragraphs and line.text.strip():
            yield Place(Paragraph([line], None, None), None, first is None or line.number < first)


def _is_symbol(symbol: str) -> bool:
    """`QĐ-UBND`, `CV`, `BC`; no word such as `Xây` after a hyphen."""
    parts = re.split(r"\s*[-–/]\s*", symbol)
    return len(parts[0]) >= 2 and sum(letter.isupper() for letter in parts[0]) >= 2


def _row(place: Place, match: re.Match[str], *, is_own: bool) -> dict:
    parts = match.groupdict()
    start = match.start() + len(match[0]) - len(match[0].lstrip())
    line, char_from, char_to = place.paragraph.locator(start, match.end())
    symbol = re.sub(r"\s", "", parts["symbol"]).replace("–", "-")
    year = re.sub(r"\D", "", parts.get("of_year") or "")
    text = place.paragraph.text
    after = _CITED.search(text, match.end())
    rest = text[match.end() : min(after.start() if after else len(text), match.end() + 400)]
    rest = rest[: ended.start()] if (ended := _END.search(rest)) else rest
    period = _PERIOD.search(rest)
    return {
        "kind": "document",
        "line": line,
        "cell": place.cell,
        "char_from": None if place.cell else char_from,
        "char_to": None if place.cell else char_to,
        "raw_text": tidy(match[0].replace("*", " ")),
        "document_kind": tidy(parts.get("kind") or "").capitalize() or None,
        "kind_key": match_key(parts.get("kind") or ""),
        "serial": int(parts["serial"]) if parts.get("serial") else None,
        "symbol": symbol,
        "number_raw": "".join(
            (parts.get("serial") or "", "/" * bool(year) + year, parts.get("mark") or "/", symbol)
        ),
        "symbol_key": " ".join(sorted(match_key(symbol).split())),
        "number_year": int(year) if year else None,
        "is_own": is_own,
        "appendix": None,
        "period_from": int(period[1]) if period else None,
        "period_to": int(period[2]) if period else None,
    } | _dated(parts)


def _dated(parts: dict[str, str | None]) -> dict:
    """The day that is printed; `date_fault` says why none: 'wording' (`tháng 3 tháng 2022`), 'calendar'."""
    day, month, year = (int(text) if (text := parts.get(name)) else None for name in ("day", "month", "year"))
    fault, on = None, None
    if day and month and year:
        if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
            fault = "calendar"
        else:
            on = date(year, month, day)
            fault = "wording" if (parts.get("between") or "").lower() == "tháng" else None
    raw = tidy(parts.get("dated") or "").lstrip(", ") or None
    return {"date_raw": raw, "date_fault": fault, "dated_on": on, "month": month, "year": year}


def _appendices(place: Place, text: str) -> Iterator[dict]:
    """`Phụ lục 03, 04`; the heading of an appendix is no reference to it."""
    if re.match(r"\W*PH[UỤ] L[UỤ]C", text):
        return
    for match in _APPENDICES.finditer(text):
        if _OF_ANOTHER.match(text, match.end()):
            continue
        numbers = re.findall(r"\d{1,2}|\b[IVX]{1,4}\b", match[0])
        line, char_from, char_to = place.paragraph.locator(match.start(), match.end())
        for number in numbers:
            yield dict.fromkeys(_OF_DOCUMENTS) | {
                "kind": "appendix",
                "line": line,
                "cell": place.cell,
                "char_from": None if place.cell else char_from,
                "char_to": None if place.cell else char_to,
                "raw_text": tidy(match[0]),
                "is_own": False,
                "appendix": f"PL{int(number) if number.isdigit() else roman(number):02d}",
            }
