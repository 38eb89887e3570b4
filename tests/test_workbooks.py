"""Workbooks as the usual programs write them, through every source: no wrong value, and what a person does
not see, or nobody computed, is named."""

import io
import random
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape

import openpyxl
import pytest
import xlsxwriter
import xlwt
from making.processes import HANGS

from ingest.errors import Refused
from ingest.reading import grids, workbooks
from ingest.reading.workbooks import shown_as
from ingest.sources import SOURCES

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


@pytest.fixture(autouse=True, params=["as a large sheet", "as a small one"])
def way_of_reading(request, monkeypatch):
    """Both of a sheet that holds numbers and plain texts alone say the same."""
    monkeypatch.setattr(workbooks, "LARGE_SHEET", 0 if request.param == "as a large sheet" else 1 << 30)


@dataclass
class Percent:
    share: float


@dataclass
class Formula:
    text: str
    value: int | None = None
    """What a program that computes has put there; None where nobody computed it."""


@dataclass
class Book:
    rows: list[list]
    hidden_row: int
    hidden_column: int
    merged: tuple[int, int]
    """First and last column of a title in the first row."""


def by_openpyxl(book: Book) -> bytes:
    made = openpyxl.Workbook()
    page = made.active
    for r, row in enumerate(book.rows, start=1):
        for c, value in enumerate(row, start=1):
            cell = page.cell(r, c)
            if isinstance(value, Percent):
                cell.value, cell.number_format = value.share, "0.00%"
            elif isinstance(value, Formula):  # it writes either a formula or a value
                cell.value = value.value if value.value is not None else "=" + value.text
            elif isinstance(value, date):
                cell.value, cell.number_format = value, "dd/mm/yyyy"
            else:
                cell.value = value
    page.row_dimensions[book.hidden_row + 1].hidden = True
    page.column_dimensions[chr(65 + book.hidden_column)].hidden = True
    page.merge_cells(start_row=1, end_row=1, start_column=book.merged[0] + 1, end_column=book.merged[1] + 1)
    old = made.create_sheet("Bản cũ")
    old["A1"], old.sheet_state = "Số liệu cũ 1", "hidden"
    body = io.BytesIO()
    made.save(body)
    return body.getvalue()


def by_xlsxwriter(book: Book) -> bytes:
    body = io.BytesIO()
    with xlsxwriter.Workbook(body) as made:
        percent, day = (made.add_format({"num_format": code}) for code in ("0.0%", "dd/mm/yyyy;@"))
        page = made.add_worksheet()
        page.merge_range(0, book.merged[0], 0, book.merged[1], "")
        for r, row in enumerate(book.rows):
            for c, value in enumerate(row):
                if isinstance(value, Percent):
                    page.write_number(r, c, value.share, percent)
                elif isinstance(value, Formula):  # 0 unless it is told the value
                    page.write_formula(r, c, "=" + value.text, value=value.value or 0)
                elif isinstance(value, date):
                    page.write_datetime(r, c, value, day)
                elif value is not None:
                    page.write(r, c, value)
        page.set_row(book.hidden_row, None, None, {"hidden": True})
        page.set_column(book.hidden_column, book.hidden_column, None, None, {"hidden": True})
        old = made.add_worksheet("Bản cũ")
        old.write(0, 0, "Số liệu cũ 1")
        old.hide()
    return body.getvalue()


