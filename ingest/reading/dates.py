"""Days and periods as Vietnamese offices write them: day before month, always. Hours are left out.

`day` reads a cell that is one day; `stated` finds in a title, a note or a name the periods that it says
its figures are of, and leaves out what only looks like one: comparisons, days of signing, numbers of
documents, years of plans.
"""

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from ingest.reading import patterns
from ingest.wording import plain, tidy

_EPOCH = date(1899, 12, 30)  # day 0 of a spreadsheet's calendar, for days after February 1900
_EARLIEST, _LATEST = 2000, 2100
SHORT_YEARS = range(20, 40)  # of two digits, which no day of a month nor a month can be taken for
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
    re.compile(r"(?P<d>\d{1,2})\s*([/.-])\s*(?P<m>\d{1,2})\s*\2\s*(?P<y>\d{4}|[23]\d)"),
    re.compile(r"(?P<d>\d{1,2})\s*tháng\s*(?P<m>\d{1,2})\s*,?\s*năm\s*(?P<y>\d{4})", re.IGNORECASE),
    re.compile(r"(?P<d>\d{1,2})\s*tháng\s*(?P<m>\d{1,2})\s*[/-]\s*(?P<y>\d{4})", re.IGNORECASE),
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2})?)?"),
)


def day(text: str) -> date:
    """`22/03/2025`, `22-3-2025`, `ngày 22 tháng 3 năm 2025`, `15h00 ngày 22/3/2025`, 2025-03-22, or 45738.

    `22/3/25` is that day too. ValueError for anything else, and for a month before the day.
    """
    tidied = tidy(text).strip(" .;,()")
    if re.fullmatch(r"\d{5}(\.\d+)?", tidied, re.ASCII):
        return _of_serial(tidied)
    rest = _TAIL.sub("", _LEAD.sub("", tidied)).strip()
    for form in _FORMS:
        if match := form.fullmatch(rest):
            return _calendar_day(int(match["y"]), int(match["m"]), int(match["d"]), text)
    raise ValueError(f"{text!r} is no day; write it as 22/03/2025")


@lru_cache(maxsize=1 << 14)
def is_day(text: str) -> bool:
    """Whether a text is one day and nothing else, and no bare number."""
    if not re.search(r"\d\D+\d", text):
        return False
    try:
        day(text)
    except ValueError:
        return False
    return True


def _of_serial(text: str) -> date:
    found = _EPOCH + timedelta(days=int(float(text)))
    if not _EARLIEST <= found.year < _LATEST:
        raise ValueError(f"{text!r} is no day of this century; write it as 22/03/2025")
    return found


def _calendar_day(year: int, month: int, number: int, text: str) -> date:
    try:
        return date(year if year >= 100 else 2000 + year, month, number)
    except ValueError:
        raise ValueError(f"{text!r} is no day of the calendar; write it as 22/03/2025") from None


# Periods in titles, notes and names


@dataclass(frozen=True)
class Stated:
    """A period that a text says its figures are of."""

    first: date
    last: date
    kind: str
    """day (the last one that counts), days, week, month, months (of one year, or a few), quarter or year."""
    at: tuple[int, int]
    """Where its words are in the tidy text."""
    is_until: bool = False
    """Only its end is stated: `đến hết tháng 2`."""
    has_year: bool = True
    """Whether the text names the year."""


