"""The day as of which a sentence states a count: `tính đến ngày 30/11/2023`, `đến hết quý III năm 2023`.

`Đến nay` and `hiện nay` name no day.
"""

import calendar
import re
from datetime import date

_YEAR = r"(?:\s*[/.-]\s*|\s+năm\s+)(20\d\d)(?!\d)"
_DAY = re.compile(
    r"\b(?:đến|tới|tại)\s+(?:(?:hết|cuối|thời\s+điểm|ngày)\s+)*(?:"
    rf"(?:(?P<day>\d{{1,2}})(?:\s*[/.-]\s*|\s+tháng\s+)|tháng\s+)?(?P<month>\d{{1,2}}){_YEAR}"
    rf"|quý\s+(?P<quarter>IV|I{{1,3}}|[1-4]){_YEAR}"
    r"|(?<=hết\s|uối\s)năm\s+(?P<year>20\d\d)(?!\d))",
    re.IGNORECASE,
)
_QUARTERS = {"I": 1, "II": 2, "III": 3, "IV": 4}
_SENTENCE = re.compile(r"[.!?…]+[”\"*)]*\s+(?=[“\"*(]*[A-ZĐÀ-Ỹ])")


def stated_as_of(text: str, start: int, end: int, clause_end: int) -> date | None:
    """Of the count in text[start:end]: the day that its sentence names before it, outside of brackets that
    are closed, else the one that its clause names after it. Of a month, quarter, year it is the last day."""
    begins = max((one.end() for one in _SENTENCE.finditer(text, 0, start)), default=0)
    before = [one for one in _DAY.finditer(text, begins, start) if not _is_closed(text[one.end() : start])]
    for one in (*before[::-1], *_DAY.finditer(text, end, clause_end)):
        if day := _day(one):
            return day
    return None


def _is_closed(text: str) -> bool:
    """Whether a bracket closes here that was opened before."""
    return text.count(")") > text.count("(")


def _day(found: re.Match[str]) -> date | None:
    """None for a day that no calendar has."""
    year = int(next(group for group in (found["year"], found[3], found[5]) if group))
    month = int(found["month"] or 12)
    if quarter := found["quarter"]:
        month = 3 * (_QUARTERS.get(quarter.upper()) or int(quarter))
    try:
        return date(year, month, int(found["day"] or calendar.monthrange(year, month)[1]))
    except ValueError:
        return None
