"""Whose the rows of a table are: an office that reports for a unit is that unit, a row under another operator
is not the sender's, and one that names no unit is no data."""

import re

import pytest

from ingest.errors import Refused
from ingest.sources import SOURCES

VNEID = "Đơn vị;Tài khoản đã kích hoạt"
TELECOM = "BÁO CÁO CỦA VNPT GIA LAI / Đơn vị;Thuê bao di động"


def read(source: str, text: str):
    """The units and values that land, and all that is named."""
    try:
        found = SOURCES[source].parse("x.csv", text.replace(" / ", "\n").encode(), "2024-03")
    except Refused as refused:
        return [], str(refused)
    rows = found.rows.lazy().collect()
    landed = [(unit, int(value)) for unit, value in rows.select("org_text", "value").rows()]
    return landed, f"{found.rejected.rows()} {found.unread.rows()}"


@pytest.mark.parametrize(
    ("source", "office", "unit"),
    [
        ("vneid", "Công an huyện Chư Sê", "Huyện Chư Sê"),
        ("vneid", "CÔNG AN HUYỆN CHƯ SÊ", "Huyện Chư Sê"),
        ("vneid", "1. Công an huyện Chư Sê", "Huyện Chư Sê"),
        ("vneid", "CA huyện Chư Păh", "Huyện Chư Păh"),
        ("vneid", "CA H. Chư Păh", "Huyện Chư Păh"),
        ("vneid", "CATP Pleiku", "Thành phố Pleiku"),
        ("vneid", "CA TP Pleiku", "Thành phố Pleiku"),
        ("vneid", "CA TX An Khê", "Thị xã An Khê"),
        ("vneid", "Công an Pleiku", "Thành phố Pleiku"),
        ("vneid", "1. Huyện KBang", "Huyện KBang"),
        ("vneid", "1/ Huyện KBang", "Huyện KBang"),
        ("vneid", "I. Huyện KBang", "Huyện KBang"),
        ("vneid", "a) Huyện KBang", "Huyện KBang"),
        ("vneid", "Huyện Kông Chro (14 xã)", "Huyện Kông Chro"),
        ("vneid", "Huyện Chư Sê (15 xã, thị trấn)", "Huyện Chư Sê"),
        ("vneid", "TP Pleiku:", "TP Pleiku"),
        ("vneid", "H. Chư Prông", "H. Chư Prông"),
        ("telecom", "TTVT Chư Sê", "Huyện Chư Sê"),
        ("telecom", "Trung tâm Viễn thông Chư Sê", "Huyện Chư Sê"),
        ("telecom", "VNPT Chư Sê", "Huyện Chư Sê"),
        ("telecom", "VNPT An Khê", "Thị xã An Khê"),
        ("telecom", "TTVT Pleiku", "Thành phố Pleiku"),
        ("telecom", "Chi nhánh huyện Ia Grai", "Huyện Ia Grai"),
        ("telecom", "Chi nhánh VNPT huyện Ia Grai", "Huyện Ia Grai"),
        ("telecom", "Phòng Kinh doanh Ia Grai", "Huyện Ia Grai"),
    ],
)
def test_an_office_that_reports_for_a_district_is_that_district_and_has_its_communes(source, office, unit):
    head = VNEID if source == "vneid" else TELECOM
    landed, _ = read(source, f"{head} / {office};100 / Thị trấn A;60 / Xã B;40")
    assert landed == [(unit, 100), (f"Thị trấn A, {unit}", 60), (f"Xã B, {unit}", 40)]


@pytest.mark.parametrize("count", [100, 30])
@pytest.mark.parametrize("office", ["Công an huyện Chư Sê", "CA huyện Chư Sê"])
def test_the_police_below_their_district_are_unread_and_communes_keep_it(office, count):
    landed, named = read("vneid", f"{VNEID} / Huyện Chư Sê;100 / {office};{count} / Xã B;40")
    assert landed == [("Huyện Chư Sê", 100), ("Xã B, Huyện Chư Sê", 40)]
    assert office in named


