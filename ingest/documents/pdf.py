"""A PDF with text as headings, paragraphs, list items and tables. What has no text, or a text whose letters
are not known, is refused: a wrong letter or number would not be seen later.
"""

import io
import logging
import math
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, pairwise

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError
from pdfminer.pdftypes import PDFStream, resolve1

from ingest.documents.blocks import Block, Document, Heading, ListItem, Note, Paragraph, Table
from ingest.documents.pdf_pages import Line, lines_of, page_of
from ingest.documents.pdf_seen import lay_out
from ingest.documents.pdf_tables import ENDS, Drawing, as_one, go_on, is_continued, runs_on, tables_of
from ingest.errors import Refused

MOST_PAGES = 2000
MOST_OF_A_PAGE = 16 << 20  # bytes of its content, unpacked
PICTURED = 0.7  # of a page: then its text was recognised from the picture under it
DRAWINGS = 50  # on a page without text: then its letters may be drawn
APART = 2.5  # times its size, by which texts of two columns on one line are parted
INDENT = 60  # points, the most by which the first line of a text is set in
EDGE = 0.13  # of a page's height, in which its number and running titles stand
ASK = "ask the office for the Word file or a PDF with text"

_MARK = re.compile(
    r"(?:(?P<dash>[-–+*•])|(?P<number>\d{1,2}(?:\.\d{1,2})*)[.)]|(?P<deep>\d{1,2}(?:\.\d{1,2})+)"
    r"|(?P<letter>[a-zđ])[.)]|(?P<roman>[IVX]+)[.)])\s+(?=\S)"
)
_HEADED = re.compile(r"(?:phụ lục|phu luc|phần|chương)\s+(?:số\s+)?[\dIVXO]+\b", re.IGNORECASE)
_PAGE_NUMBER = re.compile(
    r"(?P<words>[-–\s]*(?:trang|page)?\s*)(?P<number>\d{1,4})(?P<of>\s*(?:/|of|trên)\s*\d{1,4})?[-–\s]*", re.I
)
_NOTE = re.compile(r"[⁰¹²³⁴-⁹⁽]")
_VNI = re.compile(r"(?:^|\+)VNI[-_ ]", re.IGNORECASE)

logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of fonts that have no measures


@dataclass
class _Sheet:
    """What is kept of a page: its lines outside tables in reading order, and its tables."""

    number: int
    size: tuple[int, int]
    height: float
    lines: list[Line]
    tables: list[Drawing]
    slanted: str = ""
    outside: str = ""
    unseen: list[str] = field(default_factory=list)
    drawn: str = ""  # its letters as they are drawn, without marks and spaces
    left: float = 0.0
    right: float = 0.0


def read_pdf(name: str, body: bytes) -> Document:
    """Raises Refused. A page without text refuses the whole."""
    if b"%PDF-" not in body[:1024]:
        raise Refused(
            f"{name}: first bytes: expected a PDF, found none; ask its sender for the file as it was"
        )
    if b"%%EOF" not in body[-4096:]:
        raise Refused(
            f"{name}: the PDF ends before its end; fetch the whole file and send it again", "truncated"
        )
    try:
        with pdfplumber.open(io.BytesIO(body)) as pdf:
            sheets = _sheets(name, pdf)
    except (Refused, MemoryError):
        raise
    except Exception as trouble:  # whatever a damaged file does to its reader
        cause = next((cause for cause in trouble.args if isinstance(cause, Exception)), trouble)
        if isinstance(cause, MemoryError):
            raise cause from None
        if isinstance(cause, PDFEncryptionError):
            raise Refused(
                f"{name}: the PDF is locked with a password; print it to a PDF without one, or ask the "
                "office for the Word file",
                "encrypted",
            ) from None
        raise Refused(f"{name}: the PDF is damaged ({type(cause).__name__}); {ASK}") from None
    _without_running_titles(sheets)
    _refuse_columns(name, sheets)
    blocks = _blocks(sheets)
    return Document(blocks, list(_notes(sheets, blocks)))


