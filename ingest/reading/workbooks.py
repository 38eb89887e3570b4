"""Sheets of XLSX and XLS workbooks, as text cells in their places.

Calamine gives values, but neither errors nor how a number is shown: errors come from fastexcel, percentages
and formulas that were never computed from the XML of an XLSX. An XLS does not tell its percentages.
"""

import io
import pickle
import re
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from xml.etree import ElementTree

import fastexcel
import python_calamine

from ingest.errors import Refused

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_CELLS = 20_000_000  # of the rectangle around all cells of a sheet
ERRORS = {
    "Ref": "#REF!",
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Value": "#VALUE!",
    "Name": "#NAME?",
    "Num": "#NUM!",
    "Null": "#NULL!",
}
APART_BYTES, APART_SECONDS = 4 << 30, 120  # what one XLS may take; the largest there can be takes less
_PERCENT_FORMATS = {9, 10}
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_STYLE = re.compile(rb'\bs="(\d+)"')


class Number(str):
    """A number that the workbook holds as a number, in plain digits with a point: 1234 or 40.8."""


@dataclass(frozen=True)
class Sheet:
    name: str
    hidden: bool
    rows: Iterable[list]
    merged: list[tuple[int, int, int, int]]


@dataclass(frozen=True)
class _Oddities:
    """Cells by row and column that calamine would show otherwise than a person sees them."""

    percent: frozenset[tuple[int, int]] = frozenset()
    text: dict[tuple[int, int], str] | None = None


def read_xls(name: str, body: bytes) -> list[Sheet]:
    """Raises Refused: `encrypted`, `truncated`, `not_a_table` for other Office files."""
    if _utf_16("EncryptedPackage") in body:
        raise _locked(name)
    if _utf_16("Workbook") not in body and _utf_16("Book") not in body:
        sector, directory = 1 << int.from_bytes(body[30:32], "little"), int.from_bytes(body[48:52], "little")
        if len(body) < (directory + 2) * sector:
            raise Refused(f"{name}: is cut short; fetch the whole file and send it again", code="truncated")
        raise Refused(f"{name}: is no workbook; save the table as XLSX", code="not_a_table")
    return _read_apart(name, body)


def read_xlsx(name: str, body: bytes, archive: zipfile.ZipFile) -> list[Sheet]:
    """The archive's members are known to be whole and of bearable size."""
    try:
        oddities = _oddities(name, archive)
    except (ElementTree.ParseError, KeyError, ValueError) as error:
        raise Refused(
            f"{name}: is damaged inside ({error}); save it again as XLSX", code="unreadable"
        ) from None
    return _read(name, body, oddities)


