"""Figures in units of their own, rows that are not of a whole unit, and files that hold no table."""

import io
import json
import re

import openpyxl
import pytest

from ingest.errors import Refused
from ingest.sources import SOURCES

FIGURES = "subject,org,org_code,unit,value,publisher,citation\n"


def figures(*rows: str, heads: str = FIGURES, period: str = "2024"):
    return SOURCES["published_figures"].parse("x.csv", (heads + "\n".join(rows)).encode(), period)


def test_published_figures_as_records_are_read_with_their_places():
    record = {"subject": "a_b", "org": "Tỉnh Gia Lai", "unit": "persons", "value": "14.579"}
    records = [record | {"publisher": "B", "citation": "x"}]
    read = SOURCES["published_figures"].parse("x.json", json.dumps(records).encode(), "2024")
    assert read.rows.select("locator", "value").rows() == [("[0].value", 14579)]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("value", ["14.579", 14579, 0.5, None, True, "", "x"])
def test_records_of_any_source_are_read_or_refused(source, value):
    names = ("subject", "org", "unit", "value", "publisher", "citation", "Đơn vị", "TEN", "HS_TOTAL")
    records = [dict.fromkeys(names, "x") | {"value": value, "HS_TOTAL": value}]
    for body in (records, records[0], {"data": records}):
        try:
            assert SOURCES[source].parse("x.json", json.dumps(body).encode(), "2024").tally.read == 1
        except Refused as refused:
            assert str(refused).startswith("x.json: ")


@pytest.mark.parametrize("unit", ["%", "Percent", "PERCENT", "phần trăm", "Phần trăm", "per cent", "Tỷ lệ %"])
def test_a_percentage_is_one_however_its_unit_is_spelled(unit):
    read = figures(f"a_b,Tỉnh Gia Lai,64,{unit},53,Báo,x", f'a_c,Tỉnh Gia Lai,64,{unit},"52,89",Báo,x')
    assert set(read.rows.select("kind", "unit").rows()) == {("ratio", "percent")}


@pytest.mark.parametrize(
    "unit",
    [
        "thousand persons",
        "million",
        "millions",
        "chục hộ",
        "k",
        "K",
        "000 persons",
        "10^3 người",
        "nghìn người",
        "dozen",
        "persons x1000",
        "kper",
    ],
)
def test_a_unit_that_is_none_of_the_known_ones_counts_nothing(unit):
    with pytest.raises(Refused, match=f"{re.escape(repr(unit))} is no single unit that is known"):
        figures(f"a_b,Tỉnh Gia Lai,64,{unit},5,Báo,x")


@pytest.mark.parametrize(
    "unit", ["persons", "Persons", "người", "hộ gia đình", "accounts", "hồ sơ", "points"]
)
def test_a_known_unit_is_one_however_it_is_spelled(unit):
    assert figures(f"a_b,Tỉnh Gia Lai,64,{unit},5,Báo,x").rows["value"].to_list() == [5]


@pytest.mark.parametrize(
    ("value", "right"),
    [('"664,000"', None), ('"5,000"', None), ("664.000", 664_000), ('"664,00"', 664), ('"1.664,000"', 1664)],
)
def test_a_count_with_three_zeros_after_its_comma_may_be_of_thousands(value, right):
    other = "a_c,Tỉnh Gia Lai,64,persons,7,Báo,x"
    read = figures(f"a_b,Tỉnh Gia Lai,64,persons,{value},Báo,x", other)
    assert read.rows["value"].to_list() == ([right] if right else []) + [7]
    assert read.rejected["code"].to_list() == ([] if right else ["not_whole"])


