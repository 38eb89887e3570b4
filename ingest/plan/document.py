"""A plan's bytes as lines, paragraphs and table rows, each still knowing its line.

A line is a line of a text; in other formats each heading, paragraph, list item and table row is one. What the
parts mean is the business of `appendices`, `targets`, `figures` and `claims`.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, pairwise

from ingest import documents
from ingest.documents import blocks
from ingest.documents.blocks import Block, Note
from ingest.numerals import roman
from ingest.wording import match_key, tidy


@dataclass(frozen=True)
class Line:
    """A line as received, in NFC. `number` and `page` count from 1; `page` is None where there are none."""

    number: int
    text: str
    page: int | None = None
    file: str | None = None  # where the document came in several


@dataclass(frozen=True)
class Row:
    """A table row: the cells as received, in NFC, without the marks that separate them.

    A merged cell has its text in its first place and '' in the others; `spans` says by its number how many
    rows and columns it covers.
    """

    line: int
    cells: tuple[str, ...]
    spans: dict[int, tuple[int, int]] = field(default_factory=dict, hash=False)


@dataclass
class Paragraph:
    """Lines that are one text, also across a page break. `part` is 'result', 'plan' or None; see `PARTS`.

    `section` is the heading that it stands under, `sections` those above that too, the outermost first.
    """

    lines: list[Line]
    section: str | None
    part: str | None
    sections: tuple[str, ...] = ()

    def add(self, line: Line) -> None:
        self.lines.append(line)
        self.__dict__.pop("text", None)
        self.__dict__.pop("starts", None)

    @cached_property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    @cached_property
    def starts(self) -> list[int]:
        """Where in the text each line begins."""
        return [0, *accumulate(len(line.text) + 1 for line in self.lines[:-1])]

    def locator(self, start: int, end: int) -> tuple[int, int, int]:
        """Where text[start:end] was printed: line, first and last character, both from 1."""
        at = max(i for i, begin in enumerate(self.starts) if begin <= start)
        offset = self.starts[at]
        return self.lines[at].number, start - offset + 1, end - offset


@dataclass
class Table:
    """All rows between two headings of appendices. Without such a heading `appendix` and `line` are None."""

    appendix: str | None = None
    title: str = ""
    rows: list[Row] = field(default_factory=list)
    line: int | None = None  # of the heading
    notes: list[Line] = field(default_factory=list)  # lines of an appendix below or between its tables
    footnotes: list[Line] = field(default_factory=list)  # below it in the running text, which has them too


@dataclass
class Document:
    lines: list[Line]
    paragraphs: list[Paragraph]
    tables: list[Table]
    damaged: list[Line]  # headings of appendices whose letters have lost their marks
    headings: list[Line] = field(default_factory=list)
    notes: list[tuple[int, Note]] = field(default_factory=list)  # by line, how the file was read


Part = blocks.Heading | blocks.Paragraph | blocks.ListItem | blocks.Row

PARTS = (
    ("result", re.compile(r"phan (?:i|1|thu nhat)\b|.*\bdanh gia ket qua\b|.*\btinh hinh thuc hien\b")),
    ("plan", re.compile(r"phan (?:ii|2|thu hai)\b|.*\bnoi dung ke hoach\b|(?:ii )?muc tieu$")),
)
_APPENDIX = re.compile(r"phu luc (?:so )?([0-9o]{1,2}|[ivx]{1,4})\b(.*)")
_LIST_MARK = re.compile(r"\s*(?:[-+*•]\s|\**\(?(?:\d+(?:\.\d+)*|[a-zđ]|[IVX]+)[.)])")
_LEAD = re.compile(r"(\d+(?:\.\d+)*\.?\s[^.:;%]{2,120}):\s")
_RANKS = [
    re.compile(form, re.IGNORECASE if form.startswith("phần") else 0)
    for form in (
        r"phần\b",
        r"[IVX]+[.)]",
        r"\d+(?:[.)]?\s|[.)][^\W\d])",
        r"\d+\.\d+(?:[.)]?\s|[.)][^\W\d])",
        r"\d+(?:\.\d+){2,}",
        r"[a-zđ][.)]\s",
    )
]
NOTE = re.compile(r"\s*(\(?\*+\)?|\(\d{1,2}\)|\[\d{1,2}\]|[¹²³])\s*:?\s*(?=\S)")
_LETTERED = re.compile(r"[a-zđ]\)")
# A PDF may have lost the space after a number.
_NUMBERED = re.compile(
    r"(?:[IVXLC]+|\d+(?:\.\d+)*|[a-zđ])[.)](?:\s+\S|[^\W\d]).{0,110}|PHẦN\s+[IVX]+|Phần\s+[IVX]+:"
)
_OPEN_END = re.compile(r"[^.;:!?…]")


def read_document(name: str, body: bytes) -> Document:
    read = documents.read(name, body)
    parts = list(_parts(read.blocks))
    lines = _lines(parts, read.files)
    document = _arrange(lines, [part for _, part in parts])
    begins: dict[int, int] = {}
    for (block, _), line in zip(parts, lines, strict=True):
        begins.setdefault(block, line.number)
    document.notes = [(begins.get(note.block, 1), note) for note in read.notes]
    return document


def _parts(found: list[Block]) -> Iterator[tuple[int, Part]]:
    """Each thing that is a line, with the number of its block."""
    for number, block in enumerate(found):
        if isinstance(block, blocks.Table):
            yield from ((number, row) for row in block.rows)
        else:
            yield number, block


def _lines(parts: list[tuple[int, Part]], files: dict[int, str]) -> list[Line]:
    """Each part as a line. Where two of a text share a line, as rows of HTML may, all are counted instead."""
    own = [part.line or 0 for _, part in parts]
    is_text = all(own) and all(a < b for a, b in pairwise(own))
    lines = []
    for number, (block, part) in enumerate(parts, 1):
        file = files[max(first for first in files if first <= block)] if files else None
        lines.append(Line(part.line if is_text and part.line else number, _text(part), part.page, file))
    return lines


def _text(part: Part) -> str:
    if isinstance(part, blocks.Row):
        return "\t".join(_row(0, part).cells)
    return unicodedata.normalize("NFC", part.text)


def _row(line: int, part: blocks.Row) -> Row:
    cells = [""] * max((at + cell.columns for at, cell in part.cells.items()), default=0)
    for at, cell in part.cells.items():
        cells[at] = unicodedata.normalize("NFC", cell.text)
    spans = {at: (c.rows, c.columns) for at, c in part.cells.items() if (c.rows, c.columns) != (1, 1)}
    return Row(line, tuple(cells), spans)


def _arrange(lines: list[Line], parts: list[Part]) -> Document:
    document = Document(lines, [], [], [])
    section = name = None
    outline = _Outline()
    table: Table | None = None
    below: Table | None = None  # the last table under this heading
    before: Line | None = None  # the line just above, if it was prose
    for i, (line, part) in enumerate(zip(lines, parts, strict=True)):
        if i and line.file != lines[i - 1].file:
            table = section = None
            outline = _Outline()
        plain = tidy(line.text)
        above, before = before, None
        key = match_key(plain[:200])
        is_heading = isinstance(part, blocks.Heading)
        if isinstance(part, blocks.Row):
            if table is None:
                over = None if not i or isinstance(parts[i - 1], blocks.Row) else lines[i - 1]
                table = Table(title=_title_above(over))
                document.tables.append(table)
            table.rows.append(_row(line.number, part))
            below = table
        elif number := _appendix(plain, key, is_heading):
            if not plain.lower().startswith("phụ lục"):
                document.damaged.append(line)
            table = Table(f"PL{number:02d}", plain, line=line.number)
            document.tables.append(table)
        elif table is not None and table.appendix and not _reopens_prose(part, key):
            if not table.rows and _is_titled(table.title, plain):
                table.title += f" {plain}"
            elif plain:
                table.notes.append(line)
        elif is_heading or (_is_heading(plain) and not _has_children(lines, i)):
            table = below = None
            document.headings.append(line)
            heading = plain.rstrip(":")
            name = next((name for name, words in PARTS[::-1] if words.match(key)), name)
            # `a) Kết quả đạt được` names no section, unless it opens or closes the targets.
            if not _LETTERED.match(heading) or is_target_section(heading) or is_target_section(section):
                section = heading
            outline.open(heading, part.level if isinstance(part, blocks.Heading) else None)
        else:
            if below is not None and NOTE.match(line.text):
                below.footnotes.append(line)
            table = None
            is_next = above is not None and part.line is not None and above.number == line.number - 1
            is_new = _LIST_MARK.match(line.text) or re.fullmatch("ke hoach|chuong trinh|de an", key)
            if not is_next or is_new or not document.paragraphs:
                lead = _LEAD.match(plain)
                if lead and not is_target_section(section):
                    section = lead[1]
                    outline.open(section, None)
                _open(document.paragraphs, line, section, name, outline.sections)
            else:
                document.paragraphs[-1].add(line)
            before = line
    return document


class _Outline:
    """The headings that a text stands under, each below the one before by its number, or by its level."""

    def __init__(self) -> None:
        self._headings: list[tuple[str, int | None, int | None]] = []

    @property
    def sections(self) -> tuple[str, ...]:
        return tuple(heading for heading, _, _ in self._headings)

    def open(self, heading: str, level: int | None) -> None:
        rank = next((i for i, form in enumerate(_RANKS) if form.match(heading)), None)
        while self._headings and not self._is_below(rank, level):
            self._headings.pop()
        self._headings.append((heading, rank, level))

    def _is_below(self, rank: int | None, level: int | None) -> bool:
        _, rank_above, level_above = self._headings[-1]
        if rank is not None and rank_above is not None:
            return rank > rank_above
        if level is not None and level_above is not None:
            return level > level_above
        return (1 if rank is None else rank) > (1 if rank_above is None else rank_above)


def _open(
    paragraphs: list[Paragraph], line: Line, section: str | None, part: str | None, sections: tuple[str, ...]
) -> None:
    """A new paragraph, unless the last one broke off at a page's end and goes on here in lower case."""
    if paragraphs and paragraphs[-1].section == section:
        last = tidy(paragraphs[-1].text)
        first = line.text.lstrip()[:1]
        if last and _OPEN_END.match(last[-1]) and first.islower() and not _LIST_MARK.match(line.text):
            paragraphs[-1].add(line)
            return
    paragraphs.append(Paragraph([line], section, part, sections))


