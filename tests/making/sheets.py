"""Bytes of tables as offices send them, for the tests: every format and encoding, not by the product's hand.

A table is a list of rows of text or None. Workbooks may hold numbers as numbers.
"""

import csv
import html
import io
import unicodedata
import zipfile

import openpyxl
import xlwt

# TCVN 5712 (VN3): one byte a vowel; a capital with a tone is a small letter in a font of capitals.
TCVN3 = dict(
    zip(
        "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂÊÔƠƯĐ",
        bytes.fromhex(
            "b5b6b7b8b9a8bbbcbdbec6a9c7c8c9cacbaeccceCfd0d1aad2d3d4d5d6d7d8dcdddedfe1e2e3e4abe5e6e7e8e9"
            "aceaebecedeeeff1f2f3f4adf5f6f7f8f9fafbfcfdfea1a2a3a4a5a6a7"
        ),
        strict=True,
    )
)
TONES = "\u0300\u0301\u0303\u0309\u0323"


def tcvn3(text: str) -> bytes:
    written = bytearray()
    for letter in unicodedata.normalize("NFC", text):
        if ord(letter) < 128:
            written.append(ord(letter))
        else:
            written.append(TCVN3.get(letter) or TCVN3[letter.lower()])
    return bytes(written)


def windows_1258(text: str) -> bytes:
    """The tone stands after its vowel, as a character of its own."""
    written = bytearray()
    for letter in unicodedata.normalize("NFC", text):
        try:
            written += letter.encode("cp1258")
        except UnicodeEncodeError:
            vowel, *marks = unicodedata.normalize("NFD", letter)
            tone = [mark for mark in marks if mark in TONES]
            shape = [mark for mark in marks if mark not in TONES]
            written += unicodedata.normalize("NFC", vowel + "".join(shape)).encode("cp1258")
            written += "".join(tone).encode("cp1258")
    return bytes(written)


def as_text(rows, delimiter=",", newline="\r\n") -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=newline)
    writer.writerows([["" if cell is None else cell for cell in row] for row in rows])
    return text.getvalue()


def as_csv(rows, encoding="utf-8", delimiter=",", newline="\r\n") -> bytes:
    text = as_text(rows, delimiter, newline)
    if encoding == "tcvn3":
        return tcvn3(text)
    return windows_1258(text) if encoding == "cp1258" else text.encode(encoding)


def as_xlsx(rows, title="Biểu 1", merged=(), others=(), hidden=()) -> bytes:
    """merged: ranges such as 'A1:C1'. others: further sheets as (title, rows). hidden: titles of sheets."""
    workbook = openpyxl.Workbook()
    page = workbook.active
    page.title = title
    _fill(page, rows)
    for cells in merged:
        page.merge_cells(cells)
    for name, more in others:
        _fill(workbook.create_sheet(name), more)
    for name in hidden:
        workbook[name].sheet_state = "hidden"
    body = io.BytesIO()
    workbook.save(body)
    return body.getvalue()


def _fill(page, rows) -> None:
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row, start=1):
            if cell is not None:
                page.cell(number, column, cell)


def as_xls(rows, title="Biểu 1") -> bytes:
    workbook = xlwt.Workbook()
    page = workbook.add_sheet(title)
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell is not None:
                page.write(number, column, cell)
    body = io.BytesIO()
    workbook.save(body)
    return body.getvalue()


def as_html(rows, encoding="utf-8") -> bytes:
    def cell(content) -> str:
        text = "" if content is None else str(content)
        return f"<td>{html.escape(text).replace(chr(10), '<br>')}</td>"

    lines = "\n".join(f"<tr>{''.join(map(cell, row))}</tr>" for row in rows)
    return (
        f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={encoding}"></head>'
        f"<body><table border='1'>\n{lines}\n</table></body></html>"
    ).encode(encoding)


def as_zip(files: dict[str, bytes]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return body.getvalue()
