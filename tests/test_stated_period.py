"""What titles say about the days a file is about, beside the period it was sent for."""

from datetime import date

import pytest

from ingest import stated_period
from ingest.errors import Refused

MARCH = (date(2025, 3, 1), date(2025, 3, 31))
SINCE_JANUARY = (date(2025, 1, 1), date(2025, 3, 31))


def days(*titles: str, period: str = "2025-03") -> tuple[date, date]:
    return stated_period.days("a.csv", period, [(f"row {n}", text) for n, text in enumerate(titles, 1)])


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("BÁO CÁO THÁNG 3 NĂM 2025", MARCH),
        ("Kế hoạch năm 2025", MARCH),
        ("Từ ngày 01/03/2025 đến ngày 31/03/2025", MARCH),
        ("Số liệu tính đến ngày 22/03/2025", (date(2025, 3, 1), date(2025, 3, 22))),
        ("Từ ngày 01/01/2025 đến ngày 31/03/2025", SINCE_JANUARY),
        ("Lũy kế từ đầu năm đến ngày 31/03/2025", SINCE_JANUARY),
        ("LUỸ KẾ 3 THÁNG ĐẦU NĂM 2025", SINCE_JANUARY),
        ("Báo cáo 3 tháng đầu năm 2025", SINCE_JANUARY),
        ("Lũy kế đến tháng 3 năm 2025", SINCE_JANUARY),
    ],
)
def test_titles_tell_the_days_of_a_month_and_of_the_year_to_date(title, expected):
    assert days("SỞ A", title) == expected


def test_the_days_of_a_shifted_year_to_date_are_kept():
    told = days("Từ ngày 21/12/2024 đến ngày 20/10/2025", period="2025-10")
    assert told == (date(2024, 12, 21), date(2025, 10, 20))


@pytest.mark.parametrize(
    "title",
    [
        "Từ ngày 01/02/2025 đến ngày 31/03/2025",
        "Từ ngày 01/01/2025 đến ngày 30/04/2025",
        "Báo cáo 6 tháng đầu năm 2025",
        "BÁO CÁO THÁNG 2 NĂM 2025",
        "BÁO CÁO QUÝ II NĂM 2025",
        "Lũy kế đến tháng 4 năm 2025",
    ],
)
def test_what_is_neither_the_period_nor_the_year_to_date_is_refused(title):
    with pytest.raises(Refused) as refused:
        days(title)
    assert refused.value.code == "period_mismatch"
    assert "row 1" in str(refused.value)
