"""The tables of a report in Word, PDF or a page, each with its title and notes.

Sentences with figures are listed: a figure of theirs is taken where the report is sent as published figures.
"""

import html
import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from ingest import documents
from ingest.documents.blocks import NOTES, Block, Heading, Paragraph, Table
from ingest.errors import Refused
from ingest.reading import patterns, privacy
from ingest.reading.outcome import Unread
from ingest.wording import plain, tidy

LINES_OF_HEAD = 30  # in which who reports and of when stands, above the first section
LARGEST_PAGE = 8 << 20
LEAST_TEXT = 500  # letters outside the tables of a page; an export has titles, notes and a signature
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body|p|div|h[1-6])\b", re.IGNORECASE)
_NO_TEXT = re.compile(r"(?is)<table\b.*?</table>|<(script|style)\b.*?</\1>|<[^>]*>")
_SECTIONS = re.compile(r"(?<!\w)I\.\s.*(?<!\w)II\.\s", re.DOTALL)
_SECTION = re.compile(r"\W*(?:[IVX]+|\d+(?:\.\d+)*|[a-zđ])[.)]\s|\W*phần\b", re.IGNORECASE)
_CAPTION = re.compile(r"\W*(?:bang|bieu|phu bieu|phu luc|don vi(?: tinh)?|dvt)\b")
_NOTE = re.compile(rf"\W*(?:{patterns.NOTE}|nguon)\b|\s*{patterns.FOOTNOTE}")
_FIGURE = re.compile(r"(?<![\w/])\d[\d.,]*(?![\w/])")

Beside = list[tuple[str, str]]
Merged = list[tuple[int, int, int, int]]


class ReportTable:
    """A table's rows, what stands around it, and what of the report is in no table (with the first one)."""

    def __init__(self, place: str, rows: list[list[str | None]], merged: Merged, head: Beside, title: Beside):
        self.place, self.rows, self.merged = place, rows, merged
        self.head, self.title = head, title
        self.unread: list[Unread] = []


def is_report(body: bytes) -> bool:
    """Whether bytes are a PDF, a Word file, or a page with sections of text, which hold tables among text."""
    if b"%PDF-" in body[:1024] or (body.startswith(b"PK") and b"word/document" in body):
        return True
    if not _PAGE.match(body) or len(body) > LARGEST_PAGE:
        return False
    text = html.unescape(_NO_TEXT.sub(" ", body.decode("utf-8", "ignore")))
    return len(" ".join(text.split())) > LEAST_TEXT and bool(_SECTIONS.search(text))


def tables(name: str, body: bytes) -> list[ReportTable]:
    """Raises Refused on what is damaged, and on what tells of single persons."""
    document = documents.read(name, body)
    blocks = document.blocks
    texts = list(_texts(blocks))
    privacy.refuse_personal_texts(name, texts)
    first = next((i for i, block in enumerate(blocks) if isinstance(block, Table) or _begins(block)), 0)
    head = [_placed(i, block) for i, block in enumerate(blocks[: min(first, LINES_OF_HEAD)])]
    found: list[ReportTable] = []
    used = set(range(len(head)))
    for i, block in enumerate(blocks):
        if not isinstance(block, Table):
            continue
        above = _titles(blocks, i)
        below = list(takewhile(lambda n: _is_note(blocks[n]), range(i + 1, len(blocks))))
        used.update(above)
        rows, merged = _cells(block)
        rows += [[_text(blocks[n])] for n in below]
        used.update(below)
        title = [_placed(n, blocks[n]) for n in above if n >= len(head)]
        found.append(ReportTable(f"table {len(found) + 1}", rows, merged, head, title))
    if not found:
        raise Refused(
            f"{name}: holds no table with borders; send the table as XLSX, or, where sentences hold the "
            "figures, the report as published_figures",
            "not_a_table",
        )
    found[0].unread = [
        Unread("note", _placed(i, block)[0], tidy(_text(block))[:500], len(_FIGURE.findall(_text(block))))
        for i, block in enumerate(blocks)
        if i not in used and not isinstance(block, Table) and _FIGURE.search(_text(block))
    ]
    found[0].unread += [
        Unread("text", f"text {note.block + 1}", f"{note.text} ({NOTES[note.kind][1]})".strip())
        for note in document.notes
    ]
    return found


def _titles(blocks: Sequence[Block], table: int) -> list[int]:
    """Of the texts above a table those that are its title: captions, its unit, and its heading."""
    found = []
    for i in range(table - 1, -1, -1):
        block = blocks[i]
        if isinstance(block, Table):
            break
        is_caption = _CAPTION.match(plain(tidy(_text(block)))) and len(_text(block)) < 200
        if is_caption or isinstance(block, Heading):
            found.append(i)
        if isinstance(block, Heading):
            break
    return found[::-1]


def _begins(block: Block) -> bool:
    """Whether a text is the first of a report's body, and no line of its head."""
    return bool(_SECTION.match(_text(block))) or (isinstance(block, Paragraph) and len(_text(block)) > 200)


def _is_note(block: Block) -> bool:
    return not isinstance(block, Table) and bool(_NOTE.match(plain(tidy(_text(block)))))


def _cells(table: Table) -> tuple[list[list[str | None]], Merged]:
    rows: list[list[str | None]] = []
    merged = []
    for number, row in enumerate(table.rows):
        cells: list[str | None] = [None] * table.columns
        for at, cell in row.cells.items():
            cells[at] = cell.text or None
            if (cell.rows, cell.columns) != (1, 1):
                merged.append((number, at, number + cell.rows - 1, at + cell.columns - 1))
        rows.append(cells)
    return rows, merged


def _text(block: Block) -> str:
    return "" if isinstance(block, Table) else block.text


def _placed(number: int, block: Block) -> tuple[str, str]:
    page = getattr(block, "page", None)
    return (f"page {page}, text {number + 1}" if page else f"text {number + 1}"), tidy(_text(block))


def _texts(blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    for number, block in enumerate(blocks):
        if isinstance(block, Table):
            for at, row in enumerate(block.rows, 1):
                yield f"row {at}", " ".join(cell.text for cell in row.cells.values())
        else:
            yield _placed(number, block)
