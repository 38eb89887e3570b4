"""What stands over a column counts for all of it, and a cell that is not one number never gives one: each
line of the tables is a way in which offices write it, with what is right worked out by hand."""

import html
import io
from datetime import date

import openpyxl
import pytest
import xlwt
from making import sheets
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from ingest.errors import Refused
from ingest.sources import SOURCES

# By source: two headings, a row, what it states, and what stands above the table.
TABLES = {
    "dvc_portal": ("Hồ sơ tiếp nhận;Hồ sơ đã giải quyết", "1;Sở Tư pháp;4000;3900", ""),
    "vneid": ("Tài khoản đã cấp;Tài khoản đã kích hoạt", "1;Thành phố Pleiku;190000;121000", ""),
    "telecom": (
        "Thuê bao di động;Hộ gia đình có cáp quang",
        "1;Thành phố Pleiku;251000;60120",
        "Doanh nghiệp: Viettel / ",
    ),
}
STATED = {"dvc_portal": {4000, 3900}, "vneid": {190_000, 121_000}, "telecom": {251_000, 60_120}}


def lines(text: str) -> list[list[str]]:
    """Lines divided by ` / `, cells by `;`."""
    return [line.split(";") for line in text.split(" / ")]


def typed(rows: list[list[str]]) -> list[list]:
    return [[int(c) if c.isdigit() else c or None for c in row] for row in rows]


def page(rows: list[list[str]], spans: dict[tuple[int, int], str]) -> bytes:
    """An HTML table. spans: by row and column the attributes of a cell, None where another reaches it."""

    def cell(row: int, column: int, text: str) -> str:
        about = spans.get((row, column), "")
        return "" if about is None else f"<td {about}>{html.escape(text)}</td>"

    trs = (
        "<tr>" + "".join(cell(r, c, text) for c, text in enumerate(row)) + "</tr>"
        for r, row in enumerate(rows)
    )
    return f"<html><body><table>{''.join(trs)}</table></body></html>".encode()


def read(source: str, body: bytes | str, name: str = "x.csv", period_id: str = "2024-03"):
    """The values that land, and all that is named."""
    if isinstance(body, str):
        body = body.replace(" / ", "\n").encode()
    try:
        found = SOURCES[source].parse(name, body, period_id)
    except Refused as refused:
        assert "\n" not in str(refused)
        return set(), f"{refused.code}: {refused}"
    values = {int(v) if v == int(v) else float(v) for v in found.rows["value"].drop_nulls()}
    return values, f"{found.rejected.rows()} {found.unread.rows()}"


def layouts(source: str, group: str) -> dict[str, tuple[bytes | str, str]]:
    """One group over both columns, in each way to write it."""
    headings, row, above = TABLES[source]
    beside = f"{above}STT;Đơn vị;{group}; / ;;{headings} / {row}"
    over = f"{above};;{group}; / STT;Đơn vị;{headings} / {row}"
    rows = lines(beside)
    if above:
        rows[0] += ["", "", ""]
    n = len(rows) - 3
    both = [f"A{n + 1}:A{n + 2}", f"B{n + 1}:B{n + 2}", f"C{n + 1}:D{n + 1}"]
    spans = {(n, 0): "rowspan=2", (n, 1): "rowspan=2", (n, 2): "colspan=2"}
    spans |= dict.fromkeys([(n, 3), (n + 1, 0), (n + 1, 1)])
    return {
        "csv": (beside, "x.csv"),
        "csv, units below": (over, "x.csv"),
        "xlsx": (sheets.as_xlsx(typed(rows), merged=both), "x.xlsx"),
        "xlsx, units below": (sheets.as_xlsx(typed(lines(over)), merged=[f"C{n + 1}:D{n + 1}"]), "x.xlsx"),
        "xlsx, nothing merged": (sheets.as_xlsx(typed(rows)), "x.xlsx"),
        "html": (page(rows, spans), "x.xls"),
    }


NARROW = [
    *("Tháng 2/2024", "Tháng 02 năm 2024", "9 tháng đầu năm 2024", "Quý I/2024", "Năm 2024", "Năm 2023"),
    *("Lũy kế từ đầu năm", "Tháng trước", "Kỳ trước", "Cùng kỳ năm trước", "So với tháng trước"),
    *("Kế hoạch", "Kế hoạch năm 2024", "Chỉ tiêu", "Ước tháng 4", "Tăng, giảm"),
    *("Lĩnh vực đất đai", "Khu vực thành thị", "Cấp xã", "Các xã", "Khối tư nhân", "Mức 1", "Nữ"),
    *("Tỷ lệ (%)", "Đơn vị: nghìn", "ĐVT: %", "Phát triển mới trong tháng", "Quá hạn"),
]
NEUTRAL = [
    "Tháng 3/2024",
    "Tháng này",
    "Kết quả thực hiện",
    "Kỳ báo cáo",
    "Trên địa bàn tỉnh Gia Lai",
    "Số liệu",
]


@pytest.mark.parametrize("group", NARROW)
@pytest.mark.parametrize("source", TABLES)
def test_a_heading_that_narrows_its_columns_lets_none_of_them_land_and_is_named(source, group):
    for layout, (body, name) in layouts(source, group).items():
        values, named = read(source, body, name)
        assert not values, layout
        assert group in named, (layout, named)


@pytest.mark.parametrize("group", NEUTRAL)
@pytest.mark.parametrize("source", TABLES)
def test_a_heading_that_narrows_nothing_leaves_all_its_columns_readable(source, group):
    for layout, (body, name) in layouts(source, group).items():
        values, named = read(source, body, name)
        assert values == STATED[source], (layout, named)