@pytest.mark.parametrize(
    ("unit", "value"), [("percent", "52,89"), ("persons", "121,500"), ("persons", "1,257,210")]
)
def test_a_value_cut_at_its_comma_names_no_publisher(unit, value):
    heads = FIGURES.replace("citation", "citation,note")
    rest = "b1" if value.count(",") == 1 else ""
    cut = f"a_b,Tỉnh Gia Lai,64,{unit},{value},báo,{rest}".rstrip(",")
    try:
        read = figures(cut, f"a_c,Tỉnh Gia Lai,64,{unit},40,báo,b1,", heads=heads)
    except Refused as refused:
        assert "quote" in str(refused)
        return
    assert read.rows["value"].to_list() == [40]
    assert "quote a value with a comma" in read.rejected["message"][0]


def test_a_row_that_looks_like_a_total_or_a_section_does_not_vanish():
    rows = (
        f"{subject},Tỉnh Gia Lai,64,persons,5,Báo,x" for subject in ("X", "Tổng", "Tổng cộng", "II", "a_b")
    )
    read = figures(*rows)
    assert read.rows["subject"].to_list() == ["a_b"]
    assert read.rejected["raw_text"].to_list() == ["X", "Tổng", "Tổng cộng", "II"]


@pytest.mark.parametrize(
    "unit", ["‰", "% persons", "phần nghìn", "điểm phần trăm", "ratio", "tỷ lệ", "share"]
)
def test_a_relative_unit_that_is_no_percentage_counts_nothing(unit):
    with pytest.raises(Refused, match="write percent for percentages"):
        figures(f"a_b,Tỉnh Gia Lai,64,{unit},53,Báo,x")


@pytest.mark.parametrize(
    ("values", "landed"),
    [
        (("0,5289", "52,89"), ["52,89"]),
        (("0,5289", "1,2456", "52,89"), ["52,89"]),
        (("0,5289%", "1,2456"), ["0,5289%", "1,2456"]),
        (("1", "52,89"), ["52,89"]),
        (("0", "3,2"), ["0", "3,2"]),
        (("3,2", "52,89"), ["3,2", "52,89"]),
    ],
)
def test_a_percentage_that_may_be_a_share_of_1_is_set_aside_with_the_small_ones_beside_it(values, landed):
    read = figures(*(f'a_{n},Gia Lai,64,percent,"{value}",Báo,x' for n, value in enumerate(values)))
    assert read.rows["raw_text"].to_list() == landed
    assert set(read.rejected["code"]) <= {"number_undecidable"}
    assert read.rejected.height == len(values) - len(landed)


def test_a_share_above_1_in_a_workbook_is_set_aside_beside_one_below():
    sheet = (book := openpyxl.Workbook()).active
    sheet.append(FIGURES.strip().split(","))
    for n, value in enumerate((1.2456, 0.5289, 52.89)):
        sheet.append([f"a_{n}", "Tỉnh Gia Lai", "64", "percent", value, "Báo", "x"])
    book.save(body := io.BytesIO())
    read = SOURCES["published_figures"].parse("x.xlsx", body.getvalue(), "2024")
    assert read.rows["subject"].to_list() == ["a_2"]
    assert read.rejected["code"].to_list() == ["number_undecidable"] * 2


def test_a_figure_that_ends_before_the_period_is_of_another_one_and_not_backwards():
    heads = FIGURES.strip() + ",period_end\n"
    with pytest.raises(Refused, match="03/02/2025 is not in the period that the file was sent for"):
        figures("a_b,Tỉnh Gia Lai,64,persons,52,Báo,x,03/02/2025", heads=heads, period="2025-03")


HEADS = "TT;Đơn vị;Hồ sơ tiếp nhận;Hồ sơ đã giải quyết"


def dossiers(*rows: str, name: str = "x.csv"):
    return SOURCES["dvc_portal"].parse(name, "\n".join((HEADS, *rows)).encode(), "2024-11")


def received(read) -> dict[str, int]:
    rows = read.rows.filter(subject="Hồ sơ tiếp nhận")
    return {org: int(value) for org, value in rows.select("org_text", "value").rows()}


WITH_OFFICE = {"Huyện Chư Sê": 500, "Xã Dun, Huyện Chư Sê": 300}


