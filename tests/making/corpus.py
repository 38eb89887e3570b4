"""Bad and odd input, class by class, made from seeds: the bytes of each file and what must come of them.

A class is a function that spoils a sound report in one way; its name says how. What it returns names the
reason and the place that must be given, and exactly the numbers that may land all the same. All numbers are
invented.
"""

import inspect
import io
import json
import random
import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import openpyxl

from ingest import registry
from making import sheets
from orchestration.command import report_form

ROOT = Path(__file__).parents[2]

DISTRICTS = {
    "622": "Thành phố Pleiku",
    "623": "Thị xã An Khê",
    "624": "Thị xã Ayun Pa",
    "625": "Huyện KBang",
    "626": "Huyện Đăk Đoa",
    "627": "Huyện Chư Păh",
    "628": "Huyện Ia Grai",
    "629": "Huyện Mang Yang",
    "630": "Huyện Kông Chro",
    "631": "Huyện Đức Cơ",
    "632": "Huyện Chư Prông",
    "633": "Huyện Chư Sê",
    "634": "Huyện Đăk Pơ",
    "635": "Huyện Ia Pa",
    "637": "Huyện Krông Pa",
    "638": "Huyện Phú Thiện",
    "639": "Huyện Chư Pưh",
}
UNIT, CODE, DAY, NOTE = "Đơn vị", "Mã đơn vị", "Đến ngày", "Ghi chú"
ISSUED = "Tài khoản định danh điện tử đã cấp"
ACTIVATED = "Tài khoản định danh điện tử đã kích hoạt"
LEVEL_2 = "Tài khoản định danh điện tử mức độ 2 đã kích hoạt"
ASSIGNED = "Chỉ tiêu được giao"
RESIDENTS = "Công dân thường trú"
ADULTS = "Dân số trưởng thành"
OF_ASSIGNED = "Tỷ lệ trên chỉ tiêu được giao (%)"
COUNTS = [ISSUED, ACTIVATED, LEVEL_2, ASSIGNED, RESIDENTS, ADULTS]

# What the portal calls its counts.
DOSSIERS = ["HS_TOTAL", "DB_TOTAL", "TNTK_TOTAL", "HTN_TRUCTIEP_TOTAL", "HTN_BUUCHINH_TOTAL"]
DOSSIERS += ["HTN_TRUCTUYEN_TOTAL", "HTDH_TOTAL", "HTQH_TOTAL", "DXLTH_TOTAL", "DXLQH_TOTAL"]

Numbers = dict[tuple[str, str], Decimal]  # by organisation and subject


@dataclass(frozen=True)
class Case:
    """One file. code: the reason that must be given, None where nothing may be complained of. place: what the
    place must mention. lands: exactly the numbers that may land."""

    source: str
    name: str
    body: bytes
    period: str
    lands: Numbers
    code: str | tuple[str, ...] | None = None
    locator: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()  # what must be kept nowhere and told to nobody


def dotted(number: int) -> str:
    """1.234.567"""
    return f"{number:,}".replace(",", ".")


@dataclass
class Report:
    """A sound police report before it is spoilt: some districts, some counts, every number of it known."""

    rng: random.Random
    month: int = 0
    headings: list[str] = field(default_factory=list)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    title: list[list[str]] = field(default_factory=list)
    write: Callable[[int], str | int] = dotted

    def __post_init__(self):
        self.month = self.rng.randint(1, 12)
        columns = self.rng.sample(COUNTS, self.rng.randint(3, len(COUNTS)))
        self.headings = [UNIT, CODE, DAY, *columns]
        for name in self.rng.sample(list(DISTRICTS.values()), self.rng.randint(5, 17)):
            self.counts[name] = {column: self.rng.randint(1_000, 180_000) for column in columns}

    @property
    def period(self) -> str:
        return f"2024-{self.month:02}"

    @property
    def day(self) -> str:
        return f"{28 if self.month == 2 else 30}/{self.month:02}/2024"

    @property
    def columns(self) -> list[str]:
        return [h for h in self.headings if h in COUNTS]

    @property
    def units(self) -> list[str]:
        return list(self.counts)

    @property
    def cells(self) -> list[list[str | int | None]]:
        """Title, headings, one row a district."""
        return [*self.title, list(self.headings), *(self.row(unit) for unit in self.counts)]

    def row(self, unit: str) -> list[str | int | None]:
        known = {UNIT: unit, DAY: self.day, CODE: next(c for c, n in DISTRICTS.items() if n == unit)}
        written = {column: self.write(count) for column, count in self.counts[unit].items()}
        return [(known | written).get(heading, "") for heading in self.headings]

    def total(self, label: str = "Tổng cộng") -> list[str | int | None]:
        sums = {c: self.write(sum(of[c] for of in self.counts.values())) for c in self.columns}
        return [({UNIT: label} | sums).get(heading, "") for heading in self.headings]

    @property
    def lands(self) -> Numbers:
        return {(unit, c): Decimal(n) for unit, of in self.counts.items() for c, n in of.items()}

    def without(self, *units: str) -> Numbers:
        return {key: value for key, value in self.lands.items() if key[0] not in units}

    def any_cell(self) -> tuple[str, str, int, int]:
        """A unit and a column, and where they stand in `cells`."""
        unit, column = self.rng.choice(self.units), self.rng.choice(self.columns)
        return unit, column, len(self.title) + 1 + self.units.index(unit), self.headings.index(column)

    def as_is(self, body: bytes, name: str = "bao_cao.csv") -> Case:
        return Case("vneid", name, body, self.period, self.lands)

    def refused(self, body: bytes, code, *locator: str, name: str = "bao_cao.csv") -> Case:
        return Case("vneid", name, body, self.period, {}, code, locator)

    def spoilt_cell(self, text: str | Callable[[int], str], code) -> Case:
        """One cell is spoilt: its row is set aside, every other row lands."""
        unit, column, row, at = self.any_cell()
        cells = self.cells
        cells[row][at] = text if isinstance(text, str) else text(self.counts[unit][column])
        locator = (f"row {row + 1}", column)
        return Case(
            "vneid", "bao_cao.csv", sheets.as_csv(cells), self.period, self.without(unit), code, locator
        )


# Files that are no table at all


def no_bytes(rng):
    return Report(rng).refused(b"", "empty")


def only_blanks(rng):
    return Report(rng).refused(b" \r\n\t\r\n" * rng.randint(1, 50), "empty")


def headings_without_rows(rng):
    report = Report(rng)
    return report.refused(sheets.as_csv(report.cells[:1]), "empty")


def rows_without_a_number(rng):
    report = Report(rng, write=lambda _: "")
    return report.refused(sheets.as_csv(report.cells), "empty")


def an_error_page_with_status_200(rng):
    reason = rng.choice(
        ["502 Bad Gateway", "Hệ thống đang bảo trì", "Đăng nhập", "Phiên làm việc đã hết hạn"]
    )
    page = f"<!DOCTYPE html><html><head><title>{reason}</title></head><body><h1>{reason}</h1></body></html>"
    name = rng.choice(["bao_cao.csv", "bao_cao.xls", "bao_cao.xlsx", "bao_cao.html"])
    return Report(rng).refused(page.encode(), "html_error_page", name=name)


def an_error_page_in_place_of_json(rng):
    page = b"<html><head><title>503 Service Unavailable</title></head><body>nginx</body></html>"
    return Case("dvc_portal", "tong_hop.json", page, "2024-03", {}, "html_error_page")


def a_pdf(rng):
    body = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\ntrailer<<>>\n%%EOF" + rng.randbytes(
        500
    )
    return Report(rng).refused(
        body, ("not_a_table", "unreadable"), name=rng.choice(["bao_cao.pdf", "bao_cao.xlsx"])
    )


def a_picture(rng):
    body = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + rng.randbytes(rng.randint(100, 4_000))
    return Report(rng).refused(body, "not_a_table", name=rng.choice(["bao_cao.png", "bao_cao.xls"]))