@pytest.mark.parametrize(
    ("source", "text", "values", "named"),
    [
        # what a month adds is the whole of dossiers, and a part of accounts
        ("dvc_portal", "STT;Đơn vị;Trong tháng; / ;;{0} / {1}", {4000, 3900}, ""),
        ("vneid", "STT;Đơn vị;Trong tháng; / ;;{0} / {1}", set(), "Trong tháng"),
        ("telecom", "{2}STT;Đơn vị;Trong kỳ; / ;;{0} / {1}", set(), "Trong kỳ"),
        # all so far is all accounts, and more than a month's dossiers
        ("dvc_portal", "STT;Đơn vị;Lũy kế; / ;;{0} / {1}", set(), "Lũy kế"),
        ("dvc_portal", "STT;Đơn vị;Đến hết tháng 3; / ;;{0} / {1}", set(), "Đến hết tháng 3"),
        ("vneid", "STT;Đơn vị;Lũy kế đến hết tháng 3/2024; / ;;{0} / {1}", {190_000, 121_000}, ""),
        (
            "vneid",
            "STT;Đơn vị;Lũy kế đến hết tháng 2/2024; / ;;{0} / {1}",
            set(),
            "Lũy kế đến hết tháng 2/2024",
        ),
        ("telecom", "{2}STT;Đơn vị;Đến nay; / ;;{0} / {1}", {251_000, 60_120}, ""),
        # a group reaches to the next text of its row, and not over a column of texts
        ("dvc_portal", "STT;Đơn vị;Tháng 2;Tháng 3 / ;;{0} / {1}", {3900}, "Tháng 2 Hồ sơ tiếp nhận"),
        ("dvc_portal", "STT;Đơn vị;Tháng 2;;Ghi chú / ;;{0}; / {1};x", set(), "Tháng 2 Hồ sơ đã giải quyết"),
        ("dvc_portal", "STT;Tháng 3/2024;; / ;Đơn vị;{0} / {1}", {4000, 3900}, ""),
        ("dvc_portal", "STT;Đơn vị;Tháng 2/2024; / ;;; / ;;{0} / {1}", set(), "Tháng 2/2024"),
        ("dvc_portal", ";;Tháng 2/2024; / ;;; / STT;Đơn vị;{0} / {1}", set(), "Tháng 2/2024"),
        # three and four rows of headings
        ("dvc_portal", "STT;Đơn vị;Lĩnh vực đất đai; / ;;Kết quả; / ;;{0} / {1}", set(), "Lĩnh vực đất đai"),
        ("dvc_portal", ";;Năm 2023; / STT;Đơn vị;Kết quả; / ;;Hồ sơ; / ;;{0} / {1}", set(), "Năm 2023"),
        ("dvc_portal", "STT;Đơn vị;Tháng 3/2024; / ;;Kết quả; / ;;{0} / {1}", {4000, 3900}, ""),
        # what is about the whole table is no heading over columns
        ("dvc_portal", "Báo cáo về cải cách hành chính;;; / STT;Đơn vị;{0} / {1}", {4000, 3900}, ""),
        (
            "dvc_portal",
            "UBND TỈNH GIA LAI;;CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM; / STT;Đơn vị;{0} / {1}",
            {4000, 3900},
            "",
        ),
        ("dvc_portal", "SỞ TƯ PHÁP;;Độc lập - Tự do - Hạnh phúc; / STT;Đơn vị;{0} / {1}", {4000, 3900}, ""),
        ("dvc_portal", ";;;Biểu số 01 / STT;Đơn vị;{0} / {1}", {4000, 3900}, ""),
        ("dvc_portal", ";;;Đơn vị tính: hồ sơ / STT;Đơn vị;{0} / {1}", {4000, 3900}, ""),
        ("dvc_portal", ";;;Gia Lai, ngày 02 tháng 4 năm 2024 / STT;Đơn vị;{0} / {1}", {4000, 3900}, ""),
        ("dvc_portal", ";;BÁO CÁO TIẾP NHẬN HỒ SƠ THÁNG 3/2024; / STT;Đơn vị;{0} / {1}", {4000, 3900}, ""),
        (
            "dvc_portal",
            "BÁO CÁO;;; / Hồ sơ tiếp nhận;Hồ sơ đã giải quyết;STT;Đơn vị / 4000;3900;1;Sở Tư pháp",
            {4000, 3900},
            "",
        ),
        (
            "dvc_portal",
            "Báo cáo về;;; / Hồ sơ tiếp nhận;Hồ sơ đã giải quyết;STT;Đơn vị / 4000;3900;1;Sở Tư pháp",
            {4000, 3900},
            "",
        ),
        ("telecom", "Doanh nghiệp:;;Viettel; / STT;Đơn vị;{0} / {1}", {251_000, 60_120}, ""),
    ],
)
def test_a_heading_reaches_as_far_as_a_reader_sees_it_and_means_what_the_source_counts(
    source, text, values, named
):
    found, stated = read(source, text.format(*TABLES[source]))
    assert found == values, stated
    assert named in stated


@pytest.mark.parametrize(
    ("period_id", "group", "is_read"),
    [
        ("2024", "Năm 2024", True),
        ("2024", "Quý I/2024", False),
        ("2024-Q1", "Quý I/2024", True),
        ("2024-Q1", "Trong quý", True),
        ("2024-Q1", "Trong tháng", False),
        ("2024-Q1", "Tháng 3", False),
        ("2024-03", "Trong quý", False),
    ],
)
def test_words_for_this_period_are_of_its_kind(period_id, group, is_read):
    headings, row, _ = TABLES["dvc_portal"]
    text = f"STT;Đơn vị;{group}; / ;;{headings} / {row}"
    values, named = read("dvc_portal", text, period_id=period_id)
    assert values == (STATED["dvc_portal"] if is_read else set())
    assert is_read or group in named


def test_a_heading_over_the_values_of_a_form_is_named():
    form = "Đơn vị báo cáo;Sở Y tế;; / Kỳ báo cáo;Quý I/2024;; / Phạm vi số liệu;Số liệu của đơn vị;; / {}"
    table = "Mã số liệu;Số liệu;Đơn vị tính;Giá trị / so_ho_so;Hồ sơ;hồ sơ;5"
    assert read("unit_reports", form.format(table), period_id="2024-Q1")[0] == {5}
    values, named = read("unit_reports", form.format(f";;;Kế hoạch / {table}"), period_id="2024-Q1")
    assert not values and "Kế hoạch" in named


@pytest.mark.parametrize(
    ("month", "all_so_far"),
    [
        ("Tháng 3", "Lũy kế"),
        ("Tháng 3", "Tổng số"),
        ("Tháng 3/2024", "Lũy kế đến hết tháng 3/2024"),
        ("Trong tháng", "Đến hết tháng"),
        ("Trong kỳ", "Đến nay"),
        ("Tháng này", "Cộng dồn"),
        ("Phát sinh", "Lũy kế đến nay"),
        ("Tháng 2", "Lũy kế"),
    ],
)
def test_a_stock_is_never_what_its_month_added(month, all_so_far):
    part = "Tài khoản đã kích hoạt"
    for text in (
        f"STT;Đơn vị;{part}; / ;;{month};{all_so_far} / 1;Thành phố Pleiku;1100;121000",
        f"STT;Đơn vị;{part}; / ;;{all_so_far};{month} / 1;Thành phố Pleiku;121000;1100",
        f"STT;Đơn vị;{month};{all_so_far} / ;;{part};{part} / 1;Thành phố Pleiku;1100;121000",
    ):
        values, named = read("vneid", text)
        assert values == {121_000} or (not values and "stands twice" in named), named
        assert month in named or "stands twice" in named
    text = f"STT;Đơn vị;Thuê bao di động; / ;;{month};{all_so_far} / 1;Thành phố Pleiku;1100;121000"
    assert read("telecom", f"Doanh nghiệp: VNPT / {text}")[0] == {121_000}


@pytest.mark.parametrize(
    "text",
    [
        "STT;Đơn vị;Tài khoản đã kích hoạt tháng 3;Lũy kế / 1;Thành phố Pleiku;1100;121000",
        "STT;Đơn vị;Tài khoản đã kích hoạt; / ;;Tháng 3;Lũy kế từ đầu năm / 1;Thành phố Pleiku;1100;2100",
        "STT;Đơn vị;Tháng 3;Lũy kế / 1;Thành phố Pleiku;1100;121000",
    ],
)
def test_where_all_so_far_is_not_understood_the_month_is_not_taken_for_it(text):
    values, named = read("vneid", text)
    assert not values
    assert "Lũy kế" in named