@pytest.mark.parametrize(
    "rows",
    [
        "I;Huyện Chư Sê;500;400 / 1;UBND huyện Chư Sê;200;150 / 2;Xã Dun;300;250",
        "I;Huyện Chư Sê;500;400 / 1;UBND Huyện Chư Sê;200;150 / 2;Xã Dun;300;250",
        "I;UBND huyện Chư Sê;500;400 / 1;UBND huyện;200;150 / 2;Xã Dun;300;250",
        "I;Huyện Chư Sê;500;400 / 1;Xã Dun;300;250 / 2;UBND huyện Chư Sê;200;150",
        "I;Huyện Chư Sê;500;400 / 1;Cấp huyện;200;150 / 2;Xã Dun;300;250",
        "1;Huyện Chư Sê;500;400 / 1.1;Cấp huyện;200;150 / 1.2;Xã Dun;300;250",
        "1;Huyện Chư Sê;500;400 / -;Cấp huyện;200;150 / -;Cấp xã;300;250 / -;Xã Dun;300;250",
        ";Huyện Chư Sê;500;400 / ;UBND huyện;200;150 / ;Xã Dun;300;250",
        "1;Huyện Chư Sê;500;400 / a;Các phòng chuyên môn;200;150 / b;Xã Dun;300;250",
        "1;Huyện Chư Sê;500;400 / ;Cơ quan chuyên môn cấp huyện;200;150 / ;Các xã;300;250 / ;Xã Dun;300;250",
        "1;Huyện Chư Sê;500;400 / ;Khối huyện;200;150 / ;Xã Dun;300;250",
        "1;Huyện Chư Sê;500;400 / ;Phòng chuyên môn thuộc UBND huyện;200;150 / ;Xã Dun;300;250",
    ],
)
def test_what_a_district_office_has_is_part_of_its_district(rows):
    read = dossiers(*rows.split(" / "))
    own = {org.removeprefix("UBND huyện").strip(): n for org, n in received(read).items()}
    assert sorted(own.values()) == [300, 500] and len(own) == 2
    assert any("Dun" in org and "Chư Sê" in org for org in own)
    assert read.rejected.is_empty()
    assert read.unread["figures"].to_list() == [2] * (len(rows.split(" / ")) - 2)


@pytest.mark.parametrize("office", ["Cấp huyện", "UBND huyện", "Khối huyện"])
def test_each_district_may_have_its_office_in_its_own_section(office):
    read = dossiers(
        "I;Huyện Chư Sê;500;400",
        f"1;{office};200;150",
        "2;Xã Dun;300;250",
        "II;Huyện Đak Đoa;300;200",
        f"1;{office};100;100",
        "2;Xã Glar;200;100",
    )
    assert received(read) == WITH_OFFICE | {"Huyện Đak Đoa": 300, "Xã Glar, Huyện Đak Đoa": 200}
    assert read.rejected.is_empty() and read.unread["text"].to_list() == [
        f"{office}, Huyện Chư Sê",
        f"{office}, Huyện Đak Đoa",
    ]


def test_a_district_smaller_than_its_office_and_communes_is_not_believed():
    read = dossiers(
        "I;Huyện Chư Sê;450;400", "1;UBND huyện Chư Sê;200;150", "2;Xã Dun;300;250", "II;Sở Y tế;9;8"
    )
    assert received(read) == {"Sở Y tế": 9}
    assert set(read.rejected["code"]) == {"children_exceed_parent"}


def test_a_district_under_both_its_names_in_a_list_is_believed_under_neither():
    read = dossiers("1;Huyện Chư Sê;450;400", "2;Sở Y tế;9;8", "3;UBND huyện Chư Sê;200;150")
    assert received(read) == {"Sở Y tế": 9}
    assert read.rejected["code"].to_list() == ["org_repeated"] * 2