_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_NUMERALS = {
    "một": 1,
    "giêng": 1,
    "hai": 2,
    "ba": 3,
    "tư": 4,
    "bốn": 4,
    "năm": 5,
    "sáu": 6,
    "bảy": 7,
    "bẩy": 7,
    "tám": 8,
    "chín": 9,
    "mười": 10,
    "mười một": 11,
    "mười hai": 12,
    "chạp": 12,
}
_SEP = r"(?:\s*(?:[/.,:(_-]|nam(?![a-z]))\s*){0,3}\s*"
_YEAR = rf"{_SEP}(?P<y>20\d\d)(?!\d)"
_SHORT_YEAR = r"/(?P<s>[1-4]\d)(?![\d/.-])"
_MAYBE_YEAR = rf"(?:{_YEAR}|{_SHORT_YEAR})?"
_M = r"(?:1[0-2]|0?[1-9])(?!\d)"
_Q = r"(?:iv|i{1,3}|0?[1-4])(?![a-z0-9])"
_ALONE = r"(?<![a-z0-9])"
_D = r"(?:3[01]|[12]\d|0?[1-9])"
_FULL = (
    r"(?:(?P<d>\d{1,2})\s*(?P<mark>[/.-])\s*(?P<m>\d{1,2})\s*(?P=mark)\s*(?P<y>\d{4}|[23]\d)(?![\d/.-]*\d)"
    r"|(?P<d2>\d{1,2})\s*thang\s*(?P<m2>\d{1,2})\s*(?:,?\s*nam|[/-])\s*(?P<y2>\d{4})(?!\d)"
    r"|(?P<y3>\d{4})-(?P<m3>\d{2})-(?P<d3>\d{2})(?!\d))"
)
_HOURS = r"(?:\d{1,2}\s*(?:gio|h|g|:)\s*(?:\d{2})?\s*(?:phut|p|')?[\s,]*)?"
_NGAY = rf"(?:{_HOURS}(?:cua\s+)?(?:ngay)?\s*:?\s*)"
_TO = rf"\s*,?\s*(?:\(?\s*(?:den|toi)\s*(?:het\s+)?|-)\s*{_NGAY}"
# Words before a day that figures are of, and not a paper.
_OF_DAY = re.compile(
    r"(?:^\W*(?:so lieu|ket qua|tinh hinh|thong ke|tong hop|tien do)\b"
    r"(?!.*\b(?:so|ve|theo|kem|ban hanh|cua|trich xuat|ket xuat|xuat)\b)[^;]*"
    r"|\b(?:so lieu|du lieu|phat sinh|trong)\s*)\(?\s*(?<!\btu )(?<!truoc )(?<!sau )ngay\s*:?\s*$"
)
# What ends the words before a day that figures are counted to.
_UNTIL = re.compile(
    r"\b(?:den|toi|het|chot|thoi diem|so lieu|du lieu)[\s:,()]*"
    r"(?:(?:het|cuoi|ngay|thoi diem|luc|vao|so lieu|du lieu|chot|cua)[\s:,()]*)*"
    rf"{_HOURS}(?:cua\s+)?(?:ngay)?[\s:]*$"
)
_OF_THAT_DAY = re.compile(r"(?:so lieu|du lieu)[\s:,()]*(?:trong\s+)?ngay[\s:]*")
_UNTIL_MONTH = re.compile(r"\b(?:den|toi|het)\s*(?:(?:het|cuoi|thoi diem)\s*)*$")
# A deadline or an aim is no statement of what figures are of.
_AIM = re.compile(
    r"\b(?:han|thoi han|phan dau|muc tieu|hoan thanh|cham nhat|tam nhin|gui ve|nop|(?<!luy )ke tu"
    r"|hieu luc)\b[^;]*$"
)
# Words before `02/2024` that make it the number of something.
_NUMBERED = re.compile(
    rf"\b(?:so|mau|bieu|phu luc|pl|qd|nq|tt|cv|kh|hd|nd|ct|{patterns.DOCUMENT}|de an|lenh|thang|v|ver"
    rf"|version|phien ban|ban|lan"
    r"|dot|khoa|dieu|khoan|muc|trang|bang|hop dong|don gia|tk|stk|dt|fax|tel)\s*(?:so)?\s*[:.]?\s*$"
)
# Words that give a year to something else than the figures.
_OF_SOMETHING = re.compile(
    rf"\b(?:{patterns.DOCUMENT}|chi tieu|muc tieu|nhiem vu|chuong trinh|du toan|dan so|nien giam"
    rf"|giai doan|de an|de tai"
    r"|thi dua|chien luoc|bo chi so|bo tieu chi|danh muc|quyet toan|thoi ky|tam nhin|den|tu|truoc"
    r"|sau|ke tu|nam hoc"
    r"|xep hang|tong dieu tra|ban hanh|theo|so lieu cua)\b[^;]*$"
)
# What looks like a period and is none, by the letters of `plain`.
_SILENT = (
    # comparisons, to the end of what is compared
    r"\bso (?:sanh )?voi\s+(?:(?:so lieu|bao cao|ket qua|cuoi|thoi diem|cung|cua|cac)\s+)*"
    r"(?:thang|quy|nam|ky|ngay|t\d|q[i\d])[^;)]*",
    r"\bcung ky\b[^;)]*",
    r"\b(?:thang|quy|ky|nam) (?:truoc|lien ke)\b[^;),]*",
    # numbers of documents: `Đề án 06 tháng 2` is of February, and not of the sixth
    rf"\b(?:de an|chuong trinh|{patterns.DOCUMENT})\s*(?:so\s*)?:?\s*\d{{1,4}}\b(?!\s*/)",
    r"(?<![\d/])\d{1,5}\s*/\s*20\d\d\s*[/-]\s*(?:[a-z]|\d+-)[\w/-]*",
    r"(?<![\d/])\d{1,3}\s*/\s*[a-z]{2,}[\w/-]*",
    rf"\b(?:theo|can cu|kem theo|thuc hien)\s+{patterns.DOCUMENT}(?:\s+so\s+\S+)?\s+thang\s*{_M}"
    + _MAYBE_YEAR,
    # days of signing, with a gap for the day or without one
    rf"\bngay\s*[.…_\s]*thang\s*(?:{_M}|[.…_]+)?(?:\s*,?\s*nam\s*(?:20\d\d|20[.…_]*|[.…_]+)|\s*/\s*20\d\d)?",
    rf"^\s*(?!.*\b(?:so lieu|bao cao"
    rf"|ket qua)\b)(?:[a-z]+ ){{0,3}}[a-z]+\s*,\s*thang\s*{_M}\s*nam\s*20\d\d\s*$",
    # what is repeated
    r"\b(?:hang|moi|cac|nhieu)\s+(?:thang|quy|nam)\b",
    # telephone numbers
    r"(?<!\d)0\d{2,3}[.\s-]\d{3}[.\s-]\d{3,4}(?!\d)",
)
# `Tháng báo cáo` beside the first of a month, as which a spreadsheet keeps `10/2024`.
_MONTH_CELL = (
    r"(?<![a-z0-9])(?:thang|ky)(?: (?:bao cao|so lieu|du lieu|thong ke))?[\s:]+"
    r"(?P<y>20\d\d)-(?P<m>[01]\d)-01(?:[t ]00:00(?::00)?)?(?!\s*(?:\d|-|–|den|toi))"
)
_STATEMENT_WORD = r"(?:so lieu|bao cao|ky|thong ke|tong hop|ket qua)"


