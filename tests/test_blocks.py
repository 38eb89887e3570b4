"""Lines between the rows of a table, what stands over it in no cell, and titles of plans: figures of another
period, part or plan never land, what is set aside is listed, and a file that is right goes on being read."""

import io

import openpyxl
import pytest

from ingest.errors import Refused
from ingest.sources import SOURCES

HEADS = {
    "vneid": "STT;Đơn vị;Dân số trưởng thành;Tài khoản đã kích hoạt",
    "telecom": "STT;Đơn vị;Thuê bao di động;Hộ gia đình có cáp quang",
    "dvc_portal": "STT;Đơn vị;Hồ sơ tiếp nhận;Hồ sơ đã giải quyết",
}
ABOVE = {"telecom": ["Doanh nghiệp: Viettel;;;"]}
THIS = ["1;Thành phố Pleiku;190.000;121.000", "2;Huyện Chư Păh;52.000;20.800"]
OTHER = ["1;Thành phố Pleiku;180.000;111.000", "2;Huyện Chư Păh;51.000;19.800"]
MORE = ["3;Huyện Đăk Đoa;80.000;39.000", "4;Huyện Ia Grai;60.000;30.100"]
LANDED = {("Thành phố Pleiku", 190000, 121000), ("Huyện Chư Păh", 52000, 20800)}
ALL_LANDED = LANDED | {("Huyện Đăk Đoa", 80000, 39000), ("Huyện Ia Grai", 60000, 30100)}


def as_csv(rows: list[list[str]]) -> bytes:
    return "\n".join(";".join(row) for row in rows).encode()


