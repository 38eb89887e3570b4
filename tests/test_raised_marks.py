"""The mark of a footnote, raised or lowered beside a number or a heading, is never a digit of it."""

import io

import openpyxl
import pytest
import xlsxwriter
import xlwt
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from ingest.sources import SOURCES

HEADINGS = ["Đơn vị", "Dân số trưởng thành", "Đã kích hoạt tài khoản"]


def by_xlsxwriter(heading: str | None, mark: str | None, script: str) -> bytes:
    body = io.BytesIO()
    with xlsxwriter.Workbook(body) as book:
        sheet = book.add_worksheet()
        raised = book.add_format({"font_script": {"superscript": 1, "subscript": 2}[script]})
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ["Huyện KBang", 42000, "2040"])
        if heading:
            sheet.write_rich_string(0, 2, HEADINGS[2], raised, heading)
        if mark:
            sheet.write_rich_string(1, 2, "2040", raised, mark)
    return body.getvalue()


def by_openpyxl(heading: str | None, mark: str | None, script: str) -> bytes:
    book, body = openpyxl.Workbook(), io.BytesIO()
    book.active.append(HEADINGS)
    book.active.append(["Huyện KBang", 42000, "2040"])
    for cell, text, extra in (("C1", HEADINGS[2], heading), ("C2", "2040", mark)):
        if extra:
            book.active[cell] = CellRichText(text, TextBlock(InlineFont(vertAlign=script), extra))
    book.save(body)
    return body.getvalue()


def by_xlwt(heading: str | None, mark: str | None, script: str) -> bytes:
    book, body = xlwt.Workbook(), io.BytesIO()
    sheet, raised = book.add_sheet("Biểu"), xlwt.Font()
    raised.escapement = {"superscript": 1, "subscript": 2}[script]
    for row, cells in enumerate((HEADINGS, ["Huyện KBang", 42000, "2040"])):
        for column, cell in enumerate(cells):
            extra = (heading, mark)[row] if column == 2 else None
            if extra:
                sheet.write_rich_text(row, column, (cell, (extra, raised)))
            else:
                sheet.write(row, column, cell)
    book.save(body)
    return body.getvalue()


@pytest.mark.parametrize("script", ["superscript", "subscript"])
@pytest.mark.parametrize(("heading", "mark"), [("2", None), (None, "1"), ("(*)", "12"), (None, "*")])
@pytest.mark.parametrize(
    ("write", "ending"), [(by_xlsxwriter, "xlsx"), (by_openpyxl, "xlsx"), (by_xlwt, "xls")]
)
def test_a_raised_mark_is_no_part_of_a_number_or_a_heading(write, ending, heading, mark, script):
    read = SOURCES["vneid"].parse(f"x.{ending}", write(heading, mark, script), "2024-03")
    assert read.rows.lazy().collect()["value"].sort().to_list() == [2040, 42000]
    assert read.rejected.is_empty() and read.unread.is_empty()


def test_a_cell_that_is_raised_as_a_whole_keeps_its_text():
    body = io.BytesIO()
    with xlsxwriter.Workbook(body) as book:
        sheet = book.add_worksheet()
        raised = book.add_format({"font_script": 1})
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ["Huyện KBang", 42000])
        sheet.write_rich_string(1, 2, raised, "20", raised, "40")
    read = SOURCES["vneid"].parse("x.xlsx", body.getvalue(), "2024-03")
    assert read.rows.lazy().collect()["value"].sort().to_list() == [2040, 42000]