def test_the_police_of_a_commune_are_that_commune():
    landed, _ = read("vneid", f"{VNEID} / Huyện Chư Sê;100 / Công an xã Dun;60 / Công an thị trấn Chư Sê;40")
    assert [unit for unit, _ in landed] == [
        "Huyện Chư Sê",
        "xã Dun, Huyện Chư Sê",
        "thị trấn Chư Sê, Huyện Chư Sê",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Viettel;",
        "II. Viettel;",
        "MobiFone:;",
        "B. Thuê bao Viettel;",
        "Nhà mạng MobiFone;",
        "Viettel;300",
        "FPT;",
    ],
)
def test_rows_under_another_operator_are_set_aside_by_name(line):
    landed, named = read(
        "telecom", f"{TELECOM} / Huyện Chư Sê;100 / {line} / Huyện Chư Sê;200 / Huyện Ia Pa;9"
    )
    assert landed == [("Huyện Chư Sê", 100)]
    assert re.search("viettel|mobifone|fpt", line.lower())[0] in named.lower() and "Huyện Ia Pa" in named


@pytest.mark.parametrize("line", ["VNPT;", "I. VNPT;", "VinaPhone;", "Khu vực phía Đông;"])
def test_rows_under_the_operator_that_reports_are_read(line):
    landed, _ = read("telecom", f"{TELECOM} / {line} / Huyện Chư Sê;100 / Huyện Ia Pa;9")
    assert landed == [("Huyện Chư Sê", 100), ("Huyện Ia Pa", 9)]


@pytest.mark.parametrize("office", ["Viettel Chư Sê", "Chi nhánh Viettel huyện Chư Sê"])
def test_the_office_of_another_operator_is_set_aside(office):
    text = f"{TELECOM} / VNPT Ia Pa;100 / {office};9 / TTVT Pleiku;7 / VNPT KBang;5"
    landed, named = read("telecom", text)
    assert landed == [("Huyện Ia Pa", 100), ("Huyện KBang", 5)] and office in named


@pytest.mark.parametrize("title", ["Huyện Chư Sê", "Công an huyện Chư Sê", "CA huyện Chư Sê", "TTVT Chư Sê"])
def test_communes_below_the_name_of_their_district_belong_to_it(title):
    landed, named = read("vneid", f"{VNEID} / {title}; / Xã Dun;40 / Huyện Chư Păh; / Xã A;7")
    assert landed == [("Xã Dun, Huyện Chư Sê", 40), ("Xã A, Huyện Chư Păh", 7)], named


@pytest.mark.parametrize(
    "label", ["VNPT Gia Lai", "VNPT", "Toàn VNPT Gia Lai", "Cộng VNPT", "Viễn thông VNPT"]
)
def test_the_row_of_the_operator_itself_is_no_unit(label):
    for rows in (
        f"{label};14 / Huyện Chư Sê;10 / Huyện Ia Pa;4",
        f"Huyện Chư Sê;10 / Huyện Ia Pa;4 / {label};14",
    ):
        landed, named = read("telecom", f"{TELECOM} / {rows}")
        assert landed == [("Huyện Chư Sê", 10), ("Huyện Ia Pa", 4)] and f"{label!r}, 1)" in named


def test_sums_of_communes_below_a_district_without_figures_are_checks():
    text = (
        f"STT;{VNEID} / 1;Huyện Chư Sê; / 1.1;Xã Dun;10 / 1.2;Xã HBông;5 / ;Cộng huyện Chư Sê;15"
        " / 2;Huyện Ia Pa; / 2.1;Xã Pờ Tó;8 / ;Cộng huyện Ia Pa;8 / ;Tổng cộng;23"
    )
    landed = [("Xã Dun, Huyện Chư Sê", 10), ("Xã HBông, Huyện Chư Sê", 5), ("Xã Pờ Tó, Huyện Ia Pa", 8)]
    assert read("vneid", text)[0] == landed
    assert "is not the sum" in read("vneid", text.replace(";15", ";16"))[1]


def test_police_numbered_in_roman_numerals_are_districts():
    text = f"STT;{VNEID} / I;CATP Pleiku;100 / 1;CA phường Hoa Lư;60 / II;CA huyện Chư Sê;50 / 1;CA xã Dun;50"
    assert read("vneid", text)[0] == [
        ("Thành phố Pleiku", 100),
        ("phường Hoa Lư, Thành phố Pleiku", 60),
        ("Huyện Chư Sê", 50),
        ("xã Dun, Huyện Chư Sê", 50),
    ]


def test_of_two_sections_the_one_of_the_sender_is_read():
    text = f"{TELECOM} / I. Viettel; / Huyện Chư Sê;200 / II. VNPT; / Huyện Chư Sê;100"
    landed, named = read("telecom", text)
    assert landed == [("Huyện Chư Sê", 100)] and "Viettel" in named