def by_hand(book: Book, prefix="", main=MAIN, office=OFFICE, quote='"', shared=False, turned=False) -> bytes:
    """XML as other programs write it. turned: attributes from last to first."""
    strings: list[str] = []

    def element(name: str, inner: str | None = None, /, **about) -> str:
        pairs = [f" {key.replace('_', ':')}={quote}{value}{quote}" for key, value in about.items()]
        start = f"{prefix}{name}" + "".join(reversed(pairs) if turned else pairs)
        return f"<{start}/>" if inner is None else f"<{start}>{inner}</{prefix}{name}>"

    def cell(at: str, value) -> str:
        if isinstance(value, Percent):
            return element("c", element("v", repr(value.share)), r=at, s=1)
        if isinstance(value, Formula):
            known = "" if value.value is None else element("v", str(value.value))
            return element("c", element("f", escape(value.text)) + known, r=at)
        if isinstance(value, date):
            if main == STRICT:
                return element("c", element("v", value.isoformat()), r=at, s=2, t="d")
            return element("c", element("v", str((value - date(1899, 12, 30)).days)), r=at, s=2)
        if isinstance(value, str) and shared:
            strings.append(value)
            return element("c", element("v", str(len(strings) - 1)), r=at, t="s")
        if isinstance(value, str):
            return element("c", element("is", element("t", escape(value))), r=at, t="inlineStr")
        return element("c", element("v", str(value)), r=at)

    rows = "".join(
        element(
            "row",
            "".join(cell(f"{chr(65 + c)}{r + 1}", value) for c, value in enumerate(row) if value is not None),
            r=r + 1,
            **({"hidden": 1} if r == book.hidden_row else {}),
        )
        for r, row in enumerate(book.rows)
    )
    column = element("col", min=book.hidden_column + 1, max=book.hidden_column + 1, hidden="true", width=9)
    title = ":".join(f"{chr(65 + c)}1" for c in book.merged)
    bound = {"xmlns" + (f"_{prefix[:-1]}" if prefix else ""): main}
    parts = {
        "[Content_Types].xml": f"<Types xmlns={quote}x{quote}/>",
        "_rels/.rels": related(quote, office, officeDocument="xl/workbook.xml"),
        "xl/_rels/workbook.xml.rels": related(
            quote,
            office,
            worksheet="worksheets/sheet1.xml",
            worksheet2="/xl/worksheets/sheet2.xml",
            styles="styles.xml",
            **({"sharedStrings": "sharedStrings.xml"} if shared else {}),
        ),
        "xl/workbook.xml": element(
            "workbook",
            element(
                "sheets",
                element("sheet", name="Biểu 1", sheetId=1, r_id="worksheet")
                + element("sheet", name="Bản cũ", sheetId=2, state="hidden", r_id="worksheet2"),
            ),
            xmlns_r=office,
            **bound,
        ),
        "xl/styles.xml": element(
            "styleSheet",
            element("numFmts", element("numFmt", numFmtId=170, formatCode="0.00\\ %"))
            + element("cellStyleXfs", element("xf", numFmtId=9))
            + element("cellXfs", "".join(element("xf", numFmtId=n) for n in (0, 170, 14))),
            **bound,
        ),
        "xl/worksheets/sheet1.xml": element(
            "worksheet",
            element("cols", column)
            + element("sheetData", rows)
            + element("mergeCells", element("mergeCell", ref=title)),
            **bound,
        ),
        "xl/worksheets/sheet2.xml": element(
            "worksheet", element("sheetData", element("row", cell("A1", "Số liệu cũ 1"), r=1)), **bound
        ),
    }
    if shared:  # in runs, with a hint of how to say it that is no part of it
        runs = "".join(
            element(
                "si",
                element("r", element("t", escape(text[:2])))
                + element("r", element("rPr", element("b")) + element("t", escape(text[2:])))
                + element("rPh", element("t", "x1"), sb=0, eb=1),
            )
            for text in strings
        )
        parts["xl/sharedStrings.xml"] = element("sst", runs, **bound)
    return package(parts)


def related(quote: str, office: str, **targets: str) -> str:
    each = "".join(
        f"<Relationship Id={quote}{key}{quote} Type={quote}{office}/{key.rstrip('2')}{quote} "
        f"Target={quote}{target}{quote}/>"
        for key, target in targets.items()
    )
    return f"<Relationships xmlns={quote}{PACKAGE}{quote}>{each}</Relationships>"


