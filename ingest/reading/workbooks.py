"""Sheets of XLSX and XLS workbooks, as text cells in their places, with what a reader of them does not see.

An XLSX is read with an XML parser, by namespace, so prefixes, quotes and the order of attributes do not
matter; an XLS by xlrd. One pass tells values, formats, formulas and what is hidden alike, in 3 to 4
seconds for a million cells, and takes no memory for empty ones.
"""

import contextlib
import io
import posixpath
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import IO
from urllib.parse import unquote
from xml.parsers import expat

import xlrd

from ingest.errors import Refused
from ingest.reading import plain_sheets, xml_parts
from ingest.wording import plain

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_CELLS = 20_000_000  # of the rectangle around all cells of a sheet
MAX_COLUMNS = 702  # to column ZZ
MAX_ROWS = 1 << 20  # of an XLSX
LARGE_SHEET = 100_000  # bytes of XML, 500 rows: of a smaller one the cells are read sooner one by one
ERROR_CELL = "########"  # as a spreadsheet shows a day that is none
PERCENT, DAY, TIME, THREE_DECIMALS = "percent", "day", "time", "three decimals"
# Formats known by number; a workbook may describe any of them itself.
_BUILT_IN = dict.fromkeys((9, 10), PERCENT) | dict.fromkeys((*range(18, 22), 45, 46, 47), TIME)
_BUILT_IN |= dict.fromkeys((14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 59)), DAY)
_NOT_SHOWN_AS_SUCH = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]|general|am/pm', re.I)
_LITERAL = re.compile(r'"([^"]*)"|\\(.)')
_THOUSANDS = re.compile(r"ngh[iì]n|ng[aà]n|tri[eệ]u|tỷ|tỉ|thousand|million", re.I)
_THREE_DECIMALS = re.compile(r"[0#?]\.[0#?]{2}0(?![0#?E])")
_NUMBER = re.compile(r"[+-]?[0-9]*\.?[0-9]*(?:[eE][+-]?[0-9]+)?")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_CELL = re.compile(r"(?<![\w.$!])(\$?)([A-Z]{1,3})(\$?)([1-9][0-9]{0,6})(?![\w.(!])")
_RANGE = re.compile(
    r"(?<![\w.$!])(\$?[A-Z]{1,3}\$?[1-9][0-9]{0,6})(?::(\$?[A-Z]{1,3}\$?[1-9][0-9]{0,6}))?(?![\w.(!])"
)
_LABEL = re.compile(r"\b(?:don vi|dvt|so lieu|ky|thang|quy|ngay|ghi chu|luu y|linh vuc|nguon)\b")
_TRUE = ("1", "true", "on")
_RAISED = {"superscript", "subscript"}
_PRINTED = {f"{which}{part}" for which in ("odd", "even", "first") for part in ("Header", "Footer")}


class Number(str):
    """A number that the workbook holds as a number, in plain digits with a point: 1234 or 40.8."""


@dataclass
class Sheet:
    name: str
    hidden: bool = False
    rows: list[list] = field(default_factory=list)
    """Text, Number or None; rows end with their last cell."""
    plain: plain_sheets.Cells | None = None
    """In place of rows where the sheet holds nothing but numbers and texts."""
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    """First row, first column, last row, last column, from 0, within the cells that are filled."""
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    struck: list[tuple[int, int, str]] = field(default_factory=list)
    """Row, column and text of what is crossed out; it is in no cell."""
    marks: dict[tuple[int, int], str] = field(default_factory=dict)
    """By row and column, the raised mark of a footnote; it is no part of the cell's text."""
    comments: list[tuple[int, int, str]] = field(default_factory=list)
    """Row, column and text of the comments on cells."""
    drawn: list[str] = field(default_factory=list)
    """The texts of boxes that are drawn over the sheet."""
    beside: list[tuple[str, str]] = field(default_factory=list)
    """Place and text of what is written in no cell: headers, hints, formulas with text."""
    printed: list[str] = field(default_factory=list)
    """What is printed above and below each page, with its codes."""
    zeros: dict[tuple[int, int], str] = field(default_factory=dict)
    """By row and column, the formulas that gave nothing, zero or false."""
    is_computed: bool = False
    """Whether any other formula gave a value."""

    @property
    def height(self) -> int:
        return self.plain.texts.height if self.plain else len(self.rows)

    @property
    def width(self) -> int:
        return self.plain.texts.width if self.plain else max(map(len, self.rows), default=0)

    def put(self, row: int, column: int, text: str | None) -> None:
        cells = self.rows[row]
        cells += [None] * (column + 1 - len(cells))
        cells[column] = text

    def within_cells(self) -> None:
        """Forget what reaches beyond the filled cells."""
        height, width = self.height, self.width
        self.merged = [
            (top, left, min(bottom, height - 1), min(right, width - 1))
            for top, left, bottom, right in self.merged
            if top < height and left < width
        ]
        self.hidden_rows = {row for row in self.hidden_rows if row < height and any(self.rows[row])}
        self.hidden_columns = {column for column in self.hidden_columns if column < width}


