"""The calendar of nominal periods: years `2024`, quarters `2024-Q1`, months `2024-03`."""

from calendar import monthrange
from datetime import date
from functools import cache


@cache
def months_of(period: str) -> tuple[int, int, int]:
    """Year, first and last month of `2024`, `2024-Q1` or `2024-03`."""
    year, _, part = period.partition("-")
    if not part:
        return int(year), 1, 12
    last = int(part[1:]) * 3 if part[0] == "Q" else int(part)
    return int(year), last - 2 if part[0] == "Q" else last, last


@cache
def period_of(kind: str, year: int, last: int) -> str:
    return {"year": f"{year}", "quarter": f"{year}-Q{last // 3}", "month": f"{year}-{last:02}"}[kind]


@cache
def kind_of(period: str) -> str:
    return "year" if len(period) == 4 else "quarter" if "Q" in period else "month"


@cache
def days_of(period: str) -> tuple[date, date]:
    year, first, last = months_of(period)
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


@cache
def parts_of(period: str, kind: str) -> tuple[str, ...]:
    """The months, or the quarters, of a period."""
    year, first, last = months_of(period)
    step = 3 if kind == "quarter" else 1
    return tuple(period_of(kind, year, month) for month in range(first + step - 1, last + 1, step))
