"""Grids to tables: headers by content, rows by what they are, totals as checks, and a tally that adds up."""

import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import Refused
from ingest.reading import (
    REASONS,
    Column,
    Rejection,
    Table,
    Tally,
    grids,
    observations,
    read_only_table,
)

FIXTURES = Path(__file__).parent / "fixtures" / "reading"
UNIT = Column(field="unit", headings=("Đơn vị", "Tên đơn vị", "TEN"), required=True, filled=True)
ALL = Column(field="all", headings=("Hồ sơ tiếp nhận", "Hồ sơ tiếp nhận Tổng số", "HS"), kind="count")
ONLINE = Column(field="online", headings=("Hồ sơ tiếp nhận Trực tuyến", "Trực tuyến"), kind="count")
SHARE = Column(field="share", headings=("Tỷ lệ (%)", "Tỷ lệ"), kind="percent")
DAY = Column(field="day", headings=("Đến ngày",), kind="date")
COLUMNS = [UNIT, ALL, ONLINE, SHARE, DAY]


def table(text: str | bytes, columns=COLUMNS) -> Table:
    body = text.encode() if isinstance(text, str) else text
    return read_only_table("x.csv", grids("x.csv", body), columns)


def values(found: Table, role: str = "data") -> list[dict]:
    """By field, the values of each row that say something."""
    kinds = {column.field: "" if column.kind == "text" else ".value" for column in found.columns}
    rows = found.frame.filter(role=role).rows(named=True)
    return [{f: row[f + kinds[f]] for f in found.headings if row[f + kinds[f]] is not None} for row in rows]


def figures(found: Table, role: str = "data") -> dict[str, dict]:
    return {row.pop("unit"): row for row in values(found, role) if "unit" in row}


def roles(found: Table) -> list[str]:
    return found.frame["role"].to_list()


def refused(text, columns=COLUMNS) -> Refused:
    with pytest.raises(Refused) as caught:
        table(text, columns)
    assert str(caught.value).startswith("x.csv: ")
    assert caught.value.code in REASONS
    return caught.value


def landed(found: Table):
    return observations(
        found,
        {"all": "dossiers", "online": "dossiers", "share": "percent"},
        org="unit",
        period_id="2025-03",
        start=date(2025, 3, 1),
        end=date(2025, 3, 31),
    )


HEAD = "STT;Đơn vị;Hồ sơ tiếp nhận\n"
OFFICE = """BÁO CÁO THÁNG 3 NĂM 2025,,,,
STT,Đơn vị,Hồ sơ tiếp nhận,,Tỷ lệ,Xếp hạng
,,Tổng số,Trực tuyến,,
(1),(2),(3),(4),(5)=(4)/(3),(6)
I,"Sở, ban, ngành",1.334,30,,
1,Sở A,1.234,20,12.5,1
2,Sở B,100,10,10.75,2
II,Cấp huyện,,,,
STT,Đơn vị,Hồ sơ tiếp nhận,,Tỷ lệ,Xếp hạng
1,Huyện X,5,,-,
2,Huyện Y,6,0,,
,Tổng cộng,1.345,30,,
,,,,,
Người lập biểu,,,,,
"""


def test_an_offices_table_is_read_with_all_that_stands_around_it():
    found = table(OFFICE)
    assert figures(found) == {
        "Sở A": {"all": 1234, "online": 20, "share": Decimal("12.5")},
        "Sở B": {"all": 100, "online": 10, "share": Decimal("10.75")},
        "Huyện X": {"all": 5},
        "Huyện Y": {"all": 6, "online": 0},
    }
    assert found.frame.filter(role="data")["section"].to_list() == ["Sở, ban, ngành"] * 2 + ["Cấp huyện"] * 2
    assert found.preamble == ["BÁO CÁO THÁNG 3 NĂM 2025"]
    assert [text for _, text in found.below] == ["Người lập biểu"]
    assert found.unknown == ["Xếp hạng"]
    assert landed(found).tally == Tally(read=11, landed=4, rejected=0, totals=1, sections=2, blank=4)