def _notes(sheets: list[_Sheet], blocks: list[Block]) -> Iterator[Note]:
    """What of each page is not read; programs that print draw text again where it cannot be seen."""
    begins: dict[int | None, int] = {}
    for number, block in enumerate(blocks):
        begins.setdefault(block.rows[0].page if isinstance(block, Table) else block.page, number)
    for at, sheet in enumerate(sheets):
        near = "".join(other.drawn for other in sheets[max(0, at - 1) : at + 2])
        unseen = [text for text in sheet.unseen if len(_bare(text)) > 2 and _bare(text) not in near]
        for kind, text in (("slanted", sheet.slanted), ("unseen", " ".join([*unseen, sheet.outside]))):
            if _bare(text):
                yield Note(kind, " ".join(text.split())[:500], begins.get(sheet.number, 0))


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFC", text))


def _sheets(name: str, pdf: pdfplumber.PDF) -> list[_Sheet]:
    if len(pdf.pages) > MOST_PAGES:
        raise Refused(
            f"{name}: the PDF has {len(pdf.pages)} pages, {MOST_PAGES} are read; send the plan without what "
            "belongs to others",
            "too_large",
        )
    counted = resolve1(resolve1(pdf.doc.catalog["Pages"]).get("Count"))
    if isinstance(counted, int) and counted != len(pdf.pages):
        raise Refused(f"{name}: the PDF is damaged ({len(pdf.pages)} of {counted} pages are found); {ASK}")
    sheets: list[_Sheet] = []
    pictures: list[int] = []
    lost: dict[str, list[int]] = {}
    for printed in pdf.pages:
        _refuse_damaged(name, printed)
        unseen = lay_out(printed)
        drawn = _bare("".join(char["text"] for char in printed.chars))
        page = page_of(printed)
        for font in [*page.lost, *(font for font in page.fonts if _VNI.search(font))]:
            lost.setdefault(font.partition("+")[2] or font, []).append(page.number)
        if page.glyphs and page.pictured < PICTURED:
            tables = tables_of(page)
            size = round(page.width), round(page.height)
            lines = lines_of(page.glyphs, APART)
            left_out = page.slanted, page.outside, unseen, drawn
            sheets.append(_Sheet(page.number, size, page.height, lines, tables, *left_out))
        elif page.pictured > 0.05 or len(printed.curves) + len(printed.lines) > DRAWINGS:
            pictures.append(page.number)
        printed.close()
    if pictures:
        raise Refused(
            f"{name}: {_numbered(pictures)}: expected text, found a picture of it (a scan); {ASK}",
            locator=_numbered(pictures),
        )
    for font, pages in lost.items():
        raise Refused(
            f"{name}: {_numbered(pages)}: the letters of the font {font} are not known; {ASK} in a Unicode "
            "font",
            "encoding_unknown",
            _numbered(pages),
        )
    if not sheets:
        raise Refused(f"{name}: the PDF has no page with text; {ASK}")
    return sheets


def _refuse_damaged(name: str, printed: pdfplumber.page.Page) -> None:
    """A page's content is unpacked whole, or not at all: else half a page would do for one."""
    locator = f"page {printed.page_number}"
    for stream in map(resolve1, printed.page_obj.contents):
        if not isinstance(stream, PDFStream):
            raise Refused(f"{name}: {locator}: the PDF is damaged there; {ASK}", locator=locator)
        filters = [str(getattr(kind, "name", kind)) for kind, _ in stream.get_filters()]
        if stream.decipher or stream.rawdata is None or filters not in (["FlateDecode"], ["Fl"]):
            continue
        unpacking = zlib.decompressobj()
        try:
            unpacking.decompress(stream.rawdata, MOST_OF_A_PAGE)
        except zlib.error:
            raise Refused(f"{name}: {locator}: the PDF is damaged there; {ASK}", locator=locator) from None
        if unpacking.unconsumed_tail:
            raise Refused(f"{name}: {locator}: takes too much memory to read; {ASK}", "too_large", locator)
        if not unpacking.eof:
            raise Refused(f"{name}: {locator}: the PDF is damaged there; {ASK}", locator=locator)


def _numbered(pages: list[int]) -> str:
    """`page 3`, `pages 1-4, 7`."""
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    listed = ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
    return f"{'pages' if len(pages) > 1 else 'page'} {listed}"


