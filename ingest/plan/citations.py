"""Where in a document something stands, as an official finds it: `Phụ lục 01, mục II.7, cột Kết quả`.

Beside the machine's locator (line, cell, characters), for every place that a table of the plan refers to.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.plan.document import Document, Line, Paragraph, Row, Table
from ingest.wording import ROW_NUMBER, match_key, tidy

_PART = re.compile(r"(?:PHẦN|Phần)\s+([IVX]+|\d+|thứ \w+|THỨ \w+)\b")
_ARTICLE = re.compile(r"Điều\s+(\d+)\b")
_ROMAN = re.compile(r"([IVX]+)[.)]\s")
_DECIMAL = re.compile(r"(\d+(?:\.\d+)*)[.)]?\s")
_LETTER = re.compile(r"([a-zđ])[.)]\s")
_BULLET = re.compile(r"([-+*•–—])\s")
_SECTION = re.compile(r"[IVX]+|[A-ZĐ]")
_APPENDIX = re.compile(r"phụ lục\s+(?:số\s+)?(\d{1,2}|[IVX]+)\b", re.IGNORECASE)
_MAX = 60  # letters of a heading or a text that a place is named by


Way = list[tuple[str, str]]


@dataclass
class Place:
    """`way`: from the whole to the part, each in Vietnamese and English."""

    way: Way
    line: Line
    headings: dict[int, str] = field(default_factory=dict)  # of a row's table, by cell from 1

    def citation(self, cell: int | None) -> tuple[str, str]:
        column = cell and (self.headings.get(cell) or cell)
        parts = (
            (column, "cột", "column"),
            (self.line.page, "trang", "page"),
            (self.line.file, "tệp", "file"),
        )
        way = [*self.way, *((f"{vi} {part}", f"{en} {part}") for part, vi, en in parts if part is not None)]
        return ", ".join(vi for vi, _ in way), ", ".join(en for _, en in way)


def read_citations(document: Document, tables: dict[str, list[dict]]) -> list[tuple]:
    """One row of `plan_citations` for each place that the rows of `tables` refer to."""
    found = places(document)
    referred = sorted(_referred(tables), key=lambda locator: [(n is not None, n or 0) for n in locator])
    rows = []
    for number, (line, cell, *characters) in enumerate(referred, 1):
        at, citation = found[line].line, found[line].citation(cell)
        rows.append((number, line, cell, *characters, at.page, at.file, *citation))
    return rows


def _referred(tables: dict[str, list[dict]]) -> set[tuple[int, int | None, int | None, int | None]]:
    found: set[tuple[int, int | None, int | None, int | None]] = set()
    for rows in tables.values():
        for row in rows:
            line = row.get("line")
            if line is None:
                continue
            found |= {(row[name], None, None, None) for name in ("line", "note_line") if row.get(name)}
            cells = [row[name] for name in row if name == "cell" or name.endswith("_cell")]
            found |= {(line, cell, None, None) for cell in cells if cell}
            if row.get("char_from"):
                found.add((line, None, row["char_from"], row["char_to"]))
    return found


def places(document: Document) -> dict[int, Place]:
    """The place of every line."""
    found: dict[int, Place] = {}
    path = _Path()
    unnamed = 0
    lines = {line.number: line for line in document.lines}
    for thing in sorted(_things(document), key=_first):
        if isinstance(thing, Line):
            found[thing.number] = Place(path.heading(tidy(thing.text)), thing)
        elif isinstance(thing, Paragraph):
            way = path.paragraph(tidy(thing.text))
            found |= {line.number: Place(way, line) for line in thing.lines}
        else:
            unnamed += thing.appendix is None
            found |= _rows(thing, path, unnamed, lines)
    titles = {table.line for table in document.tables if table.line}
    title: Place | None = None  # which may go on over several lines
    for line in document.lines:
        if line.number in found:
            title = found[line.number] if line.number in titles else None
        elif title:
            found[line.number] = Place(title.way, line)
        else:
            found[line.number] = Place([(f"dòng {line.number}", f"line {line.number}")], line)
    return found


def _things(document: Document) -> Iterator[Line | Paragraph | Table]:
    yield from document.headings
    yield from document.paragraphs
    yield from (table for table in document.tables if table.rows or table.line)


def _first(thing: Line | Paragraph | Table) -> int:
    if isinstance(thing, Line):
        return thing.number
    return thing.lines[0].number if isinstance(thing, Paragraph) else thing.line or thing.rows[0].line


class _Path:
    """The numbers of the headings that a text stands under."""

    def __init__(self) -> None:
        self.part = self.article = self.roman = self.decimal = self.letter = self.title = ""
        self.bullets = self.inner = self.paragraphs = 0

    def heading(self, text: str) -> Way:
        if not self._number(text, is_heading=True):
            self.article = self.roman = self.decimal = self.letter = ""
            self.title = _short(text.rstrip(":"))
            self._restart()
        return self.words()

    def paragraph(self, text: str) -> Way:
        if self._number(text, is_heading=False):
            return self.words()
        if bullet := _BULLET.match(text):
            if bullet[1] == "+":
                self.inner += 1
            else:
                self.bullets, self.inner = self.bullets + 1, 0
            way = [(f"gạch đầu dòng {self.bullets}", f"bullet {self.bullets}")] if self.bullets else []
            way += [(f"dấu cộng {self.inner}", f"sub-bullet {self.inner}")] if self.inner else []
        else:
            self.paragraphs += 1
            way = [(f"đoạn {self.paragraphs}", f"paragraph {self.paragraphs}")]
        return self.words() + way

    def _restart(self) -> None:
        self.bullets = self.inner = self.paragraphs = 0

    def _number(self, text: str, is_heading: bool) -> bool:
        """Whether a text has a number of its own, which is kept."""
        if is_heading and (found := _PART.match(text)):
            self.part = found[1] if found[1].isupper() and " " not in found[1] else found[1].lower()
            self.article = self.roman = self.decimal = self.letter = ""
        elif found := _ARTICLE.match(text):
            self.article = found[1]
            self.roman = self.decimal = self.letter = ""
        elif is_heading and (found := _ROMAN.match(text)):
            self.roman, self.decimal, self.letter = found[1], "", ""
        elif found := _DECIMAL.match(text):
            self.decimal, self.letter = found[1], ""
        elif found := _LETTER.match(text):
            self.letter = found[1]
        else:
            return False
        self.title = ""
        self._restart()
        return True

    def words(self) -> Way:
        number = ".".join(filter(None, (self.roman, self.decimal)))
        named = (
            (self.part, f"Phần {self.part}", f"Part {self.part}"),
            (self.article, f"Điều {self.article}", f"Article {self.article}"),
            (number, f"mục {number}", f"section {number}"),
            (self.letter, f"điểm {self.letter}", f"point {self.letter}"),
            (self.title, f"“{self.title}”", f"“{self.title}”"),
        )
        return [(vi, en) for is_there, vi, en in named if is_there]


def _rows(table: Table, path: _Path, unnamed: int, lines: dict[int, Line]) -> dict[int, Place]:
    if table.appendix:
        printed = _APPENDIX.match(table.title)
        number = printed[1].upper() if printed else table.appendix.removeprefix("PL")
        way = [(f"Phụ lục {number}", f"Appendix {number}")]
    else:
        way = [*path.words(), (f"bảng {unnamed}", f"table {unnamed}")]
    found = {}
    if table.line:
        found[table.line] = Place([*way, ("tiêu đề", "title")], lines[table.line])
    headings: dict[int, str] = {}
    at = section = item = None
    dashes = 0
    following: list[Row | None] = [*table.rows[1:], None]
    for row, below in zip(table.rows, following, strict=False):  # an appendix may have no rows
        texts = [tidy(cell) for cell in row.cells]
        column = next((i for i, text in enumerate(texts) if ROW_NUMBER.fullmatch(match_key(text))), None)
        if column is not None:
            at, before, headings = column, headings, _headings(row, below)
            if headings != before:  # a header that is repeated opens no table
                section = item = None
            where = ("hàng tiêu đề", "header row")
        else:
            label = texts[at].rstrip(".)") if at is not None and at < len(texts) else ""
            if _SECTION.fullmatch(label):
                section, item, dashes = label, None, 0
                where = (f"mục {label}", f"section {label}")
            elif re.fullmatch(r"\d+(?:\.\d+)*", label):
                item, dashes = ".".join(filter(None, (section, label))), 0
                where = (f"mục {item}", f"item {item}")
            elif re.fullmatch("[a-zđ]", label) and item:
                where = (f"mục {item}.{label}", f"item {item}.{label}")
            elif label in ("-", "+", "–") and item:
                dashes += 1
                where = (f"mục {item}, gạch đầu dòng {dashes}", f"item {item}, bullet {dashes}")
            else:
                first = _short(next((text for text in texts if text), ""))
                where = (f"hàng “{first}”", f"row “{first}”")
        found[row.line] = Place([*way, where], lines[row.line], headings)
    return found


def _headings(row: Row, below: Row | None) -> dict[int, str]:
    """By cell from 1 the heading of its column; of two rows of headings both."""
    upper = list(row.cells)
    lower = [""] * len(upper)
    is_upper = any(columns > 1 for _, columns in row.spans.values())
    if is_upper and below is not None:
        lower = [*below.cells, *lower][: len(upper)]
    for at, (_, columns) in row.spans.items():
        upper[at : at + columns] = [row.cells[at]] * columns
    joined = (", ".join(filter(None, map(tidy, pair))) for pair in zip(upper, lower, strict=True))
    return {number: _short(text) for number, text in enumerate(joined, 1) if text}


def _short(text: str) -> str:
    return text if len(text) <= _MAX else f"{text[:_MAX].rsplit(' ', 1)[0]}…"