@pytest.mark.parametrize("all_so_far", ["Lũy kế", "Lũy kế từ đầu năm", "Đến hết tháng 3", "Cộng dồn"])
def test_of_dossiers_the_month_is_read_and_what_came_before_is_left_out_by_name(all_so_far):
    text = f"STT;Đơn vị;Hồ sơ tiếp nhận; / ;;Tháng 3;{all_so_far} / 1;Sở Tư pháp;1100;121000"
    values, named = read("dvc_portal", text)
    assert values == {1100}
    assert f"Hồ sơ tiếp nhận {all_so_far}" in named


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (
            "vneid",
            "STT,Huyện,Tài khoản đã kích hoạt,Ghi chú / 1,Thành phố Pleiku,121,000 / 2,Huyện Chư Păh,20,800",
        ),
        (
            "vneid",
            "STT,Huyện,Tài khoản đã kích hoạt,Ghi chú / 1,Thành phố Pleiku,121,456 / 2,Huyện Chư Păh,20,800",
        ),
        (
            "vneid",
            "STT,Huyện,Tài khoản đã kích hoạt,Ghi chú / 1,Thành phố Pleiku,121,456, / 2,Huyện Chư Păh,900,",
        ),
        ("vneid", "STT,Huyện,Tài khoản đã kích hoạt, / 1,Thành phố Pleiku,121,456 / 2,Huyện Chư Păh,20,800"),
        (
            "vneid",
            "STT,Huyện,Tài khoản đã kích hoạt,Số máy / 1,Thành phố Pleiku,121,456 / 2,Huyện Chư Păh,20,800",
        ),
        (
            "vneid",
            "STT,Huyện,Tài khoản đã kích hoạt,Tỷ lệ trên dân số trưởng thành (%)"
            " / 1,Thành phố Pleiku,121,000 / 2,Huyện Chư Păh,20,800",
        ),
        (
            "vneid",
            "STT,Huyện,Dân số trưởng thành,Tài khoản đã kích hoạt"
            " / 1,Thành phố Pleiku,190,000,121,000 / 2,Huyện Chư Păh,52,000,20,800",
        ),
        (
            "vneid",
            "STT,Huyện,Dân số trưởng thành,Tài khoản đã kích hoạt,Ghi chú,"
            " / 1,Thành phố Pleiku,190,120,121,340 / 2,Huyện Chư Păh,52,120,20,800",
        ),
        (
            "vneid",
            "STT,Huyện,Tỷ lệ trên dân số trưởng thành (%),Ghi chú / 1,Thành phố Pleiku,52,89"
            " / 2,Huyện Chư Păh,40,5",
        ),
        (
            "vneid",
            "STT,Huyện,Tài khoản đã kích hoạt,Ghi chú / 1,Thành phố Pleiku,1,121,000 / 2,Huyện KBang,20,800",
        ),
        (
            "telecom",
            "Doanh nghiệp: Viettel / STT,Huyện,Thuê bao di động,Hộ gia đình có cáp quang"
            " / 1,Thành phố Pleiku,251,120 / 2,Huyện Chư Păh,61,000",
        ),
        (
            "telecom",
            "Doanh nghiệp: Viettel / STT,Huyện,Thuê bao di động,Hộ gia đình có cáp quang"
            " / 1,Thành phố Pleiku,251,020 / 2,Huyện Chư Păh,61,300",
        ),
        ("dvc_portal", "STT,Đơn vị,Hồ sơ tiếp nhận,Ghi chú / 1,Sở Tư pháp,1,234 / 2,Sở Nội vụ,2,100"),
        (
            "dvc_portal",
            "STT,Đơn vị,Hồ sơ tiếp nhận,Hồ sơ đã giải quyết / 1,Sở Tư pháp,1,034 / 2,Sở Nội vụ,2,100",
        ),
        (
            "published_figures",
            "subject,org,unit,value,note,publisher,citation / x,Tỉnh Gia Lai,người,121,000,A,B",
        ),
        (
            "published_figures",
            "subject,org,unit,publisher,citation,value,note / x,Tỉnh Gia Lai,percent,A,B,52,89",
        ),
    ],
)
def test_numbers_cut_at_their_commas_refuse_the_whole_file(source, text):
    values, named = read(source, text, period_id="2023" if source == "published_figures" else "2024-03")
    assert not values
    assert "quotes" in named, named


@pytest.mark.parametrize(
    ("text", "values"),
    [
        # small numbers that are whole ones
        (
            "Huyện,Dân số trưởng thành,Tài khoản đã kích hoạt,Ghi chú / Huyện KBang,190,121,khá"
            " / Huyện Ia Grai,52,20,",
            {190, 121, 52, 20},
        ),
        (
            "Huyện,Dân số trưởng thành,Tài khoản đã kích hoạt,Mã huyện / Huyện KBang,190,121,627"
            " / Huyện Ia Grai,152,120,628",
            {190, 121, 152, 120},
        ),
        (
            'Huyện,Tài khoản đã kích hoạt,Ghi chú / Thành phố Pleiku,"121,000", / Huyện KBang,"20,800",khá',
            {121_000, 20_800},
        ),
        (
            "STT,Mã,Huyện,Tài khoản đã kích hoạt / 1,622,Thành phố Pleiku,121 / 2,627,Huyện KBang,20",
            {121, 20},
        ),
        (
            "STT,Huyện,Tài khoản đã kích hoạt,Ghi chú / (1),(2),(3),(4) / 1,Thành phố Pleiku,121,"
            " / 2,Huyện KBang,20,",
            {121, 20},
        ),
        (
            "Huyện;Tài khoản đã kích hoạt;Ghi chú / Thành phố Pleiku;121,000; / Huyện KBang;20,800;",
            {121_000, 20_800},
        ),
    ],
)
def test_small_numbers_and_quoted_ones_are_read_as_they_are(text, values):
    found, named = read("vneid", text)
    assert found == values, named


ROWS = [
    ["STT", "Đơn vị", "Dân số trưởng thành", "Tài khoản đã kích hoạt"],
    [1, "Thành phố Pleiku", 190_000, 121_000],
    [2, "Huyện Chư Păh", 52_000, 20_800],
    [3, "Huyện Ia Grai", 81_000, 40_500],
]


@pytest.mark.parametrize(
    ("cells", "values", "rows"),
    [
        ("D2:D3", {81_000, 40_500}, {2, 3}),
        ("C2:D2", {52_000, 20_800, 81_000, 40_500}, {2}),
        ("C3:D4", {190_000, 121_000}, {3, 4}),
        ("C2:C4", set(), {2}),
        ("D4:E4", {190_000, 121_000, 52_000, 20_800, 81_000, 40_500}, set()),
        ("A2:A3", {190_000, 121_000, 52_000, 20_800, 81_000, 40_500}, set()),
    ],
)
def test_a_number_in_a_merged_cell_is_nobodys_and_each_row_it_reaches_is_named(cells, values, rows):
    found, named = read("vneid", sheets.as_xlsx(ROWS, merged=[cells]), "x.xlsx")
    assert found == values
    assert all(f"row {row}, column" in named for row in rows) and ("merged" in named) == bool(rows)