def package(parts: dict[str, str]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return body.getvalue()


WRITERS = {
    "openpyxl": by_openpyxl,
    "xlsxwriter": by_xlsxwriter,
    "plain": by_hand,
    "prefix": lambda book: by_hand(book, prefix="x:"),
    "strict": lambda book: by_hand(book, main=STRICT, office=STRICT_OFFICE),
    "strict with prefix": lambda book: by_hand(book, "s:", STRICT, STRICT_OFFICE),
    "single quotes": lambda book: by_hand(book, quote="'", turned=True),
    "shared texts": lambda book: by_hand(book, shared=True, turned=True),
}

UNITS = ("Thành phố Pleiku", "Huyện Chư Păh", "Huyện Đăk Đoa")
PERIODS = dict.fromkeys(("vneid", "telecom", "dvc_portal"), "2024-03") | {
    "published_figures": "2023",
    "unit_reports": "2024-Q1",
}
DAY = date(2024, 3, 31)
ACTIVATED, ADULTS = "Tài khoản định danh điện tử đã kích hoạt", "Dân số trưởng thành"
SHARE = "Tỷ lệ trên dân số trưởng thành (%)"
RECEIVED, ONLINE = "Hồ sơ tiếp nhận", "Hồ sơ tiếp nhận trực tuyến"
# Of each source a sheet: one formula that is computed and one that is not, a hidden row and a hidden column.
BOOKS = {
    "vneid": Book(
        [
            ["Báo cáo tháng 3 năm 2024"],
            ["Đơn vị", "Đến ngày", ADULTS, ACTIVATED, SHARE],
            [UNITS[0], DAY, 190_000, Formula("C3*0.6", 114_000), Percent(0.6)],
            [UNITS[1], DAY, 52_000, Formula("C4*0.4"), Percent(0.4)],
            [UNITS[2], DAY, 81_000, 40_500, Percent(0.5)],
        ],
        hidden_row=4,
        hidden_column=3,
        merged=(0, 4),
    ),
    "telecom": Book(
        [
            ["Doanh nghiệp: VNPT Gia Lai"],
            ["Đơn vị", "Đến ngày", "Thuê bao di động", "Hộ gia đình có cáp quang"],
            [UNITS[0], DAY, Formula("D3+2", 60_122), 60_120],
            [UNITS[1], DAY, Formula("D4+2"), 9_870],
            [UNITS[2], DAY, 70_000, 12_400],
        ],
        hidden_row=4,
        hidden_column=2,
        merged=(0, 3),
    ),
    "dvc_portal": Book(
        [
            ["Báo cáo tháng 3 năm 2024"],
            ["Đơn vị", "Hồ sơ tiếp nhận Tổng số", "Tiếp nhận trực tuyến"],
            ["Sở Nội vụ", Formula("C3+234", 1_234), 1_000],
            ["Sở Y tế", Formula("C4+1"), 50],
            ["Sở Tài chính", 2_345, 2_000],
        ],
        hidden_row=4,
        hidden_column=2,
        merged=(0, 2),
    ),
    "published_figures": Book(
        [
            ["subject", "org", "unit", "value", "publisher", "citation", "period_end"],
            [
                "eid_accounts",
                "Tỉnh Gia Lai",
                "percent",
                Percent(0.5289),
                "Báo Gia Lai",
                "bài 1",
                date(2023, 9, 30),
            ],
            [
                "eid_issued",
                "Tỉnh Gia Lai",
                "accounts",
                Formula("2*3", 825_384),
                "Báo Gia Lai",
                "bài 1",
                DAY.replace(2023),
            ],
            [
                "dvc_accounts",
                "Tỉnh Gia Lai",
                "accounts",
                Formula("D3*2"),
                "Báo Gia Lai",
                "bài 1",
                DAY.replace(2023),
            ],
            [
                "bank_accounts",
                "Tỉnh Gia Lai",
                "accounts",
                1_744_370,
                "Báo Gia Lai",
                "bài 1",
                DAY.replace(2023),
            ],
        ],
        hidden_row=4,
        hidden_column=5,
        merged=(6, 7),
    ),
    "unit_reports": Book(
        [
            ["Báo cáo số liệu chuyển đổi số"],
            ["Đơn vị báo cáo", "Sở Y tế"],
            ["Phạm vi số liệu", "Tỉnh Gia Lai"],
            ["Kỳ báo cáo", "Quý I/2024"],
            ["Mã số liệu", "Số liệu", "Đơn vị tính", "Giá trị", "Ghi chú"],
            ["a", "Một", "người", Formula("D8-1", 19), None],
            ["b", "Hai", "người", Formula("D6*2"), None],
            ["c", "Ba", "cơ sở", 20, "đủ"],
        ],
        hidden_row=7,
        hidden_column=3,
        merged=(0, 4),
    ),
}
RIGHT = {
    "vneid": {
        UNITS[0]: {ADULTS: 190_000, ACTIVATED: 114_000, SHARE: 60},
        UNITS[2]: {ADULTS: 81_000, ACTIVATED: 40_500, SHARE: 50},
    },
    "telecom": {
        UNITS[0]: {"Thuê bao di động": 60_122, "Hộ gia đình có cáp quang": 60_120},
        UNITS[2]: {"Thuê bao di động": 70_000, "Hộ gia đình có cáp quang": 12_400},
    },
    "dvc_portal": {
        "Sở Nội vụ": {RECEIVED: 1_234, ONLINE: 1_000},
        "Sở Tài chính": {RECEIVED: 2_345, ONLINE: 2_000},
    },
    "published_figures": {
        "Tỉnh Gia Lai": {"eid_accounts": Decimal("52.89"), "eid_issued": 825_384, "bank_accounts": 1_744_370}
    },
    "unit_reports": {"Tỉnh Gia Lai": {"a": 19, "c": 20}},
}
UNCOMPUTED = {
    "vneid": "C4*0.4",
    "telecom": "D4+2",
    "dvc_portal": "C4+1",
    "published_figures": "D3*2",
    "unit_reports": "D6*2",
}
COMPUTED = {
    "vneid": {UNITS[1]: {ADULTS: 52_000, ACTIVATED: 20_800, SHARE: 40}},
    "telecom": {UNITS[1]: {"Thuê bao di động": 9_872, "Hộ gia đình có cáp quang": 9_870}},
    "dvc_portal": {"Sở Y tế": {RECEIVED: 51, ONLINE: 50}},
    "published_figures": {"Tỉnh Gia Lai": {"dvc_accounts": 1_650_768}},
    "unit_reports": {"Tỉnh Gia Lai": {"b": 38}},
}


def landed(source: str, body: bytes):
    """By unit and name what lands, and what is said about the rest."""
    read = SOURCES[source].parse("so-lieu.xlsx", body, PERIODS[source])
    found: dict = {}
    for unit, subject, value in read.rows.select("org_text", "subject", "value").rows():
        found.setdefault(unit, {})[subject] = value
    return found, str(read.rejected.rows()), read.unread


@pytest.mark.parametrize("source", BOOKS)
@pytest.mark.parametrize("writer", WRITERS)
def test_every_source_reads_every_writers_workbook_right(writer, source):
    found, rejected, unread = landed(source, WRITERS[writer](BOOKS[source]))
    assert found == RIGHT[source]
    assert "=" + UNCOMPUTED[source] in rejected
    parts = unread["part"].to_list()
    assert {"hidden_row", "hidden_column", "hidden_sheet"} <= set(parts)


@pytest.fixture(scope="module")
def by_libreoffice(tmp_path_factory) -> dict[str, bytes]:
    """By source, what LibreOffice makes of openpyxl's workbook: it computes what nobody computed before."""
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed")
    folder = tmp_path_factory.mktemp("libreoffice")
    for source, book in BOOKS.items():
        (folder / f"{source}.xlsx").write_bytes(by_openpyxl(book))
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", folder / "out"]
    subprocess.run([*command, *sorted(folder.glob("*.xlsx"))], check=True, capture_output=True, timeout=HANGS)
    return {source: (folder / "out" / f"{source}.xlsx").read_bytes() for source in BOOKS}


@pytest.mark.parametrize("source", BOOKS)
def test_every_source_reads_libreoffices_workbook_right(source, by_libreoffice):
    found, rejected, unread = landed(source, by_libreoffice[source])
    right = {unit: dict(numbers) for unit, numbers in RIGHT[source].items()}
    for unit, numbers in COMPUTED[source].items():
        right.setdefault(unit, {}).update(numbers)
    assert found == right
    assert "=" not in rejected
    assert {"hidden_row", "hidden_column", "hidden_sheet"} <= set(unread["part"])


@pytest.mark.parametrize("suffix", ["xlsx", "xls"])
def test_a_zero_that_libreoffice_keeps_from_a_program_that_computes_nothing_is_its_formula(suffix, tmp_path):
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed")
    with xlsxwriter.Workbook(tmp_path / "kept.xlsx") as made:
        page = made.add_worksheet()
        page.write(0, 0, 5)
        page.write_formula(0, 1, "=A1*2")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", suffix, "--outdir", tmp_path / "out"]
    subprocess.run([*command, tmp_path / "kept.xlsx"], check=True, capture_output=True, timeout=HANGS)
    ((five, formula),) = cells((tmp_path / "out" / f"kept.{suffix}").read_bytes())
    assert (five, formula.removesuffix(".0")) == ("5", "=A1*2")


def cells(body: bytes) -> list[list[str | None]]:
    return list(map(list, grids("x.xlsx", body)[0].cells.rows()))


def xml(rows: str, styles: str = "", rest: str = "", **more: str) -> bytes:
    """A workbook of one sheet around these rows."""
    main = f"xmlns='{MAIN}'"
    sheets = f"<sheets><sheet name='B1' r:id='worksheet' xmlns:r='{OFFICE}'/></sheets>"
    book = more.pop("book", "") + sheets + more.pop("after", "")
    return package(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/_rels/workbook.xml.rels": related('"', OFFICE, worksheet="worksheets/s.xml", styles="st.xml"),
            "xl/workbook.xml": f"<workbook {main}>{book}</workbook>",
            "xl/st.xml": f"<styleSheet {main}>{styles}</styleSheet>",
            "xl/worksheets/s.xml": f"<worksheet {main}><sheetData>{rows}</sheetData>{rest}</worksheet>",
            **more,
        }
    )


