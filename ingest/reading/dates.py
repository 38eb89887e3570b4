"""Days and periods as Vietnamese offices write them: day before month, always. Hours are left out."""

import calendar
import re
from datetime import date, timedelta

from ingest.wording import match_key, tidy

_EPOCH = date(1899, 12, 30)  # day 0 of a spreadsheet's calendar, for days after February 1900
_EARLIEST, _LATEST = 2000, 2100
_HOUR = (
    r"(?:(?:đến|tới|tính đến|hết|vào|lúc|từ)\s+)*"
    r"(?:\d{1,2}\s*(?:giờ|h|g|:)\s*(?:\d{2})?\s*(?:phút|p|')?,?\s*)?"
)
_LEAD = re.compile(rf"^{_HOUR}(?:hết\s+)?(?:ngày\s*:?\s*)?", re.IGNORECASE)
_TAIL = re.compile(
    r"[\s,]+(?:lúc\s+)?\d{1,2}\s*(?::\s*\d{2}(?:\s*:\s*\d{2})?|(?:giờ|h|g)\s*(?:\d{2})?\s*(?:phút|p)?)$",
    re.IGNORECASE,
)
_FORMS = (
    re.compile(r"(?P<d>\d{1,2})\s*([/.-])\s*(?P<m>\d{1,2})\s*\2\s*(?P<y>\d{4})"),
    re.compile(r"(?P<d>\d{1,2})\s*tháng\s*(?P<m>\d{1,2})\s*,?\s*năm\s*(?P<y>\d{4})", re.IGNORECASE),
    re.compile(r"(?P<d>\d{1,2})\s*tháng\s*(?P<m>\d{1,2})\s*[/-]\s*(?P<y>\d{4})", re.IGNORECASE),
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2})?)?"),
)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


def day(text: str) -> date:
    """`22/03/2025`, `22-3-2025`, `ngày 22 tháng 3 năm 2025`, `15h00 ngày 22/3/2025`, 2025-03-22, or 45738.

    ValueError for anything else, for a month before the day, and for years of two digits.
    """
    said = tidy(text).strip(" .;,()")
    if re.fullmatch(r"\d{5}(\.\d+)?", said, re.ASCII):
        return _of_serial(said)
    rest = _TAIL.sub("", _LEAD.sub("", said)).strip()
    for form in _FORMS:
        if match := form.fullmatch(rest):
            return _date(match, text)
    raise ValueError(f"{text!r} is no day; write it as 22/03/2025")


def days_in(text: str) -> list[date]:
    """All days a text names, in its order: two in `từ ngày 21/9/2025 đến ngày 20/10/2025`.

    A day without its year takes the year of the next one: `từ 21/9 đến 20/10/2025`.
    """
    found = []
    text = tidy(text)
    for form in _FORMS:
        for match in form.finditer(text):
            if not re.match(r"\d", text[match.end() : match.end() + 1]):
                found.append((match.start(), match.end(), _date(match, match[0])))
    found.sort()
    if len(found) == 1:
        at, _, last = found[0]
        before = re.search(r"(\d{1,2})\s*(?:/|tháng)\s*(\d{1,2})\s*(?:đến|-|–|tới)[^\d]*$", text[:at])
        if before:
            number, month = int(before[1]), int(before[2])
            year = last.year - (month > last.month)
            found.insert(0, (before.start(), at, _calendar_day(year, month, number, before[0])))
    return [when for _, _, when in found]


def period(text: str) -> tuple[date, date] | None:
    """First and last day of what a text says it covers, or None where it says nothing.

    Two days are a span, `tháng 3 năm 2025`, `quý I/2025`, `6 tháng đầu năm 2025`, `năm 2024` the calendar's.
    """
    days = days_in(text)
    if len(days) >= 2:
        return (days[0], days[1]) if days[0] <= days[1] else None
    if days:
        return None
    key = match_key(text)
    if match := re.search(r"\bthang (1[0-2]|0?[1-9]) (?:nam )?(20\d\d)\b", key):
        return _months(int(match[2]), int(match[1]), int(match[1]))
    if match := re.search(r"\bquy (iv|i{1,3}|0?[1-4]) (?:nam )?(20\d\d)\b", key):
        quarter = _ROMAN.get(match[1]) or int(match[1])
        return _months(int(match[2]), quarter * 3 - 2, quarter * 3)
    if match := re.search(r"\b([2-9]|1[01]|sau|chin) thang (dau|cuoi)? ?nam (20\d\d)\b", key):
        many = {"sau": 6, "chin": 9}.get(match[1]) or int(match[1])
        return (
            _months(int(match[3]), 13 - many, 12) if match[2] == "cuoi" else _months(int(match[3]), 1, many)
        )
    if match := re.search(r"\bnam (20\d\d)\b", key):
        return _months(int(match[1]), 1, 12)
    return None


def as_of(text: str) -> date | None:
    """The one day a text says its figures are of: `Số liệu tính đến 15h00 ngày 22/3/2025`."""
    days = days_in(text)
    return days[0] if len(days) == 1 else None


def _months(year: int, first: int, last: int) -> tuple[date, date]:
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def _of_serial(text: str) -> date:
    found = _EPOCH + timedelta(days=int(float(text)))
    if not _EARLIEST <= found.year < _LATEST:
        raise ValueError(f"{text!r} is no day of this century; write it as 22/03/2025")
    return found


def _date(match: re.Match, text: str) -> date:
    return _calendar_day(int(match["y"]), int(match["m"]), int(match["d"]), text)


def _calendar_day(year: int, month: int, number: int, text: str) -> date:
    try:
        return date(year, month, number)
    except ValueError:
        raise ValueError(f"{text!r} is no day of the calendar; write it as 22/03/2025") from None