# Page numbers and running titles.


def _without_running_titles(sheets: list[_Sheet]) -> None:
    """Take away what stands at the edge of pages in a row, and page numbers. A line within another that stays
    does so too."""
    numbers = Counter(
        int(found["number"]) - sheet.number
        for sheet in sheets
        for line in chain(*_at_edges(sheet))
        if (found := _PAGE_NUMBER.fullmatch(line.text))
    )
    pages: dict[tuple, set[int]] = {}
    for at, sheet in enumerate(sheets):
        for line in chain(*_at_edges(sheet)):
            pages.setdefault(_title(sheet, line), set()).add(at)

    def is_title(at: int, line: Line) -> bool:
        seen = pages[_title(sheets[at], line)]
        of_three = any({at + first, at + first + 1, at + first + 2} <= seen for first in (-2, -1, 0))
        return (of_three or len(seen) == len(sheets) == 2) and not _HEADED.match(line.text)

    for at, sheet in enumerate(sheets):
        for edge in _at_edges(sheet):
            for line in edge:
                number = _PAGE_NUMBER.fullmatch(line.text)
                shift = int(number["number"]) - sheet.number if number else None
                is_number = (
                    number
                    and shift is not None
                    and (numbers[shift] > 1 or shift == 0 or number["words"].strip() or number["of"])
                )
                if not is_number and not is_title(at, line):
                    break
                sheet.lines.remove(line)


def _at_edges(sheet: _Sheet) -> tuple[list[Line], list[Line]]:
    """The lines at the upper and at the lower edge of a page, from the edge on, with no table between."""
    first = min((table.box[1] for table in sheet.tables), default=math.inf)
    last = max((table.box[3] for table in sheet.tables), default=-math.inf)
    upper, lower = EDGE * sheet.height, (1 - EDGE) * sheet.height
    above = [line for line in sheet.lines if line.base < min(upper, first)]
    return above, [line for line in sheet.lines[::-1] if line.base - line.size > max(lower, last)]


def _title(sheet: _Sheet, line: Line) -> tuple:
    from_edge = line.base if line.base < sheet.height / 2 else line.base - sheet.height
    return round(from_edge / 3), line.text


def _refuse_columns(name: str, sheets: list[_Sheet]) -> None:
    """Texts in several columns without lines are a table of which no row is known to end."""
    pages = [sheet.number for sheet in sheets if sum(len(row) > 2 for row in _rows(sheet.lines)) > 3]
    if pages:
        raise Refused(
            f"{name}: {_numbered(pages)}: expected a table with lines between its rows, found columns "
            "without; draw its borders, or ask the office for the Word file",
            "not_a_table",
            _numbered(pages),
        )


# The order of reading.


@dataclass
class _Text:
    """The lines of one text. `width` is that of the column in which it stands; `is_whole`: no line is added;
    `is_note`: it stands at a page's foot."""

    lines: list[Line]
    sheet: _Sheet
    width: float
    page: int
    is_whole: bool = False
    is_note: bool = False


def _blocks(sheets: list[_Sheet]) -> list[Block]:
    usual = _usual_size(sheets)
    pitch = _usual_pitch(sheets, usual)
    _set_margins(sheets)
    found: list[_Text | Drawing] = []
    notes: list[_Text] = []
    for sheet in sheets:
        is_first = True
        for part in _in_order(sheet, usual):
            last = found[-1] if found else None
            if isinstance(part, _Text) and part.is_note:
                notes.append(part)
                continue
            if (
                isinstance(part, Drawing)
                and isinstance(last, Drawing)
                and is_first
                and is_continued(last, part)
            ):
                go_on(last, part)
            elif isinstance(part, _Text) and isinstance(last, _Text) and _goes_on(last, part, pitch):
                last.lines += part.lines
                last.sheet, last.width = sheet, part.width
            else:
                found += [*notes, part]
                notes = []
            is_first = False
    return list(_made([*found, *notes], usual))


def _usual_size(sheets: list[_Sheet]) -> float:
    sizes: Counter[float] = Counter()
    for sheet in sheets:
        for line in sheet.lines:
            sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 12.0