def column_letters(number: int) -> str:
    """A for 0, AA for 26."""
    letters = ""
    while number >= 0:
        number, letter = number // 26 - 1, chr(65 + number % 26)
        letters = letter + letters
    return letters


_CODE = re.compile(r'&(?:"[^"]*"|K(?:[0-9A-Fa-f]{6}|[0-9]{2}[+-][0-9]{3})|[0-9]{1,3}|[A-Z&])')


def printed_texts(printed: str) -> list[str]:
    """The texts of the left, middle and right of a page's header or footer, without codes of fonts, colours,
    and what a program fills in."""
    parts = [_CODE.sub("", part.replace("&&", "\0")) for part in re.split("&[LCR]", printed)]
    return [text for part in parts for line in part.split("\n") if (text := line.replace("\0", "&").strip())]


class _Columns(dict):
    """The number of a column, from 0, by its letters."""

    def __missing__(self, letters: str) -> int:
        if not re.fullmatch("[A-Z]{1,3}", letters):
            raise ValueError(f"no column {letters[:10]!r}")
        number = 0
        for letter in letters:
            number = number * 26 + ord(letter) - 64
        self[letters] = number - 1
        return number - 1


_COLUMNS = _Columns()


def _far(locator: str, row: int, column: int) -> Refused:
    cell = f"{column_letters(column)}{row + 1}"
    return Refused(
        f"{locator}: cell {cell} stands far out; at most {MAX_COLUMNS} columns, {MAX_CELLS:,} cells are "
        "read; delete it, or split the file",
        code="too_large",
        locator=f"cell {cell}",
    )


# How a number is shown


def shown_as(code: str) -> str | None:
    """What the numbers of a format are: percent, day, time, such with three decimals, which look like
    thousands, or None for plain ones. Of thousands its word."""
    if words := _THOUSANDS.search("".join(text or mark for text, mark in _LITERAL.findall(code))):
        return words[0]
    bare = _NOT_SHOWN_AS_SUCH.sub("", code).lower()
    if "%" in bare:
        return PERCENT
    if re.search("[dy]", bare.split(";")[0]):
        return DAY
    if re.search("[hs]", bare.split(";")[0]):
        return TIME
    if re.search("m", bare.split(";")[0]):
        return DAY
    marks = _LITERAL.sub(lambda found: (found[1] or found[2] or "").replace(",", "."), code.split(";")[0])
    return THREE_DECIMALS if _THREE_DECIMALS.search(marks) else None


def _printed(value: float, kind: str | None, first_day: datetime) -> str:
    """A number as a person sees it, but with all its digits."""
    if kind == PERCENT:  # 0.408 shown in the format 0.0% is 40.8%
        shown = (Decimal(repr(value)) * 100).quantize(Decimal("0.0001"), ROUND_HALF_UP).normalize()
        return Number(format(shown, "f") + "%")
    if kind == DAY or (kind == TIME and value >= 1):
        return _day(value, first_day)
    if kind == TIME:
        return str(timedelta(seconds=round(value * 86_400))) if value >= 0 else ERROR_CELL
    plain = Number(int(value) if value.is_integer() else format(Decimal(repr(value)), "f"))
    if kind == THREE_DECIMALS:
        return Number(f"{plain}.000") if value.is_integer() and value else plain
    return f"{plain} {kind}" if kind else plain


