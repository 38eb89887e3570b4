"""A cell that is not quite one number: thousands that a program lost, errors in shares, units in words; and
marks, comments and text boxes that say what a number is."""

import io

import openpyxl
import pytest
import xlsxwriter
from making.sheets import as_html, as_xls, as_xlsx
from openpyxl.comments import Comment

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


# Footnotes, comments and text boxes

ESTIMATED, OTHER_MONTH, INCOMPLETE = "Số ước tính", "Số liệu tháng 2", "chưa gồm xã Đông"
TABLE = [HEADINGS, ["1", "Huyện KBang", "42.000", "20.400"], ["2", "Huyện Chư Păh", "52.000", "20.800"]]


def noted(mark: str, note: str, row: int = 2, column: int = 1) -> list[list]:
    rows = [list(cells) for cells in TABLE]
    rows[row][column] += mark
    return [*rows, [note]]


MARKS = [
    ("(*)", "(*) "),
    (" (*)", "Ghi chú: (*) "),
    ("*", "* "),
    ("*", "*"),
    (" (**)", "(**): "),
    (" (1)", "(1) "),
    ("(1)", "1. "),
    ("¹", "¹ "),
    ("¹", "(1) "),
    (" [1]", "[1] "),
    (" (a)", "(a) "),
]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(("mark", "lead"), MARKS)
def test_a_footnote_of_a_unit_is_of_its_row_alone(name, mark, lead):
    found = parse(name, FORMATS[name](noted(mark, lead + ESTIMATED)))
    assert values(found) == [20400, 42000, 20800, 52000]
    assert found.rows["obs_status"].to_list() == ["A", "A", "E", "E"]
    assert found.rows["org_text"].unique(maintain_order=True).to_list() == ["Huyện KBang", "Huyện Chư Păh"]
    for words, code in ((OTHER_MONTH, "period_mismatch"), (INCOMPLETE, "value_unknown")):
        found = parse(name, FORMATS[name](noted(mark, lead + words)))
        assert values(found) == [20400, 42000]
        assert found.rejected["code"].to_list() == [code]


def test_the_mark_stays_in_the_text_of_a_note():
    assert parse("x.csv", text(noted("(*)", f"(*) {ESTIMATED}"))).unread["text"].to_list() == [
        "(*) Số ước tính"
    ]


@pytest.mark.parametrize("words", ["Đã bao gồm thị trấn", "Huyện vùng sâu", "Nguồn: Công an huyện"])
def test_a_footnote_that_says_nothing_of_the_figures_changes_nothing(words):
    found = parse("x.csv", text(noted("(*)", f"(*) {words}")))
    assert values(found) == [20400, 42000, 20800, 52000]
    assert set(found.rows["obs_status"]) == {"A"}


@pytest.mark.parametrize(("mark", "lead"), [("(*)", "(*) "), ("*", "* "), (" (**)", "(**) ")])
def test_a_footnote_of_a_number_is_of_its_row(mark, lead):
    found = parse("x.csv", text(noted(mark, lead + ESTIMATED, column=3)))
    assert values(found) == [20400, 42000, 20800, 52000]
    assert found.rows["obs_status"].to_list() == ["A", "A", "E", "E"]


def test_a_footnote_of_a_heading_is_of_its_column():
    found = parse("x.csv", text(noted(" (*)", f"(*) {ESTIMATED}", row=0, column=3)))
    assert found.rows["obs_status"].to_list() == ["E", "A", "E", "A"]
    found = parse("x.csv", text(noted(" (*)", f"(*) {OTHER_MONTH}", row=0, column=3)))
    assert values(found) == [42000, 52000]
    assert HEADINGS[3] + " (*)" in found.unread["text"].to_list()


def written(mark: str | None = None, at=(2, 1), note: str = "", box: str | None = None) -> bytes:
    """A workbook with a raised mark in a cell, a note below, and a box over the sheet."""
    body = io.BytesIO()
    with xlsxwriter.Workbook(body) as workbook:
        sheet, raised = workbook.add_worksheet(), workbook.add_format({"font_script": 1})
        for number, cells in enumerate(TABLE):
            sheet.write_row(number, 0, cells)
        if mark:
            sheet.write_rich_string(*at, TABLE[at[0]][at[1]], raised, mark)
        sheet.write(4, 0, note)
        if box:
            sheet.insert_textbox(6, 0, box)
    return body.getvalue()


@pytest.mark.parametrize(
    ("mark", "lead"), [("(*)", "(*) "), ("*", "* "), ("1", "(1) "), ("1", "1 "), ("(1)", "¹ ")]
)
def test_a_raised_mark_binds_its_note(mark, lead):
    for at, statuses in (((2, 1), "AAEE"), ((2, 3), "AAEE"), ((0, 3), "EAEA")):
        found = parse("x.xlsx", written(mark, at, lead + ESTIMATED))
        assert values(found) == [20400, 42000, 20800, 52000]
        assert "".join(found.rows["obs_status"]) == statuses