@pytest.mark.parametrize(
    ("title", "operator"), [("VINAPHONE", "VINAPHONE"), ("FPT", "FPT"), ("VNPT VinaPhone", "VinaPhone")]
)
def test_a_title_names_the_operator_by_its_brand(title, operator):
    text = f"BÁO CÁO CỦA {title} / Đơn vị;Thuê bao di động / Huyện Chư Sê;100"
    found = SOURCES["telecom"].parse("x.csv", text.replace(" / ", "\n").encode(), "2024-03")
    assert found.rows.lazy().collect()["reporter"].to_list() == [operator]


def test_two_operators_in_one_title_refuse_the_file_by_their_names():
    text = "BÁO CÁO CỦA VNPT VÀ VIETTEL / Đơn vị;Thuê bao di động / Huyện Chư Sê;100"
    assert "names VNPT, VIETTEL; send one file" in read("telecom", text)[1]


@pytest.mark.parametrize(
    "label",
    [
        "Còn lại",
        "Khác",
        "Các huyện còn lại",
        "Đơn vị khác",
        "Địa bàn khác",
        "Không xác định",
        "Chưa phân loại",
        "Không rõ địa chỉ",
        "Ngoài tỉnh",
    ],
)
def test_rows_that_name_no_unit_are_unread(label):
    for total in ("", " / Tổng cộng;17"):
        landed, named = read("vneid", f"{VNEID} / Huyện Chư Sê;10 / Huyện Ia Pa;4 / {label};3{total}")
        assert landed == [("Huyện Chư Sê", 10), ("Huyện Ia Pa", 4)], named
        assert label in named


@pytest.mark.parametrize("total", ["Cộng huyện KBang", "Tổng cộng huyện KBang", "Tổng TP KBang", "Cộng xã"])
def test_the_sum_of_a_district_is_a_check(total):
    text = f"{VNEID} / Huyện KBang;10 / Xã Đông;6 / Xã Tơ Tung;4 / {total};"
    assert len(read("vneid", text + "10")[0]) == 3
    assert "is not the sum" in read("vneid", text + "17")[1]


@pytest.mark.parametrize("numbers", ["A;B;1", "A;B;(1)", "(1);(2);(3)", "a;b;1"])
def test_a_row_that_numbers_the_columns_is_blank(numbers):
    landed, named = read("vneid", f"STT;{VNEID} / {numbers} / 1;Huyện KBang;10")
    assert landed == [("Huyện KBang", 10)] and named == "[] []"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("viettel_gialai_t3.2024.csv", "Viettel"),
        ("BC VNPT Gia Lai T3-2024.csv", "VNPT"),
        ("VNPT va Viettel T3-2024.csv", "the file's name: names VNPT, Viettel; send one file for each"),
        ("T3-2024.csv", "nothing says which operator reports"),
    ],
)
def test_a_file_that_says_nowhere_else_who_reports_may_say_so_in_its_name(name, expected):
    body = "Đơn vị;Thuê bao di động\nHuyện Chư Sê;4.200".encode()
    if " " in expected:
        with pytest.raises(Refused, match=re.escape(expected)):
            SOURCES["telecom"].parse(name, body, "2024-03")
    else:
        rows = SOURCES["telecom"].parse(name, body, "2024-03").rows
        assert rows["reporter"].str.to_lowercase().to_list() == [expected.lower()]


@pytest.mark.parametrize(
    "text",
    [
        "Đơn vị;Cá nhân;Doanh nghiệp;Thuê bao di động\nHuyện Chư Sê;4.200;300;4.500",
        "Đơn vị;Thuê bao di động;;\n;Cá nhân;Doanh nghiệp;Tổng số\nHuyện Chư Sê;4.200;300;4.500",
    ],
)
def test_a_column_of_enterprises_names_no_operator(text):
    found = SOURCES["telecom"].parse("VNPT T3-2024.csv", text.encode(), "2024-03")
    assert found.rows.select("reporter", "value").rows() == [("VNPT", 4500)]
    assert any("Doanh nghiệp" in str(part) for part in found.unread.rows())


@pytest.mark.parametrize("heading", ["Hồ sơ trực tuyến", "Dịch vụ công trực tuyến"])
def test_what_is_counted_over_both_levels_is_named_where_no_levels_stand(heading):
    text = f"Đơn vị;Hồ sơ tiếp nhận;{heading}\nSở Y tế;1.320;1.100"
    found = SOURCES["dvc_portal"].parse("x.csv", text.encode(), "2024-03")
    assert found.rows["value"].to_list() == [1320]
    assert [(part["text"], part["figures"]) for part in found.unread.iter_rows(named=True)] == [(heading, 1)]