def _day(serial: float, first_day: datetime) -> str:
    if first_day.year < 1900 and serial < 60:
        serial += 1  # 1900 is taken for a leap year
    try:
        moment = first_day + timedelta(seconds=round(serial * 86_400))
    except OverflowError:
        return ERROR_CELL
    if serial < 0 or moment.year > 9999:
        return ERROR_CELL
    return _moment(moment)


def _moment(moment: datetime) -> str:
    is_day = not (moment.hour or moment.minute or moment.second)
    return moment.date().isoformat() if is_day else moment.isoformat(" ", "minutes")


_FIRST_DAY = datetime(1899, 12, 30)
_FIRST_DAY_OF_1904 = datetime(1904, 1, 1)


# XLSX


def read_xlsx(name: str, archive: zipfile.ZipFile) -> list[Sheet]:
    """The archive's members are known to be whole and of bearable size. Raises Refused."""
    try:
        return _Package(name, archive).sheets()
    except (expat.ExpatError, LookupError, ValueError, OverflowError) as error:
        raise Refused(
            f"{name}: is damaged inside ({error}); save it again as XLSX", code="unreadable"
        ) from None


def is_package(archive: zipfile.ZipFile) -> bool:
    """Whether an archive is a file of an office program."""
    return not {"[content_types].xml", "mimetype"}.isdisjoint(map(_plain_name, archive.namelist()))


def _plain_name(member: str) -> str:
    """Some programs write backslashes, or another case than the one referred to."""
    return member.replace("\\", "/").lower().lstrip("/")