def _usual_pitch(sheets: list[_Sheet], usual: float) -> float:
    """From line to line of a paragraph."""
    steps = Counter(
        round(below.base - above.base, 1)
        for sheet in sheets
        for above, below in pairwise(sheet.lines)
        if 0.9 * usual < below.base - above.base < 2.5 * usual
    )
    return steps.most_common(1)[0][0] if steps else 1.3 * usual


def _set_margins(sheets: list[_Sheet]) -> None:
    """Between which text runs on pages of one size: where most lines of stretched text end, else the
    longest."""
    for size in {sheet.size for sheet in sheets}:
        same = [sheet for sheet in sheets if sheet.size == size]
        boxes = [table.box for sheet in same for table in sheet.tables]
        lines = [line for sheet in same for line in sheet.lines]
        left = min([*(line.x0 for line in lines), *(box[0] for box in boxes)])
        right = max([*(line.x1 for line in lines), *(box[2] for box in boxes)])
        ends = Counter(round(line.x1) for line in lines if line.width > 0.6 * (right - left)).most_common(1)
        if ends and ends[0][1] > 4:
            right = float(ends[0][0])
        for sheet in same:
            sheet.left, sheet.right = left, right


def _in_order(sheet: _Sheet, usual: float) -> Iterator[_Text | Drawing]:
    """Texts of one line, and tables, as they are read: of two columns the left one first."""
    tables = sorted(sheet.tables, key=lambda table: table.box[1])
    rows = _rows(sheet.lines)
    foot = _first_note(rows, usual, max((table.box[3] for table in tables), default=0.0))
    at = 0
    while at < len(rows):
        top = rows[at][0].base
        while tables and tables[0].box[1] < top - 0.3 * rows[at][0].size:
            yield tables.pop(0)
        end = _end_of_columns(rows, at, tables[0].box[1] if tables else math.inf)
        if end > at and len(rows[at]) == 2:
            border = _border(rows[at:end])
            for is_right in (False, True):
                for line in (line for row in rows[at:end] for line in row):
                    if (line.x0 > border) == is_right:
                        yield _Text([line], sheet, math.inf, sheet.number, is_whole=True)
            at = end
            continue
        for line in rows[at]:
            is_alone = len(rows[at]) > 1
            width = sheet.right - (sheet.left if _is_centred(line, sheet) else line.x0)
            yield _Text([line], sheet, width, sheet.number, is_alone, at >= foot)
        at += 1
    yield from tables


def _rows(lines: list[Line]) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for line in lines:
        step = line.base - rows[-1][0].base if rows else math.inf
        is_beside = rows and all(line.x0 > other.x1 + 10 or line.x1 < other.x0 - 10 for other in rows[-1])
        if step < (0.9 if is_beside else 0.4) * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.x0) for row in rows]


def _end_of_columns(rows: list[list[Line]], at: int, table: float) -> int:
    """The row behind those that leave blank what parts the two columns of the first."""
    if len(rows[at]) != 2:
        return at
    left, right = rows[at][0].x1, rows[at][1].x0
    end = at + 1
    while end < len(rows):
        row = rows[end]
        if row[0].base - rows[end - 1][0].base > 4 * row[0].size or row[0].base > table or len(row) > 2:
            break
        middle = (left + right) / 2
        ends = [line.x1 for line in row if line.x0 < middle]
        begins = [line.x0 for line in row if line.x0 >= middle]
        new_left, new_right = max([left, *ends]), min([right, *begins])
        if new_right - new_left < 10:
            break
        left, right = new_left, new_right
        end += 1
    while end > at + 1 and len(rows[end - 1]) == 1 and rows[end - 1][0].x1 <= left:
        if (mark := _MARK.match(rows[end - 1][0].text)) and mark["dash"]:
            break  # whom the document goes to, beside who signs it
        end -= 1  # what stands below both columns
    return end


def _border(rows: list[list[Line]]) -> float:
    return (rows[0][0].x1 + rows[0][1].x0) / 2