def as_xlsx(rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        is_number = [cell.replace(".", "").isdigit() for cell in row]
        book.active.append(
            [int(c.replace(".", "")) if n else c or None for c, n in zip(row, is_number, strict=True)]
        )
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def as_html(rows: list[list[str]]) -> bytes:
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return f"<html><table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table></html>".encode()


FORMATS = {"a.csv": as_csv, "a.xlsx": as_xlsx, "a.xls": as_html}


def read(source: str, lines: list[str], name: str = "a.csv", period: str = "2024-03"):
    rows = [line.split(";") for line in [*ABOVE.get(source, []), *lines]]
    return SOURCES[source].parse(name, FORMATS[name](rows), period)


def landed(reading) -> set[tuple]:
    by_row = reading.rows.group_by("row", maintain_order=True).agg("org_text", "value").sort("row")
    return {(units[0], *sorted(map(int, values), reverse=True)) for _, units, values in by_row.rows()}


APART = [
    "Số liệu tháng trước;;;",
    "Tháng trước;;;",
    ";Tháng trước;;",
    ";;Tháng trước;",
    "II;Tháng trước;;",
    "2;Tháng trước;;",
    "THÁNG TRƯỚC;;;",
    "So lieu thang truoc;;;",
    "Cùng kỳ năm 2023;;;",
    "Kỳ trước;;;",
    "Quý trước;;;",
    "Kế hoạch;;;",
    "Kế hoạch giao năm 2024;;;",
    "Chỉ tiêu giao;;;",
    "Dự toán;;;",
    "Phát triển mới;;;",
    "Số đầu kỳ;;;",
    "Số dự kiến tháng 4;;;",
    "Ghi chú: tháng trước;;;",
    "Khu vực thành thị;;;",
    "Mức 1;;;",
    ";Mức độ 2;;",
    "Lĩnh vực đất đai;;;",
    "Doanh nghiệp;;;",
    "Kế hoạch tháng 3 năm 2024;;;",
    "Phát triển mới tháng 3/2024;;;",
    "STT;Đơn vị;Kế hoạch giao;Thực hiện",
    "II;Tháng trước;231.000;130.800",
]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("source", HEADS)
@pytest.mark.parametrize("line", APART)
def test_a_block_under_a_line_that_makes_it_something_else_is_set_aside_and_listed(line, source, name):
    reading = read(source, [HEADS[source], *THIS, line, *OTHER], name)
    assert landed(reading) == LANDED
    assert reading.rejected.is_empty()
    (block,) = reading.unread.filter(part="row").rows(named=True)
    first = 4 + len(ABOVE.get(source, []))
    assert block["locator"].endswith(f"row {first}")
    assert block["figures"] == (6 if "231" in line else 4)
    assert any(text and text in block["text"] for text in line.split(";"))


@pytest.mark.parametrize("source", HEADS)
def test_a_title_over_a_repeated_header_is_a_line_too(source):
    reading = read(source, [HEADS[source], *THIS, ";;;", "Tháng trước;;;", HEADS[source], *OTHER])
    assert landed(reading) == LANDED
    assert reading.unread.filter(part="row")["text"].to_list() == ["Tháng trước"]


TOGETHER = [
    "Các huyện;;;",
    "II. Các huyện, thị xã, thành phố;;;",
    "B;UBND cấp huyện;;",
    "I;Khối các cơ quan chuyên môn thuộc UBND tỉnh;;",
    "Các đơn vị sự nghiệp công lập trực thuộc;;;",
    "Cơ quan Trung ương đóng trên địa bàn;;;",
    "Khu vực phía Đông;;;",
    "Các xã thuộc huyện Chư Sê;;;",
    "Tháng 3 năm 2024;;;",
    "II. Số liệu T3/2024;;;",
    "Số liệu ước tính;;;",
    "Kỳ này;;;",
    "Thực hiện;;;",
    "Trang 2;;;",
    "(tiếp theo);;;",
    ";;(người);(người)",
    "Huyện Chư Sê;;;",
    "Chư Sê;;;",
    "5;Đơn vị không biết;;",
]


@pytest.mark.parametrize("source", HEADS)
@pytest.mark.parametrize("line", TOGETHER)
def test_a_line_that_leaves_figures_what_they_are_goes_on_being_read(line, source):
    more = [row.replace("3;", "6;").replace("4;", "7;") for row in MORE] if line[0] == "5" else MORE
    before = [row.replace("1;", "3;", 1).replace("2;", "4;", 1) for row in THIS] if line[0] == "5" else THIS
    assert landed(read(source, [HEADS[source], *before, line, *more])) == ALL_LANDED


def test_a_section_with_figures_of_its_own_is_understood_or_set_aside_with_its_rows():
    head = HEADS["dvc_portal"]
    sums = "242.000;141.800"
    assert landed(read("dvc_portal", [head, f"I;Các huyện;{sums}", *THIS])) == LANDED
    reading = read("dvc_portal", [head, *THIS, "II;Lĩnh vực đất đai;140.000;69.100", *MORE])
    assert landed(reading) == LANDED
    assert reading.unread["figures"].to_list() == [6]


@pytest.mark.parametrize("line", ["Quý I/2024;;;", "3 tháng đầu năm 2024;;;", "Năm 2024;;;"])
def test_a_block_of_dossiers_of_a_longer_period_is_set_aside(line):
    reading = read("dvc_portal", [HEADS["dvc_portal"], *THIS, line, *OTHER])
    assert landed(reading) == LANDED
    assert reading.unread["text"].to_list() == [line.strip(";")]


def test_a_title_that_comes_again_on_the_next_page_is_no_other_table():
    title = "BÁO CÁO KÍCH HOẠT TÀI KHOẢN{};;;"
    for again in (title.format(""), title.format(" (tiếp theo)"), title.format(" tháng 3/2024")):
        lines = [title.format(" THÁNG 3/2024"), HEADS["vneid"], *THIS, again, HEADS["vneid"], *MORE]
        assert landed(read("vneid", lines)) == ALL_LANDED


def test_what_stands_first_may_be_of_another_period_and_ends_where_the_own_one_begins():
    head = HEADS["vneid"]
    assert landed(read("vneid", [head, "Tháng trước;;;", *OTHER, "Tháng này;;;", *THIS])) == LANDED
    assert landed(read("vneid", [head, "I;Kế hoạch;;", *OTHER, "II;Thực hiện;;", *THIS])) == LANDED
    sections = ["A;Nguồn khác;;", MORE[0], "B;Các huyện;;", *THIS]
    assert landed(read("vneid", [head, *sections])) == LANDED


def test_figures_of_the_month_and_since_january_are_told_apart_by_what_they_are():
    for source, right, wrong in (
        ("vneid", "Lũy kế", "Trong tháng"),
        ("dvc_portal", "Trong tháng", "Lũy kế"),
    ):
        reading = read(source, [HEADS[source], f"{right};;;", *THIS, f"{wrong};;;", *OTHER])
        assert landed(reading) == LANDED
        assert wrong in reading.unread["text"][0]


def test_a_table_with_nothing_but_a_block_that_nobody_understands_is_refused_naming_its_line():
    with pytest.raises(Refused, match=r"row 2: 'Khu vực thành thị'") as refused:
        read("vneid", [HEADS["vneid"], "Khu vực thành thị;;;", *THIS])
    assert refused.value.code == "value_unknown"


def test_a_row_whose_cell_says_that_it_is_planned_or_of_before_is_set_aside():
    rows = [f"Thực hiện;{THIS[0]}", f"Thực hiện;{THIS[1]}", f"Kế hoạch;{MORE[0]}", f"Kỳ trước;{MORE[1]}"]
    reading = read("vneid", [f"Loại;{HEADS['vneid']}", *rows])
    assert landed(reading) == LANDED
    assert reading.rejected["raw_text"].to_list() == ["Kế hoạch", "Kỳ trước"]
    rows = [f"Kỳ này;{THIS[0]}", f";{THIS[1]}", f"Tháng trước;{MORE[0]}", f";{MORE[1]}"]
    reading = read("vneid", [f"Kỳ;{HEADS['vneid']}", *rows])
    assert landed(reading) == LANDED
    assert reading.rejected["row"].to_list() == [4, 5]


def test_a_level_of_services_that_no_unit_has_figures_of_is_a_row_of_the_unit():
    lines = [
        HEADS["dvc_portal"],
        "1;Sở Tư pháp;190;121",
        ";Một phần;;",
        ";Toàn trình;90;60",
        "2;Sở Y tế;52;20",
    ]
    reading = read("dvc_portal", lines)
    assert ("Sở Y tế", 52, 20) in landed(reading)
    reading = read("dvc_portal", [HEADS["dvc_portal"], *THIS, "Toàn trình;;;", *MORE])
    assert landed(reading) == LANDED


CARRIED = [
    "Cộng mang sang",
    "Mang sang trang sau",
    "Chuyển sang",
    "Chuyển sang trang sau",
    "Trang trước chuyển sang",
    "Trang trước mang sang",
    "Số mang sang",
    "Số trang trước chuyển sang",
    "Cộng chuyển trang",
    "Cộng trang 1",
    "Cộng trang này",
    "Lũy kế trang trước chuyển sang",
    "CỘNG CHUYỂN SANG TRANG SAU",
]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("words", CARRIED)
def test_a_sum_carried_from_page_to_page_is_no_row_and_no_part_of_a_total(words, name):
    carried = f";{words};190.000;121.000"
    lines = [HEADS["vneid"], THIS[0], carried, carried, THIS[1], ";Tổng cộng;242.000;141.800"]
    reading = read("vneid", lines, name)
    assert landed(reading) == LANDED
    assert reading.unread.filter(part="row").select("text", "figures").rows() == [(words, 2), (words, 2)]


# Titles, sheets and files that say that their figures are planned

PLANNED = [
    "KẾ HOẠCH PHÁT TRIỂN THUÊ BAO THÁNG 3/2024",
    "Biểu 1. Kế hoạch phát triển tháng 3",
    "BÁO CÁO KẾ HOẠCH THÁNG 3/2024",
    "Chỉ tiêu giao năm 2024",
    "GIAO CHỈ TIÊU NĂM 2024",
    "PHÂN BỔ CHỈ TIÊU KÍCH HOẠT",
    "Đăng ký chỉ tiêu tháng 3",
    "Dự toán hồ sơ tháng 3",
    "MỤC TIÊU PHÁT TRIỂN",
    "Dự báo tháng 3/2024",
]
COUNTED = [
    "Thực hiện Kế hoạch số 123/KH-UBND",
    "Kế hoạch số 123/KH-UBND ngày 05/01/2024",
    "KẾT QUẢ THỰC HIỆN CHỈ TIÊU GIAO THÁNG 3/2024",
    "TIẾN ĐỘ THỰC HIỆN KẾ HOẠCH THÁNG 3",
    "TỔNG HỢP CHỈ TIÊU THÁNG 3",
    "BIỂU TỔNG HỢP CHỈ TIÊU NĂM 2024 THÁNG 3",
    "SO SÁNH KẾ HOẠCH VÀ THỰC HIỆN THÁNG 3",
    "Kế hoạch chuyển đổi số năm 2024",
    "Sở Kế hoạch và Đầu tư",
]


@pytest.mark.parametrize("source", HEADS)
@pytest.mark.parametrize("title", PLANNED)
def test_figures_that_a_title_calls_planned_never_land_as_counted(title, source):
    with pytest.raises(Refused, match="are planned") as refused:
        read(source, [f"{title};;;", HEADS[source], *THIS])
    assert refused.value.code == "planned" and title[:20] in str(refused.value)


@pytest.mark.parametrize("source", HEADS)
@pytest.mark.parametrize("title", COUNTED)
def test_a_title_that_only_names_a_plan_is_no_plan(title, source):
    assert landed(read(source, [f"{title};;;", HEADS[source], *THIS])) == LANDED


def test_a_plan_that_is_named_beside_its_results_is_no_plan_and_the_plan_of_the_month_is():
    head = HEADS["vneid"]
    lines = ["Chỉ tiêu giao năm 2024;;;", "KẾT QUẢ THÁNG 3/2024;;;", head, *THIS]
    assert landed(read("vneid", lines)) == LANDED
    lines = ["KẾ HOẠCH THÁNG 3/2024;;;", "Kết quả kèm theo sau;;;", head, *THIS]
    with pytest.raises(Refused, match="are planned"):
        read("vneid", lines)


@pytest.mark.parametrize("name", ["ke hoach phat trien thang 3-2024.csv", "Chỉ tiêu giao 2024.csv"])
def test_the_name_of_a_file_says_that_its_figures_are_planned(name):
    with pytest.raises(Refused, match="the file's name"):
        SOURCES["vneid"].parse(name, "\n".join([HEADS["vneid"], *THIS]).encode(), "2024-03")


def test_a_note_says_that_all_figures_are_planned():
    with pytest.raises(Refused, match="are planned"):
        read("vneid", [HEADS["vneid"], *THIS, "Ghi chú: số liệu là số kế hoạch;;;"])


# What stands over a table and in none of its cells

ROWS = [line.split(";") for line in (HEADS["vneid"], *THIS)]
TABLE = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in ROWS)
PAGES = {
    "a caption": "<table><caption>{}</caption>" + TABLE + "</table>",
    "the title of the page": "<html><head><title>{}</title></head><table>" + TABLE + "</table></html>",
    "text between the cells": "<table>{}" + TABLE + "</table>",
}
REFUSED = {
    "Đơn vị: nghìn tài khoản": "unit_unknown",
    "Tháng 2/2024": "period_mismatch",
    "Số liệu T2/2024": "period_mismatch",
    "Quý IV/2023": "period_mismatch",
    "KẾ HOẠCH THÁNG 3/2024": "planned",
}