@pytest.mark.parametrize(
    ("source", "row", "spans", "values"),
    [
        ("vneid", ["2", "Huyện Chư Păh", "52000", ""], {(1, 3): "rowspan=2", (2, 3): None}, {81_000, 40_500}),
        (
            "vneid",
            ["2", "Huyện Chư Păh", "52000", ""],
            {(2, 2): "colspan=2", (2, 3): None},
            {190_000, 121_000, 81_000, 40_500},
        ),
    ],
)
def test_a_number_that_a_page_spans_is_nobodys(source, row, spans, values):
    rows = [[str(cell) for cell in r] for r in ROWS]
    rows[2] = row
    found, named = read(source, page(rows, spans), "x.xls")
    assert found == values
    assert "row 3, column" in named and "merged" in named


def test_dossiers_in_a_merged_cell_are_nobodys_either():
    rows = [
        ["STT", "Đơn vị", "Hồ sơ tiếp nhận"],
        [1, "Sở Tư pháp", 4000],
        [2, "Sở Nội vụ", None],
        [3, "Sở Y tế", 5],
    ]
    found, named = read("dvc_portal", sheets.as_xlsx(rows, merged=["C2:C3"]), "x.xlsx")
    assert found == {5}
    assert "row 2, column" in named and "row 3, column" in named


def struck(cell: str, text: object = None) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(sheets.as_xlsx(ROWS)))
    if text is None:
        book.active[cell].font = Font(strike=True)
    else:
        book.active[cell] = text
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def test_a_number_that_is_crossed_out_is_not_read_and_named():
    found, named = read("vneid", struck("D2"), "x.xlsx")
    assert found == {190_000, 52_000, 20_800, 81_000, 40_500}
    assert "cell D2" in named and "121000" in named


def test_a_unit_that_is_crossed_out_loses_its_row_and_a_heading_its_column():
    found, named = read("vneid", struck("B2"), "x.xlsx")
    assert found == {52_000, 20_800, 81_000, 40_500} and "Thành phố Pleiku" in named
    found, named = read("vneid", struck("D1"), "x.xlsx")
    assert found == {190_000, 52_000, 81_000} and "Tài khoản đã kích hoạt" in named


def test_of_a_cell_that_is_partly_crossed_out_the_rest_is_read():
    text = CellRichText(TextBlock(InlineFont(strike=True), "999"), TextBlock(InlineFont(), "1234"))
    found, named = read("vneid", struck("D2", text), "x.xlsx")
    assert 1234 in found and 9991234 not in found
    assert "cell D2" in named and "999" in named


def test_an_old_workbook_tells_what_is_crossed_out_too():
    book = xlwt.Workbook()
    page = book.add_sheet("Biểu 1")
    for number, row in enumerate(ROWS):
        for column, cell in enumerate(row):
            style = [xlwt.easyxf("font: struck_out on")] if (number, column) == (1, 3) else []
            page.write(number, column, cell, *style)
    body = io.BytesIO()
    book.save(body)
    found, named = read("vneid", body.getvalue(), "x.xls")
    assert found == {190_000, 52_000, 20_800, 81_000, 40_500}
    assert "cell D2" in named


COUNTS = "STT;Đơn vị;Dân số trưởng thành;Tài khoản đã kích hoạt"
COUNTED = "1;Thành phố Pleiku;190000;121000"
OF_UNITS = [
    f"{COUNTS};ĐVT / {COUNTED};{{}}",
    f"{COUNTS};Đơn vị tính / {COUNTED};{{}}",
    f"ĐVT: {{}} / {COUNTS} / {COUNTED}",
    f"Đơn vị tính: {{}} / {COUNTS} / {COUNTED}",
    f";;Đơn vị tính:;{{}} / {COUNTS} / {COUNTED}",
    f"{COUNTS} / {COUNTED} / (ĐVT: {{}});;;",
]


@pytest.mark.parametrize("text", OF_UNITS)
@pytest.mark.parametrize(
    "unit", ["nghìn TK", "%", "nghìn", "Phần trăm", "triệu người", "x 1000", "chục người", "mớ"]
)
def test_counts_in_another_unit_are_refused_wherever_it_is_said(text, unit):
    values, named = read("vneid", text.format(unit))
    assert not values
    assert named.startswith("unit_unknown") and unit in named


@pytest.mark.parametrize("text", OF_UNITS)
@pytest.mark.parametrize(
    "unit", ["tài khoản", "người", "Người, tài khoản", "TK", "người và tài khoản", "người; tỷ lệ: %"]
)
def test_counts_in_single_units_are_read_wherever_it_is_said(text, unit):
    if ";" not in unit or "ĐVT: {}" in text:
        unit = unit.replace(";", ",")
    values, named = read("vneid", text.format(unit.replace(";", ",")))
    assert values == {190_000, 121_000}, named


NOTES_OF_UNITS = [
    "{}; số liệu chốt đến ngày 25/03/2024",
    "{}, số liệu đến ngày 25/3/2024",
    "{} - chốt ngày 25/3/2024",
    "{} – tính đến ngày 25/3/2024",
    "{} (số liệu tính đến 25/3/2024)",
]


@pytest.mark.parametrize("note", NOTES_OF_UNITS)
def test_the_day_of_the_figures_beside_their_unit_is_no_part_of_it(note):
    for unit in ("tài khoản", "người, tài khoản"):
        text = f'"(Đơn vị tính: {note.format(unit)})";;; / {COUNTS} / {COUNTED}'
        found = SOURCES["vneid"].parse("x.csv", text.replace(" / ", "\n").encode(), "2024-03").rows
        assert set(found["value"]) == {190_000, 121_000}
        assert {str(day) for day in found["period_end"]} == {"2024-03-25"}
    for unit in ("nghìn người", "%", "mớ"):
        values, named = read("vneid", f'"(Đơn vị tính: {note.format(unit)})";;; / {COUNTS} / {COUNTED}')
        assert not values
        assert named.startswith("unit_unknown")


@pytest.mark.parametrize(
    "note",
    ["; nguồn: Công an tỉnh", " - Nguồn số liệu: PC06", ", theo báo cáo của PC06", "; cập nhật 25/3/2024"],
)
def test_the_source_of_the_figures_beside_their_unit_is_no_part_of_it(note):
    values, named = read("vneid", f'"Đơn vị tính: người{note}";;; / {COUNTS} / {COUNTED}')
    assert values == {190_000, 121_000}, named


