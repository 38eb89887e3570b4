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

    titles: place and text of the cells above the table. Raises Refused (`period_mismatch`) where they
    speak of another period, or of more than one such period, as cumulated figures do.
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
        elif len(named) > 1:
            start, end = named[0], _within(nominal, named[1], name, place, text, period_id)
            if start > end or (end - start).days > (last - first).days + LONGER:
                raise Refused(
                    f"{name}: {place}: {text!r} covers more than {period_id}; send that period alone",
                    "period_mismatch",
                    place,
                )
        elif not named and (stated := dates.period(text)) and stated != nominal and not _is_year(stated):
            raise _mismatch(name, place, text, period_id)
    return start, end


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
