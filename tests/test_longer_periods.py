"""Titles, notes and names of more than the period: to the end of it from January, or the file is refused."""

from datetime import date, datetime

import pytest
from making.sheets import as_csv, as_xlsx

from ingest.errors import Refused
from ingest.sources import SOURCES

TABLE = [
    ["TT", "Đơn vị", "Hồ sơ tiếp nhận", "Hồ sơ đã giải quyết"],
    ["1", "Sở Y tế", "1.320", "1.300"],
    ["2", "Sở Nội vụ", "220", "200"],
]


def read(above: str = "", below: str = "", name: str = "x.csv", period: str = "2024-11"):
    rows = [*([[above]] if above else []), *TABLE, *([[below]] if below else [])]
    return SOURCES["dvc_portal"].parse(name, as_csv(rows, delimiter=";"), period)


def first_day(reading) -> date:
    assert [int(value) for value in reading.rows["value"]] == [1320, 1300, 220, 200]
    return reading.rows["period_start"][0]


@pytest.mark.parametrize(
    ("title", "period"),
    [
        ("9 THÁNG NĂM 2024", "2024-09"),
        ("BÁO CÁO 9 tháng, năm 2024", "2024-09"),
        ("9 tháng/2024", "2024-09"),
        ("3 quý năm 2024", "2024-09"),
        ("Ba quý đầu năm 2024", "2024-09"),
        ("6T đầu năm", "2024-06"),
        ("BÁO CÁO 6T ĐẦU NĂM 2024", "2024-06"),
        ("11T/2024", "2024-11"),
        ("Kết quả 11 tháng năm 2024", "2024-11"),
    ],
)
def test_months_of_a_year_begin_in_january_and_are_of_the_last_of_them(title, period):
    assert first_day(read(title, period=period)) == date(2024, 1, 1)
    assert first_day(read(below=f"Ghi chú: Số liệu {title}", period=period)) == date(2024, 1, 1)
    with pytest.raises(Refused) as refused:
        read(title, period="2024-12")
    assert refused.value.code == "period_mismatch"


@pytest.mark.parametrize(
    "title",
    [
        "Kết quả tháng 10 và tháng 11/2024",
        "Kết quả tháng 10 và kết quả tháng 11/2024",
        "Báo cáo tháng 10, 11 năm 2024",
        "Tháng 9, tháng 10 và tháng 11 năm 2024",
        "Kết quả quý III và tháng 11/2024",
        "Số liệu giai đoạn 2021-2024",
        "Kết quả các năm 2023, 2024",
        "Từ năm 2021 đến năm 2024",
    ],
)
def test_two_periods_together_are_none_of_them(title):
    with pytest.raises(Refused) as refused:
        read(title)
    assert refused.value.code == "period_mismatch"


def test_a_quarter_and_its_year_are_none_of_them():
    with pytest.raises(Refused):
        read("Kết quả quý IV và cả năm 2024", period="2024-12")


@pytest.mark.parametrize(
    "title",
    [
        "Kết quả tháng 11/2024 so với tháng 10",
        "Kết quả tháng 11 và dự kiến tháng 12/2024",
        "Kết quả tháng 11, phương hướng tháng 12/2024",
        "Kế hoạch chuyển đổi số giai đoạn 2021-2025, kết quả tháng 11/2024",
        "Quý IV năm 2024, tháng 11",
    ],
)
def test_a_period_that_is_compared_or_foreseen_leaves_the_figures_what_they_are(title):
    assert first_day(read(title)) == date(2024, 11, 1)


@pytest.mark.parametrize(
    "name",
    ["bao-cao-11-thang-2024", "BC_11thang", "Luy ke 11T 2024", "luy_ke_thang_11", "BC 11 tháng năm 2024"],
)
def test_the_names_of_file_and_sheet_are_read_as_titles_are(name):
    assert first_day(read(name=f"{name}.csv")) == date(2024, 1, 1)
    sheet = SOURCES["dvc_portal"].parse("x.xlsx", as_xlsx(TABLE, title=name), "2024-11")
    assert first_day(sheet) == date(2024, 1, 1)


@pytest.mark.parametrize("name", ["bao-cao-9-thang-2024", "BC_6thang", "Luy ke 10T 2024", "9 tháng đầu năm"])
def test_names_of_fewer_months_are_refused(name):
    with pytest.raises(Refused):
        read(name=f"{name}.csv")
    with pytest.raises(Refused):
        SOURCES["dvc_portal"].parse("x.xlsx", as_xlsx(TABLE, title=name), "2024-11")


def test_names_that_say_the_month_and_how_much_came_in_it_are_of_the_month():
    assert first_day(read(name="BC thang 11.csv")) == date(2024, 11, 1)
    assert first_day(read(name="ngay 05 thang 11 2024.csv")) == date(2024, 11, 1)


@pytest.mark.parametrize("label", ["Tháng báo cáo", "Kỳ báo cáo", "Tháng", "Kỳ số liệu:"])
def test_a_month_that_a_spreadsheet_keeps_as_its_first_day_is_that_month(label):
    def sheet(month: int) -> bytes:
        return as_xlsx([[label, datetime(2024, month, 1)], *TABLE])

    assert first_day(SOURCES["dvc_portal"].parse("x.xlsx", sheet(11), "2024-11")) == date(2024, 11, 1)
    with pytest.raises(Refused) as refused:
        SOURCES["dvc_portal"].parse("x.xlsx", sheet(10), "2024-11")
    assert refused.value.code == "period_mismatch"
