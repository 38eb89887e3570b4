"""From bytes to grids of text cells, whatever the file is called: its content says what it is.

CSV (comma, semicolon, tab, bar), XLSX, XLS, HTML tables (often saved as .xls), JSON arrays of objects, or a
ZIP archive with one of these. What the cells mean is for `headers` and `numbers` to tell.
"""

import contextlib
import csv
import io
import itertools
import json
import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import polars as pl

from ingest.errors import Refused
from ingest.files import MAX_BYTES
from ingest.reading import distinct, encodings, pages, privacy, workbooks
from ingest.reading.outcome import Unread
from ingest.reading.workbooks import Number

if TYPE_CHECKING:
    from ingest.reading.reports import ReportTable

MAX_UNPACKED = 512 << 20
MAX_RATIO = 400  # XML of a spreadsheet packs to a tenth or less, never to this little
MAX_ROWS = 2_000_000
MAX_COLUMNS = workbooks.MAX_COLUMNS
CHUNK = 20_000  # rows turned into a frame at once
BY_HAND = {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"}
NO_TABLES = {
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
}
WORKBOOKS = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}
_INVISIBLE = "[\u200b\u200c\u200d\u2060\ufeff\u00ad]"
# What cannot be seen, and letters that may be others in NFC; none of those excluded here is, nor is any that
# follows them.
_ODD = "\u00ad|[^\u0000-\u024f\u1e00-\u1eff\u2010-\u2027\u2030-\u205e]"


@dataclass(frozen=True)
class Grid:
    """The cells of one table or sheet as NFC text; blank cells are null. Row 1 is the first of `cells`."""

    cells: pl.DataFrame
    """One String column per column, named by its number from 0."""
    name: str = ""
    """The sheet's name; empty where a file has just one table."""
    typed: pl.DataFrame | None = None
    """Same shape, True where the file holds a number rather than its print; None where it holds text only."""
    widths: pl.Series | None = None
    """How many cells each row really has, where rows can differ."""
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    """First row, first column, last row, last column of merged cells, counted from 0."""
    hidden: bool = False
    unread: list[Unread] = field(default_factory=list)
    """What a reader of the file may not have seen, such as hidden columns."""
    separator: str | None = None
    """What stands between the cells, where the file is a text."""
    beside: list[tuple[str, str]] = field(default_factory=list)
    """Place and text of what stands over the table and in no cell: the title of a page, a caption, what is
    printed above and below each page of a sheet."""
    explaining: frozenset[str] = frozenset()
    """Of `beside`, the places in sheets of many lines, which explain the table and are no titles of it."""
    marks: dict[tuple[int, int], str] = field(default_factory=dict)
    """By row and column, from 0, the raised mark of a footnote."""
    crossed_out: frozenset[tuple[int, int]] = frozenset()
    """Row and column, from 0, of cells with a text that is crossed out."""
    comments: list[tuple[int, int, str]] = field(default_factory=list)
    """Row and column, from 0, and text of the comments on cells."""
    inside: str = ""
    """The name of the archive and of the file in it, where the table came in one."""
    place: str = ""
    """Which table of a report it is, such as `table 2`."""
    records: bool = False
    """Rows are JSON objects: row 1 is their keys, and places are written `[0].KEY`."""

    def locator(self, row: int, heading: str) -> str:
        """Where a cell is; `row` counts from 1."""
        if self.records:
            return f"[{row - 2}].{heading}"
        return f"{self._sheet}row {row}, column {heading}"

    def locators(self, heading: str) -> pl.Expr:
        """As `locator`, of the column `row` of a frame."""
        before, after = (text.replace("{", "(").replace("}", ")") for text in (self._sheet, heading))
        if self.records:
            return pl.format(f"[{{}}].{after}", pl.col("row") - 2)
        return pl.format(f"{before}row {{}}, column {after}", "row")

    def row_locator(self, row: int) -> str:
        return f"[{row - 2}]" if self.records else f"{self._sheet}row {row}"

    @property
    def _sheet(self) -> str:
        return f"sheet {self.name}, " if self.name else f"{self.place}, " if self.place else ""