def test_a_second_unit_in_a_note_is_no_note():
    for note in ("; số liệu: nghìn", " - số liệu tính bằng nghìn", ", nguồn: 10% mẫu"):
        values, named = read("vneid", f'"Đơn vị tính: người{note}";;; / {COUNTS} / {COUNTED}')
        assert not values
        assert named.startswith("unit_unknown")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (
            "telecom",
            "Doanh nghiệp: VNPT / Huyện;Thuê bao di động;Ghi chú / Thành phố Pleiku;251;nghìn thuê bao",
        ),
        ("telecom", "Doanh nghiệp: VNPT / Huyện;Thuê bao di động;Ghi chú / Thành phố Pleiku;251;nghìn"),
        ("telecom", "Doanh nghiệp: VNPT / Huyện;Thuê bao di động;Quy cách / Thành phố Pleiku;251;x1000"),
        ("telecom", "Doanh nghiệp: VNPT / Huyện;Thuê bao di động;Ghi chú / Thành phố Pleiku;25;%"),
        (
            "telecom",
            "Doanh nghiệp: VNPT / Huyện;Thuê bao di động / Thành phố Pleiku;251"
            " / (*) tính theo nghìn thuê bao;",
        ),
        ("dvc_portal", "Đơn vị;Hồ sơ tiếp nhận / Sở Tư pháp;4 / Sở Y tế;5 / (*) tính theo nghìn hồ sơ;"),
        ("dvc_portal", "Đơn vị;Hồ sơ tiếp nhận / Sở Tư pháp;4 / Sở Y tế;5 / Số liệu tính bằng nghìn;"),
        (
            "dvc_portal",
            "Đơn vị;Hồ sơ tiếp nhận / Sở Tư pháp;4 / Sở Y tế;5 / Ghi chú: số liệu tính bằng triệu đồng;",
        ),
        ("dvc_portal", "Số liệu được tính theo đơn vị nghìn hồ sơ / Đơn vị;Hồ sơ tiếp nhận / Sở Tư pháp;4"),
        ("dvc_portal", "Đơn vị: triệu đồng / Đơn vị;Hồ sơ tiếp nhận / Sở Tư pháp;4"),
        ("dvc_portal", "Đơn vị: % / Đơn vị;Hồ sơ tiếp nhận / Sở Tư pháp;4"),
        ("dvc_portal", "Đơn vị;Hồ sơ tiếp nhận / ;(%) / Sở Tư pháp;4"),
    ],
)
def test_a_unit_in_a_cell_or_a_note_is_heard(source, text):
    values, named = read(source, text)
    assert not values
    assert named.startswith("unit_unknown")


@pytest.mark.parametrize(
    "note",
    [
        "(*) tính theo trạm y tế",
        "Ghi chú: tính theo tỷ lệ dân số",
        "Nguồn: Sở Tư pháp, trong đó 1.000 hồ sơ của tỉnh",
        "Ghi chú: tăng 2 nghìn hồ sơ so với tháng trước",
        "Đơn vị tính: Hồ sơ",
    ],
)
def test_a_note_that_gives_no_other_unit_costs_nothing(note):
    values, named = read("dvc_portal", f"Đơn vị;Hồ sơ tiếp nhận / Sở Tư pháp;4000 / Sở Y tế;5 / {note};")
    assert values == {4000, 5}, named


SHARE = f"{COUNTS};Tỷ lệ trên dân số trưởng thành (%)"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (f"{SHARE} / {COUNTED};0,637", {190_000, 121_000}),
        (f"{SHARE} / {COUNTED};0,64", {190_000, 121_000}),
        (f"{SHARE} / {COUNTED};63,7", {190_000, 121_000, 63.7}),
        (f"{SHARE} / {COUNTED};0,637 / 2;Huyện Chư Păh;52000;20800;40,0", {190_000, 121_000, 52_000, 20_800}),
        (f"{SHARE} / 1;Thành phố Pleiku;190000;1210;0,637", {190_000, 1210, 0.637}),
        (f"{SHARE} / 1;Thành phố Pleiku;;121000;0,637", {121_000, 0.637}),
        (f"{COUNTS};Tỷ lệ (%) / {COUNTED};0,637", {190_000, 121_000}),
    ],
)
def test_a_share_of_1_is_no_percentage_where_the_counts_beside_it_tell(text, values):
    found, named = read("vneid", text)
    assert found == values
    assert "Tỷ lệ" in named or any(isinstance(value, float) for value in values)


@pytest.mark.parametrize(
    ("value", "right"),
    [("52.890", None), ("5.289", None), ("1.000", None), ("124,56", 124.56), ("52,89", 52.89)],
)
def test_a_percentage_of_thousands_is_none(value, right):
    other = "y;Tỉnh Gia Lai;người;1.257.210;A;B"
    text = f"subject;org;unit;value;publisher;citation / x;Tỉnh Gia Lai;percent;{value};A;B / {other}"
    found, named = read("published_figures", text, period_id="2023")
    assert found == {1_257_210} | ({right} if right else set())
    assert right or value in named
    found, named = read("vneid", "STT;Đơn vị;Tỷ lệ trên dân số trưởng thành (%) / 1;Thành phố Pleiku;1.524,5")
    assert not found and "1.524,5" in named


def test_what_is_counted_under_dossiers_is_dossiers():
    text = "Đơn vị;{};; / ;Tổng số;DVCTT toàn trình;DVCTT một phần / Sở Tư pháp;4000;30;20"
    body = text.format("Hồ sơ tiếp nhận").replace(" / ", "\n").encode()
    rows = SOURCES["dvc_portal"].parse("x.csv", body, "2024-03").rows
    assert dict(rows.select("subject", "value").rows()) == {
        "Hồ sơ tiếp nhận": 4000,
        "Hồ sơ tiếp nhận của dịch vụ công toàn trình": 30,
        "Hồ sơ tiếp nhận của dịch vụ công một phần": 20,
    }
    assert set(rows["unit"]) == {"dossiers"}
    values, named = read("dvc_portal", text.format("Hồ sơ đã giải quyết"))
    assert values == {4000} and "DVCTT toàn trình" in named
    values, named = read("dvc_portal", text.format("Hồ sơ mới tiếp nhận"))
    assert not values and "DVCTT toàn trình" in named


@pytest.mark.parametrize("part", ["(hộ gia đình)", "(hộ)", "(ĐVT: hộ gia đình)", "(cá nhân)", "- cá nhân"])
def test_a_heading_narrowed_to_households_or_persons_is_a_part_of_the_total_beside_it(part):
    body = f"VNPT Gia Lai\nTT;Đơn vị;Thuê bao FTTH {part};Tổng thuê bao FTTH\n1;Huyện KBang;4200;4600\n"
    read = SOURCES["telecom"].parse("x.csv", body.encode(), "2024-03")
    assert read.rows["value"].to_list() == [4600]
    assert any(part in text for text in read.unread["text"])


@pytest.mark.parametrize("unit", ["(hộ)", "(hộ gia đình)", "(ĐVT: hộ)"])
def test_households_are_the_unit_of_a_count_of_households(unit):
    body = f"VNPT Gia Lai\nTT;Đơn vị;Số hộ có cáp quang {unit}\n1;Huyện KBang;4200\n"
    assert SOURCES["telecom"].parse("x.csv", body.encode(), "2024-03").rows["value"].to_list() == [4200]