def _is_titled(title: str, plain: str) -> bool:
    """Whether a line above the tables of an appendix still belongs to its title."""
    return len(title) < 400 and not _LIST_MARK.match(plain) and (len(plain) < 200 or plain.isupper())


def _title_above(line: Line | None) -> str:
    """The line above a table that is its title: `Bảng 1. Chỉ tiêu năm 2024`, `Đơn vị tính: tỷ đồng`."""
    text = tidy(line.text) if line else ""
    key = match_key(text)
    is_unit = re.match(r"don vi(?: tinh)?\b|dvt\b", key) and len(text) < 60
    is_title = re.match(
        r"(?:bang|bieu|phu bieu)(?: so)? \w{1,4}\b|phu luc "
        r"|(?:[ivx\d]+ )*(?:he thong |cac )?(?:chi|muc) tieu\b",
        key,
    )
    return text if is_unit or (is_title and len(text) < 160 and text[-1] not in ".;:") else ""


def _appendix(plain: str, key: str, is_heading: bool) -> int | None:
    """The number of the appendix whose heading this is: `PHỤ LỤC 02:`, `PHU LUC 02`, `Phụ lục II`."""
    match = _APPENDIX.match(key)
    is_title = is_heading or plain[:7].isupper() or len(plain) <= 60
    if not match or not plain[:1].isupper() or not is_title:
        return None
    digits = match[1].replace("o", "0")  # a scanner's O
    return (int(digits) if digits.isdigit() else roman(digits)) or None


def _reopens_prose(part: Part, key: str) -> bool:
    """Whether the main text goes on after an appendix."""
    is_heading = isinstance(part, blocks.Heading) and part.level is not None
    return is_heading and bool(re.match(r"phan [ivx\d]+\b|ke hoach$|[ivx]+ ", key))


def _is_heading(plain: str) -> bool:
    """Whether a line is a heading by its words alone."""
    is_so = plain.endswith(":") or plain.isupper() or is_target_section(plain)
    return is_so and bool(_NUMBERED.fullmatch(plain))


def _has_children(lines: list[Line], at: int) -> bool:
    """Whether a `+` bullet follows: then the line is a bullet that ends with a colon, and no heading."""
    return at + 1 < len(lines) and lines[at + 1].text.lstrip().startswith("+ ")


def is_target_section(heading: str | None) -> bool:
    return "muc tieu cu the" in match_key(heading or "")