def grids(name: str, body: bytes) -> list[Grid]:
    """All tables of a file, hidden sheets too. Raises Refused on what is none, damaged or too large."""
    if len(body) > MAX_BYTES:
        raise Refused(
            f"{name}: has {len(body) >> 20} MiB; at most {MAX_BYTES >> 20} are read; split the file",
            code="too_large",
        )
    if not body.lstrip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Refused(f"{name}: is empty; ask its sender for the file", code="empty")
    found = list(_grids(name, body))
    if not any(column.null_count() < len(column) for grid in found for column in grid.cells):
        wanted = "at least one object" if found and found[0].records else "a row of headings"
        raise Refused(f"{name}: is empty; {wanted} was expected", code="empty")
    return found


def _grids(name: str, body: bytes) -> Iterable[Grid]:
    if body.startswith((b"PK", b"%PDF")) or body[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        from ingest.reading import reports  # whose readers of documents use what is here

        if reports.is_report(body):
            return [_of_report(name, table) for table in reports.tables(name, body)]
    if body.startswith(b"PK"):
        inner, unpacked = opened(name, body)
        if unpacked is body:
            return _workbook(name, body)
        return [replace(grid, inside=inner) for grid in grids(inner, unpacked)]
    if body.startswith(workbooks.OLE):
        privacy.refuse_personal_bytes(name, body)
        return _sheets(name, workbooks.read_xls(name, body))
    for mark, kind in NO_TABLES.items():
        if body.startswith(mark):
            raise Refused(f"{name}: is {kind}; send the table as XLSX or CSV", code="not_a_table")
    if body.startswith(b"\x1f\x8b"):
        raise Refused(f"{name}: is packed with gzip; unpack it and send the table", code="not_a_table")
    try:
        encoding = encodings.encoding(name, body)
    except Refused as refused:
        if refused.code == "encoding_unknown":
            _refuse_binary(name, body)
        raise
    start = next(encoding.lines(body), "")
    head = (start + body[:4096].decode(encoding.codec, "ignore")).lstrip("\ufeff \t\r\n").lower()
    if "\0" in head or re.search(r"[\x01-\x08\x0e-\x1a]", head):
        raise _damaged(name)
    for is_so, kind in (
        (
            "urn:schemas-microsoft-com:office:spreadsheet" in head and "<html" not in head,
            "XML Spreadsheet 2003",
        ),
        (re.match(r"mime-version:|content-type:\s*multipart/", head), "a web page saved as one file (MHTML)"),
    ):
        if is_so:
            raise Refused(f"{name}: is {kind}; open it and save it as XLSX", code="not_a_table")
    if head.startswith(("[", "{")) and not head.startswith("[sep"):
        return [_records(name, encoding.text(body))]
    if head.startswith("<"):
        return _web_tables(name, encoding.text(body))
    return [_separated(name, body, encoding)]


def _refuse_binary(name: str, body: bytes) -> None:
    """Raises Refused for what fits no encoding because it is no text, whatever its name says."""
    if encodings.is_binary(body):
        raise _damaged(name)


def _damaged(name: str) -> Refused:
    """The refusal of bytes that are no text, as what their name says they are."""
    kind = "workbook" if PurePosixPath(name).suffix.lower() in WORKBOOKS else "text"
    return Refused(
        f"{name}: is no {kind}, or a damaged one; get it again and send the table as XLSX or CSV",
        code="not_a_table",
    )


def opened(name: str, body: bytes) -> tuple[str, bytes]:
    """The one file of a ZIP archive, named with it; what is none, or a workbook, as it is. Raises Refused."""
    if not body.startswith(b"PK"):
        return name, body
    with open_archive(name, body) as archive:
        if workbooks.is_package(archive):
            return name, body
        for text in (archive.comment.decode("utf-8", "replace"), *archive.namelist()):
            privacy.refuse_personal_text(name, text, "the name of a file in the archive, or its comment")
        members = [m for m in archive.infolist() if not m.is_dir()]
        kept = [m for m in members if not BY_HAND & set(PurePosixPath(m.filename).parts)]
        if len(kept) != 1:
            raise Refused(
                f"{name}: the archive holds {len(kept)} files; send one file at a time", code="zip_many_files"
            )
        inner, unpacked = f"{name}/{kept[0].filename}", archive.read(kept[0])
    if unpacked.startswith(b"PK") and not _is_workbook(unpacked):
        raise Refused(f"{inner}: is an archive in an archive; send the table itself", code="zip_bomb")
    return inner, unpacked


def _workbook(name: str, body: bytes) -> list[Grid]:
    with open_archive(name, body) as archive:
        refuse_damage(name, archive)
        privacy.refuse_personal_parts(name, archive)
        return _sheets(name, workbooks.read_xlsx(name, archive))


@contextlib.contextmanager
def open_archive(name: str, body: bytes) -> Iterator[zipfile.ZipFile]:
    """An archive of bearable size. Raises Refused, also on damage that is met while it is read."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            members = [m for m in archive.infolist() if not m.is_dir()]
            _refuse_bomb(name, body, members)
            _refuse_locked(name, members)
            yield archive
    except (zipfile.BadZipFile, EOFError, zlib.error, struct.error, ValueError, OSError) as error:
        raise Refused(
            f"{name}: the archive is damaged or cut short ({error}); fetch the whole file and send it again",
            code="truncated",
        ) from None
    except (NotImplementedError, RuntimeError) as error:
        raise Refused(
            f"{name}: cannot be unpacked ({error}); send the table itself", code="unreadable"
        ) from None


def _refuse_bomb(name: str, body: bytes, members: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(m.file_size for m in members)
    if unpacked > MAX_UNPACKED or len(members) > 10_000 or unpacked > max(MAX_RATIO * len(body), 1 << 20):
        raise Refused(
            f"{name}: {len(body):,} bytes unpack to {unpacked:,} in {len(members)} files; "
            "send the table itself",
            code="zip_bomb",
        )


def _refuse_locked(name: str, members: list[zipfile.ZipInfo]) -> None:
    if any(m.flag_bits & 1 for m in members):
        raise Refused(f"{name}: is encrypted; send it without a password", code="encrypted")


def refuse_damage(name: str, archive: zipfile.ZipFile) -> None:
    """Every member is unpacked once: its checksum, and that it is no longer than it says."""
    if damaged := archive.testzip():
        raise Refused(f"{name}: {damaged} in it is damaged; fetch the whole file again", code="truncated")


def _is_workbook(body: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return workbooks.is_package(archive)
    except zipfile.BadZipFile:
        return False


def _sheets(name: str, sheets: list[workbooks.Sheet]) -> list[Grid]:
    found = []
    privacy.refuse_personal_texts(
        name, [(f"sheet {sheet.name}, {locator}", text) for sheet in sheets for locator, text in sheet.beside]
    )
    typed: pl.DataFrame | None
    for sheet in sheets:
        if sheet.plain:
            _refuse_too_large(f"{name}: sheet {sheet.name}", sheet.height, sheet.width)
            cells, typed = _without_legacy_fonts(_as_text(sheet.plain.texts)), sheet.plain.typed
        else:
            cells, typed, _ = _frames(f"{name}: sheet {sheet.name}", sheet.rows, typed=True)
        locator = f"sheet {sheet.name}, printed on each page"
        found.append(
            Grid(
                cells,
                sheet.name,
                typed,
                None,
                sheet.merged,
                sheet.hidden,
                [*_hidden(sheet, cells), *_struck(sheet), *_written_over(sheet)],
                beside=[
                    *((locator, text) for page in sheet.printed for text in workbooks.printed_texts(page)),
                    *((f"sheet {sheet.name}, a text box", text) for text in sheet.drawn),
                ],
                marks=sheet.marks,
                crossed_out=frozenset((row, column) for row, column, _ in sheet.struck),
                comments=sheet.comments,
            )
        )
    return found


def _hidden(sheet: workbooks.Sheet, cells: pl.DataFrame) -> list[Unread]:
    """The hidden columns and rows that hold something, rows that follow one another together."""
    found = []
    for number in sorted(sheet.hidden_columns):
        column = cells[str(number)]
        texts = column.drop_nulls()
        if len(texts):
            locator = f"sheet {sheet.name}, column {workbooks.column_letters(number)}"
            found.append(Unread("hidden_column", locator, texts[0], int(column.str.contains(r"\d").sum())))
    rows = sorted(sheet.hidden_rows)
    for _, run in itertools.groupby(enumerate(rows), key=lambda pair: pair[1] - pair[0]):
        first, *rest = (row for _, row in run)
        last = rest[-1] if rest else first
        hidden = cells.slice(first, last - first + 1)
        text = next(text for text in hidden.row(0) if text)
        locator = f"sheet {sheet.name}, row {first + 1}" + (f" to {last + 1}" if rest else "")
        found.append(Unread("hidden_row", locator, text, figures_in(hidden)))
    return found


def _struck(sheet: workbooks.Sheet) -> Iterator[Unread]:
    for row, column, text in sheet.struck:
        locator = f"sheet {sheet.name}, cell {workbooks.column_letters(column)}{row + 1}"
        yield Unread("text", locator, text, int(bool(re.search(r"\d", text))))


def _written_over(sheet: workbooks.Sheet) -> Iterator[Unread]:
    """What somebody has written on cells, and in boxes over them."""
    for row, column, text in sheet.comments:
        yield Unread("note", f"comment on cell {workbooks.column_letters(column)}{row + 1}", text)
    for text in sheet.drawn:
        yield Unread("note", f"sheet {sheet.name}, a text box", text)


def figures_in(cells: pl.DataFrame) -> int:
    """How many cells hold figures."""
    return sum(int(column.str.contains(r"\d").sum()) for column in cells.iter_columns())


def _of_report(name: str, table: "ReportTable") -> Grid:
    cells, _, _ = _frames(name, table.rows)
    return Grid(
        cells,
        place=table.place,
        merged=table.merged,
        unread=table.unread,
        beside=[*table.head, *table.title],
        explaining=frozenset(locator for locator, _ in table.head),
    )


def _web_tables(name: str, text: str) -> list[Grid]:
    found = []
    marked_up = re.sub(r"(?is)<(script|style)\b.*?</\1", " ", text)
    marks = re.finditer(r"(?s)<!--.*?-->|<[^>]*>", marked_up)
    privacy.refuse_personal_texts(
        name, (("a mark of the page", mark[0]) for mark in marks if len(mark[0]) > 12)
    )
    for table in pages.tables(name, text):
        left_out = [(part.locator, part.text or "") for part in table.unread]
        privacy.refuse_personal_texts(name, left_out)
        cells, _, _ = _frames(name, table.rows)
        privacy.refuse_personal_texts(name, table.beside)
        found.append(
            Grid(
                cells,
                merged=table.merged,
                hidden=table.is_hidden,
                unread=table.unread,
                beside=table.beside,
                marks=table.marks,
            )
        )
    return found


def _records(name: str, text: str) -> Grid:
    """A JSON array of objects: its keys in the order they first come, then one row per object."""
    try:
        records = json.loads(text, object_pairs_hook=_once, parse_int=Number, parse_float=Number)
    except json.JSONDecodeError as error:
        locator = f"line {error.lineno}, column {error.colno}"
        ended = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")
        raise Refused(
            f"{name}: {locator}: is not JSON ({error.msg})"
            + ("; it ends too early, fetch it again" if ended else ""),
            code="truncated" if ended else "unreadable",
            locator=locator,
        ) from None
    except RecursionError:
        raise Refused(
            f"{name}: is nested too deeply; an array of objects was expected", code="not_a_table"
        ) from None
    except ValueError as error:
        raise Refused(f"{name}: {error}", code="column_repeated") from None
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise Refused(
            f"{name}: an array of objects was expected, such as [{{...}}, {{...}}]", code="not_a_table"
        )
    keys = list(dict.fromkeys(key for record in records for key in record))
    for number, record in enumerate(records):
        for key, value in record.items():
            if isinstance(value, dict | list):
                raise Refused(
                    f"{name}: [{number}].{key}: a text or a number was expected",
                    code="not_a_table",
                    locator=f"[{number}].{key}",
                )
    rows = ([record.get(key) for key in keys] for record in records)
    cells, typed, _ = _frames(name, (row for part in ([keys], rows) for row in part), typed=True)
    return Grid(cells, typed=typed, records=True)


def _once(pairs: list[tuple[str, object]]) -> dict:
    record = dict(pairs)
    for text in (text for pair in pairs for text in pair if isinstance(text, str)):
        text.encode()
    if len(record) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"the field {next(k for k in keys if keys.count(k) > 1)} stands twice in one record")
    return record


def _separated(name: str, body: bytes, encoding: encodings.Encoding) -> Grid:
    mark, hinted = _mark(name, encoding.lines(body))
    found = None if hinted else _regular(name, _in_utf_8(body, encoding), mark)
    if not found:
        cells, _, widths = _frames(name, _lines(name, encoding.lines(body), mark, hinted, body))
        found = cells, widths
    return Grid(found[0], widths=found[1], separator=mark)


def _in_utf_8(body: bytes, encoding: encodings.Encoding) -> bytes:
    if encoding is encodings.UTF_8:
        return body.removeprefix(b"\xef\xbb\xbf")
    return b"".join(line.encode() for line in encoding.lines(body))


def _regular(name: str, body: bytes, mark: str) -> tuple[pl.DataFrame, pl.Series] | None:
    """The cells and widths of a text in which each line is a row and quotes stand around whole cells, as the
    library reads it; None for any other."""
    if b"\0" in body or b"\x01" in body or body.count(b"\r") != body.count(b"\r\n"):
        return None
    has_quotes = b'"' in body
    widths = _widths(body, mark, has_quotes)
    if widths is None:
        return None
    width = max(int(widths.sort()[-1]), 1)
    _refuse_too_large(name, len(widths), width)
    is_narrow = widths[0] < width
    if is_narrow:  # the library takes the width from the first line
        body = mark.encode() * (width - 1) + b"\n" + body
    cells = pl.read_csv(
        body,
        separator=mark,
        has_header=False,
        schema={str(n): pl.String for n in range(width)},
        quote_char='"' if has_quotes else None,
    )
    return _without_legacy_fonts(_as_text(cells[1:] if is_narrow else cells)), widths


def _widths(body: bytes, mark: str, has_quotes: bool) -> pl.Series | None:
    """How many cells each line has; None where quotes stand otherwise than around whole cells of a line."""
    lines = pl.read_csv(
        body, separator="\x01", has_header=False, schema={"line": pl.String}, quote_char=None
    )["line"]
    if not len(lines) or (lines.str.len_bytes() > csv.field_size_limit()).any():
        return None
    bare = lines
    if has_quotes:
        cell = rf'(?:[^"{mark}]*|"(?:[^"]|"")*")'
        quoted = lines.filter(lines.str.contains('"', literal=True))
        if not quoted.str.contains(f"^{cell}(?:[{mark}]{cell})*$").all():
            return None
        bare = lines.str.replace_all('"[^"]*"', "")
    return (bare.str.count_matches(mark, literal=True) + 1).cast(pl.Int32).fill_null(0)


def _refuse_too_large(locator: str, rows: int, width: int) -> None:
    if width > MAX_COLUMNS or rows > MAX_ROWS:
        raise Refused(
            f"{locator}: is larger than {MAX_ROWS:,} rows or {MAX_COLUMNS} columns; split the file",
            code="too_large",
        )


def _mark(name: str, lines: Iterator[str]) -> tuple[str, bool]:
    """The separator: the one that cuts most rows into equally many cells. A first line `sep=;` says it."""
    sample = [line for line, _ in zip(lines, range(200), strict=False)]
    if hint := re.fullmatch(r'"?sep=([,;\t|])"?\s*', sample[0], re.IGNORECASE):
        return hint[1], True
    best = (0.0, 0)
    found = None
    for mark in ("\t", ";", ",", "|"):
        try:
            widths = [len(row) for row in csv.reader(sample, delimiter=mark) if any(c.strip() for c in row)]
        except csv.Error:
            continue
        wide = [width for width in widths if width > 1]
        if not wide:
            continue
        usual = max(set(wide), key=lambda w: (wide.count(w), w))
        fit = (wide.count(usual) / len(widths), usual)
        if fit > best:
            best, found = fit, mark
    if found is None:
        raise Refused(
            f"{name}: is text without columns; a table with , ; tab or | between cells was expected",
            code="not_a_table",
        )
    return found, False


def _lines(name: str, lines: Iterator[str], mark: str, hinted: bool, body: bytes) -> Iterator[list]:
    reader = csv.reader(lines, delimiter=mark, strict=True)
    try:
        for number, row in enumerate(reader):
            yield [] if hinted and not number else row
    except csv.Error as error:
        ended = "unexpected end" in str(error) or "field larger" in str(error)
        raise Refused(
            f"{name}: line {reader.line_num}: {error}; quote the cell or remove the quote",
            code="truncated" if ended else "unreadable",
            locator=f"line {reader.line_num}",
        ) from None


def _frames(
    locator: str, rows: Iterable[list], typed: bool = False
) -> tuple[pl.DataFrame, pl.DataFrame | None, pl.Series]:
    """Cells as text, which of them are numbers, and the width of each row."""
    text, numbers, widths, count = [], [], [], 0
    rest = iter(rows)
    while chunk := list(itertools.islice(rest, CHUNK)):
        count += len(chunk)
        widths.append(pl.Series([len(row) for row in chunk], dtype=pl.Int32))
        width = max(map(len, chunk)) or 1  # a frame without columns would have no rows
        _refuse_too_large(locator, count, width)
        padded = (row + [None] * (width - len(row)) for row in chunk)
        columns = {str(n): list(cells) for n, cells in enumerate(zip(*padded, strict=True))}
        if typed:
            are_numbers = {n: [isinstance(c, Number) for c in cells] for n, cells in columns.items()}
            numbers.append(pl.DataFrame(are_numbers, schema=dict.fromkeys(columns, pl.Boolean)))
            columns = {n: [None if c is None else str(c) for c in cells] for n, cells in columns.items()}
        text.append(_as_text(pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))))
    if not text:
        return pl.DataFrame(), None, pl.Series([], dtype=pl.Int32)
    cells = _without_legacy_fonts(pl.concat(text, how="diagonal"))
    flags = pl.concat(numbers, how="diagonal").fill_null(False) if typed else None
    return cells, flags, pl.concat(widths)


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """Texts in NFC without blanks around them and what cannot be seen; null for nothing."""
    repeated = {column.name: texts for column in frame if (texts := distinct.texts(column)) is not column}
    tidied = {name: _tidied(texts.to_frame()).to_series() for name, texts in repeated.items()}
    others = _tidied(frame.drop(repeated)) if len(repeated) < frame.width else frame.clear()
    return pl.DataFrame(
        [
            others[column.name]
            if column.name not in tidied
            else column
            if tidied[column.name].equals(repeated[column.name], null_equal=True)
            else column.replace(repeated[column.name], tidied[column.name])
            for column in frame
        ]
    )


def _tidied(frame: pl.DataFrame) -> pl.DataFrame:
    more = frame.select(pl.all().str.len_bytes().sum() - pl.all().str.len_chars().sum()).row(0)
    beyond_ascii = [name for name, n in zip(frame.columns, more, strict=True) if n]
    if beyond_ascii:
        is_odd = frame.select(pl.col(beyond_ascii).str.contains(_ODD).any()).row(0)
        odd = [name for name, is_so in zip(beyond_ascii, is_odd, strict=True) if is_so]
        frame = frame.with_columns(pl.col(odd).str.replace_all(_INVISIBLE, "").str.normalize("NFC"))
    frame = frame.select(pl.all().str.strip_chars())
    return frame.select(pl.when(pl.all() != "").then(pl.all()))


def _without_legacy_fonts(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells typed in a .VnTime font hold TCVN3 codes; they become letters."""
    sample = [
        cell
        for column in cells.head(500).iter_columns()
        for cell in column.drop_nulls().unique().to_list()
        if not cell.isascii()
    ]
    if not sample or not encodings.is_tcvn3(" ".join(c for c in sample if _is_latin_1(c))):
        return cells
    return cells.select(
        pl.all().map_elements(
            lambda c: encodings.from_tcvn3(c) if encodings.is_tcvn3(c) else c, return_dtype=pl.String
        )
    )


def _is_latin_1(text: str) -> bool:
    return max(text) <= "\xff" and unicodedata.is_normalized("NFC", text)