@pytest.mark.parametrize(
    "heading",
    ["Số TK VNeID đã kích hoạt", "TK mức 2 đã kích hoạt", "Số TK mức 2 kích hoạt", "Số TK đã kích hoạt"],
)
def test_short_headings_of_accounts_are_known(heading):
    body = f"TT;Đơn vị;{heading}\n1;Huyện KBang;4200\n"
    assert SOURCES["vneid"].parse("x.csv", body.encode(), "2024-03").rows["value"].to_list() == [4200]


@pytest.mark.parametrize("group", ["Hồ sơ đã giải quyết", "Đã giải quyết"])
@pytest.mark.parametrize("part", ["Trực tuyến", "Qua mạng", "Trong đó: trực tuyến"])
def test_what_was_settled_online_is_not_what_was_received_online(group, part):
    text = f"Đơn vị;Hồ sơ tiếp nhận;{group}; / ;;Tổng số;{part} / Sở Nội vụ;80;60;12 / Sở Y tế;70;50;11"
    values, named = read("dvc_portal", text)
    assert values == {80, 60, 70, 50} and part in named


# Below a heading over several columns, parts of what it counts: what each line says, and what of it lands.
DIVIDED = "Đơn vị;Tài khoản đã kích hoạt;;Chỉ tiêu / ;{}; / Huyện Chư Păh;19.000;20.800;52.000"


@pytest.mark.parametrize(
    ("below", "values"),
    [
        ("29/2;31/3", {20_800, 52_000}),
        ("28/02;31/03", {20_800, 52_000}),
        ("02/24;03/24", {20_800, 52_000}),
        ("2/2024;3/2024", {20_800, 52_000}),
        ("T2;T3", {20_800, 52_000}),
        ("Mức 1;Mức 2", {20_800, 52_000}),
        ("Tổng;4G", {19_000, 52_000}),
        ("24-3;25-3", {52_000}),
        ("29.2;31.3", {52_000}),
        ("1;2", {52_000}),
        ("M1;M2", {52_000}),
        ("I;II", {52_000}),
        ("A;B", {52_000}),
        ("a);b)", {52_000}),
        ("14-18;>18", {52_000}),
        ("6-14;14+", {52_000}),
        ("<18;>=18", {52_000}),
        ("2023;2024", {52_000}),
        ("Q1;Q2", {52_000}),
        (";>18", {19_000, 52_000}),
        ("(1);(2)", set()),
        ("15/3;31/3", set()),
    ],
)
def test_whatever_stands_below_a_heading_over_columns_heads_its_parts(below, values):
    found, named = read("vneid", DIVIDED.format(below))
    assert found == values, named
    assert found & {19_000, 20_800} or below.split(";")[1] in named or "stands twice" in named


@pytest.mark.parametrize("below", ["4G;5G", "2G;3G", "I;II", "(1);(2)", "Trả trước;Trả sau", "14-18;>18"])
def test_parts_alone_are_not_taken_for_the_whole(below):
    csv = f"VNPT / Đơn vị;Thuê bao di động; / ;{below} / Huyện Chư Păh;19000;1800"
    merged = sheets.as_xlsx(typed(lines(csv)), merged=["A2:A3", "B2:C2"])
    for body, name in ((csv, "x.csv"), (merged, "x.xlsx")):
        found, named = read("telecom", body, name)
        assert not found
        assert "Thuê bao di động" in named and "no row holds" not in named


def test_a_column_without_a_heading_makes_the_one_before_it_doubtful():
    heads, row = "Đơn vị;Đã giải quyết;Tiếp nhận;;Ghi chú", "Sở Y tế;200;300;{};x"
    found, named = read("dvc_portal", f"{heads} / {row.format(20)}")
    assert found == {200} and "column Tiếp nhận" in named and "column 4" in named
    for other in ("", "66,67%", "khá"):
        assert read("dvc_portal", f"{heads} / {row.format(other)}")[0] == {200, 300}
    rows = [["VNPT"], ["Đơn vị", "Thuê bao di động", None], ["Huyện Chư Păh", 19000, 1800]]
    found, named = read("telecom", sheets.as_xlsx(rows), "x.xlsx")
    assert not found and "row 2, column 3: has figures and no heading" in named
    found, named = read("telecom", sheets.as_xlsx(rows, merged=["B2:C2"]), "x.xlsx")
    assert not found and "reaches over both" in named


@pytest.mark.parametrize(
    "rows",
    [
        "{};Tháng 2;119000 / ;Tháng 3;121000",
        "{};Giao;190000 / ;Thực hiện;121000",
        "{};Mức 1;119000 / ;Mức 2;2000",
        "{};4G;119000 / ;5G;2000",
        "{};3;119000 / ;4;2000",
        "{};Trực tuyến;119000 / ;Trực tiếp;2000 / ;BCCI;30",
    ],
)
@pytest.mark.parametrize("heading", ["Nội dung", "Chỉ số", "Loại", ""])
@pytest.mark.parametrize(
    ("source", "counted", "above"),
    [
        ("vneid", "Tài khoản đã kích hoạt", ""),
        ("telecom", "Thuê bao di động", "VNPT / "),
        ("dvc_portal", "Tiếp nhận", ""),
    ],
)
def test_rows_of_a_unit_written_once_that_a_text_tells_apart_are_set_aside(
    source, counted, above, heading, rows
):
    rows = rows.format("Thành phố Pleiku")
    found, named = read(source, f"{above}Đơn vị;{heading};{counted} / {rows} / Huyện KBang;Tổng số;52000")
    assert found <= {52_000}, named
    assert rows.split(";")[1] in named


def test_rows_of_a_unit_in_a_merged_cell_that_a_text_tells_apart_are_set_aside():
    rows = [["VNPT"], ["Đơn vị", "Chỉ số", "Thuê bao di động"], ["Thành phố Pleiku", "4G", 119000]]
    rows += [[None, "5G", 21000], ["Huyện KBang", None, 52000]]
    found, named = read("telecom", sheets.as_xlsx(rows, merged=["A3:A4"]), "x.xlsx")
    assert found == {52_000} and "'4G'" in named and "'5G'" in named


@pytest.mark.parametrize("first", ["", "Tất cả"])
def test_of_rows_of_a_unit_written_once_the_whole_stays(first):
    found, named = read("telecom", f"VNPT / Đơn vị;Loại;Thuê bao di động / Huyện KBang;{first};300 / ;4G;200")
    assert found == {300} and "4G" in named


def test_a_text_of_groups_of_thousands_beside_small_numbers_shows_that_thousands_are_lost():
    def book(*values):
        units = ("Tỉnh Gia Lai", "Thành phố Pleiku", "Huyện KBang")
        return sheets.as_xlsx([["Đơn vị", "Dân số trưởng thành"], *zip(units, values, strict=True)])

    found, named = read("vneid", book("1.257.210", 190, 52), "x.xlsx")
    assert found == {1_257_210} and "'190' may be" in named and "'52' may be" in named
    for values in ((1257210, 190, 52), ("1.257.210", 190000, 52), ("1.257.210", "190.000", 52)):
        assert read("vneid", book(*values), "x.xlsx")[0] >= {1_257_210, 52}


