"""What every format's reader gives: headings, paragraphs, list items and tables in the document's order."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """`level` from 1, None where the format does not say; `page` from 1, None where it has no pages."""

    text: str
    level: int | None = None
    page: int | None = None


@dataclass(frozen=True)
class Paragraph:
    text: str
    page: int | None = None


@dataclass(frozen=True)
class ListItem:
    """`text` begins with its mark as a reader sees it: `1.`, `a)`, `-`, `+`. `depth` from 0."""

    text: str
    depth: int = 0
    page: int | None = None


@dataclass(frozen=True)
class Cell:
    """`rows` and `columns` are its spans; the lines of a cell are joined by `\\n` as a reader sees them."""

    text: str
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True)
class Row:
    """The cells that begin in this row, by their column in the grid of the table (from 0)."""

    cells: dict[int, Cell]
    page: int | None = None


@dataclass(frozen=True)
class Table:
    """A header that a page break repeats stands once; a row that a page break cuts is one row."""

    rows: list[Row]
    columns: int


Block = Heading | Paragraph | ListItem | Table