def stated(text: str, year: int | None = None, is_name: bool = False) -> list[Stated]:
    """The periods that a text says its figures are of, in its order.

    year: that of a month or quarter that is named without one; where it is None these say nothing.
    is_name: the text is the name of a file or sheet, in which marks stand for blanks. Raises ValueError on
    a day that the calendar does not have.
    """
    return sorted(_Reader(text, year, is_name).found, key=lambda one: one.at)


_DAY_IN_NAME = re.compile(
    r"(?<!\d)(?:(?P<y>20\d\d)(?P<mark>[-. ]?)(?P<m>1[0-2]|0[1-9])(?P=mark)(?P<d>3[01]|[12]\d|0[1-9])"
    r"|(?P<d2>3[01]|[12]\d|0?[1-9])(?P<mark2>[-. ])(?P<m2>1[0-2]|0?[1-9])(?P=mark2)(?P<y2>20\d\d)"
    r"|(?P<d3>3[01]|[12]\d|0[1-9])(?P<m3>1[0-2]|0[1-9])(?P<y3>20\d\d))(?!\d)"
    r"|(?<!\d)(?P<y4>20\d\d)(?P<m4>1[0-2]|0[1-9])(?P<d4>3[01]|[12]\d|0[1-9])(?=[0-2]\d[0-5]\d(?:[0-5]\d)?(?!\d))"
)
_SHORT_DAY_IN_NAME = re.compile(
    r"(?<![\d.-])(?:(\d\d)(\d\d)(\d\d)|(\d{1,2})(?P<mark>[-.])(\d{1,2})(?P=mark)(\d\d)"
    r"|(\d\d) (\d\d) (\d\d))(?![.-]?\d)"
)