def test_a_zero_that_a_program_computed_is_a_zero():
    rows = "<row r='1'><c r='A1'><v>5</v></c><c r='B1'><f>A1-A1</f><v>0</v></c><c r='C1'>{}</c></row>"
    # another formula has a value; what it refers to is zero; there is a chain of what Excel computed
    assert cells(xml(rows.format("<f>A1*2</f><v>10</v>"))) == [["5", "0", "10"]]
    assert cells(xml("<row r='1'><c r='A1'><v>0</v></c><c r='B1'><f>A1*2</f><v>0</v></c></row>")) == [
        ["0", "0"]
    ]
    chain = {
        "xl/_rels/workbook.xml.rels": related('"', OFFICE, worksheet="worksheets/s.xml", calcChain="c.xml")
    }
    assert cells(xml(rows.format(""), **chain)) == [["5", "0"]]


def test_a_zero_that_nobody_computed_is_its_formula():
    rows = "<row r='1'><c r='A1'><v>5</v></c><c r='B1'><f>A1*2</f><v>0</v></c></row>"
    assert cells(xml(rows)) == [["5", "=A1*2"]]
    again = rows.replace("</row>", "<c r='C1'><f>1+1</f><v>2</v></c></row>")
    assert cells(xml(again)) == [["5", "0", "2"]]
    assert cells(xml(again, after="<calcPr fullCalcOnLoad='1'/>")) == [["5", "=A1*2", "2"]]


