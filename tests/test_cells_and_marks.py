"""A cell that is not quite one number: thousands that a program lost, errors in shares, units in words; and
marks, comments and text boxes that say what a number is."""

import io

import openpyxl
import pytest
from sheets import as_html, as_xls, as_xlsx

from ingest.errors import Refused
from ingest.sources import SOURCES

HEADINGS = ["STT", "Đơn vị", "Dân số trưởng thành", "Tài khoản đã kích hoạt"]
SHARE = "Tỷ lệ trên dân số trưởng thành (%)"


def book(rows, formats=None) -> bytes:
    """formats: by cell its number format."""
    workbook, body = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        workbook.active.append(row)
    for cell, code in (formats or {}).items():
        workbook.active[cell].number_format = code
    workbook.save(body)
    return body.getvalue()


def text(rows) -> bytes:
    return "\n".join(";".join("" if cell is None else str(cell) for cell in row) for row in rows).encode()


def page(rows) -> bytes:
    return as_html([[None if cell is None else str(cell) for cell in row] for row in rows])


FORMATS = {"x.csv": text, "x.xlsx": as_xlsx, "x.xls": as_xls, "y.xls": page}


def values(found) -> list[float]:
    return [float(value) for value in found.rows["value"]]


def parse(name: str, body: bytes, source: str = "vneid"):
    return SOURCES[source].parse(name, body, "2024-03")


# Lost thousands


@pytest.mark.parametrize("name", FORMATS)
def test_where_one_count_has_decimals_no_small_one_beside_it_is_believed(name):
    rows = [HEADINGS, [1, "Huyện KBang", 42000, 20400], [2, "Huyện Chư Păh", 52, 21]]
    rows += [[3, "Huyện Ia Grai", 81, 40.5], [4, "Huyện Đăk Đoa", 0, 0]]
    found = parse(name, FORMATS[name](rows))
    assert values(found) == [20400, 42000, 0, 0]
    assert found.rejected["code"].to_list() == ["thousands_lost", "not_whole"]


@pytest.mark.parametrize("name", FORMATS)
def test_small_counts_among_large_ones_are_read(name):
    found = parse(
        name, FORMATS[name]([HEADINGS, [1, "Huyện KBang", 42000, 20400], [2, "Huyện Chư Păh", 52, 21]])
    )
    assert values(found) == [20400, 42000, 21, 52]


@pytest.mark.parametrize(
    "code", ["0.000", "#.##0", "#,##0.000", "0\\.000", '0"."000', '0","000', "0.000;-0.000"]
)
def test_a_small_count_that_is_shown_as_thousands_is_set_aside(code):
    rows = [HEADINGS, [1, "Huyện KBang", 42000, 20400], [2, "Huyện Chư Păh", 52, 21]]
    found = parse("x.xlsx", book(rows, {"C3": code, "D3": code}))
    assert values(found) == [20400, 42000]
    assert found.rejected["code"].to_list() == ["thousands_lost"]


def test_a_column_that_is_shown_as_thousands_and_reaches_none_is_refused():
    rows = [HEADINGS, [1, "Huyện KBang", 42, 20], [2, "Huyện Chư Păh", 52, 21]]
    with pytest.raises(Refused) as refused:
        parse("x.xlsx", book(rows, dict.fromkeys(("C2", "C3", "D2", "D3"), "0.000")))
    assert refused.value.code == "number_undecidable"


@pytest.mark.parametrize("code", ["#,##0", "0", "0.00", "#,##0.00", "0,000", "#,##0.0000", "General"])
def test_other_formats_leave_a_small_count_what_it_is(code):
    rows = [HEADINGS, [1, "Huyện KBang", 42000, 20400], [2, "Huyện Chư Păh", 52, 21]]
    assert values(parse("x.xlsx", book(rows, {"C3": code, "D3": code}))) == [20400, 42000, 21, 52]


def test_three_decimals_of_counts_that_reach_thousands_are_decimals():
    rows = [HEADINGS, [1, "Huyện KBang", 42000, 20400], [2, "Huyện Chư Păh", 52, 21]]
    found = parse("x.xlsx", book(rows, dict.fromkeys(("C2", "C3", "D2", "D3"), "0.000")))
    assert values(found) == [20400, 42000, 21, 52]


# Shares that are none, and units in words


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("heading", [SHARE, "Tỷ lệ (%)", "Đạt tỷ lệ (%)"])
@pytest.mark.parametrize("cell", ["#DIV/0!", "#N/A", "#VALUE!", "#REF!", "=D2/C2", "n/a", "không có", "##"])
def test_a_share_that_is_none_costs_no_count(name, heading, cell):
    rows = [
        [*HEADINGS, heading],
        [1, "Huyện KBang", 42000, 20400, cell],
        [2, "Huyện Chư Păh", 52000, 20800, "40"],
    ]
    found = parse(name, FORMATS[name](rows))
    assert values(found) == [20400, 42000, 20800, 52000, 40]
    assert cell in found.unread["text"].to_list()


def test_shares_that_nobody_computed_cost_no_count():
    rows = [[*HEADINGS, SHARE], [1, "Huyện KBang", 42000, 20400, "=D2/C2"]]
    rows += [[2, "Huyện Chư Păh", 52000, 20800, "=D3/C3"]]
    found = parse("x.xlsx", book(rows))
    assert values(found) == [20400, 42000, 20800, 52000]
    assert found.unread["figures"].to_list() == [2]


def test_a_count_that_nobody_computed_spoils_its_row():
    found = parse(
        "x.xlsx", book([HEADINGS, [1, "Huyện KBang", 42000, "=1+2"], [2, "Huyện Chư Păh", 52000, 20800]])
    )
    assert values(found) == [20800, 52000]
    assert found.rejected["code"].to_list() == ["error_cell"]


OWN = {
    "vneid": ("Dân số trưởng thành;Tài khoản đã kích hoạt", ["42.000 người", "20.400 tài khoản"]),
    "telecom": ("Thuê bao di động;Hộ gia đình có cáp quang", ["42.000 thuê bao", "20.400 hộ"]),
    "dvc_portal": ("Hồ sơ tiếp nhận;Hồ sơ đã giải quyết", ["42.000 hồ sơ", "20.400 HS"]),
}


@pytest.mark.parametrize("source", OWN)
@pytest.mark.parametrize(
    "written", [str, str.upper, lambda text: text.replace(" ", "", 1), lambda text: f"{text} "]
)
def test_a_count_with_its_own_unit_is_read(source, written):
    headings, (one, other) = OWN[source]
    lead = "Doanh nghiệp: VNPT\n" if source == "telecom" else ""
    table = f"{lead}STT;Đơn vị;{headings}\n1;Huyện KBang;{written(one)};{written(other)}\n"
    found = parse("x.csv", table.encode(), source)
    assert sorted(values(found)) == [20400, 42000]
    assert found.rejected.is_empty()


@pytest.mark.parametrize(
    "cell",
    [
        "42 nghìn",
        "42 nghìn người",
        "1,2 triệu",
        "42.000 hồ sơ",
        "42.000 hộ",
        "42.000 %",
        "khoảng 42.000",
        "trên 42.000 người",
    ],
)
def test_a_count_in_another_unit_or_about_one_is_set_aside(cell):
    rows = [HEADINGS, [1, "Huyện KBang", cell, 20400], [2, "Huyện Chư Păh", 52000, 20800]]
    found = parse("x.csv", text(rows))
    assert values(found) == [20800, 52000]
    assert found.rejected["raw_text"].to_list() == [cell]
