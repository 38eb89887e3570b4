"""The period that a JSON reply says it is of, by the fields beside its records and in them, whatever the
program calls them: a year, a month, a quarter, a period, first and last day, or words.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache

from ingest.clock import HANOI
from ingest.reading import dates, lines
from ingest.reading.asked import LONGER, Asked, in_words, says_to_date
from ingest.reading.dates import Stated
from ingest.reading.replies import Value
from ingest.wording import tidy

_NAMED = {
    "year": "NAM YEAR NAMBAOCAO NAMBC REPORTYEAR NAMSOLIEU",
    "month": """THANG MONTH THANGBAOCAO THANGBC REPORTMONTH THANGSOLIEU TUTHANG DENTHANG THANGTU THANGDEN
        FROMMONTH TOMONTH""",
    "quarter": "QUY QUARTER QUYBAOCAO QUYBC REPORTQUARTER TUQUY DENQUY FROMQUARTER TOQUARTER",
    "day": "NGAY DATE DAY NGAYPHATSINH NGAYTIEPNHAN",
    "week": "TUAN WEEK TUANBAOCAO",
    "first": """TUNGAY FROMDATE DATEFROM STARTDATE BEGINDATE NGAYBATDAU NGAYDAU TUTHOIGIAN STARTTIME FROMTIME
        TGTU TUNGAYBAOCAO NGAYTU THOIGIANTU THOIGIANBATDAU FROM START""",
    "last": """DENNGAY TODATE DATETO ENDDATE NGAYKETTHUC NGAYCUOI DENTHOIGIAN ENDTIME TOTIME TGDEN NGAYDEN
        THOIGIANDEN THOIGIANKETTHUC NGAYCHOT NGAYCHOTSOLIEU NGAYSOLIEU TINHDEN TO END ASOF ASOFDATE REPORTDATE
        DATADATE""",
}
_KIND = {name: kind for kind, names in _NAMED.items() for name in names.split()}
# Parts of names of fields whose value is a period; with the second ones of another one, which is not read.
_OF_PERIOD = {
    *("KY", "PERIOD", "THOIKY", "KYBAOCAO", "KYBC", "KYSOLIEU", "KYDULIEU"),
    *("THANG", "QUY", "NAM", "MONTH"),
}
_OF_OTHER = {"TRUOC", "PREV", "PREVIOUS", "LAST", "CUNG", "LIENKE", "NEXT", "SAU"}
_CUMULATED = re.compile("LUYKE|CONGDON|TUDAUNAM|CUMULATI|YEARTODATE|YTD")
_WORD = re.compile(r"[^\W\d]{2}")
_FORMS = ("%Y%m%d", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d-%m-%Y %H:%M:%S")


@dataclass(frozen=True)
class StatedPeriod:
    """What the fields of one object say of their period."""

    wrong: tuple[str, str] | None = None
    """The way to the field that is of another period, and its text."""
    days: tuple[date, date] | None = None
    """First and last day, where they are stated."""
    agrees: bool = False
    """Whether a field is of the very period."""


def of_fields(asked: Asked, fields: Iterable[tuple[str, Value]]) -> StatedPeriod:
    """Hold the fields of an object, each with the way to it, against the period asked for."""
    found: dict[str, list[tuple[str, str]]] = {}
    for path, value in fields:
        if isinstance(value, str) and value.strip():
            kind = _kind(path)
            if kind != "words" or _WORD.search(value):
                found.setdefault(kind, []).append((path, tidy(value)))
    if not found:
        return StatedPeriod()
    for path, text in found.get("day", []):
        # a later one is that on which the reply was made
        if (when := _day(text)) and asked.is_flow and when < asked.days[1]:
            return StatedPeriod((path, text))
    for path, text in found.get("year", []):
        if _numbers(text) - {asked.year, 0}:
            return StatedPeriod((path, text))
    own = {asked.days[1].month} if _is_month(asked) else set()
    months = [(path, text, _numbers(text) - {asked.year}) for path, text in found.get("month", [])]
    for path, text, numbers in months:
        if numbers - own - {0}:
            return StatedPeriod((path, text))
    is_of_month = bool(own) and any(numbers & own for _, _, numbers in months)
    stated: list[tuple[str, str, Stated]] = []
    for kind in ("quarter", "week"):
        for path, text in found.get(kind, []):
            stated += [(path, text, one) for one in _counted(asked, kind, text)]
    for path, text in [*found.get("period", []), *found.get("words", [])]:
        is_to_date = says_to_date(text) and asked.days[0].month > 1
        if is_to_date or lines.is_of_others_or_planned(text):
            return StatedPeriod((path, text))
    for kind in ("period", "words"):
        for path, text in found.get(kind, []):
            stated += [(path, text, one) for one in _stated(asked, text, kind)]
    for path, text, one in stated:
        if asked.contradicts(one):
            return StatedPeriod((path, text))
    days, wrong = _days(asked, found.get("first", []), found.get("last", []))
    if wrong:
        return StatedPeriod(wrong)
    agreeing = is_of_month or days is not None or any(not asked.is_longer(one) for _, _, one in stated)
    if not agreeing:
        for path, text, one in stated:
            if asked.is_longer(one):
                return StatedPeriod((path, text))
        for path, text, numbers in months:
            if own and numbers == {0}:  # all months
                return StatedPeriod((path, text))
    return StatedPeriod(None, days, agreeing)


def named_otherwise(asked: Asked, way: str) -> str | None:
    """The part of the way to the records that names another period, or figures that are cumulated:
    `{"thang_2_2025": [...]}`, `{"luyKe": [...]}`."""
    for part in re.split(r"[.\[\]]", way):
        if _CUMULATED.search(re.sub(r"[\W_]", "", part).upper()) and asked.days[0].month > 1:
            return part
        words = _words(part).keys()
        found = [one for one in _named(part) if one.has_year]
        name = " ".join(words).lower()
        if (
            lines.is_of_others(name)
            or lines.is_of_planned(name, is_sure=True)
            or (words & _OF_OTHER and words & _OF_PERIOD)
        ):
            return part
        if found and asked.verdict(found):
            return part
    return None


def _named(text: str) -> list[Stated]:
    try:
        return dates.stated(text, None, is_name=True)
    except ValueError:
        return []


def _words(name: str) -> dict[str, None]:
    """The words of a name such as `kyTruoc` or `KY_TRUOC`, in their order."""
    return dict.fromkeys(word.upper() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name))


@lru_cache(maxsize=1 << 12)
def _kind(path: str) -> str:
    """What a field says by its name: a kind of `_NAMED`, `period`, or `words`."""
    name = re.split(r"[.\[]", re.sub(r"\[\d+\]", "", path))[-1]
    bare = re.sub(r"[\W_]", "", name).upper()
    if kind := _KIND.get(bare) or _KIND.get(bare.removeprefix("P")):
        return kind
    words = _words(name).keys()
    return "period" if words & _OF_PERIOD and not words & _OF_OTHER else "words"


def _is_month(asked: Asked) -> bool:
    return bool(re.fullmatch(r"\d{4}-\d{2}", asked.period_id))


def _numbers(text: str) -> set[int]:
    return {int(number) for number in re.findall(r"\d{1,6}", text)}


def _counted(asked: Asked, kind: str, text: str) -> list[Stated]:
    """`QUY: 1`, `QUY: I`; 0 is all of them."""
    if text.strip() in ("0", "00"):
        return []
    word = "quý" if kind == "quarter" else "tuần"
    bare = re.sub(r"(?i)^\s*(?:q|quy|quý|tuan|tuần|w)\W*", "", text)
    return list(in_words(f"{word} {bare}", asked.year))


def _stated(asked: Asked, text: str, kind: str) -> list[Stated]:
    if kind == "words":
        return list(in_words(text, asked.year)) if _WORD.search(text) else []
    if re.fullmatch(r"20\d\d", text):
        year = int(text)
        return [Stated(date(year, 1, 1), date(year, 12, 31), "year", (0, 4))]
    if when := _day(text):
        return [Stated(when, when, "day", (0, len(text)), is_until=True)]
    return [*in_words(text, asked.year), *_named(re.sub(r"(?i)(?<=\d{4})[-_]?m(?=\d{2}\b)", "-", text))]


def _days(
    asked: Asked, firsts: list[tuple[str, str]], lasts: list[tuple[str, str]]
) -> tuple[tuple[date, date] | None, tuple[str, str] | None]:
    """The days from which to which the reply is, and a field that is of another period."""
    start, end = asked.days
    first = next(((path, text, when) for path, text in firsts if (when := _day(text))), None)
    last = next(((path, text, when) for path, text in lasts if (when := _day(text))), None)
    if last and last[2] == end + timedelta(days=1) and re.search(r"T?00:00(?::00)?", last[1]):
        last = (*last[:2], end)  # midnight ends the day before
    if last and not start <= last[2] <= end:
        return None, last[:2]
    if first and not start - timedelta(days=31) <= first[2] <= (last[2] if last else end):
        return None, first[:2]
    if not (first and last):
        return None, None
    span = Stated(first[2], last[2], "days", (0, 0))
    is_long = (last[2] - first[2]).days > (end - start).days + LONGER
    if is_long or replace(asked, is_flow=True).is_longer(span):
        return None, first[:2]
    return (first[2], last[2]), None


def _day(text: str) -> date | None:
    """A day, or a moment in Việt Nam: `01/02/2025`, `2025-01-31T17:00:00Z`, or milliseconds since 1970."""
    if re.fullmatch(r"1\d{9}(?:\d{3})?", text):
        return datetime.fromtimestamp(int(text[:10]), HANOI).date()
    try:
        moment = datetime.fromisoformat(text)
        return (moment.astimezone(HANOI) if moment.tzinfo else moment).date()
    except ValueError:
        pass
    try:
        return dates.day(text)
    except ValueError:
        pass
    for form in _FORMS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None