def test_a_formula_shared_by_cells_is_told_as_it_reads_in_each():
    rows = (
        "<row r='1'><c r='A1'><v>5</v></c><c r='B1'><f t='shared' si='0' ref='B1:B2'>A1*$A$1</f></c></row>"
        "<row r='2'><c r='A2'><v>6</v></c><c r='B2'><f t='shared' si='0'/></c></row>"
    )
    assert cells(xml(rows)) == [["5", "=A1*$A$1"], ["6", "=A2*$A$1"]]


def test_an_old_workbooks_percentages_hidden_cells_and_uncomputed_formulas_are_known():
    made = xlwt.Workbook()
    page = made.add_sheet("Biểu 1")
    page.write(0, 0, 0.5289, xlwt.easyxf(num_format_str="0.00%"))
    page.write(0, 1, xlwt.Formula("A1*2"))
    page.write(1, 0, date(2024, 3, 31), xlwt.easyxf(num_format_str="DD/MM/YYYY"))
    page.write(1, 1, 7)
    page.row(1).hidden = True
    page.col(1).hidden = True
    body = io.BytesIO()
    made.save(body)
    (grid,) = grids("x.xls", body.getvalue())
    assert list(map(list, grid.cells.rows())) == [["52.89%", "=A1*2.0"], ["2024-03-31", "7"]]
    assert [(part.part, part.locator) for part in grid.unread] == [
        ("hidden_column", "sheet Biểu 1, column B"),
        ("hidden_row", "sheet Biểu 1, row 2"),
    ]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", None),
        ("#,##0", None),
        ('_-* #,##0\\ _₫_-;\\-* #,##0\\ _₫_-;_-* "-"\\ _₫_-;_-@_-', None),
        ("#,##0\\ [$₫-42A]", None),
        ('0" ngày"', None),
        ("0.00E+00", None),
        ('0.00"%"', None),
        ("[Red]0.0%", "percent"),
        ("0.00\\ %", "percent"),
        ("dd/mm/yyyy;@", "day"),
        ("[$-42A]dd\\ mmmm\\ yyyy", "day"),
        ("mmm", "day"),
        ("h:mm AM/PM", "time"),
        ("[h]:mm", "time"),
        ('#,##0" nghìn"', "nghìn"),
        ('0.0," triệu"', "triệu"),
    ],
)
def test_a_format_says_what_its_numbers_are(code, kind):
    assert shown_as(code) == kind