def days_in_name(name: str, expected: int) -> list[date]:
    """The days that the name of a file holds, as `20240229`, `29-02-2024`, or `290224` and `29.02.24`, which
    may begin with the year that is nearer to the one expected."""
    found = []
    for match in _DAY_IN_NAME.finditer(tidy(name).replace("_", " ")):
        year, month, number = (
            int(next(filter(None, (match[f"{part}{n}"] for n in ("", 2, 3, 4))))) for part in "ymd"
        )
        if number <= calendar.monthrange(year, month)[1]:
            found.append(date(year, month, number))
    for match in _SHORT_DAY_IN_NAME.finditer(tidy(name).replace("_", " ")):
        first, month, last = (int(part) for n, part in enumerate(match.groups()) if part and n != 4)
        days = [
            date(2000 + short, month, number)
            for number, short in ((first, last), (last, first))
            if short in SHORT_YEARS
            and 1 <= month <= 12
            and 1 <= number <= calendar.monthrange(2000 + short, month)[1]
        ]
        found += sorted(days, key=lambda one: abs(one.year - expected))[:1]
    return found


def months(year: int, first: int, last: int) -> tuple[date, date]:
    """First and last day of some months of a year."""
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


class _Reader:
    """One text, of which each part is read once: what was understood is blotted out for what comes after."""

    def __init__(self, text: str, year: int | None, is_name: bool):
        self.rest = _with_digits(spaced(text) if is_name else tidy(text), is_name)
        self.year, self.is_name = year, is_name
        self.found: list[Stated] = []
        for silent in () if is_name else _SILENT:
            self._blot(silent)
        self._each(_MONTH_CELL, self._month)
        self._spans()
        for pattern, read in self._weeks():
            self._each(pattern, read)
        self._days()
        for pattern, read in self._forms():
            self._each(pattern, read)

    def _blot(self, pattern: str) -> None:
        self.rest = re.sub(rf"(?a){pattern}", lambda match: "#" * len(match[0]), self.rest)

    def _each(self, pattern: str, read: Callable[[re.Match], Iterator[Stated]]) -> None:
        for match in re.finditer(rf"(?a){pattern}", self.rest):
            if found := list(read(match)):
                self.found += found
                self.rest = self.rest[: match.start()] + "#" * len(match[0]) + self.rest[match.end() :]

    # Days

    def _spans(self) -> None:
        no_year = rf"(?P<d1>{_D})(?:\s*(?:[/.-]|thang)\s*(?P<m1>{_M}))?"
        start = rf"(?<![\d/.-])(?:{_FULL.replace('P<', 'P<a').replace('P=', 'P=a')}|{no_year})"
        end = rf"(?:{_FULL}|(?P<e>{_D})\s*(?:[/.-]|thang)\s*(?P<em>{_M})(?![/.-]?\d))"
        self._each(rf"{_NGAY}{start}{_TO}{end}", self._span)

    def _span(self, match: re.Match) -> Iterator[Stated]:
        last = _day_of(match, "")
        first = _day_of(match, "a")
        has_year = last is not None
        if last is None:
            # `từ 21/9 đến 20/10`: not every pair of numbers is one of days
            is_named = re.search(r"\b(?:tu|ngay)\b", self.rest[: match.start("e")][-40:])
            if not match["m1"] or not is_named or self.year is None:
                return
            last = _calendar_day(self.year, int(match["em"]), int(match["e"]), match[0])
        if first is None:
            if not match["m1"] and not re.search(r"\bden|toi|-\s*$", match[0]):
                return
            month = int(match["m1"] or last.month)
            number = int(match["d1"])
            year = last.year - (month > last.month)
            first = _calendar_day(year, month, number, match[0])
        yield Stated(first, last, "days", match.span(), has_year=has_year)

    def _days(self) -> None:
        self._each(rf"(?<!\d){_FULL}", self._day)
        # `tính đến ngày 29/02`
        self._each(
            rf"(?<=ngay )(?P<d>{_D})\s*(?:/|-|thang)\s*(?P<m>{_M})(?![/.-]?\d)", self._day_without_year
        )
        if self.is_name:
            # a bare day in a name, as of an export
            self._blot(rf"(?<!\d)(?:{_FULL}|20\d\d[01]\d[0-3]\d|[0-3]\d[01]\d20\d\d)(?!\d)")

    def _day(self, match: re.Match) -> Iterator[Stated]:
        if (when := _day_of(match, "")) is None:
            return
        before = self.rest[: match.start()]
        until = _UNTIL.search(before)
        if until and not _AIM.search(before):
            if re.search(r"(?<!\d)0{1,2}\s*(?:gio|h|g|:)\s*(?:00)?", until[0]):
                when -= timedelta(days=1)  # midnight ends the day before
            # `số liệu ngày 15/3` may be of that day alone
            is_until = not _OF_THAT_DAY.fullmatch(until[0]) or (when + timedelta(days=1)).day == 1
            yield Stated(when, when, "day", match.span(), is_until=is_until)
        elif _OF_DAY.search(before) and not self.is_name:
            yield Stated(when, when, "day", match.span())
        else:
            self.rest = before + "#" * len(match[0]) + self.rest[match.end() :]

    def _day_without_year(self, match: re.Match) -> Iterator[Stated]:
        before = self.rest[: match.start()]
        if self.year and _UNTIL.search(before) and not _AIM.search(before):
            when = _calendar_day(self.year, int(match["m"]), int(match["d"]), match[0])
            yield Stated(when, when, "day", match.span(), is_until=True, has_year=False)
        elif self.year and _OF_DAY.search(before):
            when = _calendar_day(self.year, int(match["m"]), int(match["d"]), match[0])
            yield Stated(when, when, "day", match.span(), has_year=False)
        else:
            self.rest = before + "#" * len(match[0]) + self.rest[match.end() :]

    # Weeks, months, quarters, years

    def _weeks(self) -> Iterator[tuple[str, Callable]]:
        tuan = rf"{_ALONE}tuan(?: le)?(?: thu)?[\s:.-]*"
        yield (
            rf"{tuan}(?P<w>[1-5])(?!\d)\s*,?\s*(?:cua )?(?:thang|t)[\s.]*(?P<m>{_M}){_MAYBE_YEAR}",
            self._week_of_month,
        )
        yield rf"{tuan}(?P<w>[1-4]\d|5[0-3]|0?[1-9])(?!\d){_MAYBE_YEAR}", self._week

    def _forms(self) -> Iterator[tuple[str, Callable]]:
        thang = rf"{_ALONE}(?<!\d )thang[\s:.-]*"
        t = rf"{_ALONE}th?\.?\s?"
        yield (
            rf"{_ALONE}(?P<n>0?[2-9]|1[0-2])\s*(?:thang|t(?![a-z]))[\s/.,-]*(?P<part>dau|cuoi)?\s*(?:cua\s+)?"
            rf"(?:nam[\s/.,-]*)?(?:(?<![a-z])(?P<y>20\d\d)(?!\d))?(?!\s*\d)",
            self._months_of_year,
        )
        yield (
            rf"{_ALONE}(?P<n>[234])\s*quy[\s/.,-]*(?P<part>dau|cuoi)?\s*(?:cua\s+)?"
            rf"(?:nam[\s/.,-]*)?(?:(?<![a-z])(?P<y>20\d\d)(?!\d))?(?!\s*\d)",
            self._quarters_of_year,
        )
        yield (
            rf"{_ALONE}(?:nam\s*)?(?P<y>20\d\d)[\s,-]*(?:(?:thang|th?)[\s.]*(?P<m>{_M})|(?:quy|q)[\s.]*(?P<q>{_Q}))",
            self._after_year,
        )
        yield (
            rf"(?:{thang}|{t})(?P<m>{_M})(?:{_YEAR})?\s*(?:-|den|toi)\s*(?:het\s+)?(?:thang\s*|t\.?\s?)?"
            rf"(?P<last>{_M})(?:{_YEAR.replace('<y>', '<z>')})?(?![/.-]?\d)",
            self._range_of_months,
        )
        yield (
            rf"{thang}(?P<list>{_M}(?:\s*(?:,|&|\+|va|;)\s*(?:thang\s*|t)?{_M})+){_MAYBE_YEAR}(?!\d)",
            self._list_of_months,
        )
        yield rf"{thang}(?P<m>{_M})(?!\s*(?:lan|thang))(?:{_YEAR}|{_SHORT_YEAR})?", self._month
        yield rf"{t}(?P<m>{_M})(?:{_YEAR}|{_SHORT_YEAR})", self._month
        yield rf"{_ALONE}(?:quy|q)[\s.:-]*(?P<q>{_Q})(?:{_YEAR}|{_SHORT_YEAR})", self._quarter
        yield rf"{_ALONE}quy[\s.:-]*(?P<q>{_Q})", self._quarter
        if self.is_name:
            yield rf"(?:{thang}|{t})(?P<m>{_M})[-.](?P<s>[23]\d)(?![\d.-]*\d)", self._month
            yield r"(?<![\w.-])(?P<m>1[0-2]|0[1-9])[-.](?P<s>[23]\d)(?![\d.-]*\d)", self._numbered
            yield rf"{_ALONE}q(?P<q>[1-4])(?![a-z0-9])", self._quarter
            yield rf"{_ALONE}t(?P<m>{_M})(?![a-z0-9])", self._month
            yield rf"{_ALONE}(?P<y>20\d\d)[-. ]?(?P<m>1[0-2]|0[1-9])(?![a-z0-9])", self._numbered
            yield rf"{_ALONE}(?P<m>1[0-2]|0[1-9])[-. ]?(?P<y>20\d\d)(?![a-z0-9])", self._numbered
        yield (
            r"(?<![\w/.-])(?P<y>20\d\d)(?P<mark>[/.-])(?P<m>1[0-2]|0[1-9])(?![\w#]|[/.-]\w|\s*/)",
            self._numbered,
        )
        yield (
            rf"(?<![\w/.-])(?P<m>{_M})(?P<mark>\s?[/.-]\s?)(?P<y>20\d\d)(?![\w#]|[/.-]\w|\s*/)",
            self._numbered,
        )
        # `T2` or `Q1` and nothing else, or after `số liệu`
        yield (
            rf"(?:^\W*|\b{_STATEMENT_WORD}[\s:.-]+|\bhet\s+|\bden\s+|\bbc\s+)t(?:h?)\.?\s?(?P<m>{_M})(?=\W*$|\s*[(,;])",
            self._month,
        )
        yield rf"(?:^\W*|\b{_STATEMENT_WORD}[\s:.-]+)q\.?\s?(?P<q>{_Q})(?=\W*$|\s*[(,;])", self._quarter
        yield rf"{_ALONE}nam[\s:]*(?P<y>20\d\d)(?!\d)(?!\s*-\s*20\d\d)", self._year
        yield r"^\W*(?P<y>20\d\d)\W*$", self._year

    def _year_of(self, match: re.Match) -> int | None:
        named = match.groupdict()
        if named.get("y"):
            return int(named["y"])
        return 2000 + int(named["s"]) if named.get("s") else self.year

    def _made(self, match: re.Match, kind: str, first: int, last: int) -> Iterator[Stated]:
        year, before = self._year_of(match), self.rest[: match.start()]
        is_until = bool(_UNTIL_MONTH.search(before) or re.match(r"(?:den|het)\b", match[0]))
        if year is None or (is_until and _AIM.search(before)):
            return
        named = match.groupdict()
        has_year = bool(named.get("y") or named.get("s"))
        yield Stated(*months(year, first, last), kind, match.span(), is_until, has_year)

    def _month(self, match: re.Match) -> Iterator[Stated]:
        yield from self._made(match, "month", int(match["m"]), int(match["m"]))

    def _week(self, match: re.Match) -> Iterator[Stated]:
        if year := self._year_of(match):
            try:
                first = date.fromisocalendar(year, int(match["w"]), 1)
            except ValueError:
                return
            yield Stated(first, first + timedelta(days=6), "week", match.span(), has_year=bool(match["y"]))

    def _week_of_month(self, match: re.Match) -> Iterator[Stated]:
        if year := self._year_of(match):
            first, last = months(year, int(match["m"]), int(match["m"]))
            start = first + timedelta(days=7 * (int(match["w"]) - 1))
            end = min(start + timedelta(days=6), last)
            if start <= last:
                yield Stated(start, end, "week", match.span(), has_year=bool(match["y"]))

    def _quarter(self, match: re.Match) -> Iterator[Stated]:
        number = _ROMAN.get(match["q"]) or int(match["q"])
        yield from self._made(match, "quarter", number * 3 - 2, number * 3)

    def _after_year(self, match: re.Match) -> Iterator[Stated]:
        yield from self._month(match) if match["m"] else self._quarter(match)

    def _numbered(self, match: re.Match) -> Iterator[Stated]:
        """`02/2024`, unless it is the number of a document; with a dot or hyphen only after words that say
        so."""
        before, mark = self.rest[: match.start()], match.groupdict().get("mark", "/").strip()
        if _NUMBERED.search(before):
            return
        is_sure = self.is_name or mark == "/" or (len(match["m"]) == 2 and match[0].startswith("20"))
        is_alone = not re.search(r"\w", before + self.rest[match.end() :])
        if is_sure or is_alone or re.search(rf"\b(?:{_STATEMENT_WORD}|den|het|cao|lieu)[\s:.(]*$", before):
            yield from self._month(match)

    def _months_of_year(self, match: re.Match) -> Iterator[Stated]:
        yield from self._first_months(match, int(match["n"]))

    def _quarters_of_year(self, match: re.Match) -> Iterator[Stated]:
        yield from self._first_months(match, 3 * int(match["n"]))

    def _first_months(self, match: re.Match, many: int) -> Iterator[Stated]:
        of_year = match["y"] or (match["part"] and re.search(r"nam\W*$", match[0]))
        if not of_year and not (self.is_name and "t" in match[0]):
            return
        span = (13 - many, 12) if match["part"] == "cuoi" else (1, many)
        yield from self._made(match, "months", *span)

    def _range_of_months(self, match: re.Match) -> Iterator[Stated]:
        last_year = int(match["z"]) if match["z"] else self._year_of(match)
        if last_year is None:
            return
        first, last = int(match["m"]), int(match["last"])
        first_year = int(match["y"]) if match["y"] else last_year - (first > last)
        start, end = months(first_year, first, first)[0], months(last_year, last, last)[1]
        if start < end:
            yield Stated(start, end, "months", match.span(), has_year=bool(match["y"] or match["z"]))

    def _list_of_months(self, match: re.Match) -> Iterator[Stated]:
        for number in re.findall(r"\d+", match["list"]):
            yield from self._made(match, "month", int(number), int(number))

    def _year(self, match: re.Match) -> Iterator[Stated]:
        if not self.is_name and not _OF_SOMETHING.search(self.rest[: match.start()]):
            yield from self._made(match, "year", 1, 12)


