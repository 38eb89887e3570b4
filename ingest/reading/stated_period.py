"""Which days a file is about, by all that it says of its period, held against the period it was sent for.

A file says it in its name, in the name of its sheet, above and below its table, over its columns and
between its rows. What it says of another period is refused or set aside: a number never counts for a
period that it is not of.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache, partial
from itertools import pairwise
from pathlib import PurePosixPath

import polars as pl

from ingest.errors import Refused
from ingest.reading import Table, dates, lines, scopes, tall, units
from ingest.reading.dates import Stated
from ingest.reading.titles import Vocabulary, is_label
from ingest.wording import match_key, plain, tidy

# Days by which a reporting month or quarter may be longer than the calendar's: 21/9 to 20/10, 1/12 to 29/2.
LONGER = 3
MADE_AFTER = timedelta(days=20)  # a period, in which a file of it is made at the latest
REPORTING_YEAR = timedelta(days=31)  # by which it begins before the calendar's, on 15/12 or 1/12
_TO_DATE = re.compile(
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
# Of a note: whose figures it is about, where that is not the whole table.
_OF_SOME = re.compile(
    r"\b(?:dan so|chi tieu|rieng|huyen|xa|phuong|thi xa|thanh pho|thi tran|ho dan|ho gia dinh|theo"
    r"|cot|dong|chua|mot so"
    r"|don vi)\b"
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
SPOILT = {
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
        return stated.last != last or stated.first not in (first, _january(last))

    def _is_too_long(self, stated: Stated) -> bool:
        first, last = self.days
        too_long = (stated.last - stated.first).days > (last - first).days + LONGER
        spanned = months_spanned(stated.first, stated.last)
        # From the middle of December to that of March is a quarter; longer ones may be the year to date.
        is_quarter = self.is_flow and spanned == 3 and stated.first != _january(last)
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
        found = [self.contradicts(one) for one in _in_name(name, self.year)]
        return None if len(set(found)) != 1 else not found[0]

    # Texts of a table

    def is_other(self, text: str, *, alone: bool = True) -> bool | None:
        """Whether a text between the rows names another period; None where it names none. alone: and
        nothing else."""
        return _is_other(self, text, alone)

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
        rest = re.sub(r"(?i)\(?\b(?:tiếp theo|tiep theo|trang \d+|tờ \d+)\b\)?", " ", _without(text, found))
        more = (r"trong (?:thang|ky|quy|nam)",) if self.is_flow else (r"luy ke|cong don|tu dau nam",)
        if not lines.is_group(rest, *more) and match_key(rest) not in {
            match_key(_without(title, in_words(title, self.year))) for title in titles
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
        rest = _without(text, in_words(text, self.year))
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
        kind = re.match(r"(?:ky|thang|quy|nam|tuan)?", match_key(heading))[0]
        found = in_words(text, self.year) or in_words(f"{kind} {text}", self.year)
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

    def spoils(self, remark: str) -> str | None:
        """The code of what a footnote, comment or note says is wrong with the figures that it is about."""
        found = in_words(remark, self.year)
        if self.is_other_note(remark) or (self.verdict(found) and not _OF_BASE.search(plain(remark))):
            return "period_mismatch"
        if scopes.leaves_out(remark) or _INCOMPLETE.search(plain(remark)):
            return "value_unknown"
        return self.spoils_row(remark)

    def spoils_row(self, note: str) -> str | None:
        """The same of the note of a row, which may also say who sent the figures and when."""
        if self.is_other_note(note):
            return "period_mismatch"
        if units.says_other(note):
            return "unit_unknown"
        if self.is_flow is False and re.search(r"\btrong (?:thang|quy|nam|ky)\b", plain(note)):
            return "value_unknown"
        kind = "quý" if "Q" in self.period_id else "tháng" if "-" in self.period_id else "năm"
        own = (
            rf"(?i)\b(?:trong|cả) (?:{kind}|kỳ)\b(?: này| báo cáo|(?! [ivx\d]))"
            rf"|\b(?:{kind}|kỳ) (?:này|báo cáo)"
        )
        fitting = tuple(one for one in in_words(note, self.year) if self._fits(one))
        rest = re.sub(own, " ", _without(note, fitting))
        is_cut = self.is_flow is not False and self.days[0].month > 1  # since January is more
        is_doubtful = _INCOMPLETE.search(scopes.without_harmless(rest))
        is_doubtful = is_doubtful or scopes.may_narrow(rest, is_cut)
        return "value_unknown" if is_doubtful else None

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
    return bool(_TO_DATE.search(bare)) and not re.search(r"[^\W\d_]", _FILLING.sub(" ", bare))


def days(name: str, period_id: str, titles: Iterable[tuple[str, str]]) -> tuple[date, date]:
    """First and last day a file is about: as its titles say, else as the calendar does.

    Figures cumulated since the beginning of the year are of the period they end with; their first day tells
    them apart. titles: place and text of what stands above the table. Raises Refused (`period_mismatch`)
    where they speak of another period, or of more than that period and less than the year to date.
    """
    return _days(Asked(name, period_id), titles)


def of_table(table: Table) -> tuple[date, date, str | None]:
    """First and last day that a table is about, and the status that what stands around it gives its figures.

    Raises Refused (`period_mismatch`, `planned`) where the name of the file or sheet, or a text above or
    below the table, speaks of another period, of a longer one alone, or of a plan.
    """
    asked = table.asked
    notes = [(place, part) for place, text in table.below if (part := about_all(text))]
    around = [(place, text) for place, text in (*table.above, *notes) if not _names_compared(text)]
    for place, text in around:
        is_early = dates.is_day(text) and asked.is_flow is not None and dates.day(text) < asked.days[0]
        names_own = any(not asked.contradicts(one) for one in in_words(text, asked.year))
        if (lines.is_of_others(text) and not names_own) or is_early:
            raise _mismatch(asked, place, text)
    _refuse_plans(asked, table, around)
    _refuse_parts(asked, table)
    _refuse_several(asked, table, notes)
    first, last = _days(asked, around, table.headings.values())
    agreeing = any(in_words(text, asked.year) for _, text in around)
    refuse_names(replace(asked, name=table.grid.inside or table.file), table.grid.name, agreeing)
    _refuse_longer(asked, table, around)
    _refuse_unknown_titles(asked, table)
    first = _start_of_columns(asked, table, min(first, _start_in_names(asked, table)))
    found = {asked.status(text) for _, text in around} - {None}
    return first, last, "E" if "E" in found else "P" if found else None


_COMPARED = re.compile(
    r"\W*(?:(?:ky|thang|quy|nam)(?: bao cao)? (?:truoc|so sanh|lien ke|truoc lien ke)|cung ky(?: nam truoc)?"
    r"|ky so sanh|thoi diem so sanh)\s*:"
)


def _names_compared(text: str) -> bool:
    """`Kỳ báo cáo trước: tháng 2/2024` names the period that figures are compared with."""
    return bool(_COMPARED.match(plain(tidy(text))))


def _refuse_parts(asked: Asked, table: Table) -> None:
    """Refuse a table whose figures a filter, title or note around it makes those of a part."""
    counted = [table.headings[c.field] for c in table.columns if c.is_number and c.field in table.headings]
    lines_above = list(table.above)
    if asked.is_flow is False:
        sheet, name = table.grid.name, PurePosixPath(table.grid.inside or table.file).stem
        lines_above += [
            ("the file's name", dates.spaced(name)),
            (f"sheet {sheet}", dates.spaced(sheet or "")),
        ]
    narrowing = [line for line in lines_above if scopes.narrows(line[1], counted, bool(asked.is_flow))]
    narrowing += [line for line in table.below if scopes.leaves_out(line[1])]
    of_all = [(place, part) for place, text in table.below if (part := about_all(text))]
    narrowing += [line for line in of_all if scopes.narrows(line[1], counted, bool(asked.is_flow))]
    for place, text in narrowing[:1]:
        raise Refused(
            f"{table.file}: {place}: {_shown(text, None)!r} may make the figures those of a part; "
            "send all of them, or say it in their headings",
            "value_unknown",
            place,
        )


def _refuse_unknown_titles(asked: Asked, table: Table) -> None:
    """Refuse a table under a title with words that are not known to leave its figures as they are."""
    if asked.titles is None:
        return
    unread = [part.text for part in table.unread if part.part == "column" and part.text]
    headings = [*table.headings.values(), *unread]
    has_communes = pl.any_horizontal(pl.all().str.contains(_COMMUNE).fill_null(False)).any()
    if table.grid.cells.select(has_communes).item():
        headings.append("các cấp xã, phường, thị trấn")
    for place, text in _titles(table):
        found = in_words(text, asked.year)
        words = asked.titles.unknown(_without(text, found), headings)
        words = words or _other_span(asked, _without(text, found, "#")) or _within(asked, text, headings)
        if words:
            raise Refused(
                f"{table.file}: {place}: {_shown(text, None)!r}: {words!r} may make the figures others than "
                "their headings say; say it in the headings, or admit the words under titles in headings.yml",
                "value_unknown",
                place,
            )


_SPAN = re.compile(
    r"(?<!ngay )\b(?:\d+|hai|ba|bon|sau|chin) (?:ngay|tuan|thang|quy)\b|\bngay \d{1,2}\b(?!\s*[/.-]|\s*thang)"
    r"|\btuan\b(?!\W*(?:thu |le )?\d|\W*#)|\b(?:trong|tung|moi|hang) ngay\b"
    r"|\b(?:bao cao|so lieu|ket qua|tinh hinh|thong ke|tong hop|ca|trong) (?P<kind>ngay|quy|nam)[^\w#]*$"
)


def _other_span(asked: Asked, rest: str) -> str | None:
    """The words of a title, without its periods, for a span that is not that of the file (`3 tháng`)."""
    bare = plain(tidy(rest))
    if asked.is_flow is False or _TO_DATE.search(bare):
        return None
    found = _SPAN.search(bare) or re.search(r"\bden nay\b", bare)
    own = "quy" if "Q" in asked.period_id else "thang" if "-" in asked.period_id else "nam"
    return found[0] if found and found.groupdict().get("kind") != own else None


_WITHIN = re.compile(r"(?<!^)\btrong (?:thang|quy|nam|ky)\b|\btuan\b")
_SO_FAR = re.compile(r"\b(?:luy ke|cong don|hien co|den nay|trong (?:thang|quy|nam|ky|tuan))\b")


def _within(asked: Asked, title: str, headings: Sequence[str]) -> str | None:
    """The words of a title over what there is on a day, where none of its headings tells that apart from what
    came in a span (`Kết quả trong tháng 3`)."""
    found = None if asked.is_flow is not False else _WITHIN.search(plain(tidy(title)))
    return found[0] if found and not any(_SO_FAR.search(plain(tidy(text))) for text in headings) else None


_COMMUNE = r"(?i)^\W*(?:(?:ubnd|ủy ban nhân dân)\s+)?(?:xã|phường|thị trấn|tt\.?)\s+\p{L}"


LINES_OF_COVER = 8


def _titles(table: Table) -> Iterable[tuple[str, str]]:
    """Place and words of each title: not what stands beside a label, nor a row of three cells."""
    sheets = Counter(place.partition(", row ")[0] for place, _ in table.grid.beside)
    for place, text in table.grid.beside:
        # `Sheet1` or `Export` is the title of many a page, and a sheet of many lines explains the others
        if not text.isascii() and sheets[place.partition(", row ")[0]] <= LINES_OF_COVER:
            yield place, text
    for number, cells in enumerate(table.grid.cells.head(table.header_rows.start - 1).rows(), start=1):
        texts = list(dict.fromkeys(cell for cell in cells if cell))
        texts = [] if len(texts) > 2 or (texts and is_label(texts[0])) else texts
        for text in texts:
            yield table.grid.place_of_row(number), text


def _refuse_several(asked: Asked, table: Table, notes: list[tuple[str, str]]) -> None:
    """Refuse figures of several periods, of which a title names the one that was asked for and others, and
    compares or foresees none of them."""
    if asked.is_flow is None:
        return
    texts = [*table.grid.beside, *(("above the table", text) for text in table.preamble), *notes]
    for place, text in texts:
        found = [one for one in in_words(text, asked.year) if not one.is_until]
        wrong = [
            one for one in found if one.kind in ("month", "quarter", "months") and asked.contradicts(one)
        ]
        if wrong and len(wrong) < len(found) and not _FORESEEN.search(plain(tidy(text))):
            raise _too_long(asked, place, text, wrong[0])
        if not found and _YEARS.search(plain(tidy(text))):
            raise _too_long(asked, place, text)


def _start_in_names(asked: Asked, table: Table) -> date:
    """The first day that the names of file and sheet give figures that are cumulated."""
    start, last = asked.days
    if asked.is_flow is False:
        return start
    for name in (*PurePosixPath(table.grid.inside or table.file).parts, table.grid.name):
        bare = plain(dates.spaced(name))
        found = [one for one in _in_name(name, asked.year) if not asked.contradicts(one)]
        is_to_date = _TO_DATE.search(bare) and not _BOTH.search(bare)
        if is_to_date or any(one.kind == "months" for one in found):
            start = _january(last)
    return start


def _start_of_columns(asked: Asked, table: Table, start: date) -> date:
    """The first day of the period itself where the headings say that they are of it, as `Trong tháng` does
    beside `Lũy kế`, under a title of the year to date. Raises Refused where only some of them do."""
    first, last = asked.days
    if not (asked.is_flow and start <= _january(last) < first):
        return start
    counted = [table.headings[c.field] for c in table.columns if c.is_number and c.field in table.headings]
    own = [heading for heading in counted if _is_of_own_period(asked, heading)]
    if own and len(own) < len(counted):
        silent = next(heading for heading in counted if heading not in own)
        raise Refused(
            f"{table.file}: column {silent}: may be of the year to date or, as {own[0]}, of "
            f"{asked.period_id}; say it in the heading",
            "period_mismatch",
            f"column {silent}",
        )
    return first if own else start


def _is_of_own_period(asked: Asked, heading: str) -> bool:
    kind = "quy" if "Q" in asked.period_id else "thang"
    is_said = re.search(rf"\b(?:trong|phat sinh) {kind}\b|\b{kind} (?:nay|bao cao)\b", match_key(heading))
    return bool(is_said) or any((one.first, one.last) == asked.days for one in asked.in_heading(heading))


_FORESEEN = re.compile(
    r"\b(?:du kien|ke hoach|phuong huong|nhiem vu|uoc|du bao|so (?:sanh )?voi|tang|giam|luy ke|cong don)\b"
)
# Several years that no plan is named after.
_YEARS = re.compile(
    r"^(?!.*\b(?:ke hoach|de an|chuong trinh|chien luoc|nghi quyet|quyet dinh|muc tieu|chi thi|du an"
    r"|dang bo)\b).*(?:\b(?:giai doan|nam|cac nam|tu)\W+|^\W*)(?:nam )?20\d\d\s*(?:-|–|den|toi|va|,)\s*"
    r"(?:nam )?20\d\d(?!\d)"
)


def _refuse_longer(asked: Asked, table: Table, around: list[tuple[str, str]]) -> None:
    """Refuse a table that only a longer period, or a part of its own one, is said of."""
    if asked.is_flow is None or any(column.kind == "date" for column in table.columns):
        return
    sheet, name = table.grid.name, table.grid.inside or table.file
    names = [*PurePosixPath(name).parts, sheet]
    said = [(place, text, in_words(text, asked.year)) for place, text in around]
    said += [
        (
            f"sheet {sheet}" if text == sheet else "the file's name",
            text,
            tuple(_in_name(text, asked.year, with_year=asked.is_flow)),
        )
        for text in names
        if text
    ]
    beside = [*table.headings.values(), *table.frame["section"].drop_nulls().unique()]
    stated = [one for _, _, found in said for one in found]
    stated += [one for text in beside for one in in_words(text, asked.year)]
    agreeing = [one for one in stated if not asked.contradicts(one)]
    if any(not asked.is_longer(one) and not (asked.is_flow and one.kind == "day") for one in agreeing):
        return
    for place, text, found in said:
        for one in found:
            if not asked.contradicts(one) and asked.is_longer(one):
                raise (_too_short if one.last < asked.days[1] or one.kind in ("week", "day") else _too_long)(
                    asked, place, text, one
                )


def _refuse_plans(asked: Asked, table: Table, around: list[tuple[str, str]]) -> None:
    """Refuse a table whose titles, sheet or file say that its figures are planned: a plan that is named
    beside a title of what was counted is the plan that they are held against."""
    titles = [(place, text, plain(tidy(text))) for place, text in around]
    is_counted = any(lines.is_of_counted(bare) for _, _, bare in titles)
    names = [("the file's name", PurePosixPath(table.grid.inside or table.file).name)]
    names += [(f"sheet {table.grid.name}", table.grid.name)] if table.grid.name else []
    titles += [(place, text, plain(dates.spaced(text))) for place, text in names]
    for place, text, bare in titles:
        is_of_month = any(one.kind == "month" for one in in_words(text, asked.year))
        if lines.is_of_planned(bare, is_sure=is_of_month or not is_counted):
            raise Refused(
                f"{table.file}: {place}: {_shown(text, None)!r} says that figures are planned; "
                "send those that were counted",
                "planned",
                place,
            )


def refuse_names(asked: Asked, sheet: str = "", is_stated: bool = False) -> None:
    """Raise Refused where the name of the file, of one in the archive, or of the sheet is of another
    period. is_stated: whether the file itself says that it is of the one asked for."""
    names = [(f"sheet {sheet}", sheet)] if sheet else []
    names += [("the file's name", part) for part in PurePosixPath(asked.name).parts]
    for place, said in names:
        if lines.is_of_others(dates.spaced(PurePosixPath(said).stem if place != f"sheet {sheet}" else said)):
            raise _mismatch(asked, place, said)
        found = {(one.first, one.last): one for one in _in_name(said, asked.year)}
        if any(asked.contradicts(one) for one in _of_figures_in_name(said, asked.year)):
            raise _mismatch(asked, place, said)
        if place.startswith("sheet") and (month := re.fullmatch(r"\s*(0[1-9]|1[0-2])\s*", said)):
            found |= {(one.first, one.last): one for one in in_words(f"tháng {month[1]}", asked.year)}
        # A name with several periods may compare them.
        if found and all(asked.contradicts(one) for one in found.values()) and len(found) == 1:
            raise _mismatch(asked, place, said)
        days = dates.days_in_name(said, asked.year)
        if not found and (
            _is_of_other_day(asked, days, is_stated) or (not days and _is_of_other_year(asked, said))
        ):
            raise _mismatch(asked, place, said)


def _of_figures_in_name(name: str, year: int) -> Iterator[Stated]:
    """Of the periods in a name that one of its figures: of `bc T3 (so lieu T2)` the second."""
    bare = plain(dates.spaced(_ENDING.sub("", name)))
    for one in _in_name(name, year):
        before, after = bare[: one.at[0]], bare[one.at[1] :]
        if re.search(r"\b(?:so|du) lieu\W*$", before) and not re.match(
            r"\W*(?:va|den|toi)\b|\s*[,&+-]", after
        ):
            yield one


def _is_of_other_year(asked: Asked, name: str) -> bool:
    """Whether the years that a name holds, and that are of no document or plan, are all others."""
    bare = plain(dates.spaced(_ENDING.sub("", name)))
    years = [
        int(f"20{found[0][-2:]}")
        for found in re.finditer(r"(?<!\d)(?<!\d[-./])20\d\d(?!\s*[-./]?\s*\d)|\bnam 2\d(?!\d)", bare)
        if not dates.is_of_something(bare[: found.start()])
    ]
    # A file of figures that somebody published is named after the year of the paper, too.
    latest = asked.year + (asked.days[1].month == 12)
    return bool(years) and (max(years) < asked.year or (asked.is_flow is not None and min(years) > latest))


def _is_of_other_day(asked: Asked, days: list[date], is_stated: bool) -> bool:
    """Whether a file was made before there were figures of the period, or so long after its end that what
    there is on a day is that of another one."""
    if not days or asked.is_flow is None:
        return False
    first, last = asked.days
    if asked.is_flow:
        return max(days) < first
    is_late = min(days) > last + MADE_AFTER and not is_stated
    return max(days) < last.replace(day=1) or is_late


def refuse_longer_names(asked: Asked) -> None:
    """Raise Refused where the name of the file is of a longer period than was asked for, or of part of it."""
    found = [(part, _in_name(part, asked.year, with_year=True)) for part in PurePosixPath(asked.name).parts]
    if all(asked.is_longer(one) for _, several in found for one in several):
        for part, several in found:
            for one in several:
                raise _too_long(asked, "the file's name", part, one)


def period_in(name: str) -> str | None:
    """The one period a name speaks of: `2024-03`, `T3.2024`, `quý I năm 2024`; none where there are two."""
    found = {
        f"{one.last.year}-Q{one.last.month // 3}" if one.kind == "quarter" else f"{one.last:%Y-%m}"
        for one in _in_name(name, None)
        if one.kind in ("month", "quarter")
    }
    return found.pop() if len(found) == 1 else None


def months_spanned(first: date, last: date) -> int:
    """How many months two days span, both included, to the nearest whole one."""
    return round(((last - first).days + 1) / 30.44)


_ENDING = re.compile(r"(?i)\.(?:csv|xlsx?|xlsm|html?|json|zip|txt|tsv)$")


def _in_name(name: str, year: int | None, with_year: bool = False) -> list[Stated]:
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


def _days(asked: Asked, texts: Iterable[tuple[str, str]], headings: Iterable[str] = ()) -> tuple[date, date]:
    first, last = asked.days
    start, end = first, last
    to_date = replace(asked, is_flow=None)  # of which three months are no quarter
    is_marked = any(re.search(r"\(\)|\*", heading) for heading in headings)
    for place, text in texts:
        try:
            found = dates.stated(text, asked.year)
        except ValueError as error:
            raise Refused(f"{asked.name}: {place}: {error}", "date_unreadable", place) from None
        bare = plain(tidy(text))
        is_to_date = bool(_TO_DATE.search(bare)) and not _BOTH.search(bare)
        if wrong := (to_date if is_to_date else asked).verdict(found):
            is_span = wrong.kind == "days" and first <= wrong.last <= last
            raise (_too_long if is_span else _mismatch)(asked, place, text, wrong)
        since = _since(bare, last.year)
        if (
            asked.is_flow
            and is_to_date
            and ((is_marked and _MARKED.match(bare)) or since < _january(last) - REPORTING_YEAR)
        ):
            raise _too_long(asked, place, text)
        if asked.is_flow is not False and is_to_date and since > first:
            raise _too_short(asked, place, text)
        if asked.is_flow is not False and is_to_date and not found:
            start = since
        for one in found:
            if one.kind == "year" or to_date.contradicts(one) or asked.is_longer(one):
                continue
            if one.kind in ("day", "days", "week"):
                end = one.last
            if one.kind == "days":
                start = one.first
            elif is_to_date and first <= one.last <= last:
                start = since
            elif one.kind == "months" and not _BOTH.search(bare):
                start = min(start, one.first)
    return start, end


# Figures of the month and, beside them, those of the year to date: columns tell them apart.
_BOTH = re.compile(
    r"\b(?:trong )?(?:thang|quy|ky)\b.*(?:\b(?:va|cung|cong)|[,;/+&-])\s*(?:so (?:lieu )?)?(?:luy ke"
    r"|cong don)\b"
)
_MARKED = re.compile(r"\W*(?:\(\)|\*)")
_SINCE = re.compile(
    r"(?:\b(?:luy ke|cong don)\b(?:(?!\bden\b).)*?\btu |(?<!dien )\btu (?=(?:ngay )?\d+[/.-]\d+[/.-]))"
    r"(?:ngay )?(?:(?P<d>\d{1,2})[/.-])?(?:thang )?"
    r"(?P<m>\d{1,2})(?:[/.-](?P<y>20\d\d)| nam (?P<z>20\d\d))?(?![\d/])"
)


def _since(bare: str, year: int) -> date:
    """The day since when figures are cumulated: the first of January unless a text says another one."""
    if not (found := _SINCE.search(bare)):
        return date(year, 1, 1)
    try:
        return date(int(found["y"] or found["z"] or year), int(found["m"]), int(found["d"] or 1))
    except ValueError:
        return date(year, 1, 1)


_SINCE_ALONE = re.compile(r"(?:tinh )?tu (?=dau nam|ngay|\d)(?:(?:dau|nam|ngay|den|toi|het|nay)\b|[\d\W])*")


def about_all(text: str) -> str | None:
    """The part of a note below a table that speaks of all its figures: `số liệu tính đến ngày 29/02/2024`.
    Why they are not of the period is no part of it."""
    text = tidy(text)
    reason = re.search(r"\b(?:do|vi)\b(?! (?:cong an|so|ubnd|cuc|phong|ban)\b)", plain(text))
    text = text[: reason.start()] if reason else text
    lead = re.match(r"\W*(?:(?P<source>nguon(?: so lieu)?)|ghi chu|luu y|chu thich|chu y)?\b\W*", plain(text))
    parts = [text]
    if lead["source"]:
        found = re.finditer(r"\b(?:so lieu|du lieu|bao cao)\b", plain(text))
        parts = [text[one.start() :] for one in found if one.start() >= lead.end()]
    for part in parts:
        bare = re.sub(r"^\W*(?:(?:ghi chu|luu y|chu thich|chu y)\b\W*)?", "", plain(part))
        about = re.match(
            r"(?:\(?\*+\)?\s*)?(?:cac |toan bo )?(?:so lieu|du lieu|bao cao|bieu|bang|ky|thoi diem"
            r"|thang|quy|t\d|(?:so )?luy ke)\b",
            bare,
        )
        if (about and not _OF_SOME.search(bare)) or _SINCE_ALONE.fullmatch(bare):
            return part
    return None


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
def _is_other(asked: Asked, text: str, alone: bool) -> bool | None:
    found = in_words(text, asked.year)
    if not found or (alone and not _says_only(text, found)):
        return None
    return asked.verdict(found) is not None


def _says_only(text: str, found: tuple[Stated, ...]) -> bool:
    return not re.search(r"\w", _FILLING.sub(" ", plain(_without(text, found))))


def _without(text: str, found: tuple[Stated, ...], blank: str = " ") -> str:
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
    if not wrong and not holding and not _TO_DATE.search(plain(text)):
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


def _january(day: date) -> date:
    return date(day.year, 1, 1)


def _refused(
    says: str, to_do: str, asked: Asked, place: str, text: str, stated: Stated | None = None
) -> Refused:
    message = f"{_shown(text, stated)!r} {says} {asked.period_id}; {to_do}"
    return Refused(f"{asked.name}: {place}: {message}", "period_mismatch", place)


_too_long = partial(_refused, "covers more than", "send that period alone")
_too_short = partial(_refused, "is not the whole of", "send the figures of that period")
_mismatch = partial(_refused, "is not about", "name the period it belongs to")


def _shown(text: str, stated: Stated | None) -> str:
    """A text in a message: of a long one, the words that matter."""
    text = tidy(text)
    if stated is None or len(text) <= 100:
        return text[:100]
    return text[max(0, stated.at[0] - 30) : stated.at[1] + 10].strip()