def a_word_document(rng):
    body = sheets.as_zip(
        {
            "[Content_Types].xml": b"<Types/>",
            "word/document.xml": "<w:document>Báo cáo</w:document>".encode(),
        }
    )
    return Report(rng).refused(body, "unreadable", name="bao_cao.docx")


def noise(rng):
    body = rng.randbytes(rng.randint(20, 5_000))
    return Report(rng).refused(body, ("not_a_table", "encoding_unknown", "unreadable"))


def a_letter_and_no_table(rng):
    text = "Kính gửi Sở Thông tin và Truyền thông,\n\nCông an tỉnh xin gửi báo cáo sau.\n\nTrân trọng./.\n"
    return Report(rng).refused(text.encode(), ("header_not_found", "not_a_table"), name="cong_van.txt")


# Files that are cut, locked or packed


def a_workbook_cut_short(rng):
    report = Report(rng)
    body = sheets.as_xlsx(report.cells)
    cut = body[: rng.randint(len(body) // 5, len(body) - 30)]
    return report.refused(cut, ("truncated", "unreadable"), name="bao_cao.xlsx")


def an_old_workbook_cut_short(rng):
    report = Report(rng)
    body = sheets.as_xls(report.cells)
    cut = body[: rng.randint(600, len(body) * 3 // 4)]
    return report.refused(cut, ("truncated", "unreadable"), name="bao_cao.xls")


def an_archive_cut_short(rng):
    report = Report(rng)
    body = sheets.as_zip({"bao_cao.csv": sheets.as_csv(report.cells)})
    return report.refused(body[: rng.randint(40, len(body) - 25)], ("truncated", "unreadable"), name="a.zip")


def json_cut_short(rng):
    body = Portal(rng).body
    cut = body[: rng.randint(20, len(body) - 2)]
    return Case("dvc_portal", "tong_hop.json", cut, "2024-03", {}, ("truncated", "unreadable", "not_a_table"))


def a_page_cut_short(rng):
    report = Report(rng)
    body = sheets.as_html(report.cells)
    cut = body[: body.rindex(b"<td>") - rng.randint(0, 60)]
    return report.refused(cut, "truncated", name="bao_cao.xls")


def csv_cut_within_its_last_row(rng):
    """The last line breaks off: what is left of its number would be believed."""
    report = Report(rng)
    lines = sheets.as_csv(report.cells).decode().rstrip().split("\r\n")
    kept = lines[-1].split(",")[: rng.randint(1, len(report.headings) - 1)]
    body = "\r\n".join([*lines[:-1], ",".join(kept)]).encode()
    last = report.units[-1]
    return Case(
        "vneid",
        "bao_cao.csv",
        body,
        report.period,
        report.without(last),
        ("truncated", "cells_missing"),
        (f"row {len(lines)}",),
    )


def a_locked_archive(rng):
    report = Report(rng)
    body = bytearray(sheets.as_zip({"bao_cao.csv": sheets.as_csv(report.cells)}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        body[body.index(signature) + offset] |= 1  # the bit that says a password is needed
    return report.refused(bytes(body), "encrypted", name="bao_cao.zip")


def a_locked_workbook(rng):
    """A workbook with a password is a compound file that holds one encrypted stream."""
    body = sheets.as_xls(Report(rng).cells)
    name, locked = "Workbook".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le")
    at = body.rindex(name)
    entry = bytearray(body[at : at + 128])
    entry[: len(locked)] = locked
    entry[64:66] = (len(locked) + 2).to_bytes(2, "little")
    body = body[:at] + bytes(entry) + body[at + 128 :]
    return Report(rng).refused(body, "encrypted", name="bao_cao.xlsx")


def an_archive_that_unpacks_without_end(rng):
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("bao_cao.csv", b"0" * (rng.randint(20, 40) * 2**20))
    return Report(rng).refused(body.getvalue(), ("zip_bomb", "too_large"), name="bao_cao.zip")


def a_workbook_that_unpacks_without_end(rng):
    report = Report(rng)
    body = io.BytesIO(sheets.as_xlsx(report.cells))
    with zipfile.ZipFile(body, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("xl/media/image1.xml", b" " * (rng.randint(30, 50) * 2**20))
    return report.refused(body.getvalue(), ("zip_bomb", "too_large"), name="bao_cao.xlsx")


def an_archive_in_an_archive(rng):
    report = Report(rng)
    inner = sheets.as_zip({"bao_cao.csv": sheets.as_csv(report.cells)})
    return report.refused(
        sheets.as_zip({"bao_cao.zip": inner}), ("zip_bomb", "zip_many_files"), name="bao_cao.zip"
    )


def an_archive_of_two_reports(rng):
    first, second = Report(rng), Report(rng)
    files = {"mot.csv": sheets.as_csv(first.cells), "hai.csv": sheets.as_csv(second.cells)}
    return first.refused(sheets.as_zip(files), "zip_many_files", "holds 2 files", name="bao_cao.zip")


def an_archive_of_nothing(rng):
    return Report(rng).refused(sheets.as_zip({}), ("zip_many_files", "empty"), name="bao_cao.zip")


# Letters


def letters_of_another_alphabet(rng):
    """Bytes that are neither UTF-8 nor a Vietnamese encoding."""
    cells = Report(rng).cells
    cells[0][0] = "単位"
    text = "\r\n".join(",".join(map(str, row)) for row in cells)
    body = text.encode("shift_jis", errors="ignore")
    return Report(rng).refused(body, ("encoding_unknown", "header_not_found", "column_missing"))


def letters_lost_to_question_marks(rng):
    report = Report(rng)
    body = sheets.as_text(report.cells).encode("ascii", errors="replace")
    return report.refused(body, ("encoding_unknown", "header_not_found", "column_missing"))


def letters_read_twice(rng):
    """UTF-8 that somebody opened as Western letters and saved again as UTF-8."""
    report = Report(rng)
    body = sheets.as_csv(report.cells).decode("latin-1").encode()
    return report.refused(body, ("encoding_unknown", "header_not_found", "column_missing"))


def half_a_utf_16_file(rng):
    report = Report(rng)
    body = sheets.as_csv(report.cells, "utf-16")
    return report.refused(body[:-1], ("encoding_unknown", "truncated", "unreadable"))


def zero_bytes_in_text(rng):
    report = Report(rng)
    body = sheets.as_csv(report.cells)
    at = rng.randint(len(body) // 2, len(body) - 10)
    return report.refused(
        body[:at] + b"\0" * 200 + body[at:], ("not_a_table", "encoding_unknown", "unreadable")
    )


def a_quotation_mark_left_open(rng):
    report = Report(rng)
    text = sheets.as_text(report.cells)
    unit = rng.choice(report.units[:-1])
    return report.refused(
        text.replace(unit, '"' + unit, 1).encode(), ("unreadable", "cells_missing", "truncated")
    )


# Headings


def a_heading_is_missing(rng):
    report = Report(rng)
    cells = [[cell for n, cell in enumerate(row) if report.headings[n] != UNIT] for row in report.cells]
    return report.refused(sheets.as_csv(cells), ("column_missing", "header_not_found"), UNIT)


def no_headings(rng):
    report = Report(rng)
    return report.refused(sheets.as_csv(report.cells[1:]), "header_not_found", UNIT)


def headings_of_another_report(rng):
    report = Report(rng)
    cells = report.cells
    cells[0] = ["Tên xã", "Mã xã", "Ngày", *(f"Số lượng {n}" for n in range(len(report.columns)))]
    return report.refused(sheets.as_csv(cells), "header_not_found", UNIT)


def a_heading_stands_twice(rng):
    report = Report(rng)
    cells = report.cells
    again = rng.choice(report.columns)
    for row, cell in zip(cells, [again, *(dotted(rng.randint(1, 900)) for _ in report.units)], strict=True):
        row.append(cell)
    return report.refused(sheets.as_csv(cells), "column_repeated", again)


def a_table_in_thousands(rng):
    report = Report(rng)
    report.title = [
        ["BÁO CÁO TÀI KHOẢN ĐỊNH DANH"],
        [rng.choice(["Đơn vị tính: nghìn", "ĐVT: nghìn tài khoản"])],
    ]
    return report.refused(sheets.as_csv(report.cells), "unit_unknown", "row 2")


def two_tables_on_two_sheets(rng):
    report, other = Report(rng), Report(rng)
    body = sheets.as_xlsx(report.cells, others=[("Biểu 2", other.cells)])
    return report.refused(body, "table_repeated", "Biểu 1 and Biểu 2", name="bao_cao.xlsx")


def a_table_only_on_a_hidden_sheet(rng):
    report = Report(rng)
    body = sheets.as_xlsx([["Bìa"]], "Bìa", others=[("Số liệu", report.cells)], hidden=["Số liệu"])
    return report.refused(body, "hidden_only", "sheet Số liệu", name="bao_cao.xlsx")


# Numbers


def a_letter_in_a_count(rng):
    return Report(rng).spoilt_cell(lambda n: dotted(n + 10**5)[:-1] + rng.choice("Ool"), "number_unreadable")


def words_in_a_count(rng):
    words = rng.choice(["khoảng 300", "chưa có", "đang rà soát", "1.200 TK", "x", "hơn 1.000"])
    return Report(rng).spoilt_cell(words, "number_unreadable")


def two_numbers_in_a_cell(rng):
    return Report(rng).spoilt_cell(lambda n: f"{dotted(n)}/{dotted(n + 5)}", "number_unreadable")


def a_percentage_in_a_count(rng):
    return Report(rng).spoilt_cell(f"{rng.randint(1, 99)}%", ("number_unreadable", "unit_unknown"))


def a_day_in_a_count(rng):
    return Report(rng).spoilt_cell(
        rng.choice(["01/02/2024", "2024-02-01", "01-02-2024"]), "number_unreadable"
    )


def a_number_in_powers_of_ten(rng):
    return Report(rng).spoilt_cell(rng.choice(["1,2E+05", "1.2E5", "3e4"]), "number_unreadable")


def not_a_number(rng):
    return Report(rng).spoilt_cell(rng.choice(["NaN", "inf", "-inf", "∞", "null"]), "number_unreadable")


def an_error_of_the_spreadsheet(rng):
    return Report(rng).spoilt_cell(
        rng.choice(["#REF!", "#DIV/0!", "#N/A", "#VALUE!", "#NAME?"]), ("error_cell", "number_unreadable")
    )


def a_formula_without_its_value(rng):
    """A program wrote the formula and nobody opened the file since: the cell looks empty."""
    report = Report(rng, write=int)
    unit, column, row, at = report.any_cell()
    cells = report.cells
    cells[row][at] = f"=SUM({rng.randint(1, 9)},{rng.randint(1, 9)})"
    return Case(
        "vneid",
        "bao_cao.xlsx",
        sheets.as_xlsx(cells),
        report.period,
        report.without(unit),
        "error_cell",
        (f"row {row + 1}", column),
    )


def a_negative_count(rng):
    return Report(rng).spoilt_cell(lambda n: rng.choice("-−") + dotted(n), "negative_count")


def a_count_in_brackets(rng):
    """Bookkeepers write a negative number in brackets."""
    return Report(rng).spoilt_cell(lambda n: f"({dotted(n)})", ("negative_count", "number_unreadable"))


def half_a_person(rng):
    return Report(rng).spoilt_cell(lambda n: f"{dotted(n)},5", "not_whole")


def more_digits_than_people(rng):
    return Report(rng).spoilt_cell("9" * rng.randint(20, 40), ("number_out_of_range", "number_unreadable"))


def both_conventions_in_a_column(rng):
    """1.234.567 and 1,234,567 under one heading: somebody joined two reports."""
    report = Report(rng, write=lambda n: dotted(n + 10**6))
    unit, column, row, at = report.any_cell()
    cells = report.cells
    cells[row][at] = f"{report.counts[unit][column] + 10**6:,}"
    return Case(
        "vneid",
        "bao_cao.csv",
        sheets.as_csv(cells),
        report.period,
        {},
        "number_undecidable",
        (column,),
    )


def a_share_that_may_be_thousands(rng):
    """45,678 % is 45 and a bit, or forty-five thousand: nothing in the column tells; the counts land."""
    report = Report(rng)
    report.headings.append(OF_ASSIGNED)
    cells = report.cells
    for row in cells[1:]:
        row[-1] = f"{rng.randint(10, 99)}{rng.choice(',')}{rng.randint(100, 999)}"
    return report.as_is(sheets.as_csv(cells))


# Days and periods


def a_day_in_american_order(rng):
    report = Report(rng)
    cells = report.cells
    row = rng.randint(1, len(report.units))
    cells[row][report.headings.index(DAY)] = f"{report.month:02}/{rng.randint(13, 28)}/2024"
    unit = report.units[row - 1]
    return Case(
        "vneid",
        "bao_cao.csv",
        sheets.as_csv(cells),
        report.period,
        report.without(unit),
        ("date_unreadable", "period_mismatch"),
        (f"row {row + 1}", DAY),
    )


def a_day_of_no_calendar(rng):
    return _all_days(rng, lambda report: f"31/{rng.choice(['02', '04', '13'])}/2024", "date_unreadable")


def a_day_in_words(rng):
    return _all_days(rng, lambda report: rng.choice(["cuối tháng", "quý I", "hôm qua"]), "date_unreadable")


def a_report_of_another_month(rng):
    def other(report: Report) -> str:
        return f"15/{report.month % 12 + 1:02}/2024"

    return _all_days(rng, other, "period_mismatch")


def a_report_of_another_year(rng):
    return _all_days(rng, lambda report: report.day.replace("2024", "2023"), "period_mismatch")


def _all_days(rng, write: Callable[[Report], str], code: str) -> Case:
    report = Report(rng)
    cells = report.cells
    for row in cells[1:]:
        row[report.headings.index(DAY)] = write(report)
    return report.refused(sheets.as_csv(cells), code, "row 2", DAY)


def a_title_of_another_month(rng):
    report = Report(rng)
    report.title = [[f"BÁO CÁO THÁNG {report.month % 12 + 1:02} NĂM 2024"]]
    return report.refused(sheets.as_csv(report.cells), "period_mismatch", "row 1")


# Rows


def a_unit_stands_twice(rng):
    report = Report(rng)
    cells = report.cells
    unit = rng.choice(report.units)
    again = report.row(unit)
    again[-1] = dotted(rng.randint(1, 900))
    cells.append(again)
    return Case(
        "vneid",
        "bao_cao.csv",
        sheets.as_csv(cells),
        report.period,
        report.without(unit),
        "org_repeated",
        (f"row {len(cells)}",),
    )


def a_row_stands_twice(rng):
    report = Report(rng)
    cells = report.cells
    unit = rng.choice(report.units)
    cells.append(report.row(unit))
    return Case(
        "vneid",
        "bao_cao.csv",
        sheets.as_csv(cells),
        report.period,
        report.lands,
        "duplicate_row",
        (f"row {len(cells)}",),
    )


def a_row_without_its_unit(rng):
    report = Report(rng)
    unit, _, row, _ = report.any_cell()
    cells = report.cells
    cells[row][report.headings.index(UNIT)] = ""
    cells[row][report.headings.index(CODE)] = ""
    locator = (f"row {row + 1}",)
    body = sheets.as_csv(cells)
    return Case("vneid", "bao_cao.csv", body, report.period, report.without(unit), "value_missing", locator)


def a_row_with_a_cell_too_few(rng):
    report = Report(rng)
    unit, _, row, at = report.any_cell()
    cells = report.cells
    del cells[row][at]
    locator = (f"row {row + 1}",)
    body = sheets.as_csv(cells)
    return Case("vneid", "bao_cao.csv", body, report.period, report.without(unit), "cells_missing", locator)


def a_row_with_a_cell_too_many(rng):
    report = Report(rng)
    unit, _, row, at = report.any_cell()
    cells = report.cells
    cells[row].insert(at, dotted(rng.randint(1, 900)))
    locator = (f"row {row + 1}",)
    body = sheets.as_csv(cells)
    return Case("vneid", "bao_cao.csv", body, report.period, report.without(unit), "cells_extra", locator)


def thousands_marks_that_split_cells(rng):
    """1,234 without quotation marks in a file whose cells are divided by commas."""
    report = Report(rng, write=lambda n: f"{n:,}")
    text = "\r\n".join(",".join(map(str, row)) for row in report.cells)
    return report.refused(text.encode(), ("number_undecidable", "cells_extra", "unreadable"), "row 2")


def a_total_that_is_not_the_sum(rng):
    report = Report(rng)
    total = report.total()
    column = rng.choice(report.columns)
    at = report.headings.index(column)
    total[at] = dotted(int(total[at].replace(".", "")) + rng.choice([-1, 1, 10, 1_000]))
    return report.refused(sheets.as_csv([*report.cells, total]), "total_disagrees", column)


def a_total_that_lacks_a_row(rng):
    """A district was taken out of the table and not out of its total."""
    report = Report(rng)
    cells = [*report.cells, report.total()]
    del cells[rng.randint(1, len(report.units))]
    return report.refused(sheets.as_csv(cells), "total_disagrees", f"row {len(cells)}", "column")


# Personal data


def citizen_number(rng) -> str:
    locator, sex, born = rng.choice(["064", "052", "001", "079"]), rng.choice("0123"), rng.randint(0, 99)
    return f"{locator}{sex}{born:02}{rng.randint(0, 999_999):06}"


def phone_number(rng) -> str:
    return rng.choice(["09", "03", "07", "08"]) + f"{rng.randint(10_000_000, 99_999_999)}"


def birthday(rng) -> str:
    return f"{rng.randint(1, 28):02}/{rng.randint(1, 12):02}/{rng.randint(1950, 2008)}"


def person(rng) -> str:
    family = rng.choice(["Nguyễn", "Trần", "Rơ Châm", "Siu", "Kpă", "Lê"])
    return f"{family} {rng.choice(['Văn', 'Thị', 'H’'])} {rng.choice(['Minh', 'Lan', 'Blơi', 'Dũng'])}"


def _with_personal_data(rng, text: str, secret: str, heading: str = NOTE) -> Case:
    report = Report(rng)
    cells = report.cells
    cells[0].append(heading)
    for row in cells[1:]:
        row.append("")
    row = rng.randint(1, len(report.units))
    cells[row][-1] = text
    case = report.refused(sheets.as_csv(cells), "personal_data", f"row {row + 1}")
    return replace(case, secrets=(secret,))


def a_citizen_number(rng):
    number = citizen_number(rng)
    return _with_personal_data(rng, number, number, rng.choice([NOTE, "CCCD"]))


def a_phone_number(rng):
    number = phone_number(rng)
    apart = f"{number[:4]} {number[4:7]} {number[7:]}"
    text = rng.choice([f"LH: {number}", f"ĐT {apart}", f"SĐT: +84{number[1:]}"])
    return _with_personal_data(rng, text, apart if apart in text else number[1:])


def a_person_with_a_birth_date(rng):
    who = person(rng)
    text = f"{who}, {rng.choice(['sinh ngày', 'ngày sinh', 'sinh'])} {birthday(rng)}"
    return _with_personal_data(rng, text, who)


def a_list_of_persons(rng):
    rows = [["STT", "Họ và tên", "Ngày sinh", "Số CCCD", "Điện thoại"]]
    for number in range(1, rng.randint(3, 40)):
        rows.append([str(number), person(rng), birthday(rng), citizen_number(rng), phone_number(rng)])
    write, name = rng.choice(
        [(sheets.as_csv, "ds.csv"), (sheets.as_xlsx, "ds.xlsx"), (sheets.as_xls, "ds.xls")]
    )
    case = Case("vneid", name, write(rows), "2024-03", {}, "personal_data", ("row 2",))
    return replace(case, secrets=(rows[1][1], rows[1][3], rows[1][4]))


def names_with_birth_dates_in_two_columns(rng):
    rows = [["STT", "Họ và tên", "Ngày sinh", "Đơn vị"]]
    for number in range(1, rng.randint(3, 40)):
        rows.append([str(number), person(rng), birthday(rng), rng.choice(list(DISTRICTS.values()))])
    case = Case("vneid", "ds.xlsx", sheets.as_xlsx(rows), "2024-03", {}, "personal_data", ("row 2",))
    return replace(case, secrets=(rows[1][1], rows[1][2]))


def persons_on_another_sheet(rng):
    report = Report(rng)
    persons = [["Họ và tên", "Số CCCD"], [person(rng), citizen_number(rng)]]
    hidden = rng.choice([["Danh sách"], []])
    body = sheets.as_xlsx(report.cells, others=[("Danh sách", persons)], hidden=hidden)
    return replace(
        report.refused(body, "personal_data", "sheet Danh sách, row 2", name="bao_cao.xlsx"),
        secrets=tuple(persons[1]),
    )


def persons_in_the_portals_reply(rng):
    portal = Portal(rng)
    number = citizen_number(rng)
    portal.records[-1]["TEN"] = f"{person(rng)} - {number}"
    return replace(portal.refused("personal_data", f"[{len(portal.records) - 1}]"), secrets=(number,))


# The portal's replies


@dataclass
class Portal:
    """A sound monthly summary of the national portal."""

    rng: random.Random
    records: list[dict] = field(default_factory=list)

    def __post_init__(self):
        fields = self.rng.sample(DOSSIERS, self.rng.randint(3, len(DOSSIERS)))
        for number, name in enumerate(self.rng.sample(list(DISTRICTS.values()), self.rng.randint(4, 17)), 1):
            counts = {f: str(self.rng.randint(0, 90_000)) for f in fields}
            self.records.append({"ID": str(number), "TEN": name, **counts})

    @property
    def body(self) -> bytes:
        return json.dumps(self.records, ensure_ascii=False).encode()

    @property
    def lands(self) -> Numbers:
        return {
            (record["TEN"], name): Decimal(text)
            for record in self.records
            for name, text in record.items()
            if name not in ("ID", "TEN")
        }

    def any_number(self) -> tuple[int, str]:
        number = self.rng.randrange(len(self.records))
        return number, self.rng.choice([f for f in self.records[number] if f not in ("ID", "TEN")])

    def refused(self, code, *locator: str, body: bytes | None = None) -> Case:
        return Case("dvc_portal", "tong_hop.json", body or self.body, "2024-03", {}, code, locator)

    def spoilt(self, content, code) -> Case:
        """One value is spoilt: its record is set aside."""
        lands = self.lands
        number, name = self.any_number()
        whose = self.records[number]["TEN"]
        self.records[number][name] = content
        kept = {key: value for key, value in lands.items() if key[0] != whose}
        locator = (f"[{number}]", name)
        return Case("dvc_portal", "tong_hop.json", self.body, "2024-03", kept, code, locator)


def json_of_one_object(rng):
    body = json.dumps(Portal(rng).records[0], ensure_ascii=False).encode()
    return Portal(rng).refused("not_a_table", body=body)


def json_of_two_arrays(rng):
    body = json.dumps({"nay": Portal(rng).records, "truoc": Portal(rng).records}, ensure_ascii=False).encode()
    return Portal(rng).refused("not_a_table", body=body)


def json_of_an_error(rng):
    body = '{"status": "error", "message": "Phiên làm việc đã hết hạn", "data": null}'.encode()
    return Portal(rng).refused("not_a_table", body=body)


def json_of_bare_values(rng):
    return Portal(rng).refused("not_a_table", body=json.dumps([1, 2, "ba"]).encode())


def json_without_records(rng):
    return Portal(rng).refused("empty", body=rng.choice([b"[]", b" [ ] ", b"[{}]"]))


def json_nested_without_end(rng):
    depth = rng.randint(20_000, 60_000)
    return Portal(rng).refused(("unreadable", "not_a_table"), body=b"[" * depth + b"]" * depth)


def json_with_two_fields_of_one_name(rng):
    body = '[{"TEN": "Huyện KBang", "HS_TOTAL": "12", "HS_TOTAL": "120"}]'.encode()
    return Portal(rng).refused("column_repeated", "HS_TOTAL", body=body)


def fields_that_were_all_renamed(rng):
    portal = Portal(rng)
    portal.records = [
        {key + "_MOI" if key not in ("ID", "TEN") else key: value for key, value in record.items()}
        for record in portal.records
    ]
    return portal.refused("column_unknown", "_MOI")


def the_portals_counts_of_another_month(rng):
    portal = Portal(rng)
    lands = portal.lands
    number, _ = portal.any_number()
    whose = portal.records[number]["TEN"]
    portal.records[number]["THANG"] = rng.choice(["2", "02", 2])
    kept = {key: value for key, value in lands.items() if key[0] != whose}
    locator = (f"[{number}]", "THANG")
    return Case("dvc_portal", "tong_hop.json", portal.body, "2024-03", kept, "period_mismatch", locator)


def json_null(rng):
    """A null states nothing: its own field is left out, and no other."""
    portal = Portal(rng)
    lands = portal.lands
    number, name = portal.any_number()
    del lands[portal.records[number]["TEN"], name]
    portal.records[number][name] = None
    return Case("dvc_portal", "tong_hop.json", portal.body, "2024-03", lands)


def the_portals_count_is_negative(rng):
    return Portal(rng).spoilt(f"-{rng.randint(1, 900)}", "negative_count")


def the_portals_count_has_a_fraction(rng):
    return Portal(rng).spoilt(f"{rng.randint(1, 900)}.5", "not_whole")


def the_portals_count_has_marks(rng):
    """The portal writes plain digits; 1.234 would be one and a bit, or more than a thousand."""
    return Portal(rng).spoilt(f"1,{rng.randint(100, 999)}", ("number_unreadable", "number_undecidable"))


def the_portals_count_is_a_word(rng):
    return Portal(rng).spoilt(rng.choice(["N/A", "null", "không", "--"]), "number_unreadable")


def a_record_of_nobody(rng):
    portal = Portal(rng)
    lands = portal.lands
    number = rng.randrange(len(portal.records))
    whose = portal.records[number].pop("TEN")
    kept = {key: value for key, value in lands.items() if key[0] != whose}
    return Case(
        "dvc_portal", "tong_hop.json", portal.body, "2024-03", kept, "value_missing", (f"[{number}]",)
    )


def a_record_stands_twice(rng):
    portal = Portal(rng)
    lands = portal.lands
    again = dict(rng.choice(portal.records))
    again["ID"] = "99"
    name = next(f for f in again if f not in ("ID", "TEN"))
    again[name] = str(int(again[name]) + 1)
    portal.records.append(again)
    kept = {key: value for key, value in lands.items() if key[0] != again["TEN"]}
    locator = (f"[{len(portal.records) - 1}]",)
    return Case("dvc_portal", "tong_hop.json", portal.body, "2024-03", kept, "org_repeated", locator)


def a_score_above_its_maximum(rng):
    name, most = rng.choice(
        [("CKMB", 18), ("TDGQ", 20), ("CLGQ", 12), ("TTTT", 10), ("MDHL", 18), ("MDSH", 22)]
    )
    record = {"TEN": "Huyện KBang", name: f"{most + rng.randint(1, 50)}.5"}
    return Portal(rng).refused(
        "number_out_of_range", name, body=json.dumps([record], ensure_ascii=False).encode()
    )


# Odd, and sound: nothing may be complained of, every number lands


def a_byte_order_mark(rng):
    report = Report(rng)
    return report.as_is(sheets.as_csv(report.cells, "utf-8-sig"))


def utf_16(rng):
    report = Report(rng)
    mark, encoding = rng.choice([(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
    return report.as_is(mark + sheets.as_csv(report.cells, encoding, rng.choice("\t,")))


def windows_1258(rng):
    report = Report(rng)
    return report.as_is(sheets.as_csv(report.cells, "cp1258"))


def tcvn3(rng):
    report = Report(rng)
    return report.as_is(sheets.as_csv(report.cells, "tcvn3"))


def decomposed_letters(rng):
    report = Report(rng)
    return report.as_is(unicodedata.normalize("NFD", sheets.as_text(report.cells)).encode())


def other_marks_between_cells(rng):
    report = Report(rng)
    return report.as_is(sheets.as_csv(report.cells, delimiter=rng.choice(";\t|")))


def other_ends_of_lines(rng):
    report = Report(rng)
    return report.as_is(sheets.as_csv(report.cells, newline=rng.choice(["\n", "\r"])))


def thousands_marked_by_commas(rng):
    report = Report(rng, write=lambda n: f"{n:,}")
    return report.as_is(sheets.as_csv(report.cells))


def thousands_marked_by_spaces(rng):
    space = rng.choice([" ", "\u00a0", "\u202f"])
    report = Report(rng, write=lambda n: f"{n:,}".replace(",", space))
    return report.as_is(sheets.as_csv(report.cells))


def no_marks_between_thousands(rng):
    report = Report(rng, write=str)
    return report.as_is(sheets.as_csv(report.cells))


def digits_of_full_width(rng):
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    report = Report(rng, write=lambda n: dotted(n).translate(wide))
    return report.as_is(sheets.as_csv(report.cells))


def blanks_around_cells(rng):
    report = Report(rng, write=lambda n: f" {dotted(n)}\u00a0")
    cells = [[f"  {cell} " for cell in row] for row in report.cells]
    return report.as_is(sheets.as_csv(cells))


def a_title_above(rng):
    report = Report(rng)
    report.title = [
        ["CÔNG AN TỈNH GIA LAI", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        [f"Số: {rng.randint(10, 900)}/BC-CAT", "", "", "Độc lập - Tự do - Hạnh phúc"],
        [],
        [f"BÁO CÁO KẾT QUẢ CẤP TÀI KHOẢN ĐỊNH DANH ĐIỆN TỬ THÁNG {report.month} NĂM 2024"],
        [],
    ]
    return report.as_is(sheets.as_csv(report.cells))


def a_signature_below(rng):
    report = Report(rng)
    below = [[], ["Nơi nhận:", "", "NGƯỜI LẬP BIỂU"], ["- Như trên;", "", "(đã ký)"], ["- Lưu: VT.", "", ""]]
    rows = [row + [""] * (len(report.headings) - len(row)) for row in below]
    return report.as_is(sheets.as_csv([*report.cells, *rows]))


def a_total_below(rng):
    report = Report(rng)
    label = rng.choice(["Tổng cộng", "TỔNG", "Tổng số", "Toàn tỉnh", "Cộng"])
    return report.as_is(sheets.as_csv([*report.cells, report.total(label)]))


def a_total_above(rng):
    report = Report(rng)
    head, *rows = report.cells
    return report.as_is(sheets.as_csv([head, report.total(), *rows]))


def rows_in_sections(rng):
    report = Report(rng)
    head, *rows = report.cells
    width = len(report.headings)
    at = rng.randint(1, len(rows) - 1)
    sections = [[text] + [""] * (width - 1) for text in ("I. Khu vực phía Đông", "II. Khu vực phía Tây")]
    return report.as_is(sheets.as_csv([head, sections[0], *rows[:at], sections[1], *rows[at:]]))


def headings_again_on_every_page(rng):
    report = Report(rng)
    head, *rows = report.cells
    at = rng.randint(1, len(rows) - 1)
    return report.as_is(sheets.as_csv([head, *rows[:at], head, *rows[at:]]))


def numbers_of_columns_below_the_headings(rng):
    report = Report(rng)
    head, *rows = report.cells
    write = rng.choice(["({})", "{}"])
    return report.as_is(sheets.as_csv([head, [write.format(n) for n in range(1, len(head) + 1)], *rows]))


def blank_lines_between(rng):
    report = Report(rng)
    head, *rows = report.cells
    spread = [
        head,
        *(line for row in rows for line in (row, *([[""] * len(head)] if rng.random() < 0.3 else []))),
    ]
    return report.as_is(sheets.as_csv(spread))


def columns_in_another_order(rng):
    report = Report(rng)
    rng.shuffle(report.headings)
    return report.as_is(sheets.as_csv(report.cells))


def columns_nobody_asked_for(rng):
    report = Report(rng)
    cells = report.cells
    for number, row in enumerate(cells):
        row.insert(0, "STT" if number == 0 else str(number))
        row.append(NOTE if number == 0 else rng.choice(["", "số liệu chốt", "đã rà soát"]))
    return report.as_is(sheets.as_csv(cells))


def headings_in_capitals(rng):
    report = Report(rng)
    cells = report.cells
    cells[0] = [heading.upper() for heading in cells[0]]
    return Case("vneid", "bao_cao.csv", sheets.as_csv(cells), report.period, report.lands)


def headings_over_several_lines(rng):
    report = Report(rng)
    cells = report.cells
    cells[0] = [rng.choice(["\n", "  "]).join(heading.split(" ", 2)) for heading in cells[0]]
    return report.as_is(sheets.as_xlsx(cells), "bao_cao.xlsx")


def headings_without_diacritics(rng):
    report = Report(rng)
    cells = report.cells
    bare = unicodedata.normalize("NFD", "|".join(cells[0])).replace("đ", "d").replace("Đ", "D")
    cells[0] = re.sub(r"[\u0300-\u036f]", "", bare).split("|")
    return report.as_is(sheets.as_csv(cells))


def days_in_other_forms(rng):
    report = Report(rng)
    day, month = int(report.day[:2]), report.month
    form = rng.choice(
        [
            f"{day}/{month}/2024",
            f"{day:02}-{month:02}-2024",
            f"{day:02}.{month:02}.2024",
            f"ngày {day} tháng {month} năm 2024",
            f"Ngày {day:02} tháng {month:02} năm 2024",
            f"2024-{month:02}-{day:02}",
        ]
    )
    cells = report.cells
    for row in cells[1:]:
        row[report.headings.index(DAY)] = form
    return report.as_is(sheets.as_csv(cells))


def days_with_their_hour(rng):
    report = Report(rng)
    cells = report.cells
    for row in cells[1:]:
        row[report.headings.index(DAY)] += rng.choice([" 17:00", " 08:30", " 23:59"])
    return report.as_is(sheets.as_csv(cells))


def days_as_days_of_the_workbook(rng):
    import datetime

    report = Report(rng, write=int)
    cells = report.cells
    day, month, year = map(int, report.day.split("/"))
    for row in cells[1:]:
        row[report.headings.index(DAY)] = datetime.date(year, month, day)
    return report.as_is(sheets.as_xlsx(cells), "bao_cao.xlsx")


def cells_left_empty(rng):
    """A number that is not there is not zero: it does not land, and the rest of its row does."""
    report = Report(rng)
    unit, column, row, at = report.any_cell()
    cells = report.cells
    cells[row][at] = ""
    lands = {key: value for key, value in report.lands.items() if key != (unit, column)}
    return Case("vneid", "bao_cao.csv", sheets.as_csv(cells), report.period, lands)


def a_dash_for_nothing(rng):
    """A dash says that nobody counted; it is no zero."""
    report = Report(rng)
    unit, column, row, at = report.any_cell()
    cells = report.cells
    cells[row][at] = rng.choice("-–")
    lands = {key: value for key, value in report.lands.items() if key != (unit, column)}
    return Case("vneid", "bao_cao.csv", sheets.as_csv(cells), report.period, lands)


def a_workbook_of_numbers(rng):
    report = Report(rng, write=rng.choice([int, float]))
    return report.as_is(sheets.as_xlsx(report.cells), "bao_cao.xlsx")


def a_workbook_of_texts(rng):
    report = Report(rng)
    return report.as_is(sheets.as_xlsx(report.cells), "bao_cao.xlsx")


def an_old_workbook(rng):
    report = Report(rng, write=rng.choice([int, dotted]))
    return report.as_is(sheets.as_xls(report.cells), "bao_cao.xls")


def a_page_that_calls_itself_a_workbook(rng):
    report = Report(rng)
    return report.as_is(sheets.as_html(report.cells), rng.choice(["bao_cao.xls", "bao_cao.xlsx"]))


def a_table_under_a_wrong_extension(rng):
    report = Report(rng)
    body, name = rng.choice(
        [
            (sheets.as_csv(report.cells), "bao_cao.xls"),
            (sheets.as_xlsx(report.cells), "bao_cao.csv"),
            (sheets.as_xls(report.cells), "bao_cao.xlsx"),
            (sheets.as_csv(report.cells, delimiter="\t"), "bao_cao.txt"),
        ]
    )
    return report.as_is(body, name)


def an_archive_of_one_report(rng):
    report = Report(rng)
    inner, body = rng.choice(
        [("bao_cao.csv", sheets.as_csv(report.cells)), ("bao_cao.xlsx", sheets.as_xlsx(report.cells))]
    )
    return report.as_is(sheets.as_zip({inner: body}), "bao_cao.zip")


def last_months_table_on_a_hidden_sheet(rng):
    report, old = Report(rng), Report(rng)
    body = sheets.as_xlsx(report.cells, others=[("Tháng trước", old.cells)], hidden=["Tháng trước"])
    return report.as_is(body, "bao_cao.xlsx")


def a_cover_sheet_before_the_table(rng):
    report = Report(rng)
    body = sheets.as_xlsx([["BÁO CÁO"], ["Công an tỉnh Gia Lai"]], "Bìa", others=[("Số liệu", report.cells)])
    return report.as_is(body, "bao_cao.xlsx")


def a_title_in_merged_cells(rng):
    report = Report(rng)
    report.title = [["BÁO CÁO TÀI KHOẢN ĐỊNH DANH ĐIỆN TỬ"], []]
    last = "ABCDEFGHIJ"[len(report.headings) - 1]
    return report.as_is(sheets.as_xlsx(report.cells, merged=[f"A1:{last}1"]), "bao_cao.xlsx")


def more_than_the_assigned_target(rng):
    """124,56 % of what was assigned has been published: it may stand."""
    report = Report(rng)
    report.headings.append(OF_ASSIGNED)
    cells = report.cells
    lands = report.lands
    for row, unit in zip(cells[1:], report.units, strict=True):
        share = rng.randint(9_000, 15_000)
        row[-1] = f"{share // 100},{share % 100:02}"
        lands[unit, OF_ASSIGNED] = Decimal(share) / 100
    return Case("vneid", "bao_cao.csv", sheets.as_csv(cells), report.period, lands)


def the_portals_empty_texts(rng):
    portal = Portal(rng)
    lands = portal.lands
    number, name = portal.any_number()
    del lands[portal.records[number]["TEN"], name]
    portal.records[number][name] = ""
    return Case("dvc_portal", "tong_hop.json", portal.body, "2024-03", lands)


def a_field_that_was_renamed(rng):
    """The others land."""
    portal = Portal(rng)
    _, name = portal.any_number()
    lands = {key: value for key, value in portal.lands.items() if key[1] != name}
    for record in portal.records:
        record[name + "_MOI"] = record.pop(name)
    return Case("dvc_portal", "tong_hop.json", portal.body, "2024-03", lands)


def json_numbers_where_texts_were_sent(rng):
    portal = Portal(rng)
    lands = portal.lands
    number, name = portal.any_number()
    portal.records[number][name] = rng.choice([int, float])(portal.records[number][name])
    return Case("dvc_portal", "tong_hop.json", portal.body, "2024-03", lands)


def the_portals_records_in_an_object(rng):
    portal = Portal(rng)
    about = rng.choice([{}, {"status": 200}, {"total": len(portal.records)}])
    body = json.dumps(about | {rng.choice(["data", "result"]): portal.records}, ensure_ascii=False).encode()
    return Case("dvc_portal", "tong_hop.json", body, "2024-03", portal.lands)


def the_portals_reply(rng):
    portal = Portal(rng)
    body = rng.choice(
        [portal.body, b"\xef\xbb\xbf" + portal.body, json.dumps(portal.records, indent=2).encode()]
    )
    return Case("dvc_portal", "tong_hop.json", body, "2024-03", portal.lands)


# The operators' reports

NETWORKS = [
    "Thuê bao di động",
    "Thuê bao sử dụng điện thoại thông minh",
    "Thuê bao cáp quang cố định",
    "Hộ gia đình có cáp quang",
]
OPERATORS = ["VNPT", "Viettel", "MobiFone", "Vietnamobile"]


@dataclass
class Network:
    """A sound report of one operator, which says above the table who it is."""

    rng: random.Random
    period: str = "2024-03"
    above: list[list[str]] = field(default_factory=list)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)

    def __post_init__(self):
        who = self.rng.choice(OPERATORS)
        said = [f"Doanh nghiệp: {who}", f"BÁO CÁO CỦA {who.upper()} GIA LAI", f"Nhà mạng: {who}"]
        self.above = [[self.rng.choice(said)], ["Tháng 03/2024"]]
        for name in self.rng.sample(list(DISTRICTS.values()), self.rng.randint(4, 17)):
            self.counts[name] = {column: self.rng.randint(100, 60_000) for column in NETWORKS}

    @property
    def cells(self) -> list[list[str]]:
        rows = [[name, *(dotted(of[c]) for c in NETWORKS)] for name, of in self.counts.items()]
        return [*self.above, [UNIT, *NETWORKS], *rows]

    @property
    def lands(self) -> Numbers:
        return {(name, c): Decimal(n) for name, of in self.counts.items() for c, n in of.items()}

    def case(self, cells, code=None, *locator: str, lands: Numbers | None = None) -> Case:
        lands = ({} if code else self.lands) if lands is None else lands
        return Case("telecom", "bao_cao.csv", sheets.as_csv(cells), self.period, lands, code, locator)


def an_operators_report(rng):
    report = Network(rng)
    kinds = [("csv", sheets.as_csv), ("xlsx", sheets.as_xlsx), ("xls", sheets.as_xls)]
    extension, write = rng.choice(kinds)
    name = f"bao_cao.{extension}"
    return Case("telecom", name, write(report.cells), report.period, report.lands)


def a_report_of_an_unnamed_operator(rng):
    report = Network(rng)
    report.above = [["BÁO CÁO THUÊ BAO"], ["Tháng 03/2024"]]
    return report.case(report.cells, "value_missing", "above the table", "operator")


def a_report_of_two_operators(rng):
    report = Network(rng)
    _, _, head, *rows = report.cells
    who = rng.sample(OPERATORS, 2)
    rows = [[*row, who[number % 2]] for number, row in enumerate(rows)]
    return report.case([["BÁO CÁO"], [*head, "Doanh nghiệp"], *rows], "value_unknown", "Doanh nghiệp")


def an_operators_report_of_another_month(rng):
    report = Network(rng)
    report.above[1] = [f"Tháng {rng.choice(['01', '02', '04', '12'])}/2024"]
    return report.case(report.cells, "period_mismatch", "row 2")


def communes_that_are_more_than_their_district(rng):
    """The district's number includes its communes: together they cannot be more."""
    report = Network(rng)
    district = next(iter(report.counts))
    column = rng.choice(NETWORKS)
    *above, head, first = report.cells[:4]
    rest = report.cells[4:]
    each = {c: n // (2 if c == column else 4) + 1 for c, n in report.counts[district].items()}
    communes = [[name, *map(dotted, each.values())] for name in ("Xã Ia Mơ", "Xã Ia Lâu", "Xã Ia Piơr")]
    kept = {key: n for key, n in report.lands.items() if key[0] != district}
    cells = [*above, head, first, *communes, *rest]
    return report.case(cells, "children_exceed_parent", column, lands=kept)


# The exports of the one-stop system


@dataclass
class Export:
    """A sound export of dossiers: a web page with merged headings, two sections and a total."""

    rng: random.Random
    title: str = "Từ ngày 01/03/2024 đến ngày 31/03/2024"
    counts: dict[str, list[int]] = field(default_factory=dict)
    total: list[int] = field(default_factory=list)
    subjects: tuple[str, ...] = (
        "Hồ sơ tiếp nhận",
        "Hồ sơ tiếp nhận trực tuyến",
        "Hồ sơ tiếp nhận trực tiếp",
        "Hồ sơ tồn kỳ trước",
    )

    def __post_init__(self):
        offices = ["Sở Công Thương", "Sở Y tế", *self.rng.sample(list(DISTRICTS.values()), 6)]
        for name in offices:
            online, in_person = self.rng.randint(100, 4_000), self.rng.randint(100, 4_000)
            self.counts[name] = [online + in_person, online, in_person, self.rng.randint(0, 300)]
        self.total = [sum(column) for column in zip(*self.counts.values(), strict=True)]

    @property
    def body(self) -> bytes:
        def row(*cells) -> str:
            return "<tr>" + "".join(f"<td>{c}</td>" for c in cells) + "</tr>"

        units = [
            row(number, name, *map(dotted, numbers))
            for number, (name, numbers) in enumerate(self.counts.items(), 1)
        ]
        lines = [
            "<tr><td colspan=6>TÌNH HÌNH TIẾP NHẬN HỒ SƠ</td></tr>",
            f"<tr><td colspan=6>{self.title}</td></tr>",
            "<tr><th rowspan=2>STT</th><th rowspan=2>Đơn vị</th><th colspan=3>Hồ sơ tiếp nhận</th>"
            "<th rowspan=2>Hồ sơ tồn kỳ trước</th></tr>",
            "<tr><th>Tổng số</th><th>Trực tuyến</th><th>Trực tiếp</th></tr>",
            "<tr><td>I</td><td colspan=5>Sở, ban, ngành</td></tr>",
            *units[:2],
            "<tr><td>II</td><td colspan=5>Cấp huyện</td></tr>",
            *units[2:],
            "<tr><td colspan=2>Tổng cộng</td>"
            + "".join(f"<td>{dotted(n)}</td>" for n in self.total)
            + "</tr>",
        ]
        page = "<html><head><meta charset=utf-8></head><body><table>{}</table></body></html>"
        return page.format("\n".join(lines)).encode()

    @property
    def lands(self) -> Numbers:
        return {
            (name, subject): Decimal(number)
            for name, numbers in self.counts.items()
            for subject, number in zip(self.subjects, numbers, strict=True)
        }

    def case(self, code=None, *locator: str, body: bytes | None = None) -> Case:
        lands = {} if code else self.lands
        return Case("dvc_portal", "ho_so.xls", body or self.body, "2024-03", lands, code, locator)


def an_export_with_merged_headings(rng):
    return Export(rng).case()


def an_export_whose_total_is_not_the_sum(rng):
    export = Export(rng)
    export.total[rng.randrange(4)] += rng.choice([-1, 1, 100])
    return export.case("total_disagrees", "row 15", "column")


def an_export_of_several_months(rng):
    """Figures of two months are neither those of March nor those of the year to date."""
    return Export(rng, title="Từ ngày 01/02/2024 đến ngày 31/03/2024").case("period_mismatch", "row 2")


def an_export_of_the_year_to_date(rng):
    return Export(rng, title="Từ ngày 01/01/2024 đến ngày 31/03/2024").case()


def an_export_of_another_month(rng):
    return Export(rng, title="Từ ngày 01/04/2024 đến ngày 30/04/2024").case("period_mismatch", "row 2")


def an_export_of_a_month_from_21_to_20(rng):
    return Export(rng, title="Từ ngày 21/02/2024 đến ngày 20/03/2024").case()


def an_export_cut_short(rng):
    body = Export(rng).body
    return Export(rng).case("truncated", body=body[: len(body) - rng.randint(60, 300)])


# The units' forms

MEASURES = ["documents", "documents_online", "staff", "staff_trained", "systems", "inspections"]


@cache
def registered():
    return registry.load(ROOT / "data/registry")


@dataclass
class Form:
    """A sound quarterly report on the form that the product hands out, filled in and then edited by hand."""

    rng: random.Random
    period: str = "2024-Q1"
    unit: str = ""
    values: dict[str, int] = field(default_factory=dict)

    def __post_init__(self):
        self.unit = self.rng.choice(list(DISTRICTS.values()))
        chosen = self.rng.sample(MEASURES, self.rng.randint(3, len(MEASURES)))
        self.values = {m: self.rng.randint(1, 9_000) for m in chosen}

    @property
    def workbook(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "mau.xlsx"
            report_form.write(
                file, unit=self.unit, period_id=self.period, values=self.values, known=registered()
            )
            return openpyxl.load_workbook(file)

    def rows(self, sheet) -> dict[str, int]:
        return {sheet.cell(n, 1).value: n for n in range(1, sheet.max_row + 1) if sheet.cell(n, 1).value}

    @property
    def lands(self) -> Numbers:
        return {(self.unit, m): Decimal(n) for m, n in self.values.items()}

    def case(self, workbook, code=None, *locator: str, lost: str | None = None) -> Case:
        body = io.BytesIO()
        workbook.save(body)
        lands = {key: n for key, n in self.lands.items() if lost is not None and key[1] != lost}
        return Case(
            "unit_reports",
            "bao_cao.xlsx",
            body.getvalue(),
            self.period,
            lands if code else self.lands,
            code,
            locator,
        )

    def spoilt(self, content, code, at: int = 4) -> Case:
        workbook = self.workbook
        sheet = workbook.worksheets[0]
        measure = self.rng.choice(list(self.values))
        row = self.rows(sheet)[measure]
        sheet.cell(row, at).value = content
        return self.case(workbook, code, f"row {row}", lost=measure)


def a_form(rng):
    form = Form(rng)
    return form.case(form.workbook)


def a_form_of_another_quarter(rng):
    form = Form(rng, period="2024-Q2")
    case = form.case(form.workbook, "period_mismatch", "Kỳ báo cáo")
    return replace(case, period="2024-Q1")


def a_form_of_nobody(rng):
    form = Form(rng)
    workbook = form.workbook
    sheet = workbook.worksheets[0]
    sheet.cell(form.rows(sheet)["Đơn vị báo cáo"], 2).value = None
    return form.case(workbook, "value_missing", "Đơn vị báo cáo")


def a_form_with_a_heading_written_over(rng):
    form = Form(rng)
    workbook = form.workbook
    sheet = workbook.worksheets[0]
    sheet.cell(form.rows(sheet)["Mã số liệu"], 4).value = "Kết quả"
    return form.case(workbook, ("column_missing", "header_not_found"), "Giá trị")


def a_form_with_a_measure_of_its_own(rng):
    form = Form(rng)
    workbook = form.workbook
    sheet = workbook.worksheets[0]
    measure = rng.choice(list(form.values))
    row = form.rows(sheet)[measure]
    sheet.cell(row, 1).value = None
    return form.case(workbook, ("value_missing", "value_unknown"), f"row {row}", lost=measure)


def a_form_in_another_unit(rng):
    return Form(rng).spoilt(rng.choice(["nghìn người", "tấn", "%"]), ("unit_unknown", "value_unknown"), at=3)


def a_form_with_words_for_a_number(rng):
    return Form(rng).spoilt(rng.choice(["khoảng 20", "đang rà soát", "12 hệ thống"]), "number_unreadable")


def a_form_with_a_fraction(rng):
    return Form(rng).spoilt(rng.randint(1, 900) + 0.5, "not_whole")


def a_form_with_a_negative_number(rng):
    return Form(rng).spoilt(-rng.randint(1, 900), "negative_count")


def a_form_with_a_status_of_its_own(rng):
    return Form(rng).spoilt(rng.choice(["OK", "đã duyệt"]), "value_unknown", at=5)


DRAWN = {"citizen_number", "phone_number", "birthday", "person"}  # from a seed too, but no files
CLASSES = {
    name: found
    for name, found in list(globals().items())
    if inspect.isfunction(found)
    and list(inspect.signature(found).parameters) == ["rng"]
    and not name.startswith("_")
    and name not in DRAWN
}


def instance(name: str, seed: int) -> Case:
    """The file of a class that this seed makes."""
    return CLASSES[name](random.Random(f"{name} {seed}"))


# Clean files of all shapes


def clean(seed: int) -> Case:
    """A sound file in a shape drawn by chance: source, format, encoding, order, title, totals, marks."""
    rng = random.Random(f"clean {seed}")
    if rng.random() < 0.2:
        return the_portals_reply(rng)
    kind = rng.choice(["csv", "csv", "xlsx", "xls", "html"])
    numeric = kind in ("xlsx", "xls") and rng.random() < 0.6
    mark = rng.choice([".", ",", " ", ""])
    report = Report(rng, write=int if numeric else lambda n: f"{n:,}".replace(",", mark))
    if rng.random() < 0.5:
        rng.shuffle(report.headings)
    head, *rows = report.cells
    width = len(head)

    def line(*texts: str) -> list[str]:
        return [*texts, *[""] * (width - len(texts))]

    if rng.random() < 0.3:
        rows = [row for pair in zip(rows, [line()] * len(rows), strict=True) for row in pair]
    if rng.random() < 0.5 and report.headings[0] == UNIT:
        at = rng.choice([0, len(rows)])
        rows.insert(at, report.total(rng.choice(["Tổng cộng", "TỔNG SỐ", "Cộng", "Toàn tỉnh"])))
    cells = [head, *rows]
    if rng.random() < 0.3:
        for number, row in enumerate(cells):
            row.insert(0, "STT" if number == 0 else str(number) if row[report.headings.index(UNIT)] else "")
        width += 1
    if rng.random() < 0.5:
        title = f"BÁO CÁO TÀI KHOẢN ĐỊNH DANH THÁNG {report.month} NĂM 2024"
        cells = [line("CÔNG AN TỈNH GIA LAI"), line(title), line(), *cells]
    if rng.random() < 0.3:
        cells = [*cells, line(), line("Người lập biểu", *[""] * (width - 3), "Thủ trưởng đơn vị")]
    name = f"bao_cao.{'xls' if kind == 'html' else kind}"
    if kind == "csv":
        encoding = rng.choice(["utf-8", "utf-8-sig", "utf-16", "cp1258", "tcvn3"])
        body = sheets.as_csv(cells, encoding, rng.choice(",;\t|"), rng.choice(["\r\n", "\n"]))
        if encoding == "utf-8" and rng.random() < 0.3:
            body = unicodedata.normalize("NFD", body.decode()).encode()
    else:
        body = {"xlsx": sheets.as_xlsx, "xls": sheets.as_xls, "html": sheets.as_html}[kind](cells)
    if rng.random() < 0.15:
        name, body = "bao_cao.zip", sheets.as_zip({name: body})
    return report.as_is(body, name)