@pytest.mark.parametrize(
    ("text", "values", "unread"),
    [
        (
            "STT;Đơn vị;Dân số trưởng thành;Đã cấp tài khoản;Tỷ lệ (%);Đã kích hoạt tài khoản;Tỷ lệ (%)"
            " / 1;Thành phố Pleiku;190.000;150.000;78,95;121.000;63,68",
            {190_000, 150_000, 121_000},
            "column 7 Tỷ lệ (%)",
        ),
        (
            "Đơn vị;Tài khoản đã kích hoạt;Tỷ lệ trên dân số trưởng thành (%)"
            " / Thành phố Pleiku;121.000;63.684 / Huyện KBang;52.000;40.125",
            {121_000, 52_000},
            "63.684",
        ),
        (
            "Đơn vị;Tài khoản đã kích hoạt;Tỷ lệ trên chỉ tiêu (%) / Huyện KBang;121.000;101,250",
            {121_000},
            "101,250",
        ),
    ],
)
def test_shares_in_doubt_cost_no_count_beside_them(text, values, unread):
    found, named = read("vneid", text)
    assert found == values and unread in named


def test_a_share_of_1_without_a_name_costs_no_count_beside_it():
    heads = ["Đơn vị", "Dân số trưởng thành", "Tài khoản đã kích hoạt", "Tỷ lệ (%)"]
    rows = [heads, ["Thành phố Pleiku", 190000, 121000, 0.6368]]
    found, named = read("vneid", sheets.as_xlsx(rows), "x.xlsx")
    assert found == {190_000, 121_000} and "0.6368" in named


@pytest.mark.parametrize(
    ("source", "heading"),
    [
        *(("vneid", heading) for heading in ("Tài khoản định danh điện tử mức 2 kích hoạt",)),
        ("vneid", "Số TK ĐDĐT mức 2 đã kích hoạt"),
        ("telecom", "Hộ GĐ có cáp quang"),
        ("telecom", "Số hộ có Internet cáp quang"),
        ("telecom", "Thuê bao di động cuối kỳ"),
        ("telecom", "Smartphone"),
    ],
)
@pytest.mark.parametrize(
    "unit",
    [
        "Huyện, thành phố",
        "Đơn vị hành chính cấp huyện",
        "Tên địa phương",
        "Tên đơn vị/địa phương",
        "Tên huyện/thị",
        "Huyện/thị xã",
    ],
)
def test_more_headings_that_offices_write_are_known(source, heading, unit):
    found, named = read(source, f"VNPT / {unit};{heading} / Huyện KBang;52.000")
    assert found == {52_000}, named


def test_activated_alone_is_understood_beside_accounts():
    text = "Công an huyện, thị xã, thành phố;Tài khoản đã cấp;Đã kích hoạt / Huyện KBang;52.000;40.000"
    assert read("vneid", text)[0] == {52_000, 40_000}
    assert not read("vneid", "Đơn vị;CCCD đã cấp;Đã kích hoạt / Huyện KBang;52.000;40.000")[0]


def test_of_a_stock_the_column_of_the_end_is_read():
    text = "VNPT / Đơn vị;Thuê bao di động; / ;Đầu kỳ;Cuối kỳ / Huyện KBang;50.000;52.000"
    assert read("telecom", text)[0] == {52_000}


def test_nested_numbers_are_no_part_of_a_name():
    text = "Đơn vị;Tài khoản đã kích hoạt / 1 Thành phố Pleiku;121.000 / 1.1 Phường Diên Hồng;1.000"
    text += " / 2 huyện KBang;52.000 / 2.1 Xã Sơn Lang;300 / 3. TX An Khê;900 / 4 H. Chư Păh;800"
    text += " / 05 Ủy ban nhân dân tỉnh;7 / 17 Huyện, thị xã;9"
    body = text.replace(" / ", "\n").encode()
    assert SOURCES["vneid"].parse("x.csv", body, "2024-03").rows["org_text"].to_list() == [
        "Thành phố Pleiku",
        "Phường Diên Hồng, Thành phố Pleiku",
        "huyện KBang",
        "Xã Sơn Lang, huyện KBang",
        "TX An Khê",
        "H. Chư Păh",
        "Ủy ban nhân dân tỉnh",
        "17 Huyện, thị xã",
    ]


def test_a_day_merged_over_rows_is_that_of_each_and_a_short_year_is_read():
    heads, day = ["Đơn vị", "Đến ngày", "Tài khoản đã kích hoạt"], "22/3/24"
    rows = [heads, ["Thành phố Pleiku", day, 119000], ["Huyện KBang", None, 21000]]
    merged = SOURCES["vneid"].parse("x.xlsx", sheets.as_xlsx(rows, merged=["B2:B3"]), "2024-03")
    assert set(merged.rows.select("value", "period_end").rows()) == {
        (119_000, date(2024, 3, 22)),
        (21_000, date(2024, 3, 22)),
    }
    found, named = read("vneid", sheets.as_xlsx(rows), "x.xlsx")
    assert found == {119_000} and "row 3, column Đến ngày" in named and "is empty" in named


def test_a_unit_heading_that_is_not_known_is_named_and_no_label_above_it():
    text = "Đơn vị báo cáo: FPT Telecom / Tỉnh;Thuê bao cáp quang;Số hộ có cáp quang / Gia Lai;12.000;11.000"
    found, named = read("telecom", text)
    assert not found and "the heading Đơn vị is missing" in named and "FPT" not in named


def test_what_is_left_out_is_all_named():
    found, named = read("vneid", "Đơn vị;Tài khoản đã kích hoạt;Khác;Khác / Huyện KBang;52.000;1;2")
    assert found == {52_000} and "column 3 Khác" in named and "column 4 Khác" in named
    found, named = read("dvc_portal", "Đơn vị;Đã giải quyết;Tiếp nhận; / ;;BCCI;TT / Sở Y tế;45;30;20")
    assert found == {45, 30} and "'TT'" in named
    found, named = read(
        "vneid", "Đơn vị;Tài khoản đã kích hoạt / Huyện KBang;52.000 / Chưa bao gồm thị xã An Khê;"
    )
    assert "Chưa bao gồm thị xã An Khê" in named
    for signed in ("Khổng Minh Tuấn", "Chi cục trưởng", "Chu Thị Lan"):
        text = f"Đơn vị;Tài khoản đã kích hoạt / Huyện KBang;52.000 / {signed};"
        assert signed not in read("vneid", text)[1]


@pytest.mark.parametrize("mark", ["¹", "²", "³"])
def test_a_raised_mark_in_utf_8_is_no_letter(mark):
    text = f"Đơn vị;Tài khoản đã kích hoạt / Huyện KBang;121.000{mark} / Huyện Chư Păh;1.000"
    found, named = read("vneid", text)
    assert found == {1000} and f"121.000{mark}" in named