@pytest.mark.parametrize(
    "header",
    [
        "Đơn vị,Hồ sơ tiếp nhận",
        "ĐƠN VỊ,HỒ SƠ TIẾP NHẬN",
        "Tên đơn vị,Hồ sơ  tiếp nhận (*)",
        "don vi,ho so tiep nhan",
    ],
)
def test_a_heading_is_known_in_all_its_spellings(header):
    assert figures(table(f"{header}\nHuyện X,5\nHuyện Y,6\n")) == {
        "Huyện X": {"all": 5},
        "Huyện Y": {"all": 6},
    }


def test_columns_may_be_reordered_and_added():
    found = table("Mã,Hồ sơ tiếp nhận,Nhóm,Đơn vị\nA1,5,x,Huyện X\n")
    assert figures(found) == {"Huyện X": {"all": 5}}
    assert found.unknown == ["Mã", "Nhóm"]


def test_a_page_with_merged_headings_in_three_rows_is_read():
    page = """<table><tr><td colspan=4>Báo cáo tháng 3</td></tr>
    <tr><th rowspan=3>STT<th rowspan=3>Đơn vị<th colspan=2>Tháng này</tr>
    <tr><th colspan=2>Hồ sơ tiếp nhận</tr><tr><th>Tổng số<th>Trực tuyến</tr>
    <tr><td colspan=2>I Sở, ban, ngành<td><td></tr>
    <tr><td>1<td>Sở A<td>12<td>5</tr><tr><td colspan=2>Tổng<td>12<td>5</tr></table>"""
    found = table(page)
    assert figures(found) == {"Sở A": {"all": 12, "online": 5}}
    assert found.headings["online"] == "Hồ sơ tiếp nhận Trực tuyến"
    assert roles(found) == ["section", "data", "total"]


def test_an_old_workbook_is_read_and_its_error_set_aside():
    found = table((FIXTURES / "made_merged_error_hidden.xls").read_bytes())
    assert figures(found) == {
        "Sở Nội vụ": {"all": 1234, "online": 1000, "day": date(2025, 3, 22)},
        "Sở Tư pháp": {"all": 700, "online": 20, "day": date(2025, 3, 22)},
    }
    (rejection,) = found.rejected
    assert (rejection.code, rejection.raw_text) == ("error_cell", "#DIV/0!")
    assert rejection.locator == "sheet Tháng 3, row 5, column Hồ sơ tiếp nhận Trực tuyến"


def test_a_merged_name_speaks_for_all_its_rows():
    page = """<table><tr><th>Đơn vị<th>Mức<th>Hồ sơ tiếp nhận</tr>
    <tr><td rowspan=2>Sở A<td>Một phần<td>5</tr><tr><td>Toàn trình<td>6</tr></table>"""
    found = table(page, [UNIT, ALL, Column(field="level", headings=("Mức",))])
    assert [(row["unit"], row["level"], row["all"]) for row in values(found)] == [
        ("Sở A", "Một phần", 5),
        ("Sở A", "Toàn trình", 6),
    ]


@pytest.mark.parametrize(
    "label",
    ["Tổng", "Tổng cộng", "TỔNG SỐ:", "Toàn tỉnh", "Cộng", "Tổng cộng (I+II)", "Tổng 2 huyện", "Total"],
)
def test_a_total_is_told_by_its_wording(label):
    found = table(f"Đơn vị;Hồ sơ tiếp nhận\nHuyện X;5\nHuyện Y;6\n{label};11\n")
    assert roles(found) == ["data", "data", "total"]


@pytest.mark.parametrize(
    "unit", ["Tổng công ty X", "Cộng đồng Y", "Toàn Cầu", "Công an tỉnh", "Tổng hợp và Đầu tư"]
)
def test_a_unit_whose_name_begins_like_a_total_is_none(unit):
    assert unit in figures(table(f"Đơn vị;Hồ sơ tiếp nhận\n{unit};5\nHuyện Y;6\n"))