def is_of_something(before: str) -> bool:
    """Whether the plain words before a year give it to something else than the figures."""
    return bool(_OF_SOMETHING.search(before))


def spaced(name: str) -> str:
    """The name of a file or sheet with blanks for the marks that stand for them: `bao-cao_thang-02-2024`."""
    name = tidy(name).replace("_", " ")
    return re.sub(r"(?<=[^\W\d])[-.+]|[-.+](?=[^\W\d])", " ", name)


_WORDS = "|".join(sorted(map(re.escape, _NUMERALS), key=len, reverse=True))
_BARE_WORDS = "|".join(sorted({plain(word) for word in _NUMERALS}, key=len, reverse=True))


def _with_digits(text: str, is_name: bool = False) -> str:
    """The text in lower case without diacritics, its numerals after `tháng` and `quý` as digits, as long
    as before.

    Without diacritics `tháng sáu` and `tháng sau` are one: such a numeral counts only before its year then,
    and others do at the end of a name.
    """
    lower, bare = text.lower(), plain(text)
    if len(lower) != len(bare):
        lower = bare
    numerals = _NUMERALS | {plain(word): number for word, number in _NUMERALS.items()}

    def put(match: re.Match) -> str:
        nonlocal bare
        start, end = match.span("word")
        if plain(match["word"]) == "nam" and re.search(r"\d\s*$", bare[: match.start()]):
            return match[0]  # `9 tháng năm 2024` is nine months of the year
        digits = str(numerals[match["word"]]).rjust(end - start)
        bare = bare[:start] + digits + bare[end:]
        return match[0]

    follows = r"(?=\s*(?:[/,.(-]\s*)?(?:năm\s+)?20\d\d)"
    is_bare = lower == bare
    if is_bare:
        re.sub(rf"\b(?:thang|quy)\s+(?P<word>{_BARE_WORDS})\b{follows.replace('ă', 'a')}", put, lower)
        if is_name:
            re.sub(
                rf"\b(?:thang|quy)\s+(?P<word>(?!nam|sau|tu){_BARE_WORDS})(?=\W*(?:\.[a-z]+)?$)", put, lower
            )
    else:
        # `tháng năm 2024` names no month, `tháng năm năm 2024` does
        re.sub(r"\b(?:tháng|quý)\s+(?P<word>năm)\b(?=\s+năm\s+20\d\d|\s*/\s*20\d\d)", put, lower)
        re.sub(rf"\b(?:tháng|quý)\s+(?P<word>(?!năm){_WORDS})\b", put, lower)
        re.sub(r"\b(?P<word>sáu|ba|chín)\b(?=\s+tháng\s+(?:đầu|cuối))", put, lower)
        re.sub(r"\b(?P<word>hai|ba|bốn)\b(?=\s+quý\s+(?:đầu|cuối|năm|20\d\d))", put, lower)
    bare = re.sub(r"\bqui(?=[\s.:-]*(?:\d|[ivx]+\b))", "quy", bare)  # `Quí II` is an older spelling
    return bare.translate(_DASHES)


_DASHES = str.maketrans("–—−‐‑~", "------")


def _day_of(match: re.Match, prefix: str) -> date | None:
    for number in ("", "2", "3"):
        if match[f"{prefix}y{number}"]:
            year, month, day_ = (int(match[f"{prefix}{part}{number}"]) for part in "ymd")
            return _calendar_day(year, month, day_, match[0])
    return None