def _first_note(rows: list[list[Line]], usual: float, table: float) -> int:
    """Where the notes at the foot of a page begin: small lines, the first with a raised mark."""
    foot = len(rows)
    for at in range(len(rows) - 1, -1, -1):
        first = rows[at][0]
        if first.size > 0.93 * usual or first.base < table:
            break
        if _NOTE.match(first.text):
            foot = at
    return foot


def _is_centred(line: Line, sheet: _Sheet) -> bool:
    return line.x0 > sheet.left + INDENT and _is_balanced(line, sheet)


def _is_balanced(line: Line, sheet: _Sheet) -> bool:
    return abs(line.x0 + line.x1 - sheet.left - sheet.right) < 12


def _goes_on(text: _Text, by: _Text, pitch: float) -> bool:
    """Whether a text goes on with a line: the line above was full, and the line looks the same."""
    above, line = text.lines[-1], by.lines[0]
    if text.is_whole or by.is_whole or not runs_on(above, line, text.width):
        return False
    same_page = text.sheet is by.sheet
    if same_page and (line.x0 > above.x1 or line.x1 < above.x0 - INDENT):
        return False
    is_open = not ENDS.search(above.text)
    in_mid = is_open and line.text[:1].islower()
    step = line.base - above.base
    if abs(line.size - above.size) > 0.1 * above.size:
        return False
    if same_page and step > max(1.25 * pitch, 1.6 * line.size):
        return False
    if same_page and step > 1.15 * pitch and not in_mid and len(text.lines) > 1:
        before = above.base - text.lines[-2].base
        if step > 1.15 * before:
            return False
    if above.is_bold != line.is_bold and not in_mid:
        return False
    mark = _MARK.match(line.text)
    if mark and not (is_open and _is_within(text, line, mark)):
        return False
    if _HEADED.match(line.text) and line.text[:1].isupper() and (line.is_bold or line.text.isupper()):
        return False
    if _is_centred(line, by.sheet):
        return _is_centred(above, text.sheet) or (_is_balanced(above, text.sheet) and is_open)
    if not is_open and len(text.lines) == 1 and line.x0 > by.sheet.left + 8 and not _MARK.match(above.text):
        return False  # each is set in
    hangs = len(text.lines) == 1 and _MARK.match(above.text)
    if line.x0 - by.sheet.left > above.x0 - text.sheet.left + 8 and not hangs:
        return False
    return (
        same_page
        or is_open
        or line.text[:1].islower()
        or text.lines[0].x0 > text.sheet.left + 8 >= line.x0 - by.sheet.left + 8
    )


def _is_within(text: _Text, line: Line, mark: re.Match) -> bool:
    """Whether what looks like the mark of an item, at the start of a line, stands within a sentence."""
    before = as_one(text.lines)
    return (
        line.text[mark.end() :][:1].islower()
        or re.search(r"\d$", before) is not None
        or before.count("(") > before.count(")")
    )


def _made(parts: Iterable[_Text | Drawing], usual: float) -> Iterator[Block]:
    marks: list[str] = []  # the kinds of marks around the last list item, each within the one before
    for part in parts:
        if isinstance(part, Drawing):
            yield part.table()
            continue
        text, page = as_one(part.lines), part.page
        mark = _MARK.match(text)
        if not part.is_note and _is_heading(text, part.lines, usual):
            marks = []
            yield Heading(text, page=page)
        elif mark and not part.is_note:
            kind = text[0] if mark["dash"] else str(mark.lastgroup)
            marks = [*marks[: marks.index(kind)], kind] if kind in marks else [*marks, kind]
            yield ListItem(text, len(marks) - 1, page)
        else:
            yield Paragraph(text, page)


def _is_heading(text: str, lines: list[Line], usual: float) -> bool:
    if len(text) > 300 or not any(letter.isalpha() for letter in text):
        return False
    mark = _MARK.match(text)
    if (
        mark
        and (mark["number"] or mark["roman"])
        and len(text) < 120
        and (text.endswith(":") or text.isupper())
    ):
        return True
    if _HEADED.match(text) and text[:1].isupper() and len(text) < 120 and not ENDS.search(text[:-1]):
        return text.isupper() or not text.endswith(".")
    return all(line.is_bold or line.size > 1.12 * usual for line in lines) and not text.endswith((",", ";"))