@pytest.mark.parametrize(
    "above",
    [
        "Đơn vị: K",
        "Đơn vị: '000",
        "Số liệu đã chia 1000",
        "Số liệu tính bằng K",
        "Số liệu chia cho 1.000",
        "Rút gọn về nghìn",
    ],
)
@pytest.mark.parametrize("source", TABLES)
def test_a_scale_said_in_few_words_refuses_the_table(source, above):
    headings, row, title = TABLES[source]
    found, named = read(source, f"{title}{above} / STT;Đơn vị;{headings} / {row}")
    assert not found and above in named


def test_a_table_of_parts_alone_is_refused_for_what_it_is():
    with pytest.raises(Refused) as refused:
        SOURCES["dvc_portal"].parse(
            "bc.csv", "Đơn vị;Trạng thái;Tiếp nhận\nHuyện KBang;Trễ hạn;900\n".encode(), "2024-03"
        )
    assert refused.value.code == "value_unknown"
    assert "Trễ hạn" in str(refused.value)


HEAD_OF_PAGE = "<tr><th>STT</th><th>Đơn vị</th><th>Tiếp nhận</th></tr>"


def broken_page(*tables: str) -> bytes:
    rows = ("<tr><td>{}</td><td>{}</td><td>{}</td></tr>".format(*row.split(";")) for row in tables)
    return "<br>".join(f"<table>{HEAD_OF_PAGE}{row}</table>" for row in rows).encode()


def test_a_table_that_goes_on_after_a_page_break_is_one_table():
    body = broken_page("1;Huyện KBang;900", "2;Huyện Ia Grai;800")
    found = SOURCES["dvc_portal"].parse("bc.xls", body, "2024-03")
    assert found.rows.select("org_text", "value").rows() == [("Huyện KBang", 900), ("Huyện Ia Grai", 800)]
    numbered = body.replace(b"<br>", b"<p>Trang 1/2</p>") + b"<p>Trang 2/2</p>"
    assert SOURCES["dvc_portal"].parse("bc.xls", numbered, "2024-03").rows["value"].to_list() == [900, 800]
    again = SOURCES["dvc_portal"].parse(
        "bc.xls", broken_page("1;Huyện KBang;900", "2;Huyện Ia Grai;800", "3;Huyện KBang;5"), "2024-03"
    )
    assert again.rows["org_text"].to_list() == ["Huyện Ia Grai"]


@pytest.mark.parametrize("between", ["<p>Tháng 2/2024</p>", "<p>Cấp xã</p>", "<p>Kết quả</p>"])
def test_a_table_under_other_words_is_another_table(between):
    body = broken_page("1;Huyện KBang;900", "2;Huyện Ia Grai;800").replace(b"<br>", between.encode())
    with pytest.raises(Refused):
        SOURCES["dvc_portal"].parse("bc.xls", body, "2024-03")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (
            b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
            b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet/></Workbook>',
            "XML Spreadsheet 2003",
        ),
        (
            b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n<html></html>",
            "MHTML",
        ),
    ],
)
def test_a_format_that_is_not_read_is_named(body, kind):
    with pytest.raises(Refused, match=kind) as refused:
        SOURCES["dvc_portal"].parse("bc.xls", body, "2024-03")
    assert refused.value.code == "not_a_table"
    assert "save it as XLSX" in str(refused.value)


ONLINE_BELOW = "Đơn vị;Hồ sơ tiếp nhận;Trực tuyến;;Đã giải quyết / ;;{};{}; / Huyện KBang;900;500;55,6;880"


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("Đơn vị;Tiếp nhận;Tiếp nhận cùng kỳ năm trước / Huyện KBang;300;250", {300}),
        ("Đơn vị;Tiếp nhận;Tiếp nhận từ đầu năm đến nay / Huyện KBang;300;900", {300}),
        ("Đơn vị;Tiếp nhận;Tiếp nhận trực tuyến toàn trình / Huyện KBang;300;250", {300}),
        ("Đơn vị;Tiếp nhận;Tỷ lệ tiếp nhận / Huyện KBang;300;25", {300}),
        (ONLINE_BELOW.format("Số lượng", "Tỷ lệ (%)"), {900, 500, 880}),
        (ONLINE_BELOW.format("SL", "%"), {900, 500, 880}),
        (ONLINE_BELOW.format("SL", "Tỷ lệ"), {900, 500, 880}),
        ("Đơn vị;Hồ sơ tiếp nhận;; / ;Tổng số;Trực tuyến; / ;;SL;% / Huyện KBang;900;500;55,6", {900, 500}),
        ("Đơn vị;Tiếp nhận mới;Tồn kỳ trước / Huyện KBang;300;30", {300, 30}),
        ("Đơn vị;Tiếp nhận;Tồn kỳ trước chuyển sang / Huyện KBang;300;30", {300, 30}),
        ("Đơn vị;Tiếp nhận;Tháng trước chuyển qua / Huyện KBang;300;30", {300, 30}),
        ("Đơn vị;Tiếp nhận;Đã trả kết quả;Trả đúng hạn / Huyện KBang;300;280;280", {300, 280}),
        ("Đơn vị;Số TTHC toàn trình;Số TTHC một phần / Huyện KBang;300;30", {300, 30}),
        ("Đơn vị;TTHC;Số DVCTT tích hợp Cổng DVCQG / Huyện KBang;300;30", {300, 30}),
        ("Đơn vị;Đã giải quyết;Quá hạn;Đang giải quyết;Quá hạn / Huyện KBang;290;3;10;1", {290, 3, 10, 1}),
        ("Đơn vị;Đã xử lý;Trễ hạn;Đang xử lý;Trễ hạn / Huyện KBang;290;3;10;1", {290, 3, 10, 1}),
        ("Đơn vị;Đã giải quyết;Đang giải quyết;Quá hạn;Quá hạn / Huyện KBang;290;10;3;1", {290, 10}),
        ("Đơn vị;Đã giải quyết;Đang giải quyết;Quá hạn / Huyện KBang;290;10;3", {290, 10}),
        ("Đơn vị;Cổng DVC tỉnh;Cổng DVC quốc gia / ;Tiếp nhận;Tiếp nhận / Huyện KBang;300;30", set()),
        ("Đơn vị;Hệ thống một cửa;Cổng DVCQG / ;Tiếp nhận;Tiếp nhận / Huyện KBang;300;30", set()),
        ("Đơn vị;Qua Cổng;Trực tiếp / ;Tiếp nhận;Tiếp nhận / Huyện KBang;300;30", set()),
        ("Đơn vị;Một cửa;Cổng tỉnh / ;Tiếp nhận;Tiếp nhận / Huyện KBang;300;30", set()),
    ],
)
def test_of_headings_side_by_side_those_that_leave_no_doubt_are_read(table, values):
    assert read("dvc_portal", table)[0] == values


def test_headings_merged_over_both_their_rows_are_read_with_those_divided_beside_them():
    rows = typed(lines(ONLINE_BELOW.format("SL", "%")))
    merged = ["A1:A2", "B1:B2", "C1:D1", "E1:E2"]
    assert read("dvc_portal", sheets.as_xlsx(rows, merged=merged), "x.xlsx")[0] == {900, 500, 880}
