"""What the rows above a table say about its period, held against the period the file was sent for."""

import re
from collections.abc import Iterable
from datetime import date

from ingest import tall
from ingest.errors import Refused
from ingest.reading import dates
from ingest.wording import match_key

# Days by which a reporting month or quarter may be longer than the calendar's: 21/9 to 20/10, 1/12 to 29/2.
LONGER = 3


def days(name: str, period_id: str, titles: Iterable[tuple[str, str]]) -> tuple[date, date]:
    """First and last day a file is about: as its titles say, else as the calendar does.

    Figures cumulated since the beginning of the year are of the period they end with; their first day tells
    them apart. titles: place and text of the cells above the table. Raises Refused (`period_mismatch`) where
    they speak of another period, or of more than that period and less than the year to date.
    """
    first, last = nominal = tall.period_of(name, period_id)
    start, end = nominal
    for place, text in titles:
        try:
            named = dates.days_in(text)
        except ValueError as error:
            raise Refused(f"{name}: {place}: {error}", "date_unreadable", place) from None
        # A day alone may be the day of signing: only "đến ngày" says that figures are of it.
        if len(named) == 1 and re.search(r"\bden\b", match_key(text)):
            end = _within(nominal, named[0], name, place, text, period_id)
            start = _january(last) if _is_to_date(text) else start
        elif len(named) > 1:
            start, end = named[0], _within(nominal, named[1], name, place, text, period_id)
            too_long = (end - start).days > (last - first).days + LONGER
            if start > end or (too_long and months_spanned(start, end) != last.month):
                raise Refused(
                    f"{name}: {place}: {text!r} covers more than {period_id}; send that period alone",
                    "period_mismatch",
                    place,
                )
        elif not named and (stated := dates.period(text)) and not _is_year(stated):
            if stated[1] != last or stated[0] not in (first, _january(last)):
                raise _mismatch(name, place, text, period_id)
            start = _january(last) if _is_to_date(text) else min(start, stated[0])
    return start, end


def months_spanned(first: date, last: date) -> int:
    """How many months two days span, both included, to the nearest whole one."""
    return round(((last - first).days + 1) / 30.44)


def _is_to_date(text: str) -> bool:
    return bool(re.search(r"\b(luy ke|tu dau nam)\b", match_key(text)))


def _january(day: date) -> date:
    return date(day.year, 1, 1)


def _is_year(stated: tuple[date, date]) -> bool:
    """`Kế hoạch năm 2024` in a monthly report says nothing about its month."""
    return (stated[1] - stated[0]).days > 360


def _within(nominal: tuple[date, date], day: date, name: str, place: str, text: str, period_id: str) -> date:
    if not nominal[0] <= day <= nominal[1]:
        raise _mismatch(name, place, text, period_id)
    return day


def _mismatch(name: str, place: str, text: str, period_id: str) -> Refused:
    return Refused(
        f"{name}: {place}: {text!r} is not about {period_id}; name the period it belongs to",
        "period_mismatch",
        place,
    )