def test_units_under_roman_numerals_keep_their_figures():
    text = "STT;Đơn vị;Hồ sơ tiếp nhận\nI;Huyện X;5\n1;Xã A;2\n2;Xã B;3\nII;Huyện Y;6\n1;Xã C;6\n;Tổng;11\n"
    assert list(figures(table(text))) == ["Huyện X", "Xã A", "Xã B", "Huyện Y", "Xã C"]


@pytest.mark.parametrize(
    "text",
    [
        "Đơn vị;Hồ sơ tiếp nhận\nHuyện X;5\nHuyện Y;6\nTổng;12\n",
        "Đơn vị;Hồ sơ tiếp nhận\nTổng;12\nHuyện X;5\nHuyện Y;6\nTổng;12\n",
        HEAD + "I;Sở, ban, ngành;7\n1;Sở A;5\n2;Sở B;1\nII;Cấp huyện;6\n1;Huyện X;6\n;Tổng;13\n",
    ],
)
def test_a_total_that_is_not_the_sum_of_its_rows_refuses_the_file(text):
    assert refused(text).code == "total_disagrees"


@pytest.mark.parametrize(
    "text",
    [
        "Đơn vị;Hồ sơ tiếp nhận\nTổng;11\nHuyện X;5\nHuyện Y;6\n",
        HEAD + "I;Sở, ban, ngành;6\n1;Sở A;5\n2;Sở B;1\nII;Cấp huyện;6\n1;Huyện X;6\n;Tổng;12\n",
        HEAD + "1;Huyện X;5\n1.1;Xã A;2\n1.2;Xã B;3\n2;Huyện Y;6\n;Tổng;11\n",
        "Đơn vị;Hồ sơ tiếp nhận\nSở A;5\nCộng;5\nHuyện X;6\nCộng;6\nTổng cộng;11\n",
    ],
)
def test_totals_of_all_layouts_add_up(text):
    assert "total" in roles(table(text))


