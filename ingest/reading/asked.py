"""The period that a file was sent for, and what single texts say beside it: that figures are of it or of
another one, of more or less than it, of a part, planned or estimated.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise

from ingest.reading import dates, lines, patterns, scopes, tall, units
from ingest.reading.dates import Stated
from ingest.reading.titles import Vocabulary
from ingest.wording import match_key, plain, tidy

# Days by which a reporting month or quarter may be longer than the calendar's: 21/9 to 20/10, 1/12 to 29/2.
LONGER = 3
REPORTING_YEAR = timedelta(days=31)  # by which it begins before the calendar's, on 15/12 or 1/12
TO_DATE = re.compile(
    r"\b(?:luy ?ke|cong don|tu dau nam)\b"
    r"|(?<!dien )\btu (?:ngay )?\d{1,2}[/.-]\d{1,2}[/.-]20\d\d\b(?!.*\b(?:den|toi)\b.*\d)(?!\s*-)"
)
# Words that may stand beside a period where a text says that and nothing else.
_FILLING = re.compile(
    r"\b(?:bao cao|so lieu|du lieu|ket qua|thong ke|tong hop|ghi chu|luu y|ky|tinh|den|toi|het|ngay"
    r"|tu|thang|quy|nam"
    r"|luy ke|cong don|thoi diem|bang|bieu|cua|trong|ca|cap nhat|chot|thuc hien|uoc|uoc tinh"
    r"|tam tinh|so bo|du kien"
    r"|chinh thuc|so|duoc|la|nay|vao|luc|gio|h|cuoi|dau|phan|muc|i{1,3}|iv|vi{0,3}|[a-e])\b"
)
_STATUS = re.compile(
    r"[(\[]?\s*\b(?:(?P<e>(?:so (?:lieu )?)?uoc (?:tinh|thuc hien|dat|luong|so)|so (?:lieu )?uoc|uoc"
    r"|(?:so (?:lieu )?)?du kien)|(?P<p>(?:so (?:lieu )?)?(?:tam tinh|so bo)))\b\s*[)\]]?"
)
# `quy ước`, `mong ước`, `thay số ước tính`: no word on how sure figures are
_NO_STATUS = re.compile(
    r"\b(?:quy|cong|mong|thay|thay cho|thay the|khong phai|dieu|hiep|giao|ke hoach)\s*(?:so\s*)?$"
)
_PERIOD_COLUMN = re.compile(  # also `THANGBAOCAO`
    r"(?:ky|thang|quy|nam|thoi ?gian|thoi ?ky)(?: ?(?:bao ?cao|so ?lieu|du ?lieu|thong ?ke|nam|quy|thang"
    r"|thuc ?hien))*"
    r"|(?:tinh )?(?:tu|den)(?: ngay| thang)?|ngay(?: (?:bat dau|ket thuc|so lieu|chot so lieu))?|tuan"
    r"|thoi diem(?: (?:bat dau|ket thuc|so lieu))?"
)
_BEGIN = re.compile(r"^(?:tinh )?tu\b|bat dau$")
_OF_DAYS = re.compile(r"\b(?:ngay|den|ket thuc|thoi diem)\b")
_INCOMPLETE = re.compile(
    r"\b(?:(?:chua|khong) (?:bao )?gom|chua (?:day du|du|cap nhat|tinh|co so lieu)|chi (?:tinh|gom)"
    r"|khong tinh|(?:con )?thieu (?:so lieu|bao cao|\d+ )"
    r"|moi (?:co|tong hop)(?: duoc)? \d+ ?/ ?\d+)(?!.*\bmat\b)"
)
# A population or target may be of another day than the figures beside it.
_OF_BASE = re.compile(r"\b(?:dan so|nhan khau|chi tieu)\b")
# By code, what a remark says of figures.
WRONG = {
    "period_mismatch": "says that figures are of another period",
    "value_unknown": "may say that something is not counted, or that more is",
    "unit_unknown": "says that figures are in another unit",
}


@dataclass(frozen=True)
class Asked:
    """The period that a file was sent for, and what texts of the file say beside it."""

    name: str
    period_id: str
    is_flow: bool | None = None
    """Of figures of units: whether they are counted over the period, as dossiers, or are there at its end, as
    accounts. None for figures of both kinds."""
    parts_of_units: frozenset[str] = frozenset()
    """Keys of what rows below that of a unit are named, such as `Một phần`."""
    beside: frozenset[str] = frozenset()
    """Keys of the headings of words that leave the figures of their row what they are."""
    titles: Vocabulary | None = field(default=None, compare=False)
    """What the titles of its source may say."""

    @cached_property
    def days(self) -> tuple[date, date]:
        return tall.period_of(self.name, self.period_id)

    @property
    def year(self) -> int:
        return self.days[1].year

    @property
    def kind(self) -> str:
        """`quy`, `thang` or `nam`, as plain texts name the kind of this period."""
        return "quy" if "Q" in self.period_id else "thang" if "-" in self.period_id else "nam"

    def contradicts(self, stated: Stated) -> bool:
        """Whether a file that says this is of another period. A year or quarter that holds the period
        agrees; so does all that ends with it and began with the year, or that is hardly longer.
        """
        first, last = self.days
        if stated.is_until or stated.kind in ("day", "week"):
            # figures of units are those of its end
            is_before_end = self.is_flow is not None and stated.last < last.replace(day=1)
            return not first <= stated.last <= last or (is_before_end and stated.kind != "week")
        if stated.kind == "days":
            return stated.first > stated.last or not first <= stated.last <= last or self._is_too_long(stated)
        if stated.kind in ("quarter", "year") and stated.first <= first and last <= stated.last:
            return False
        return stated.last != last or stated.first not in (first, january(last))

    def _is_too_long(self, stated: Stated) -> bool:
        first, last = self.days
        too_long = (stated.last - stated.first).days > (last - first).days + LONGER
        spanned = months_spanned(stated.first, stated.last)
        # From the middle of December to that of March is a quarter; longer ones may be the year to date.
        is_quarter = self.is_flow and spanned == 3 and stated.first != january(last)
        return too_long and (spanned != last.month or bool(is_quarter))

    def is_longer(self, stated: Stated) -> bool:
        """Whether what is stated, and does not contradict, is more than the period, or only part of it, so
        that figures of it are of the period only where something else says so. What is there at the end of
        a quarter is there at the end of its last month.
        """
        first, last = self.days
        if self.is_flow is None or (stated.first, stated.last) == (first, last):
            return False
        if stated.kind in ("quarter", "year"):
            return self.is_flow or stated.last != last
        if not self.is_flow or stated.is_until:
            return False
        is_short = (stated.last - stated.first).days * 2 < (last - first).days
        return stated.kind in ("week", "day") or (stated.kind == "days" and is_short)

    def is_more(self, stated: Stated) -> bool:
        """Whether what is stated beside figures of the period is more than it, or part of it."""
        is_to_date = stated.kind in ("months", "days") and stated.first < self.days[0] - REPORTING_YEAR
        return self.is_longer(stated) or bool(self.is_flow and is_to_date)

    def verdict(self, found: Iterable[Stated]) -> Stated | None:
        """Of what one text states that which is of another period. One month of several (`tháng 2 và tháng
        3`) may be the right one; days have to be.
        """
        found = list(found)
        wrong = [one for one in found if self.contradicts(one)]
        if any(one.kind not in ("day", "days", "year") and one not in wrong for one in found):
            wrong = [one for one in wrong if one.kind in ("day", "days")]
        return wrong[0] if wrong else None

    def is_of_name(self, name: str) -> bool | None:
        """Whether the name of a sheet is of the period; None where it names none, or several."""
        found = [self.contradicts(one) for one in in_name(name, self.year)]
        return None if len(set(found)) != 1 else not found[0]

    # Texts of a table

    def is_other(self, text: str) -> bool | None:
        """Whether a text between the rows names another period; None where it names none, or says more."""
        return _is_other(self, text)

    def line(self, texts: tuple[str, ...], titles: frozenset[str], has_figures: bool) -> str | None:
        """What a line between the rows says of those below it, all its texts in words:

        `own` or `other` of this period or of another one, or of a plan; `group` where they are read as
        before; `unit` where it is itself a row; `unknown` where it may narrow them. None where it holds
        figures and nothing but them says that they are others.

        titles: keys of those above the table, which may come again on each page.
        """
        text = " ".join(texts)
        if any(lines.says_only_other(one) for one in texts):
            return "other"
        if len(texts) > 1 and any(map(lines.names_unit, texts)):
            return "unit"
        found = in_words(text, self.year)
        may_state = found and (not has_figures or _says_only(text, found))
        if may_state and (self.verdict(found) or all(map(self.is_more, found))):
            return "other"
        if has_figures:
            return "own" if found and _says_only(text, found) else None
        if lines.says_other_time(text):
            return "other"
        if match_key(text) in titles:
            return "group"
        if any(map(lines.names_unit, texts)):
            return "unit"
        rest = re.sub(r"(?i)\(?\b(?:tiếp theo|tiep theo|trang \d+|tờ \d+)\b\)?", " ", without(text, found))
        more = (f"trong {patterns.PERIOD}",) if self.is_flow else (f"{patterns.CUMULATED}|tu dau nam",)
        if not lines.is_group(rest, *more) and match_key(rest) not in {
            match_key(without(title, in_words(title, self.year))) for title in titles
        }:
            return "unknown"
        return "own" if found or re.search(r"\bthuc hien\b|\b(?:thang|ky) nay\b", plain(text)) else "group"

    def heading(self, text: str) -> tuple[str, bool, str | None]:
        """A heading without the words that are of this period, whether it is of another, and the status it
        gives."""
        return _heading(self, text)

    def in_heading(self, text: str) -> tuple[Stated, ...]:
        """The periods that a heading names, but years, which it mostly names of something else."""
        return tuple(
            one
            for one in in_words(text, self.year)
            if one.kind != "year" or self.days == (one.first, one.last)
        )

    def without_periods(self, text: str) -> str:
        """A heading without the periods that it names, and the words for one."""
        if dates.is_day(text):
            return ""
        rest = without(text, in_words(text, self.year))
        return re.sub(rf"(?i){_ANY_PERIOD}", " ", rest)

    def is_together(self, several: Iterable[Stated]) -> bool:
        """Whether periods follow each other and are together the one that was asked for."""
        spans = sorted((one.first, one.last) for one in several)
        follow = all(after[0] - before[1] == timedelta(days=1) for before, after in pairwise(spans))
        return follow and (spans[0][0], spans[-1][1]) == self.days

    def is_period_column(self, heading: str) -> bool:
        """Whether the cells below a heading name periods, as below `Kỳ báo cáo` or `Tháng`."""
        return bool(_PERIOD_COLUMN.fullmatch(match_key(heading)))

    def is_other_cell(self, heading: str, text: str) -> bool:
        """Whether a cell of such a column names another period."""
        if lines.says_only_other(text):
            return True
        try:
            when = dates.day(text)
            if _BEGIN.search(match_key(heading)):
                return when != self.days[0]
            if self.is_flow and _OF_DAYS.search(match_key(heading)):
                return when != self.days[1]
            return not self.days[0] <= when <= self.days[1]
        except ValueError:
            pass
        if says_to_date(text) and self.is_flow is not False:
            return True
        if self.is_flow is False and match_key(text).startswith("trong "):
            return True
        kind = re.match(r"ky|thang|quy|nam|tuan", match_key(heading))
        found = in_words(text, self.year) or in_words(f"{kind[0] if kind else ''} {text}", self.year)
        of_more = [
            one for one in found if one.kind != "year" and self.is_more(one)
        ]  # a year stands by its month
        is_to_date = self.is_flow and any(one.kind == "months" and one.first < self.days[0] for one in found)
        is_unknown = not found and re.search(r"[^\W\d_]", _FILLING.sub(" ", plain(tidy(text))))
        return (
            self.verdict(found) is not None
            or bool(found and len(of_more) == len(found))
            or bool(is_to_date or is_unknown)
        )

    def is_other_note(self, text: str) -> bool:
        """Whether the note of a row says that its figures are of another period, cumulated or planned, and
        nothing else."""
        found = in_words(text, self.year)
        if found and _says_only(text, found):
            is_to_date = any(one.kind == "months" and one.first < self.days[0] for one in found)
            is_more = all(map(self.is_more, found)) or (is_to_date and self.is_flow is not False)
            return is_more or self.verdict(found) is not None
        if says_to_date(text):
            return self.is_flow is not False
        return lines.is_of_others_or_planned(text)

    def code_of_remark(self, remark: str) -> str | None:
        """The code of what a footnote, comment or note says is wrong with the figures that it is about."""
        code = self.code_of_note(remark)
        if code == "period_mismatch":
            return code
        if self.verdict(in_words(remark, self.year)) and not _OF_BASE.search(plain(remark)):
            return "period_mismatch"
        is_of_part = scopes.leaves_out(remark) or _INCOMPLETE.search(plain(remark))
        return "value_unknown" if is_of_part else code

    def code_of_note(self, note: str) -> str | None:
        """The same of the note of a row, which may also say who sent the figures and when."""
        if self.is_other_note(note):
            return "period_mismatch"
        if units.says_other(note):
            return "unit_unknown"
        if self.is_flow is False and re.search(rf"\btrong {patterns.PERIOD}\b", plain(note)):
            return "value_unknown"
        kind = {"quy": "quý", "thang": "tháng", "nam": "năm"}[self.kind]
        own = (
            rf"(?i)\b(?:trong|cả) (?:{kind}|kỳ)\b(?: này| báo cáo|(?! [ivx\d]))"
            rf"|\b(?:{kind}|kỳ) (?:này|báo cáo)"
        )
        fitting = tuple(one for one in in_words(note, self.year) if self._fits(one))
        rest = re.sub(own, " ", without(note, fitting))
        is_cut = self.is_flow is not False and self.days[0].month > 1  # since January is more
        is_incomplete = _INCOMPLETE.search(scopes.without_harmless(rest))
        return "value_unknown" if is_incomplete or scopes.may_narrow(rest, is_cut) else None

    def _fits(self, stated: Stated) -> bool:
        return not self.contradicts(stated) and not self.is_more(stated) and stated.kind != "months"

    def status(self, text: str) -> str | None:
        """E or P where a text says that its figures are estimated or provisional."""
        bare = plain(tidy(text))
        found = set()
        for match in _STATUS.finditer(bare):
            after = [one for one in in_words(text, self.year) if one.at[0] >= match.start()]
            of_another = bool(after) and self.contradicts(after[0])
            if not _NO_STATUS.search(bare[: match.start()]) and not of_another:
                found.add("E" if match["e"] else "P")
        return "E" if "E" in found else "P" if found else None

    def status_alone(self, text: str) -> str | None:
        """The status that a text gives which says nothing else."""
        return self.status(text) if not re.search(r"\w", _FILLING.sub(" ", plain(tidy(text)))) else None


_ANY_PERIOD = r"(?:trong|cả)\s+(?:tháng|quý|năm|kỳ)(?:\s+(?:này|báo cáo))?|(?:tháng|quý|kỳ)\s+này"


def says_to_date(text: str) -> bool:
    """Whether a text says that figures are cumulated, and nothing else."""
    bare = plain(tidy(text))
    return bool(TO_DATE.search(bare)) and not re.search(r"[^\W\d_]", _FILLING.sub(" ", bare))


def months_spanned(first: date, last: date) -> int:
    """How many months two days span, both included, to the nearest whole one."""
    return round(((last - first).days + 1) / 30.44)


_ENDING = re.compile(r"(?i)\.(?:csv|xlsx?|xlsm|html?|json|zip|txt|tsv)$")


def plain_name(name: str) -> str:
    """The plain words of the name of a file, without its ending."""
    return plain(dates.spaced(_ENDING.sub("", name)))


def in_name(name: str, year: int | None, with_year: bool = False) -> list[Stated]:
    """What a name says. Its ending is none of it; a day that the calendar does not have says nothing.

    with_year: also that it is of a year, which names mostly say of something else."""
    bare = _ENDING.sub("", name)
    try:
        found = dates.stated(bare, year, is_name=True)
        if with_year and not found:
            found = [one for one in dates.stated(dates.spaced(bare), year) if one.kind == "year"]
    except ValueError:
        return []
    return found


_MAY_STATE = re.compile(r"thang|qu[yi]|ngay|tuan|20\d\d|\b[tq]\W{0,2}(?:h\W?)?[\di]")


@lru_cache(maxsize=1 << 14)
def in_words(text: str, year: int) -> tuple[Stated, ...]:
    """What a text states. year: that of a month without one. A day that the calendar does not have says
    nothing."""
    if not _MAY_STATE.search(plain(text)):
        return ()
    try:
        return tuple(dates.stated(text, year))
    except ValueError:
        return ()


@lru_cache(maxsize=1 << 14)
def _is_other(asked: Asked, text: str) -> bool | None:
    found = in_words(text, asked.year)
    if not found or not _says_only(text, found):
        return None
    return asked.verdict(found) is not None


def _says_only(text: str, found: tuple[Stated, ...]) -> bool:
    return not re.search(r"\w", _FILLING.sub(" ", plain(without(text, found))))


def without(text: str, found: tuple[Stated, ...], blank: str = " ") -> str:
    """A tidy text with blanks for the periods that it states."""
    rest = tidy(text)
    for one in found:
        rest = rest[: one.at[0]] + blank * (one.at[1] - one.at[0]) + rest[one.at[1] :]
    return rest


@lru_cache(maxsize=1 << 12)
def _heading(asked: Asked, text: str) -> tuple[str, bool, str | None]:
    text = tidy(text)
    # What there is at the end of a quarter is there at the end of its last month.
    found = asked.in_heading(text)
    of_end = [
        one
        for one in found
        if asked.is_flow is False
        and one.kind in ("month", "quarter")
        and asked.days[0] <= one.first
        and one.last == asked.days[1]
    ]
    wrong = not of_end and asked.verdict(found) is not None
    holding = [
        one
        for one in found
        if not one.is_until
        and one.kind != "days"
        and one not in of_end
        and (one.first, one.last) != asked.days
    ]
    status = asked.status(text)
    rest = text
    if not wrong and not holding and not TO_DATE.search(plain(text)):
        for one in found[::-1]:
            before = re.sub(
                r"[\s,:;(\[-]*(?:\b(?:so lieu|tinh|den|toi|het|ngay|trong|cua|tai|thoi diem|ky"
                r"|bao cao|cuoi)\b[\s:]*)*$",
                "",
                plain(rest[: one.at[0]]),
            )
            rest = f"{rest[: len(before)]} {rest[one.at[1] :].lstrip(' )]')}"
    if status:
        for match in reversed(list(_STATUS.finditer(plain(rest)))):
            rest = f"{rest[: match.start()]} {rest[match.end() :]}"
    return tidy(rest).strip(" ,;:-"), wrong, status


def january(day: date) -> date:
    return date(day.year, 1, 1)