def test_numbers_are_shown_as_their_format_says():
    codes = ("0%", "dd/mm/yyyy", "h:mm", '0" nghìn"', "dd/mm/yyyy hh:mm")
    formats = "".join(f"<numFmt numFmtId='{200 + n}' formatCode='{code}'/>" for n, code in enumerate(codes))
    styles = "".join(f"<xf numFmtId='{200 + n}'/>" for n in range(len(codes)))
    values = (0.408, 45382, 0.5, 190, 45382.645833333336)
    written = "".join(f"<c s='{n}'><v>{value}</v></c>" for n, value in enumerate(values))
    styles = f"<numFmts>{formats}</numFmts><cellXfs>{styles}</cellXfs>"
    shown = ["40.8%", "2024-03-31", "12:00:00", "190 nghìn", "2024-03-31 15:30"]
    assert cells(xml(f"<row>{written}</row>", styles)) == [shown]
    of_1904 = cells(xml("<row><c s='1'><v>43920</v></c></row>", styles, book="<workbookPr date1904='true'/>"))
    assert of_1904 == [["2024-03-31"]]


FAR = "<row r='{0}'><c r='{1}'><v>1</v></c></row>".format


@pytest.mark.parametrize("far", [FAR(1_048_576, "A1048576").replace("'", '"'), FAR(200_000, "A200000")])
def test_a_far_cell_is_read_in_its_row(far):
    """The last row that there is, as the library reads it, and a far one cell by cell."""
    first = FAR(1, "A1").replace("'", far[len("<row r=")])
    found = grids("x.xlsx", xml(first + far))[0].cells["0"]
    assert (len(found), found[-1], found.count()) == (1_048_576 if '"' in far else 200_000, "1", 2)


@pytest.mark.parametrize("cell", ["XFD1", "XFD1048576", "ZZ60000"])
def test_a_far_cell_that_takes_too_much_is_refused_by_its_name(cell):
    row = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    body = xml((FAR(1, "A1") if row != "1" else "") + FAR(row, cell))
    with pytest.raises(Refused, match=f"cell {cell} ") as caught:
        grids("x.xlsx", body)
    assert caught.value.code == "too_large"