@pytest.mark.parametrize(("text", "code"), REFUSED.items())
@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_caption_and_the_title_of_a_page_are_text_above_the_table(page, text, code):
    with pytest.raises(Refused) as refused:
        SOURCES["vneid"].parse("a.xls", page.format(text).encode(), "2024-03")
    assert refused.value.code == code and text in str(refused.value)


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_what_a_caption_says_of_the_same_month_is_harmless_and_of_estimates_counts(page):
    for text, status in (("Tháng 3/2024", "A"), ("Báo cáo", "A"), ("Số liệu ước tính", "E")):
        found = SOURCES["vneid"].parse("a.xls", page.format(text).encode(), "2024-03")
        assert landed(found) == LANDED and set(found.rows["obs_status"]) == {status}


def test_an_operator_may_be_named_in_a_caption():
    rows = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in line.split(';'))}</tr>"
        for line in (HEADS["telecom"], *THIS)
    )
    page = f"<table><caption>Doanh nghiệp: Viettel</caption>{rows}</table>"
    assert set(SOURCES["telecom"].parse("a.xls", page.encode(), "2024-03").rows["reporter"]) == {"Viettel"}


@pytest.mark.parametrize(
    "cell",
    [
        "<input value='121.000'>",
        "<input type=text readonly value=121.000 />",
        "<textarea>121.000</textarea>",
        "<select><option>1.000<option selected>121.000</select>",
        "<select><option>121.000</option><option>2</option></select>",
        "<input type=checkbox checked value=5>121.000",
    ],
)
def test_a_field_to_fill_in_states_its_value_and_a_list_the_choice_that_is_made(cell):
    page = f"<table>{TABLE.replace('<td>121.000</td>', f'<td>{cell}</td>')}</table>"
    assert landed(SOURCES["vneid"].parse("a.xls", page.encode(), "2024-03")) == LANDED


