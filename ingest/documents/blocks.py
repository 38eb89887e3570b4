"""What every format's reader gives: headings, paragraphs, list items and tables in the document's order.

`page` counts from 1 and is None where the format has no pages; `line` is the line of a text, from 1, and None
where the format has no lines.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Heading:
    """`level` from 1, None where the format does not say."""

    text: str
    level: int | None = None
    page: int | None = None
    line: int | None = None


@dataclass(frozen=True)
class Paragraph:
    text: str
    page: int | None = None
    line: int | None = None


@dataclass(frozen=True)
class ListItem:
    """`text` begins with its mark as a reader sees it: `1.`, `a)`, `-`, `+`. `depth` from 0."""

    text: str
    depth: int = 0
    page: int | None = None
    line: int | None = None


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
    line: int | None = None


@dataclass(frozen=True)
class Table:
    """A header that a page break repeats stands once; a row that a page break cuts is one row."""

    rows: list[Row]
    columns: int


Block = Heading | Paragraph | ListItem | Table


# What of a file its reader does not see, or sees otherwise.
NOTES = {
    "tracked": (
        "Văn bản còn theo dõi sửa đổi (Track Changes): phần chèn được tính, phần xoá không được tính.",
        "Changes of the document are tracked: what was inserted counts, what was deleted does not.",
    ),
    "hidden": (
        "Văn bản có phần bị ẩn hoặc bị gạch bỏ; phần mềm không đọc các phần này.",
        "The document has parts that are hidden or crossed out; they were not read.",
    ),
    "slanted": (
        "Trang có chữ chạy nghiêng, như dấu chìm; phần mềm không đọc.",
        "The page has slanted text, as of a watermark, which was not read.",
    ),
    "unseen": (
        "Trang có chữ không nhìn thấy được khi in; phần mềm không đọc.",
        "The page has text that is not seen when it is printed; it was not read.",
    ),
    "comments": (
        "Văn bản có ghi chú bên lề; phần mềm không đọc các ghi chú này.",
        "The document has comments; they were not read.",
    ),
    "embedded": (
        "Văn bản nhúng một tệp khác, phần mềm không đọc được; hãy mở bằng Word và lưu lại.",
        "Another file is embedded, which was not read; open the document in Word and save it again.",
    ),
    "hidden_sheet": ("Trang tính bị ẩn; phần mềm không đọc.", "The sheet is hidden; it was not read."),
    "hidden_cells": (
        "Trang tính có hàng hoặc cột bị ẩn; vẫn được đọc.",
        "The sheet has hidden rows or columns, which were read all the same.",
    ),
}


@dataclass(frozen=True)
class Note:
    """One of NOTES about a document, where it holds: at a block, by its number from 0."""

    kind: str
    text: str
    block: int = 0


@dataclass(frozen=True)
class Document:
    """`files`: where it came in several, the name of each by the number of its first block."""

    blocks: list[Block] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    files: dict[int, str] = field(default_factory=dict)