def test_a_total_of_what_units_share_is_not_checked():
    shared = Column(field="all", headings=("Thủ tục",), kind="count", summed=False)
    found = table("Đơn vị;Thủ tục\nSở A;5\nSở B;6\nTổng;8\n", [UNIT, shared])
    assert len(figures(found)) == 2


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("a,b\n1,2\n", "header_not_found", "no row holds the headings Đơn vị"),
        (
            "Nhóm,Hồ sơ tiếp nhận,Trực tuyến\nX,1,2\n",
            "column_missing",
            "row 1: the heading Đơn vị is missing",
        ),
        ("Đơn vị,Hồ sơ tiếp nhận,Hồ sơ tiếp nhận\nX,1,2\n", "column_repeated", "columns 2 and 3"),
        ("Đơn vị,Hồ sơ tiếp nhận\n", "empty", "no rows with figures"),
        ("Đơn vị,Hồ sơ tiếp nhận\nTổng,5\n", "empty", "no rows with figures"),
        ("Đơn vị tính: nghìn hồ sơ\nĐơn vị,Hồ sơ tiếp nhận\nX,5\n", "unit_unknown", "in thousands"),
        (
            "Đơn vị;Hồ sơ tiếp nhận\nX;1.234\nY;1,234\n",
            "number_undecidable",
            "row 2, column Hồ sơ tiếp nhận: '1.234'",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_reason(text, code, said):
    error = refused(text)
    assert error.code == code
    assert said in str(error)


@pytest.mark.parametrize(
    ("row", "code", "locator"),
    [
        ("Huyện X;-5;1;", "negative_count", "row 2, column Hồ sơ tiếp nhận"),
        ("Huyện X;1.001,5;1;", "not_whole", "row 2, column Hồ sơ tiếp nhận"),
        ("Huyện X;năm;1;", "number_unreadable", "row 2, column Hồ sơ tiếp nhận"),
        ("Huyện X;5;#REF!;", "error_cell", "row 2, column Trực tuyến"),
        (";5;1;", "value_missing", "row 2, column Đơn vị"),
        ("Huyện X;5;1;30/02/2025", "date_unreadable", "row 2, column Đến ngày"),
        ("Huyện X;5;1", "cells_missing", "row 2"),
        ("Huyện X;5;1;;7", "cells_extra", "row 2"),
    ],
)
def test_a_row_that_cannot_be_read_is_set_aside_and_the_others_land(row, code, locator):
    found = table(f"Đơn vị;Hồ sơ tiếp nhận;Trực tuyến;Đến ngày\n{row}\nHuyện Y;6;2;22/03/2025\n")
    (rejection,) = found.rejected
    assert (rejection.code, rejection.locator, rejection.row) == (code, locator, 2)
    reading = landed(found)
    assert reading.tally == Tally(read=2, landed=1, rejected=1)
    assert reading.rejected.row(0)[:3] == (2, locator, code)
    assert set(reading.rows["org_text"]) == {"Huyện Y"}


def test_a_file_of_which_no_row_can_be_used_is_refused_as_a_whole():
    with pytest.raises(Refused) as caught:
        landed(table("Đơn vị;Hồ sơ tiếp nhận\nHuyện X;-5\nHuyện Y;abc\n"))
    assert (caught.value.code, caught.value.locator) == ("negative_count", "row 2, column Hồ sơ tiếp nhận")


def test_a_source_may_set_further_rows_aside():
    found = table("Đơn vị;Hồ sơ tiếp nhận\nX;5\nY;6\n")
    more = [Rejection(3, "row 3, column Đơn vị", "org_unknown", "is not known", "Y")]
    rows = observations(
        found,
        {"all": "dossiers"},
        org="unit",
        period_id="2025",
        start=date(2025, 1, 1),
        end=date(2025, 12, 31),
        more=more,
    )
    assert rows.tally == Tally(read=2, landed=1, rejected=1)


def test_numbers_land_with_their_place_and_print():
    columns = [UNIT, Column(field="all", headings=("HS",), kind="count")]
    reading = landed(table(json.dumps([{"TEN": "Sở A", "HS": "1.257.210"}]), columns))
    row = reading.rows.row(0, named=True)
    assert row["locator"] == "[0].HS"
    assert (row["raw_text"], row["value"], row["decimals"], row["kind"]) == ("1.257.210", 1257210, 0, "count")


def workbook(**sheets) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, (state, rows) in sheets.items():
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        for row in rows:
            sheet.append(row)
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


GOOD = [["Đơn vị", "Hồ sơ tiếp nhận"], ["Huyện X", 5]]


def test_of_several_sheets_the_one_with_the_headings_is_read():
    found = table(workbook(Bia=("visible", [["Xin chào"]]), So=("visible", GOOD), An=("hidden", GOOD)))
    assert found.grid.name == "So"
    assert (
        found.grid.locator(found.frame["row"][0], found.headings["all"])
        == "sheet So, row 2, column Hồ sơ tiếp nhận"
    )


def test_two_sheets_with_the_headings_are_not_chosen_between():
    assert refused(workbook(A=("visible", GOOD), B=("visible", GOOD))).code == "table_repeated"


def test_a_table_that_is_only_hidden_is_not_read():
    assert refused(workbook(A=("visible", [["x"]]), B=("hidden", GOOD))).code == "hidden_only"


@settings(deadline=None)  # how long it takes depends on what else runs
@given(
    st.lists(
        st.sampled_from(
            [
                "Huyện {};5;1",
                "Huyện {};1.257.210;2",
                "Huyện {};x;1",
                "Huyện {};;",
                ";;",
                "I;;",
                "Huyện {};5",
                "Huyện A;1;1",
            ]
        ),
        min_size=1,
        max_size=12,
    )
)
def test_every_row_is_counted_once_whatever_stands_in_it(lines):
    text = "\n".join(line.format(n) for n, line in enumerate(lines))
    try:
        found = table(f"Đơn vị;Hồ sơ tiếp nhận;Trực tuyến\n{text}\n")
        reading = landed(found)
    except Refused:
        return
    assert reading.tally.read == len(lines)
    assert reading.tally.rejected == reading.rejected.height
    assert reading.tally.landed == reading.rows["row"].n_unique()