class _Package:
    def __init__(self, name: str, archive: zipfile.ZipFile):
        self.name, self.archive = name, archive
        self.members = {_plain_name(member.filename): member for member in archive.infolist()}
        self.first_day = _FIRST_DAY
        self.computed_on_loading = False

    def sheets(self) -> list[Sheet]:
        book = next(
            (target for kind, target in self._related("").values() if kind == "officeDocument"),
            "xl/workbook.xml",
        )
        if book not in self:
            raise Refused(f"{self.name}: is no XLSX workbook; save it as XLSX", code="not_a_table")
        related = self._related(book)
        parts = {kind: target for kind, target in related.values()}
        about = self._about_sheets(book)
        strings, struck_strings, marks = self._shared_strings(parts.get("sharedStrings"))
        kinds, struck = self._styles(parts.get("styles"))
        sheets: list[Sheet] = []
        used: set[str] = set()
        for title, state, reference in about:
            kind, target = related.get(reference, ("", ""))
            if kind == "worksheet":
                sheet = Sheet(title, state != "visible")
                locator = f"{self.name}: sheet {title}"
                if not (struck or struck_strings or marks):
                    sheet.plain = self._plain(target, strings, kinds)
                with io.BytesIO(sheet.plain.rest) if sheet.plain else self._open(target) as file:
                    of_strings = (strings, used, struck_strings, marks)
                    _read_sheet(locator, file, sheet, of_strings, kinds, self.first_day, struck)
                used |= sheet.plain.strings if sheet.plain else set()
                self._read_about(target, sheet)
                sheets.append(sheet)
        if not sheets:
            raise Refused(f"{self.name}: has no sheet with cells", code="empty")
        unused = [text for number, text in enumerate(strings) if text and str(number) not in used]
        sheets[0].beside += [("in a text of no cell", text) for text in unused]
        if "calcChain" not in parts:
            _show_uncomputed(sheets, self.computed_on_loading)
        for sheet in sheets:
            sheet.within_cells()
        return sheets

    def _plain(
        self, member: str, strings: list[str], kinds: dict[str, str | None]
    ) -> plain_sheets.Cells | None:
        def printed(value: str, kind: str | None) -> tuple[str, bool]:
            if not _NUMBER.fullmatch(value):
                raise ValueError(value)
            text = _printed(float(value), kind, self.first_day)
            return text, isinstance(text, Number)

        if self._member(member).file_size < LARGE_SHEET:
            return None
        with self._open(member) as file:
            data = file.read()
        return plain_sheets.read(
            data,
            strings,
            kinds,
            printed,
            _COLUMNS.__getitem__,
            lambda height, width: height <= MAX_ROWS and width <= min(MAX_COLUMNS, MAX_CELLS // height),
        )

    def _read_about(self, member: str, sheet: Sheet) -> None:
        """The comments of a sheet, and the texts that are drawn over it."""
        for kind, target in self._related(member).values():
            if target not in self or kind not in ("comments", "threadedComment", "drawing"):
                continue
            with contextlib.suppress(expat.ExpatError, ValueError), self._open(target) as part:
                if kind == "drawing":
                    sheet.drawn += xml_parts.drawn(part)
                    continue
                for cell, text in xml_parts.texts(part):
                    if re.fullmatch(r"[A-Z]{1,3}[1-9]\d{0,6}", cell) and " " in text.strip():
                        sheet.comments.append((*_at(cell), _without_author(text)))

    def __contains__(self, member: str | None) -> bool:
        return member is not None and _plain_name(member) in self.members

    def _member(self, name: str) -> zipfile.ZipInfo:
        return self.members[_plain_name(name)]

    def _open(self, member: str):
        return self.archive.open(self._member(member))

    def _elements(self, member: str) -> list[tuple[str, dict]]:
        """Local names and attributes of a small part."""
        found = []
        with self._open(member) as file:
            xml_parts.read(file, lambda tag, about: found.append((xml_parts.local(tag), about)))
        return found

    def _related(self, part: str) -> dict[str, tuple[str, str]]:
        """By id, the kind and the name of each part that a part refers to."""
        folder, file = posixpath.split(part)
        member = posixpath.join(folder, "_rels", file + ".rels")
        found = {}
        for tag, about in self._elements(member) if member in self else []:
            if tag == "Relationship" and about.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, unquote(about["Target"])))
                found[about["Id"]] = (about["Type"].rpartition("/")[2], target.lstrip("/"))
        return found

    def _about_sheets(self, book: str) -> list[tuple[str, str, str]]:
        """Title, state and reference of each sheet."""
        found = []
        for tag, about in self._elements(book):
            if tag == "sheet":
                reference = next((value for key, value in about.items() if key.endswith("}id")), "")
                found.append((about.get("name", ""), about.get("state", "visible"), reference))
            elif tag == "workbookPr" and about.get("date1904") in _TRUE:
                self.first_day = _FIRST_DAY_OF_1904
            elif tag == "calcPr":
                self.computed_on_loading = about.get("fullCalcOnLoad") in _TRUE
        return found

    def _styles(self, member: str | None) -> tuple[dict[str, str | None], set[str]]:
        """What the numbers of each style are, and the styles that cross a cell out."""
        own: dict[int, str | None] = {}
        styles: list[tuple[int, int]] = []
        fonts: list[bool] = []
        inside = ""
        for tag, about in self._elements(member) if member and member in self else []:
            if tag == "numFmt" and "numFmtId" in about:
                own.setdefault(int(about["numFmtId"]), shown_as(about.get("formatCode", "")))
            elif tag in ("fonts", "fills", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs"):
                inside = tag
            elif tag == "font" and inside == "fonts":
                fonts.append(False)
            elif tag == "strike" and inside == "fonts" and fonts:
                fonts[-1] = about.get("val", "1") in _TRUE
            elif tag == "xf" and inside == "cellXfs":
                styles.append((int(about.get("numFmtId", 0)), int(about.get("fontId", 0))))
        kinds = _BUILT_IN | own
        struck = {str(n) for n, (_, font) in enumerate(styles) if font < len(fonts) and fonts[font]}
        return {str(number): kinds.get(style) for number, (style, _) in enumerate(styles)}, struck

    def _shared_strings(self, member: str | None) -> tuple[list[str], dict[str, str], dict[str, str]]:
        """The texts, and by its number what of one is crossed out, and what is raised beside it."""
        if not member or member not in self:
            return [], {}, {}
        texts: list[str] = []
        struck: dict[str, str] = {}
        marks: dict[str, str] = {}
        runs = _Runs()

        def start(tag, about):
            if tag.endswith("}t"):
                parser.CharacterDataHandler = runs.take()
            else:
                runs.begin(tag, about)

        def end(tag):
            parser.CharacterDataHandler = None
            if tag.endswith("}si"):
                number = str(len(texts))
                if crossed_out := runs.crossed_out_text():
                    struck[number] = crossed_out
                if mark := runs.mark():
                    marks[number] = mark
                texts.append(_unescaped(runs.text()))
            else:
                runs.end(tag)

        parser = xml_parts.parser(start, end)
        with self._open(member) as file:
            xml_parts.parse(parser, file)
        return texts, struck, marks


class _Runs:
    """The runs of one text: what is normal, raised or lowered, which beside others is the mark of a footnote,
    and crossed out. How a word is spoken is none of it."""

    def __init__(self) -> None:
        self.normal: list[str] = []
        self.raised: list[str] = []
        self.crossed_out: list[str] = []
        self.is_raised = self.is_crossed_out = self.is_spoken = False

    def begin(self, tag: str, about: dict[str, str]) -> None:
        if tag.endswith("}rPh"):
            self.is_spoken = True
        elif tag.endswith("}strike"):
            self.is_crossed_out = about.get("val", "1") in _TRUE
        elif tag.endswith("}vertAlign"):
            self.is_raised = about.get("val") in _RAISED

    def end(self, tag: str) -> None:
        if tag.endswith("}rPh"):
            self.is_spoken = False
        elif tag.endswith("}r"):
            self.is_crossed_out = self.is_raised = False

    def take(self) -> Callable[[str], None] | None:
        """Where the letters that follow go."""
        if self.is_spoken:
            return None
        return (
            self.crossed_out if self.is_crossed_out else self.raised if self.is_raised else self.normal
        ).append

    def mark(self) -> str | None:
        return "".join(self.raised) if self.raised and any(map(str.strip, self.normal)) else None

    def text(self) -> str:
        """The text without marks; it is forgotten."""
        text = "".join(self.normal if any(map(str.strip, self.normal)) else self.raised)
        self.normal.clear()
        self.raised.clear()
        return text

    def crossed_out_text(self) -> str:
        text = _unescaped("".join(self.crossed_out))
        self.crossed_out.clear()
        return text


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _read_sheet(
    locator: str,
    file: IO[bytes],
    sheet: Sheet,
    of_strings: tuple[list[str], set[str], dict[str, str], dict[str, str]],
    kinds: dict[str, str | None],
    first_day: datetime,
    struck: set[str],
) -> None:
    """Fill a sheet. of_strings: the shared strings, the numbers of those that cells hold, which are taken
    here, and by number what is crossed out of one, and raised beside it. struck: the styles that cross a
    cell out."""
    strings, used, struck_strings, marks = of_strings
    rows: dict[int, list] = {}
    shared: dict[str, tuple[str, int, int]] = {}
    runs = _Runs()
    formula_text: list[str] = []
    beside = xml_parts.Texts()
    row, row_text, cells, width, widest = -1, "", [], 0, 0
    column, about, value = -1, {}, ""
    formula: dict[str, str] | None = None
    c = v = f = t = inline = in_row = None

    def start(tag, attributes):
        nonlocal row, row_text, cells, widest, column, about, value, formula
        if tag == c:
            about, value, formula = attributes, "", None
            reference = attributes.get("r")
            if reference is None:
                column += 1
            else:
                letters = reference.rstrip("0123456789")
                column = _COLUMNS[letters]
                if reference[len(letters) :] != row_text:
                    raise ValueError(f"cell {reference} stands in row {row_text}")
        elif tag in (v, t):
            parser.CharacterDataHandler = runs.take()
        elif tag == f:
            formula = attributes
            parser.CharacterDataHandler = formula_text.append
        elif tag == in_row:
            row = int(attributes["r"]) - 1 if "r" in attributes else row + 1
            if not 0 <= row < MAX_ROWS:
                raise ValueError(f"row {row + 1}")
            row_text, column, cells = str(row + 1), -1, rows.get(row, [])
            widest = min(MAX_COLUMNS, MAX_CELLS // (row + 1))
            if _is_hidden(attributes, "ht"):
                sheet.hidden_rows.add(row)
        elif tag.endswith("}col") and _is_hidden(attributes, "width"):
            sheet.hidden_columns.update(
                range(int(attributes["min"]) - 1, min(int(attributes["max"]), MAX_COLUMNS))
            )
        else:
            runs.begin(tag, attributes)

    def end(tag):
        nonlocal value
        if tag in (v, inline):
            if mark := runs.mark():
                sheet.marks[row, column] = mark
            value = runs.text()
            parser.CharacterDataHandler = None
        elif tag == c:
            end_cell()
        elif tag in (t, f):
            parser.CharacterDataHandler = None
        elif tag.endswith("}sheetData"):
            parser.StartElementHandler = after
            parser.EndElementHandler, parser.CharacterDataHandler = after_end, beside.text
        else:
            runs.end(tag)

    def end_cell():
        nonlocal width
        kind = about.get("t", "n")
        text: str | None = None
        if not value:
            pass
        elif kind == "n":
            shown = kinds.get(about.get("s", "0"))
            if shown is None and len(value) < 16 and value.isascii() and value.isdigit():
                text = Number(value.lstrip("0") or "0")
            elif _NUMBER.fullmatch(value):
                text = _printed(float(value), shown, first_day)
            else:
                raise ValueError(f"{value[:20]!r} in a number cell, row {row_text}")
        elif kind == "s":
            used.add(value)
            text = strings[int(value)] or None
            if value in marks:
                sheet.marks[row, column] = marks[value]
        elif kind == "b":
            text = "TRUE" if value in _TRUE else "FALSE"
        elif kind == "d":
            text = _moment(datetime.fromisoformat(value).replace(tzinfo=None))
        else:  # str, inlineStr, e
            text = _unescaped(value)
        if formula is not None:
            text = with_formula(formula, kind, text)
        if runs.crossed_out or value in struck_strings:
            of_string = struck_strings.get(value) if kind == "s" else None
            if left_out := of_string or runs.crossed_out_text():
                sheet.struck.append((row, column, left_out))
            runs.crossed_out.clear()
        if text is not None and about.get("s", "0") in struck:
            sheet.struck.append((row, column, text))
            text = None
        if text is None:
            return
        if column >= widest:
            raise _far(locator, row, column)
        if not cells:
            if width > widest:
                raise _far(locator, row, column)
            rows[row] = cells
        gap = column - len(cells)
        if gap >= 0:
            if gap:
                cells.extend([None] * gap)
            cells.append(text)
            if column >= width:
                width = column + 1
        elif cells[column] is None:
            cells[column] = text
        else:
            raise ValueError(f"cell {column_letters(column)}{row_text} stands twice")

    def with_formula(formula, kind, text):
        written = "".join(formula_text)
        formula_text.clear()
        if formula.get("t") == "shared":
            if written:
                shared[formula.get("si")] = (written, row, column)
            elif formula.get("si") in shared:
                first, of_row, of_column = shared[formula["si"]]
                written = _moved(first, row - of_row, column - of_column)
        if '"' in written:
            sheet.beside.append((f"cell {column_letters(column)}{row_text}", written))
        if text is None and kind != "str":
            return "=" + written
        if text is None or text == "FALSE" or (isinstance(text, Number) and not text.strip("0.%")):
            sheet.zeros[row, column] = "=" + written
        else:
            sheet.is_computed = True
        return text

    def after_end(tag):
        known = len(beside.found)
        beside.end(tag)
        if xml_parts.local(tag) in _PRINTED:
            sheet.printed += [text for _, text in beside.found[known:]]

    def after(tag, attributes):
        if tag.endswith("}mergeCell"):
            first, _, last = attributes["ref"].partition(":")
            sheet.merged.append((*_at(first), *_at(last or first)))
        else:
            beside.start(tag, attributes)

    def root(tag, attributes):
        nonlocal c, v, f, t, inline, in_row
        space = tag.rpartition("}")[0] + "}"
        c, v, f, t, inline, in_row = (space + name for name in ("c", "v", "f", "t", "is", "row"))
        parser.StartElementHandler = start

    parser = xml_parts.parser(root, end)
    xml_parts.parse(parser, file)
    sheet.rows = [rows.get(number, []) for number in range(max(rows, default=-1) + 1)]
    sheet.beside += [(f"beside its cells {cells}".strip(), text) for cells, text in beside.found]
    sheet.beside += [(f"cell {column_letters(n)}{row + 1}", text) for row, n, text in sheet.struck]


def _is_hidden(about: dict[str, str], size: str) -> bool:
    return about.get("hidden") in _TRUE or float(about.get(size, 1)) < 0.5


def _at(cell: str) -> tuple[int, int]:
    letters = cell.rstrip("0123456789")
    return int(cell[len(letters) :]) - 1, _COLUMNS[letters]


def _moved(formula: str, down: int, right: int) -> str:
    """A formula as it reads some rows and columns away from where it was written."""

    def moved(found):
        fixed_column, letters, fixed_row, number = found.groups()
        column = _COLUMNS[letters] + (0 if fixed_column else right)
        row = int(number) + (0 if fixed_row else down)
        return f"{fixed_column}{column_letters(column)}{fixed_row}{row}"

    return _CELL.sub(moved, formula)


def _show_uncomputed(sheets: list[Sheet], computed_on_loading: bool) -> None:
    """Write the formula where its zero is only what a program puts there before anybody computed it: it asks
    to compute all on loading, or no formula gave anything although this one refers to figures."""
    nobody = not any(sheet.is_computed for sheet in sheets)
    for sheet in sheets:
        uncomputed = {
            at: formula
            for at, formula in sheet.zeros.items()
            if computed_on_loading or (nobody and _refers_to_figures(sheet, formula))
        }
        for (row, column), formula in uncomputed.items():
            sheet.put(row, column, formula)


def _refers_to_figures(sheet: Sheet, formula: str) -> bool:
    """Whether a cell that a formula names holds a number other than zero; also where that is not known."""
    referred = [] if "!" in formula else list(_RANGE.finditer(formula))
    for found in referred:
        (top, left), (bottom, right) = (
            _at(found[1].replace("$", "")),
            _at((found[2] or found[1]).replace("$", "")),
        )
        for cells in sheet.rows[top : bottom + 1]:
            for cell in cells[left : right + 1]:
                if isinstance(cell, Number) and cell.strip("-0.%"):
                    return True
    return not referred


def _without_author(text: str) -> str:
    """The words of a comment without who wrote them, as programs put it: `An: Số liệu tháng 2`."""
    text = " ".join(text.split())
    author, _, words = text.partition(": ")
    return words if words and len(author) < 40 and not _LABEL.search(plain(author)) else text


# XLS


def read_xls(name: str, body: bytes) -> list[Sheet]:
    """Raises Refused: `encrypted`, `truncated`, `unreadable`, `not_a_table` for other Office files."""
    if _utf_16("EncryptedPackage") in body:
        raise _locked(name)
    if _utf_16("Workbook") not in body and _utf_16("Book") not in body:
        sector, directory = 1 << int.from_bytes(body[30:32], "little"), int.from_bytes(body[48:52], "little")
        if len(body) < (directory + 2) * sector:
            raise Refused(f"{name}: is cut short; fetch the whole file and send it again", code="truncated")
        raise Refused(f"{name}: is no workbook; save the table as XLSX", code="not_a_table")
    try:
        with xlrd.open_workbook(
            file_contents=body, formatting_info=True, ragged_rows=True, on_demand=True, logfile=io.StringIO()
        ) as book:
            sheets = [_old_sheet(book, number) for number in range(book.nsheets)]
    except Refused:
        raise
    except Exception as error:  # xlrd meets damage with whatever its next step raises
        if "encrypted" in str(error):
            raise _locked(name) from None
        raise Refused(
            f"{name}: is damaged or cut short ({' '.join(str(error).split())[:80]}); "
            "fetch the whole file and send it again",
            code="unreadable",
        ) from None
    if b"Microsoft Excel\0" not in body:  # as Excel names itself in the properties
        # Programs that write no properties compute nothing either; LibreOffice keeps the zeros of others.
        _show_uncomputed(sheets, _utf_16("SummaryInformation") not in body)
    for sheet in sheets:
        sheet.within_cells()
    return sheets


def _without_raised_runs(
    book: xlrd.Book, sheet: xlrd.sheet.Sheet, row: int, column: int, text: str, marks: dict
) -> str:
    found = sheet.rich_text_runlist_map.get((row, column), [])
    runs = _Runs()
    runs.normal.append(text[: found[0][0]] if found else text)
    ends = [*(at for at, _ in found[1:]), len(text)]
    for (at, font), end in zip(found, ends, strict=True) if found else ():
        (runs.raised if book.font_list[font].escapement else runs.normal).append(text[at:end])
    if mark := runs.mark():
        marks[row, column] = mark
    return runs.text()


def _old_sheet(book: xlrd.Book, number: int) -> Sheet:
    found = book.sheet_by_index(number)
    sheet = Sheet(found.name, found.visibility != 0)
    first_day = _FIRST_DAY_OF_1904 if book.datemode else _FIRST_DAY
    kinds = {}

    def kind(style: int) -> str | None:
        if style not in kinds:
            kinds[style] = shown_as(book.format_map[book.xf_list[style].format_key].format_str)
        return kinds[style]

    for row in range(found.nrows):
        cells = []
        types = found.row_types(row)
        for column, value in enumerate(found.row_values(row)):
            match types[column]:
                case xlrd.XL_CELL_TEXT:
                    text = _without_raised_runs(book, found, row, column, value, sheet.marks) or None
                case xlrd.XL_CELL_NUMBER | xlrd.XL_CELL_DATE:
                    text = _printed(value, kind(found.cell_xf_index(row, column)), first_day)
                case xlrd.XL_CELL_BOOLEAN:
                    text = "TRUE" if value else "FALSE"
                case xlrd.XL_CELL_ERROR:
                    text = xlrd.error_text_from_code.get(value, "#ERROR!")
                case _:
                    text = None
            if (
                text is not None
                and book.font_list[book.xf_list[found.cell_xf_index(row, column)].font_index].struck_out
            ):
                sheet.struck.append((row, column, text))
                sheet.beside.append((f"cell {column_letters(column)}{row + 1}", text))
                text = None
            cells.append(text)
        while cells and cells[-1] is None:
            cells.pop()
        sheet.rows.append(cells)
    while sheet.rows and not sheet.rows[-1]:
        sheet.rows.pop()
    sheet.merged = [(top, left, bottom - 1, right - 1) for top, bottom, left, right in found.merged_cells]
    sheet.hidden_rows = {row for row, about in found.rowinfo_map.items() if about.hidden or not about.height}
    sheet.hidden_columns = {n for n, about in found.colinfo_map.items() if about.hidden or not about.width}
    sheet.comments = [
        (row, column, _without_author(note.text)) for (row, column), note in found.cell_note_map.items()
    ]
    sheet.printed = [text for text in _old_printed(book.mem, found._position) if text]
    for row, column, is_nothing, tokens in _old_formulas(book.mem, found._position):
        if is_nothing:
            sheet.zeros[row, column] = "=" + _old_formula(book, row, column, tokens)
        else:
            sheet.is_computed = True
    book.unload_sheet(number)
    return sheet


def _old_formula(book: xlrd.Book, row: int, column: int, tokens: bytes) -> str:
    """A formula as text; a question mark where it is kept elsewhere."""
    kind = xlrd.formula.FMLA_TYPE_CELL
    try:
        text = xlrd.formula.decompile_formula(
            book, tokens, len(tokens), kind, browx=row, bcolx=column, r1c1=0
        )
    except Exception:  # of damaged tokens anything may come
        text = None
    return text or "?"


def _old_formulas(book: bytes, at: int) -> Iterator[tuple[int, int, bool, bytes]]:
    """Row and column of each formula of the sheet at a place, whether it gave nothing or zero, its tokens."""
    for code, record in _old_records(book, at):
        if code in (0x06, 0x0206, 0x0406) and len(record) >= 14:
            row, column, _, value = struct.unpack_from("<HHH8s", record)
            empty_or_false = value[6:] == b"\xff\xff" and (value[0] == 3 or (value[0] == 1 and not value[2]))
            size = int.from_bytes(record[20:22], "little")
            yield row, column, value == bytes(8) or empty_or_false, record[22 : 22 + size]


def _old_printed(book: bytes, at: int) -> Iterator[str]:
    """What a sheet prints above and below its pages."""
    for code, record in _old_records(book, at):
        if code in (0x14, 0x15) and len(record) > 3:
            yield record[3:].decode("utf-16-le" if record[2] & 1 else "latin-1", "replace")


def _old_records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Code and content of each record of the sheet at a place."""
    depth = 0
    while at + 4 <= len(book):
        code, length = struct.unpack_from("<HH", book, at)
        if code & 0xFF == 0x09:  # a sheet begins, or a chart within it
            depth += 1
        elif code == 0x0A:
            depth -= 1
            if depth <= 0:
                return
        else:
            yield code, book[at + 4 : at + 4 + length]
        at += 4 + length


def _locked(name: str) -> Refused:
    return Refused(f"{name}: is encrypted; send it without a password", code="encrypted")


def _utf_16(text: str) -> bytes:
    return text.encode("utf-16-le")
