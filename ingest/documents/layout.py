"""What formats with runs and cells share: marks of lists and footnotes, bold lines, tables for layout."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.documents.blocks import Block, Cell, Heading, ListItem, Paragraph, Row, Table
from ingest.errors import Refused

MAX_COLUMNS = 702  # as of a sheet
_MARKED = re.compile(r"(?:[-+*•–—]\s|\d+(?:\.\d+)*[.)]\s|[a-zđ]\)\s|[IVX]+\.\s)")
_BULLET = re.compile(r"[-+*•–—▪◦]\s")
_FOOTNOTE = re.compile(r"[(\[]?(?:\d{1,2}|[a-z]|\*+|[†‡])[)\]]?")
_NUMBER = re.compile(r"\s*\d[\d.,]*\s*%?\s*")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass
class Text:
    """The text of a paragraph as it is put together from its runs."""

    content: str = ""
    is_bold: bool = True  # all of it so far

    def clear(self) -> None:
        self.content, self.is_bold = "", True

    def add(self, text: str, is_bold: bool) -> None:
        self.content += text
        self.is_bold &= is_bold or not text.strip()

    def add_raised(self, text: str) -> None:
        """The mark of a footnote is no part of a text, and stands in brackets behind a number; a power is."""
        mark = text.strip()
        is_power = mark.isdigit() and re.search(r"(?<![0-9.,])10$", self.content)
        if is_power or (mark in ("2", "3") and re.search(r"(?<![^\W\d_])[kcmd]?m$", self.content)):
            self.content += mark.translate(_RAISED)
        elif not _FOOTNOTE.fullmatch(mark):
            self.content += text
        elif (
            _NUMBER.fullmatch(self.content) and not mark.isalpha()
        ):  # its note may say that it is an estimate
            self.content += f" ({mark.strip('()[]')})"


def paragraphs(
    text: Text, mark: str = "", *, level: int | None = None, depth: int = 0, page: int | None = None
) -> Iterator[Block]:
    """The blocks of one paragraph. A line break within it parts it where a list goes on behind it."""
    whole = "\n".join(" ".join(line.split()) for line in text.content.split("\n")).strip("\n")
    if not whole.strip():
        return
    if mark and not _MARKED.match(f"{whole} "):
        whole = f"{mark} {whole}"
    if level is not None:
        yield Heading(whole.replace("\n", " "), level, page)
        return
    lines = whole.split("\n")
    starts = [0, *(n for n in range(1, len(lines)) if _MARKED.match(lines[n])), len(lines)]
    for first, last in pairwise(starts):
        part = " ".join(filter(None, lines[first:last]))
        is_short = len(part) < 200 and not part.endswith((".", ";", ",")) and "%" not in part
        if text.is_bold and is_short and not _BULLET.match(part):
            yield Heading(part, None, page)
        elif mark or _MARKED.match(part):
            yield ListItem(part, depth, page)
        elif part:
            yield Paragraph(part, page)


@dataclass
class Content:
    """A cell with all that stands in it."""

    blocks: list[Block]
    rows: int = 1
    columns: int = 1

    @property
    def text(self) -> str:
        return "\n".join(_lines(self.blocks))


@dataclass
class Grid:
    """A table being read: by row, the cells that begin in it by their column."""

    name: str
    rows: list[dict[int, Content]] = field(default_factory=list)
    pages: list[int | None] = field(default_factory=list)

    def refuse_beyond(self, column: int) -> None:
        if column > MAX_COLUMNS:
            row = len(self.rows) + 1
            message = f"{self.name}: row {row} of a table: has more than {MAX_COLUMNS} columns; mend it"
            raise Refused(message, "too_large")

    def blocks(self) -> list[Block]:
        """The table; or what stands in it, where it only puts texts beside or below each other."""
        columns = max((at + cell.columns for row in self.rows for at, cell in row.items()), default=0)
        cells = [cell for row in self.rows for _, cell in sorted(row.items())]
        holds_table = any(isinstance(block, Table) for cell in cells for block in cell.blocks)
        if columns < 2 or (len(self.rows) <= 2 and (columns == 2 or holds_table)):
            return [block for cell in cells for block in cell.blocks]
        rows = [
            Row({at: Cell(cell.text, cell.rows, cell.columns) for at, cell in sorted(row.items())}, page)
            for row, page in zip(self.rows, self.pages, strict=True)
            if any(cell.blocks for cell in row.values())
        ]
        return [Table(rows, columns)] if rows else []


def _lines(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Table):
            for row in block.rows:
                yield " | ".join(cell.text.replace("\n", " ") for _, cell in sorted(row.cells.items()))
        else:
            yield block.text