@pytest.mark.parametrize(
    "rows",
    [
        "<row r='1'><c r='A1'><v>1</v></c><c r='A1'><v>2</v></c></row>",
        "<row r='1'><c r='A1'><v>1</v></c></row><row r='1'><c r='A1'><v>2</v></c></row>",
        "<row r='1'><c r='A2'><v>1</v></c></row>",
        "<row r='1'><c r='A1'><v>1,5</v></c></row>",
        "<row r='1'><c r='A1' t='s'><v>7</v></c></row>",
        "<row r='9999999'><c><v>1</v></c></row>",
    ],
)
def test_cells_that_contradict_themselves_are_refused(rows):
    with pytest.raises(Refused) as caught:
        grids("x.xlsx", xml(rows))
    assert caught.value.code == "unreadable"


NUMBER = "<row r='1'><c r='A1'><v>1</v></c></row>"


CASES = {
    "xl/comments1.xml": "<a><comment ref='C2'><r><t>CCCD 0640</t></r><r><t>89001234</t></r></comment></a>",
    "xl/threadedComments/t.xml": "<a><threadedComment><text>0912.345.678</text></threadedComment></a>",
    "docProps/core.xml": "<p><creator>mau.nguyen@example.com</creator></p>",
    "docProps/custom.xml": "<p><property name='SĐT'><lpwstr>0912345678</lpwstr></property></p>",
    "xl/drawings/d.xml": "<a><p><r><t>0912</t></r><r><t>345678</t></r></p></a>",
    "xl/worksheets/_rels/s.xml.rels": "<a><b Target='mailto:mau@example.com'/></a>",
    "after": "<definedNames><definedName name='a'>\"064089001234\"</definedName></definedNames>",
    "rest": "<headerFooter><oddFooter>Zalo: 0912 345 678</oddFooter></headerFooter>",
    "rows": "<row r='2'><c r='A2'><f>IF(1,5,\"0912345678\")</f><v>5</v></c></row>",
}


@pytest.mark.parametrize("part", CASES)
def test_personal_data_beside_the_cells_is_refused_without_its_text(part):
    parts = dict(CASES, rows=NUMBER + CASES["rows"])
    with pytest.raises(Refused) as caught:
        grids("x.xlsx", xml(**{"rows": NUMBER, part: parts[part]}))
    assert caught.value.code == "personal_data"
    assert not any(secret in str(caught.value) for secret in ("064", "0912", "mau"))


def test_what_office_programs_write_about_a_workbook_is_no_personal_data():
    parts = {
        "docProps/core.xml": "<p><creator>Nguyễn Văn Mẫu</creator><created>2015-06-05</created></p>",
        "xl/comments1.xml": "<a><comment uid='{06408900-1234-4a5b-8c9d-091234567890}'/></a>",
        "docProps/app.xml": "<p><Company>Sở Nội vụ</Company><Phone>0269.3824.404</Phone></p>",
        "docProps/custom.xml": "<p><x>vanthu@gialai.gov.vn</x></p>",
    }
    assert cells(xml(NUMBER, **parts)) == [["1"]]


def test_cells_are_the_same_whether_the_library_finds_them_or_the_parser():
    some = random.Random(3)
    values = [None, 1, 12.5, 0, -3, 0.408, 1e20, "Đơn vị & <b>", "x\ny", " a", True, date(2024, 3, 1)]
    formats = ["General", "0.0%", "#,##0", "#,##0.000", "dd/mm/yyyy", "hh:mm", '#,##0 "nghìn"', "@"]
    for _ in range(40):
        book = openpyxl.Workbook()
        for row in range(1, some.randint(2, 9)):
            for column in range(1, some.randint(2, 6)):
                cell = book.active.cell(row, column, some.choice(values))
                cell.number_format = some.choice(formats)
        body = io.BytesIO()
        book.save(body)
        with_a_comment = io.BytesIO()
        with zipfile.ZipFile(body) as old, zipfile.ZipFile(with_a_comment, "w") as new:
            for member in old.namelist():
                new.writestr(member, old.read(member).replace(b"<sheetData>", b"<sheetData><!-- -->"))
        assert shown(body.getvalue()) == shown(with_a_comment.getvalue())


def shown(body: bytes) -> list[tuple] | str:
    try:
        return [(grid.cells.rows(), grid.typed.rows(), grid.beside) for grid in grids("a.xlsx", body)]
    except Refused as refused:
        return str(refused)