def test_a_hidden_field_and_several_choices_are_never_glued_to_a_number():
    hidden = TABLE.replace("<td>121.000</td>", "<td><input type=hidden value=7>121.000</td>")
    found = SOURCES["vneid"].parse("a.xls", f"<table>{hidden}</table>".encode(), "2024-03")
    assert landed(found) == LANDED and found.unread["text"].to_list() == ["7"]
    several = "<td><select multiple><option selected>1<option selected>2</select></td>"
    page = f"<table>{TABLE.replace('<td>121.000</td>', several)}</table>"
    found = SOURCES["vneid"].parse("a.xls", page.encode(), "2024-03")
    assert landed(found) == {("Huyện Chư Păh", 52000, 20800)} and "1, 2" in found.rejected["raw_text"][0]


@pytest.mark.parametrize(
    "form",
    [
        "Từ ngày <input value='01/02/2024'> đến ngày <input value='29/02/2024'>",
        "Tháng <select><option>1<option selected>2<option>3</select> Năm <select><option>2024</select>",
    ],
)
def test_the_form_by_which_a_page_was_asked_for_says_its_period(form):
    with pytest.raises(Refused, match="is not about 2024-03"):
        SOURCES["vneid"].parse("a.xls", f"<html>{form}<table>{TABLE}</table></html>".encode(), "2024-03")


def printed(where: str, part: str, text: str) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(ROWS)))
    getattr(getattr(book.active, where), part).text = text
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


@pytest.mark.parametrize(("text", "code"), REFUSED.items())
@pytest.mark.parametrize(
    ("where", "part"), [("oddHeader", "center"), ("oddFooter", "left"), ("firstHeader", "right")]
)
def test_what_a_sheet_prints_on_each_page_is_text_above_the_table(where, part, text, code):
    for with_codes in (text, f'&"Arial,Bold"&14{text}', f"&KFF0000{text} &P"):
        with pytest.raises(Refused) as refused:
            SOURCES["vneid"].parse("a.xlsx", printed(where, part, with_codes), "2024-03")
        assert refused.value.code == code and "printed on each page" in str(refused.value)


@pytest.mark.parametrize("text", ["Trang &P/&N", "Tháng 3/2024", "Ngày in: &D", "&F", "R&&D", "&12&A"])
def test_numbers_of_pages_and_the_same_month_on_each_page_are_harmless(text):
    assert landed(SOURCES["vneid"].parse("a.xlsx", printed("oddFooter", "center", text), "2024-03")) == LANDED
