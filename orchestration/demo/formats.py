"""Bytes of the file formats in which offices send tables: CSV, XLSX, the old XLS, HTML that calls itself XLS.

The same cells always give the same bytes.
"""

import csv
import html
import io
import json
import unicodedata
from collections.abc import Sequence
from datetime import datetime

import xlsxwriter
import xlwt

Cells = Sequence[Sequence[str | int | None]]
WRITTEN_AT = datetime(2024, 1, 1)  # what a workbook says of itself; the real moment would change the bytes

TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook above, dot below


def csv_file(cells: Cells, encoding: str = "utf-8-sig", delimiter: str = ",") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(
        ["" if cell is None else cell for cell in row] for row in cells
    )
    return windows_1258(text.getvalue()) if encoding == "cp1258" else text.getvalue().encode(encoding)


def windows_1258(text: str) -> bytes:
    """Windows-1258 has the vowels but writes most tones as marks of their own."""
    written = bytearray()
    for letter in unicodedata.normalize("NFC", text):
        try:
            written += letter.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", letter)
            tone = next(mark for mark in parts if mark in TONES)
            vowel = unicodedata.normalize("NFC", parts.replace(tone, ""))
            written += vowel.encode("cp1258") + tone.encode("cp1258")
    return bytes(written)


def xlsx_file(sheet: str, cells: Cells, merged: Sequence[tuple[int, int, int, int]] = ()) -> bytes:
    """One sheet. merged: first row, first column, last row, last column, all from 0."""
    body = io.BytesIO()
    workbook = xlsxwriter.Workbook(body, {"in_memory": True})
    workbook.set_properties({"created": WRITTEN_AT})
    page = workbook.add_worksheet(sheet)
    page.set_column(0, 0, 8)
    page.set_column(1, 12, 22)
    for row, line in enumerate(cells):
        for column, cell in enumerate(line):
            if cell is not None:
                page.write(row, column, cell)
    for first_row, first_column, last_row, last_column in merged:
        cell = cells[first_row][first_column]
        page.merge_range(first_row, first_column, last_row, last_column, cell)
    workbook.close()
    return body.getvalue()


def xls_file(sheet: str, cells: Cells) -> bytes:
    body = io.BytesIO()
    workbook = xlwt.Workbook()
    page = workbook.add_sheet(sheet)
    for row, line in enumerate(cells):
        for column, cell in enumerate(line):
            if cell is not None:
                page.write(row, column, cell)
    workbook.save(body)
    return body.getvalue()


def html_file(title: str, rows: Sequence[str]) -> bytes:
    """Rows of cells from `cell`, as a web page that is saved with the extension of a spreadsheet."""
    return (
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>'
        '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
        f"<title>{html.escape(title)}</title></head><body><table border=1>\n"
        + "".join(f"<tr>{row}</tr>\n" for row in rows)
        + "</table></body></html>\n"
    ).encode()


def cell(text: object, tag: str = "td", rows: int = 1, columns: int = 1) -> str:
    """One cell of an HTML table; several lines stand one under the other."""
    spans = (f" rowspan={rows}" if rows > 1 else "") + (f" colspan={columns}" if columns > 1 else "")
    lines = "<br>".join(html.escape(line) for line in str(text).split("\n"))
    return f"<{tag}{spans}>{lines}</{tag}>"


def json_file(records: Sequence[dict[str, str]]) -> bytes:
    """An array of objects whose every value is a string, as the national portal sends it."""
    return json.dumps(list(records), ensure_ascii=False, indent=0).encode()