def test_a_raised_mark_of_a_page_binds_its_note():
    body = page(noted("#", f"(1) {OTHER_MONTH}")).replace(b"#", b"<sup>1</sup>")
    assert values(parse("x.xls", body)) == [20400, 42000]


def commented(cell: str, words: str, above=()) -> bytes:
    workbook, body = openpyxl.Workbook(), io.BytesIO()
    for row in (*above, *TABLE):
        workbook.active.append(row)
    workbook.active[cell].comment = Comment(words, "An")
    workbook.save(body)
    return body.getvalue()


@pytest.mark.parametrize("author", ["", "An:\n"])
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (OTHER_MONTH, "period_mismatch"),
        ("Số liệu đến 29/02/2024", "period_mismatch"),
        ("đơn vị: nghìn", "unit_unknown"),
        ("ĐVT: nghìn tài khoản", "unit_unknown"),
        (INCOMPLETE, "value_unknown"),
    ],
)
def test_a_comment_spoils_what_it_is_about(author, words, code):
    for cell in ("B3", "C3", "D3"):
        found = parse("x.xlsx", commented(cell, author + words))
        assert values(found) == [20400, 42000]
        assert found.rejected["code"].to_list() == [code]
    found = parse("x.xlsx", commented("D1", author + words))
    assert values(found) == [42000, 52000]
    assert HEADINGS[3] in found.unread["text"].to_list()
    for cell, above in (("A1", ()), ("B1", ()), ("D9", ()), ("A1", [["Báo cáo"]])):
        with pytest.raises(Refused) as refused:
            parse("x.xlsx", commented(cell, author + words, above))
        assert refused.value.code == code


def test_a_comment_may_say_that_figures_are_estimated():
    for cell, statuses in (("D3", "AAEE"), ("D1", "EAEA"), ("B1", "EEEE")):
        found = parse("x.xlsx", commented(cell, ESTIMATED))
        assert "".join(found.rows["obs_status"]) == statuses


@pytest.mark.parametrize(
    "words", ["Đã kiểm tra với công an huyện", "An: Đã đối chiếu tháng 3/2024", "Đơn vị: người"]
)
@pytest.mark.parametrize("cell", ["A1", "B1", "D1", "D3", "D9"])
def test_other_comments_are_listed_and_change_nothing(words, cell):
    found = parse("x.xlsx", commented(cell, words))
    assert values(found) == [20400, 42000, 20800, 52000]
    assert found.unread["text"].to_list() == [words.removeprefix("An: ")]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (OTHER_MONTH, "period_mismatch"),
        ("Đơn vị tính: nghìn", "unit_unknown"),
        ("đơn vị: nghìn", "unit_unknown"),
        ("Khu vực: thành thị", "value_unknown"),
    ],
)
def test_a_text_box_is_of_the_whole_file(words, code):
    with pytest.raises(Refused) as refused:
        parse("x.xlsx", written(box=words))
    assert refused.value.code == code
    assert words in str(refused.value)


def test_the_words_of_a_text_box_are_listed():
    found = parse("x.xlsx", written(box="Số liệu tháng 3/2024\nNgười lập biểu"))
    assert values(found) == [20400, 42000, 20800, 52000]
    assert found.unread["text"].to_list() == ["Số liệu tháng 3/2024", "Người lập biểu"]


@pytest.mark.parametrize(
    "words",
    ["Dân số tính đến 31/12/2023", "Chưa có dịch vụ FTTH", "Sáp nhập từ ngày 01/02/2024", "Theo QĐ số 12"],
)
@pytest.mark.parametrize(("row", "column"), [(2, 1), (0, 2), (2, 3)])
def test_a_footnote_that_leaves_the_figures_what_they_are_changes_nothing(words, row, column):
    found = parse("x.csv", text(noted(" (*)", f"(*) {words}", row, column)))
    assert values(found) == [20400, 42000, 20800, 52000]


def test_a_footnote_of_a_unit_is_of_its_levels_too():
    table = (
        "STT;Đơn vị;Hồ sơ tiếp nhận\n1;Sở Y tế (*);1.320\n;Một phần;320\n;Toàn trình;1.000\n2;Sở Nội vụ;220\n"
    )
    table += ";Một phần;20\n;Toàn trình;200\n(*) "
    found = parse("x.csv", f"{table}{ESTIMATED}\n".encode(), "dvc_portal")
    assert values(found) == [1320, 320, 1000, 220, 20, 200]
    assert "".join(found.rows["obs_status"]) == "EEEAAA"
    found = parse("x.csv", f"{table}{OTHER_MONTH}\n".encode(), "dvc_portal")
    assert values(found) == [220, 20, 200]