@pytest.mark.parametrize(
    ("rows", "orgs"),
    [
        ("1;Sở Y tế;1.320;1.300 / ;{};1.200;1.100 / 2;Sở Nội vụ;220;200 / ;{};210;190", [1320, 220]),
        ("1;Sở Y tế;1.320;1.300 / -;{};1.200;1.100 / 2;Sở Nội vụ;220;200 / -;{};210;190", [1320, 220]),
        (";Sở Y tế;1.320;1.300 / ;{};1.200;1.100 / ;Sở Nội vụ;220;200 / ;{};210;190", [1320, 220]),
        ("1;Sở Y tế;1.320;1.300 / ;{};1.200;1.100 / 2;Sở Nội vụ;220;200", [1320, 220]),
        ("1;Sở Y tế;1.320;1.300 / 2;Sở Nội vụ;220;200 / ;{};210;190 / 3;Sở Tư pháp;9;8", [1320, 220, 9]),
        ("1;Sở Y tế;320;300 / ;{};200;100 / 2;Sở Nội vụ;220;200 / ;{};10;9 / ;Tổng cộng;540;500", [320, 220]),
        # what heads other rows, by their numbers or as their sum, goes for all of them
        (
            "1;Sở Y tế;1.320;1.300 / 2;Sở Nội vụ;220;200 / ;{};1.410;1.290 / 1;Sở Y tế;1.200;1.100",
            [1320, 220],
        ),
        ("1;Sở Y tế;1.320;1.300 / ;{};219;201 / 2;Sở Tư pháp;200;190 / 3;Sở Công Thương;19;11", [1320]),
        ("1;Sở Y tế;1.320;1.300 / II;{};219;199 / 1;Sở Tư pháp;200;190 / 2;Sở Công Thương;19;11", [1320]),
    ],
)
@pytest.mark.parametrize("other", ["Tháng trước", "Tháng 10/2024", "Cùng kỳ năm trước", "Kế hoạch"])
def test_a_row_that_compares_a_unit_with_another_time_is_unread_alone(rows, orgs, other):
    read = dossiers(*rows.format(*[other] * 2).split(" / "))
    assert list(received(read).values()) == orgs
    assert any(other in (text or "") for text in read.unread["text"])


def test_several_rows_may_compare_one_unit():
    read = dossiers(
        *("1;Sở Y tế;1.320;1.300", ";Tháng trước;1.200;1.100", ";Cùng kỳ năm trước;900;800"),
        *("2;Sở Nội vụ;220;200", ";Tháng trước;210;190", ";Cùng kỳ năm trước;90;80"),
    )
    assert received(read) == {"Sở Y tế": 1320, "Sở Nội vụ": 220}
    assert read.unread["figures"].sum() == 8


@pytest.mark.parametrize(
    ("rows", "right"),
    [
        (";Toàn tỉnh;550;400", {"Toàn tỉnh": 550}),
        ("1;Toàn tỉnh;550;400", {"Toàn tỉnh": 550}),
        (";Toàn tỉnh Gia Lai;550;400", {"Toàn tỉnh Gia Lai": 550}),
        (";Toàn tỉnh;550;400 / Ghi chú: số liệu trên hệ thống;;;", {"Toàn tỉnh": 550}),
        ("1;Sở Y tế;300;200 / 2;Sở Nội vụ;250;200 / ;Toàn tỉnh;550;400", {"Sở Y tế": 300, "Sở Nội vụ": 250}),
    ],
)
def test_a_total_of_the_province_alone_is_its_own_row(rows, right):
    assert received(dossiers(*rows.split(" / "))) == right


def test_a_total_alone_that_does_not_say_of_what_is_nobodys():
    with pytest.raises(Refused, match="no rows with figures"):
        dossiers(";Tổng cộng;550;400")


def sheets(**numbers: int):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, number in numbers.items():
        sheet = book.create_sheet(title)
        sheet.append(HEADS.split(";"))
        sheet.append([1, "Sở Y tế", number, 5])
    book.save(body := io.BytesIO())
    return SOURCES["dvc_portal"].parse("x.xlsx", body.getvalue(), "2024-11")


