"""Which days a file is about, by all that it says of its period, held against the period it was sent for.

A file says it in its name, in the name of its sheet, above and below its table, over its columns and
between its rows. What it says of another period is refused or set aside: a number never counts for a
period that it is not of.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import PurePosixPath

import polars as pl

from ingest.errors import Refused
from ingest.reading import dates, lines, patterns, scopes
from ingest.reading.asked import (
    REPORTING_YEAR,
    TO_DATE,
    Asked,
    in_name,
    in_words,
    january,
    plain_name,
    without,
)
from ingest.reading.dates import Stated
from ingest.reading.tables import Table
from ingest.reading.titles import is_label
from ingest.wording import match_key, plain, tidy

MADE_AFTER = timedelta(days=20)  # a period, in which a file of it is made at the latest
# Of a note: whose figures it is about, where that is not the whole table.
_OF_SOME = re.compile(
    r"\b(?:dan so|chi tieu|rieng|huyen|xa|phuong|thi xa|thanh pho|thi tran|ho dan|ho gia dinh|theo"
    r"|cot|dong|chua|mot so"
    r"|don vi)\b"
)


def of_table(table: Table) -> tuple[date, date, str | None]:
    """First and last day that a table is about, and the status that what stands around it gives its figures.

    Raises Refused (`period_mismatch`, `planned`) where the name of the file or sheet, or a text above or
    below the table, speaks of another period, of a longer one alone, or of a plan.
    """
    asked = table.sent_for
    notes = [(locator, part) for locator, text in table.below if (part := about_all(text))]
    around = [(locator, text) for locator, text in (*table.above, *notes) if not _names_compared(text)]
    for locator, text in around:
        is_early = dates.is_day(text) and asked.is_flow is not None and dates.day(text) < asked.days[0]
        names_own = any(not asked.contradicts(one) for one in in_words(text, asked.year))
        if (lines.is_of_others(text) and not names_own) or is_early:
            raise _mismatch(asked, locator, text)
    _refuse_plans(asked, table, around)
    _refuse_parts(asked, table)
    _refuse_several(asked, table, notes)
    first, last = days(asked, around, table.headings.values())
    agreeing = any(in_words(text, asked.year) for _, text in around)
    refuse_names(replace(asked, name=table.grid.inside or table.file), table.grid.name, agreeing)
    _refuse_longer(asked, table, around)
    _refuse_unknown_titles(asked, table)
    first = _start_of_columns(asked, table, min(first, _start_in_names(asked, table)))
    found = {asked.status(text) for _, text in around} - {None}
    return first, last, "E" if "E" in found else "P" if found else None


_COMPARED = re.compile(
    rf"\W*(?:{patterns.PERIOD}(?: bao cao)? (?:truoc|so sanh|lien ke|truoc lien ke)|cung ky(?: nam truoc)?"
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
    of_all = [(locator, part) for locator, text in table.below if (part := about_all(text))]
    narrowing += [line for line in of_all if scopes.narrows(line[1], counted, bool(asked.is_flow))]
    for locator, text in narrowing[:1]:
        raise Refused(
            f"{table.file}: {locator}: {_shown(text, None)!r} may make the figures those of a part; "
            "send all of them, or say it in their headings",
            "value_unknown",
            locator,
        )


def _refuse_unknown_titles(asked: Asked, table: Table) -> None:
    """Refuse a table under a title with words that are not known to leave its figures as they are."""
    titles = list(_titles(table))
    if asked.titles is None or not titles:
        return
    unread = [part.text for part in table.unread if part.part == "column" and part.text]
    headings = [*table.headings.values(), *unread]
    has_communes = pl.any_horizontal(pl.all().str.contains(_COMMUNE).fill_null(False)).any()
    if table.grid.cells.select(has_communes).item():
        headings.append("các cấp xã, phường, thị trấn")
    for locator, text in titles:
        found = in_words(text, asked.year)
        words = asked.titles.unknown(without(text, found), headings)
        words = words or _other_span(asked, without(text, found, "#")) or _within(asked, text, headings)
        if words:
            raise Refused(
                f"{table.file}: {locator}: {_shown(text, None)!r}: {words!r} may make the figures others "
                "than their headings say; say it in the headings, or admit the words under titles in "
                "headings.yml",
                "value_unknown",
                locator,
            )


_SPAN = re.compile(
    r"(?<!ngay )\b(?:\d+|hai|ba|bon|sau|chin) (?:ngay|tuan|thang|quy)\b|\bngay \d{1,2}\b(?!\s*[/.-]|\s*thang)"
    r"|\btuan\b(?!\W*(?:thu |le )?\d|\W*#)|\b(?:trong|tung|moi|hang) ngay\b"
    r"|\b(?:bao cao|so lieu|ket qua|tinh hinh|thong ke|tong hop|ca|trong) (?P<kind>ngay|quy|nam)[^\w#]*$"
)


def _other_span(asked: Asked, rest: str) -> str | None:
    """The words of a title, without its periods, for a span that is not that of the file (`3 tháng`)."""
    bare = plain(tidy(rest))
    if asked.is_flow is False or TO_DATE.search(bare):
        return None
    found = _SPAN.search(bare) or re.search(r"\bden nay\b", bare)
    return found[0] if found and found.groupdict().get("kind") != asked.kind else None


_WITHIN = re.compile(rf"(?<!^)\btrong {patterns.PERIOD}\b|\btuan\b")
_SPAN_NAMED = re.compile(rf"\b(?:{patterns.CUMULATED}|hien co|den nay|trong (?:{patterns.PERIOD}|tuan))\b")


def _within(asked: Asked, title: str, headings: Sequence[str]) -> str | None:
    """The words of a title over what there is on a day, where none of its headings tells that apart from what
    came in a span (`Kết quả trong tháng 3`)."""
    found = None if asked.is_flow is not False else _WITHIN.search(plain(tidy(title)))
    return found[0] if found and not any(_SPAN_NAMED.search(plain(tidy(text))) for text in headings) else None


_COMMUNE = r"(?i)^\W*(?:(?:ubnd|ủy ban nhân dân)\s+)?(?:xã|phường|thị trấn|tt\.?)\s+\p{L}"


def _titles(table: Table) -> Iterable[tuple[str, str]]:
    """Place and words of each title: not what stands beside a label, nor a row of three cells."""
    for locator, text in table.grid.beside:
        # `Sheet1` or `Export` is the title of many a page
        if not text.isascii() and locator not in table.grid.explaining:
            yield locator, text
    for number, cells in enumerate(table.grid.cells.head(table.header_rows.start - 1).rows(), start=1):
        texts = list(dict.fromkeys(cell for cell in cells if cell))
        texts = [] if len(texts) > 2 or (texts and is_label(texts[0])) else texts
        for text in texts:
            yield table.grid.row_locator(number), text


def _refuse_several(asked: Asked, table: Table, notes: list[tuple[str, str]]) -> None:
    """Refuse figures of several periods, of which a title names the one that was asked for and others, and
    compares or foresees none of them."""
    if asked.is_flow is None:
        return
    texts = [*table.grid.beside, *(("above the table", text) for text in table.preamble), *notes]
    for locator, text in texts:
        found = [one for one in in_words(text, asked.year) if not one.is_until]
        wrong = [
            one for one in found if one.kind in ("month", "quarter", "months") and asked.contradicts(one)
        ]
        if wrong and len(wrong) < len(found) and not _FORESEEN.search(plain(tidy(text))):
            raise _too_long(asked, locator, text, wrong[0])
        if not found and _YEARS.search(plain(tidy(text))):
            raise _too_long(asked, locator, text)


def _start_in_names(asked: Asked, table: Table) -> date:
    """The first day that the names of file and sheet give figures that are cumulated."""
    start, last = asked.days
    if asked.is_flow is False:
        return start
    for name in (*PurePosixPath(table.grid.inside or table.file).parts, table.grid.name):
        bare = plain(dates.spaced(name))
        found = [one for one in in_name(name, asked.year) if not asked.contradicts(one)]
        is_to_date = TO_DATE.search(bare) and not _BOTH.search(bare)
        if is_to_date or any(one.kind == "months" for one in found):
            start = january(last)
    return start


def _start_of_columns(asked: Asked, table: Table, start: date) -> date:
    """The first day of the period itself where the headings say that they are of it, as `Trong tháng` does
    beside `Lũy kế`, under a title of the year to date. Raises Refused where only some of them do."""
    first, last = asked.days
    if not (asked.is_flow and start <= january(last) < first):
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
    kind = asked.kind
    is_named = re.search(rf"\b(?:trong|phat sinh) {kind}\b|\b{kind} (?:nay|bao cao)\b", match_key(heading))
    return bool(is_named) or any((one.first, one.last) == asked.days for one in asked.in_heading(heading))


_FORESEEN = re.compile(
    r"\b(?:du kien|ke hoach|phuong huong|nhiem vu|uoc|du bao|so (?:sanh )?voi|tang|giam)\b"
    rf"|\b{patterns.CUMULATED}\b"
)
# Several years that no plan is named after.
_YEARS = re.compile(
    r"^(?!.*\b(?:ke hoach|de an|chuong trinh|chien luoc|nghi quyet|quyet dinh|muc tieu|chi thi|du an"
    r"|dang bo)\b).*(?:\b(?:giai doan|nam|cac nam|tu)\W+|^\W*)(?:nam )?20\d\d\s*(?:-|–|den|toi|va|,)\s*"
    r"(?:nam )?20\d\d(?!\d)"
)


def _refuse_longer(asked: Asked, table: Table, around: list[tuple[str, str]]) -> None:
    """Refuse a table that only a longer period, or a part of its own one, is stated of."""
    if asked.is_flow is None or any(column.kind == "date" for column in table.columns):
        return
    sheet, name = table.grid.name, table.grid.inside or table.file
    names = [*PurePosixPath(name).parts, sheet]
    periods = [(locator, text, in_words(text, asked.year)) for locator, text in around]
    periods += [
        (
            f"sheet {sheet}" if text == sheet else "the file's name",
            text,
            tuple(in_name(text, asked.year, with_year=asked.is_flow)),
        )
        for text in names
        if text
    ]
    beside = [*table.headings.values(), *table.frame["section"].drop_nulls().unique()]
    stated = [one for _, _, found in periods for one in found]
    stated += [one for text in beside for one in in_words(text, asked.year)]
    agreeing = [one for one in stated if not asked.contradicts(one)]
    if any(not asked.is_longer(one) and not (asked.is_flow and one.kind == "day") for one in agreeing):
        return
    for locator, text, found in periods:
        for one in found:
            if not asked.contradicts(one) and asked.is_longer(one):
                raise (_too_short if one.last < asked.days[1] or one.kind in ("week", "day") else _too_long)(
                    asked, locator, text, one
                )


def _refuse_plans(asked: Asked, table: Table, around: list[tuple[str, str]]) -> None:
    """Refuse a table whose titles, sheet or file say that its figures are planned: a plan that is named
    beside a title of what was counted is the plan that they are held against."""
    titles = [(locator, text, plain(tidy(text))) for locator, text in around]
    is_counted = any(lines.is_of_counted(bare) for _, _, bare in titles)
    names = [("the file's name", PurePosixPath(table.grid.inside or table.file).name)]
    names += [(f"sheet {table.grid.name}", table.grid.name)] if table.grid.name else []
    titles += [(locator, text, plain(dates.spaced(text))) for locator, text in names]
    for locator, text, bare in titles:
        is_of_month = any(one.kind == "month" for one in in_words(text, asked.year))
        if lines.is_of_planned(bare, is_sure=is_of_month or not is_counted):
            raise Refused(
                f"{table.file}: {locator}: {_shown(text, None)!r} says that figures are planned; "
                "send those that were counted",
                "planned",
                locator,
            )


def refuse_names(asked: Asked, sheet: str = "", is_stated: bool = False) -> None:
    """Raise Refused where the name of the file, of one in the archive, or of the sheet is of another
    period. is_stated: whether the file itself says that it is of the one asked for."""
    names = [(f"sheet {sheet}", sheet, sheet)] if sheet else []
    parts = PurePosixPath(asked.name).parts
    names += [("the file's name", part, PurePosixPath(part).stem) for part in parts]
    for n, (locator, text, bare) in enumerate(names):
        is_sheet = bool(sheet) and not n
        if lines.is_of_others(dates.spaced(bare)):
            raise _mismatch(asked, locator, text)
        found = {(one.first, one.last): one for one in in_name(text, asked.year)}
        if any(asked.contradicts(one) for one in _of_figures_in_name(text, asked.year)):
            raise _mismatch(asked, locator, text)
        if is_sheet and (month := re.fullmatch(r"\s*(0[1-9]|1[0-2])\s*", text)):
            found |= {(one.first, one.last): one for one in in_words(f"tháng {month[1]}", asked.year)}
        # A name with several periods may compare them.
        if found and all(asked.contradicts(one) for one in found.values()) and len(found) == 1:
            raise _mismatch(asked, locator, text)
        days = dates.days_in_name(text, asked.year)
        if not found and (
            _is_of_other_day(asked, days, is_stated) or (not days and _is_of_other_year(asked, text))
        ):
            raise _mismatch(asked, locator, text)


def _of_figures_in_name(name: str, year: int) -> Iterator[Stated]:
    """Of the periods in a name that one of its figures: of `bc T3 (so lieu T2)` the second."""
    bare = plain_name(name)
    for one in in_name(name, year):
        before, after = bare[: one.at[0]], bare[one.at[1] :]
        if re.search(r"\b(?:so|du) lieu\W*$", before) and not re.match(
            r"\W*(?:va|den|toi)\b|\s*[,&+-]", after
        ):
            yield one


def _is_of_other_year(asked: Asked, name: str) -> bool:
    """Whether the years that a name holds, and that are of no document or plan, are all others."""
    bare = plain_name(name)
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
    found = [(part, in_name(part, asked.year, with_year=True)) for part in PurePosixPath(asked.name).parts]
    if all(asked.is_longer(one) for _, several in found for one in several):
        for part, several in found:
            for one in several:
                raise _too_long(asked, "the file's name", part, one)


def period_in(name: str) -> str | None:
    """The one period a name speaks of: `2024-03`, `T3.2024`, `quý I năm 2024`; none where there are two."""
    found = {
        f"{one.last.year}-Q{one.last.month // 3}" if one.kind == "quarter" else f"{one.last:%Y-%m}"
        for one in in_name(name, None)
        if one.kind in ("month", "quarter")
    }
    return found.pop() if len(found) == 1 else None


def days(asked: Asked, texts: Iterable[tuple[str, str]], headings: Iterable[str] = ()) -> tuple[date, date]:
    """First and last day a file is about: as its titles say, else as the calendar does.

    Figures cumulated since the beginning of the year are of the period they end with; their first day tells
    them apart. texts: place and words of what stands around the table. Raises Refused (`period_mismatch`)
    where they speak of another period, or of more than that period and less than the year to date.
    """
    first, last = asked.days
    start, end = first, last
    to_date = replace(asked, is_flow=None)  # of which three months are no quarter
    is_marked = any(re.search(r"\(\)|\*", heading) for heading in headings)
    for locator, text in texts:
        try:
            found = dates.stated(text, asked.year)
        except ValueError as error:
            raise Refused(f"{asked.name}: {locator}: {error}", "date_unreadable", locator) from None
        bare = plain(tidy(text))
        is_to_date = bool(TO_DATE.search(bare)) and not _BOTH.search(bare)
        if wrong := (to_date if is_to_date else asked).verdict(found):
            is_span = wrong.kind == "days" and first <= wrong.last <= last
            raise (_too_long if is_span else _mismatch)(asked, locator, text, wrong)
        since = _since(bare, last.year)
        if (
            asked.is_flow
            and is_to_date
            and ((is_marked and _MARKED.match(bare)) or since < january(last) - REPORTING_YEAR)
        ):
            raise _too_long(asked, locator, text)
        if asked.is_flow is not False and is_to_date and since > first:
            raise _too_short(asked, locator, text)
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
    r"\b(?:trong )?(?:thang|quy|ky)\b.*(?:\b(?:va|cung|cong)|[,;/+&-])\s*(?:so (?:lieu )?)?"
    rf"{patterns.CUMULATED}\b"
)
_MARKED = re.compile(r"\W*(?:\(\)|\*)")
_SINCE = re.compile(
    rf"(?:\b{patterns.CUMULATED}\b(?:(?!\bden\b).)*?\btu |(?<!dien )\btu (?=(?:ngay )?\d+[/.-]\d+[/.-]))"
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
    lead = re.match(r"\W*nguon(?: so lieu)?\b\W*", plain(text))
    parts = [text]
    if lead:
        found = re.finditer(r"\b(?:so lieu|du lieu|bao cao)\b", plain(text))
        parts = [text[one.start() :] for one in found if one.start() >= lead.end()]
    for part in parts:
        bare = re.sub(rf"^\W*(?:{patterns.NOTE}\b\W*)?", "", plain(part))
        about = re.match(
            r"(?:\(?\*+\)?\s*)?(?:cac |toan bo )?(?:so lieu|du lieu|bao cao|bieu|bang|ky|thoi diem"
            r"|thang|quy|t\d|(?:so )?luy ke)\b",
            bare,
        )
        if (about and not _OF_SOME.search(bare)) or _SINCE_ALONE.fullmatch(bare):
            return part
    return None


def _refused(
    says: str, to_do: str, asked: Asked, locator: str, text: str, stated: Stated | None = None
) -> Refused:
    message = f"{_shown(text, stated)!r} {says} {asked.period_id}; {to_do}"
    return Refused(f"{asked.name}: {locator}: {message}", "period_mismatch", locator)


_too_long = partial(_refused, "covers more than", "send that period alone")
_too_short = partial(_refused, "is not the whole of", "send the figures of that period")
_mismatch = partial(_refused, "is not about", "name the period it belongs to")


def _shown(text: str, stated: Stated | None) -> str:
    """A text in a message: of a long one, the words that matter."""
    text = tidy(text)
    if stated is None or len(text) <= 100:
        return text[:100]
    return text[max(0, stated.at[0] - 30) : stated.at[1] + 10].strip()
