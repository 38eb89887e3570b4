"""Days and periods in the forms that Vietnamese offices write."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.reading import dates

MARCH_22 = date(2025, 3, 22)


@pytest.mark.parametrize(
    "text",
    [
        "22/03/2025",
        "22/3/2025",
        "22-3-2025",
        "22.03.2025",
        "22/3/25",
        "ngày 22 tháng 3 năm 2025",
        "Ngày 22 tháng 03 năm 2025",
        "22 tháng 3, năm 2025",
        "ngày 22 tháng 3/2025",
        "đến ngày 22/3/2025",
        "Tính đến hết ngày 22/3/2025",
        "đến 15h00 ngày 22/3/2025",
        "đến 15h ngày 22/3/2025",
        "15 giờ 30 phút, ngày 22/3/2025",
        "đến 15:00 ngày 22/03/2025",
        "(22/3/2025)",
        "2025-03-22",
        "2025-03-22 15:00",
        "45738",
        "45738.625",
    ],
)
def test_a_day_is_read_in_all_its_forms(text):
    assert dates.day(text) == MARCH_22


@pytest.mark.parametrize(
    "text",
    ["", "03/22/2025", "30/02/2025", "22/3/15", "22/3", "20250322", "22/3-2025", "hôm qua", "1234", "99999"],
)
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ValueError, match="write it as 22/03/2025"):
        dates.day(text)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Từ ngày 21/9/2025 đến ngày 20/10/2025", date(2025, 9, 21), date(2025, 10, 20)),
        ("Từ 21/9 đến 20/10/2025", date(2025, 9, 21), date(2025, 10, 20)),
        ("từ ngày 21-9 đến ngày 20-10-2025", date(2025, 9, 21), date(2025, 10, 20)),
        ("21-9 đến 20-10-2025", date(2025, 9, 21), date(2025, 10, 20)),
        ("21.9-20.10.2025", date(2025, 9, 21), date(2025, 10, 20)),
        ("21/9/2025 – 20/10/2025", date(2025, 9, 21), date(2025, 10, 20)),
        ("Từ ngày: 21/09/2025 Đến ngày: 20/10/2025", date(2025, 9, 21), date(2025, 10, 20)),
        ("Từ 01 đến 31/3/2025", date(2025, 3, 1), date(2025, 3, 31)),
        ("15/12 - 14/01/2024", date(2023, 12, 15), date(2024, 1, 14)),
        (
            "(từ ngày 01 tháng 12 năm 2023 đến ngày 29 tháng 02 năm 2024)",
            date(2023, 12, 1),
            date(2024, 2, 29),
        ),
        ("BÁO CÁO THÁNG 3 NĂM 2025", date(2025, 3, 1), date(2025, 3, 31)),
        ("Tháng 02/2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("Quý I/2025", date(2025, 1, 1), date(2025, 3, 31)),
        ("quý IV năm 2024", date(2024, 10, 1), date(2024, 12, 31)),
        ("6 tháng đầu năm 2025", date(2025, 1, 1), date(2025, 6, 30)),
        ("6 tháng cuối năm 2025", date(2025, 7, 1), date(2025, 12, 31)),
        ("Năm 2024", date(2024, 1, 1), date(2024, 12, 31)),
    ],
)
def test_a_period_is_read_with_its_first_and_last_day(text, first, last):
    (reported,) = dates.stated(text)
    assert (reported.first, reported.last) == (first, last)


@pytest.mark.parametrize("text", ["", "Báo cáo", "tháng 13/2025", "22/3/2025", "quỹ 2025", "từ 2 đến 3"])
def test_what_says_no_period_gives_none(text):
    assert dates.stated(text, 2025) == []


@pytest.mark.parametrize(
    "text",
    [
        "đến 22/3/2025",
        "Số liệu tính đến 15h00 ngày 22/3/2025",
        "Tính đến hết ngày 22 tháng 3 năm 2025",
        "Tính đến 0 giờ 00 ngày 23/3/2025",
        "tính đến ngày 22/3",
    ],
)
def test_a_title_tells_the_day_of_its_figures(text):
    (reported,) = dates.stated(text, 2025)
    assert (reported.first, reported.last, reported.kind) == (MARCH_22, MARCH_22, "day")


def test_without_a_year_a_text_says_nothing_unless_the_year_is_known():
    for text in ("tháng 3", "đến hết tháng 3", "từ 21/9 đến 20/10", "quý I", "6 tháng đầu năm"):
        assert dates.stated(text) == []
        assert len(dates.stated(text, 2025)) == 1


def test_digits_of_another_script_are_no_period():
    assert dates.stated("tháng ٣/٢٠٢٤", 2024) == []


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_back_from_every_form(when):
    forms = ("{:%d/%m/%Y}", "{0.day}-{0.month}-{0.year}", "ngày {0.day} tháng {0.month} năm {0.year}", "{}")
    for form in forms:
        assert dates.day(form.format(when)) == when
    assert dates.day(str((when - date(1899, 12, 30)).days)) == when