@pytest.mark.parametrize("own", ["T11", "Tháng 11", "11-2024", "Thang 11.2024"])
@pytest.mark.parametrize("other", ["T10", "Tháng 12", "10-2024", "T11.2023", "Quý III"])
def test_of_sheets_named_by_their_periods_the_one_of_the_period_is_read(own, other):
    read = sheets(**{other: 7, own: 9})
    assert received(read) == {"Sở Y tế": 9}
    assert read.unread.select("part", "locator").rows() == [("sheet", f"sheet {other}")]


@pytest.mark.parametrize("names", [("T11", "Biểu 2"), ("T11", "Tháng 11"), ("T9", "T10"), ("T11", "Lũy kế")])
def test_sheets_that_do_not_all_name_their_periods_are_refused_together(names):
    with pytest.raises(Refused, match=f"{names[0]} and {names[1]} both hold the expected headings"):
        sheets(**dict.fromkeys(names, 7))


def html(*tables: str) -> str:
    rows = [[row.split(";") for row in table.split(" / ")] for table in tables]
    return "".join(
        "<table>" + "".join("<tr><td>" + "<td>".join(row) for row in table) + "</table>" for table in rows
    )


def test_two_tables_of_a_page_are_called_by_their_numbers():
    table = f"{HEADS} / 1;Sở Y tế;9;8"
    with pytest.raises(Refused, match="table 2 and table 3 both hold the expected headings"):
        other = table.replace("TT;", "STT;")
        SOURCES["dvc_portal"].parse("x.html", html("Báo cáo", table, other).encode(), "2024-11")


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    ("page", "says"),
    [
        ("<form>Tên <input name=u>Mật khẩu <input type=password></form>", "asks to log in"),
        ("<title>Đăng nhập</title><form><input type=password></form>", "says 'Đăng nhập'"),
        ("<table><tr><td>Mật khẩu<td><input type=password></table>", "asks to log in"),
        ("<html><body><p>Hệ thống đang bảo trì</p></body></html>", "holds text only"),
    ],
)
def test_a_page_that_asks_to_log_in_is_said_to(source, page, says):
    with pytest.raises(Refused, match=f"is a web page that {says} instead of a table"):
        SOURCES[source].parse("x.html", page.encode(), "2024-11")


@pytest.mark.parametrize(
    "line", ["|---|---|---|---|", "|:--|:-:|--:|---|", "| - | - | - | - |", "|===|===|===|===|"]
)
def test_a_line_drawn_below_the_headings_is_no_row(line):
    body = "\n".join(("|" + HEADS.replace(";", "|") + "|", line, "|1|Sở Y tế|1.320|1.300|"))
    read = SOURCES["dvc_portal"].parse("x.csv", body.encode(), "2024-11")
    assert received(read) == {"Sở Y tế": 1320}
    assert read.rejected.is_empty()


def test_below_a_district_that_cannot_be_read_nothing_is_of_the_one_before():
    read = dossiers(
        "I;Huyện Chư Sê;5.000;400",
        "1;Xã Dun;300;250",
        "II;Huyện Đak Đoa;ba;200",
        "1;Cấp huyện;100;100",
        "2;Xã Glar;200;100",
    )
    assert received(read) == {"Huyện Chư Sê": 5000, "Xã Dun, Huyện Chư Sê": 300, "Xã Glar": 200}
    assert read.unread["text"].to_list() == ["Cấp huyện"]


def test_an_office_may_be_named_in_short():
    read = dossiers("I;Thành phố Pleiku;500;400", "1;UBND TP. Pleiku;200;150", "2;Phường Hội Thương;300;250")
    assert received(read) == {"Thành phố Pleiku": 500, "Phường Hội Thương, Thành phố Pleiku": 300}