def _read_apart(name: str, body: bytes) -> list[Sheet]:
    """In a process of its own: on some damaged XLS the Rust side ends its process, or never ends at all."""
    command = [sys.executable, "-c", "from ingest.reading import workbooks; workbooks.answer()"]
    try:
        told = subprocess.run(
            command, input=body, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=APART_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise _damaged(name) from None
    if told.returncode:
        raise _damaged(name)
    read = pickle.loads(told.stdout)
    if isinstance(read, list):
        return read
    message, code = read
    raise Refused(f"{name}{message}", code=code)


def answer() -> None:
    """The other side of `_read_apart`: an XLS in, its sheets out, or message and code of a refusal."""
    resource.setrlimit(resource.RLIMIT_AS, (APART_BYTES, APART_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        read = _read("", sys.stdin.buffer.read(), {})
    except Refused as refused:
        read = str(refused), refused.code
    sys.stdout.buffer.write(pickle.dumps(read))


def _damaged(name: str) -> Refused:
    return Refused(f"{name}: is damaged; save it again as XLSX", code="unreadable")


def _locked(name: str) -> Refused:
    return Refused(f"{name}: is encrypted; send it without a password", code="encrypted")


def _read(name: str, body: bytes, oddities: dict[str, _Oddities]) -> list[Sheet]:
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(body))
        reader = fastexcel.read_excel(body)
        return [
            Sheet(
                about.name,
                about.visible != python_calamine.SheetVisibleEnum.Visible,
                list(_rows(workbook, reader, about.name, oddities.get(about.name, _Oddities()))),
                [(*first, *last) for first, last in _merged(workbook, about.name)],
            )
            for about in workbook.sheets_metadata
            if about.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
    except python_calamine.PasswordError:
        raise _locked(name) from None
    except (python_calamine.CalamineError, fastexcel.FastExcelError, OSError) as error:
        if "assword" in str(error):
            raise _locked(name) from None
        raise Refused(
            f"{name}: is damaged or cut short ({' '.join(str(error).split())[:80]}); "
            "fetch the whole file and send it again",
            code="truncated",
        ) from None
    except BaseException as error:
        # The Rust side panics on some damaged files, with an exception that is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise _damaged(name) from None


def _merged(workbook, sheet: str) -> list:
    return workbook.get_sheet_by_name(sheet).merged_cell_ranges or []


def _rows(workbook, reader, sheet: str, odd: _Oddities) -> Iterator[list]:
    cells = workbook.get_sheet_by_name(sheet)
    values = cells.to_python(skip_empty_area=False)
    texts = (odd.text or {}) | (_errors(reader, sheet, cells.start or (0, 0)) if values else {})
    by_row: dict[int, dict[int, str]] = {}
    for (row, column), text in texts.items():
        by_row.setdefault(row, {})[column] = text
    height = max([len(values), *(row + 1 for row in by_row)], default=0)
    for number in range(height):
        cells = [_printed(v) for v in values[number]] if number < len(values) else []
        for column, text in by_row.get(number, {}).items():
            cells += [None] * (column + 1 - len(cells))
            cells[column] = text
        if odd.percent:
            cells = [_percentage(c) if (number, n) in odd.percent else c for n, c in enumerate(cells)]
        yield cells


def _errors(reader, sheet: str, corner: tuple[int, int]) -> dict[tuple[int, int], str]:
    """Errors by row and column; fastexcel counts from the first cell that is filled."""
    loaded = reader.load_sheet(sheet, header_row=None, dtypes="string")
    _, found = loaded.to_arrow_with_errors()
    texts = {}
    for error in found.errors if found else []:
        said = re.search(r"Error\((\w+)\)", error.detail)
        at = (error.position[0] + corner[0], error.position[1] + corner[1])
        texts[at] = ERRORS.get(said[1] if said else "", "#ERROR!")
    return texts


def _printed(value) -> str | None:
    match value:
        case "" | None:
            return None
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return Number(value)
        case float():
            return Number(int(value) if value.is_integer() else format(Decimal(repr(value)), "f"))
        case datetime():
            return value.isoformat(" ", "minutes") if value.time() != time() else value.date().isoformat()
        case date():
            return value.isoformat()
        case time() | timedelta():
            return str(value)
    return str(value)


def _percentage(cell: str | None) -> str | None:
    """0.408 shown in the format 0.0% is 40.8%."""
    if not isinstance(cell, Number):
        return cell
    shown = (Decimal(cell) * 100).quantize(Decimal("0.0001"), ROUND_HALF_UP).normalize()
    return Number(format(shown, "f") + "%")


def _oddities(name: str, archive: zipfile.ZipFile) -> dict[str, _Oddities]:
    styles = _percent_styles(archive)
    found = {}
    for sheet, member in _members(archive):
        found[sheet] = _oddities_of(f"{name}: sheet {sheet}", archive.read(member), styles)
    return found


def _members(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Each sheet's name and the file in the archive that holds it."""
    targets = {
        entry.get("Id"): entry.get("Target")
        for entry in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    names = set(archive.namelist())
    for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(_MAIN + "sheet"):
        reference = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), None)
        target = targets.get(reference) or ""
        member = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if member in names and "worksheets/" in member:
            yield sheet.get("name"), member


def _percent_styles(archive: zipfile.ZipFile) -> set[bytes]:
    if "xl/styles.xml" not in archive.namelist():
        return set()
    styles = ElementTree.fromstring(archive.read("xl/styles.xml"))
    ours = _PERCENT_FORMATS | {
        int(f.get("numFmtId"))
        for f in styles.iter(_MAIN + "numFmt")
        if "%" in re.sub(r'"[^"]*"|\\.', "", f.get("formatCode") or "")
    }
    formats = styles.find(_MAIN + "cellXfs")
    return {
        str(n).encode()
        for n, entry in enumerate(formats if formats is not None else [])
        if int(entry.get("numFmtId") or 0) in ours
    }


def _oddities_of(place: str, sheet: bytes, styles: set[bytes]) -> _Oddities:
    last = max((int(r) for r in re.findall(rb'<row\b[^>]*?\br="(\d{1,7})"', sheet)), default=0)
    if last * 26 > MAX_CELLS or re.search(rb'<c\b[^>]*\br="[A-Z]{3}\d', sheet):
        _refuse_vast(place, sheet)
    percent, texts = set(), {}
    if styles:
        wanted = b"|".join(sorted(styles))
        for match in re.finditer(rb'<c\b([^>]*\bs="(?:' + wanted + rb')"[^>]*[^/])>', sheet):
            if at := _at(match[1]):
                percent.add(at)
    if re.search(rb"</f>\s*(?:<v\s*/>|<v></v>|</c>)|<f[^>]*/>\s*</c>", sheet):
        for match in _CELL.finditer(sheet):
            formula = re.search(rb"<f\b[^>]*?(?:/>|>(.*?)</f>)", match[2] or b"", re.DOTALL)
            has_value = re.search(rb"<v>[^<]|<is>", match[2] or b"") or b't="str"' in match[1]
            if formula and not has_value and (at := _at(match[1])):
                texts[at] = "=" + (formula[1] or b"").decode("utf-8", "replace")
    return _Oddities(frozenset(percent), texts)


def _refuse_vast(place: str, sheet: bytes) -> None:
    """A cell far out would make a rectangle that no memory holds; empty cells do not count."""
    rows, columns = 0, 0
    for match in _CELL.finditer(sheet):
        if match[2] and (at := _at(match[1])):
            rows, columns = max(rows, at[0] + 1), max(columns, at[1] + 1)
    if rows * columns > MAX_CELLS:
        raise Refused(
            f"{place}: reaches over {rows:,} rows and {columns:,} columns; "
            "delete what stands far outside the table",
            code="too_large",
        )


def _at(attributes: bytes) -> tuple[int, int] | None:
    """Row and column, from 0, of a cell such as r="C4"."""
    found = _REFERENCE.search(attributes)
    if not found:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + letter - 64
    return int(found[2]) - 1, column - 1


def _utf_16(text: str) -> bytes:
    return text.encode("utf-16-le")
