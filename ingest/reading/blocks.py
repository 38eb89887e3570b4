"""Rows of a table that are not of the file's own period, or may not be: blocks under a line that says so or
is not understood, rows in which a cell says it, and sums carried from page to page."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import polars as pl

from ingest.reading import dates, distinct
from ingest.reading.asked import Asked
from ingest.reading.grids import Grid
from ingest.reading.headers import Header
from ingest.reading.outcome import Rejection, Unread
from ingest.wording import begins, match_key, tidy

# A year begins a number, or ends one of a month or a day; `0002013` and `0201399` are numbers.
_MAY_NAME_PERIOD = (
    r"(?i)th[aá]ng|qu[yý]|ng[aà]y|(?:^|[^0-9])(?:20\d\d|(?:[0-9]{1,2}|[0-9]{4})20\d\d(?:[^0-9]|$))"
    r"|(?:^|\W)(?:k[yỳ]|[tq]\W?\d)"
)
_MAY_SAY_OTHER = (
    r"(?i)tr[uư][oớ]c|li[eề]n k[eề]|c[uù]ng k[yỳ]|[dđ][aầ]u (?:k[yỳ]|n[aă]m)|k[eế] ho[aạ]ch|ch[iỉ] ti[eê]u"
    r"|m[uụ]c ti[eê]u|d[uự] (?:to[aá]n|b[aá]o)|ph[aá]t (?:tri[eể]n|sinh)|t[aă]ng|gi[aả]m|so (?:s[aá]nh"
    r"|v[oớ]i)"
    r"|ph[aấ]n [dđ][aấ]u|ch[eê]nh l[eệ]ch"
)
_MAY_SAY = f"{_MAY_NAME_PERIOD}|{_MAY_SAY_OTHER}"
_NUMBER_OF_ROW = re.compile(r"|[ivx]+|[a-e]|\d{1,3}(?: \d{1,2})?")
_ROMAN_OR_LETTER = re.compile(r"\s*(?:(?P<roman>[IVX]{1,5})|[A-E])(?:[.)\s-]|$)")
_FIGURES = r"^[\s(]*[+-]?\d[\d.,\s\u00a0]*%?\s*\)?$"
_NOTES = re.compile(r"ghi chu|notes?|luu y|chu thich|nhan xet|giai trinh|ly do")
_SOME_FIGURES = r"\d|^[#=]"


@dataclass(frozen=True)
class Apart:
    roles: pl.Series
    """Of each row; `other` in a block that is left out, `rejected` where a cell names another period."""
    unread: list[Unread] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    reasons: list[Rejection] = field(default_factory=list)
    """Why rows are left out, for a table of which nothing else is left."""


def set_apart(body: pl.DataFrame, grid: Grid, header: Header, asked: Asked | None) -> Apart:
    """Set apart what is not of the period asked for; where none is asked, only what is carried over pages."""
    apart = Apart(body["role"])
    roles: dict[int, str] = {}
    counted = [f"#{n}" for n in header.counted]
    for n in (body["role"] == "carried").arg_true():
        roles[n] = "other"
        text = body["label"][n]
        apart.unread.append(
            Unread("row", grid.row_locator(body["row"][n]), text, _figures(body[n : n + 1], counted))
        )
    if asked is None:
        return Apart(_changed(body["role"], roles), apart.unread)
    dated = {f"#{header.at[column.field]}" for column in header.columns if column.kind == "date"}
    of_period = [f"#{n}" for n, heading in header.unknown.items() if asked.is_period_column(heading)]
    has_figures = body.select(_any(header.figures(_FIGURES))).to_series()
    words = [c for c in body.columns if c.startswith("#") and c not in dated and c not in of_period]
    lines = _lines(body, grid, header, words, counted, has_figures, asked)
    alone = _alone(body, lines, has_figures, counted)
    starts = list(_starts(body, lines, alone))
    for n, end in itertools.pairwise([*starts, body.height]):
        end = n + 1 if n in alone else end
        text, says = lines[n]
        locator = grid.row_locator(body["row"][n])
        if not has_figures[n:end].any():
            if body["role"][n] != "data":
                roles[n] = "note"
        elif says in ("own", "group"):
            roles[n] = "section"
        else:
            roles |= dict.fromkeys(range(n, end), "other")
            named = text if says == "other" else f"{text}: {_names(body[n + 1 : end], counted)}"
            apart.unread.append(Unread("row", locator, named, _figures(body[n:end], counted)))
            apart.reasons.append(_rejection(body["row"][n], locator, text, says, asked))
    wrong = [
        (column, heading, _other_cells(body[column], heading if column in of_period else None, asked))
        for column, heading in _columns_of_texts(header, of_period)
    ]
    for column, heading in _columns_of_notes(header):
        texts = body[column].drop_nulls().unique()
        codes = {text: code for text in texts if (code := asked.code_of_note(text))}
        for n in body[column].is_in(list(codes)).fill_null(False).arg_true() if codes else []:
            if roles.get(n, body["role"][n]) == "data" and has_figures[n]:
                text, roles[n] = body[column][n], "rejected"
                locator = grid.locator(body["row"][n], heading)
                apart.rejected.append(_of_note(body["row"][n], locator, text, codes[text], asked))
    for column, heading, others in wrong:
        cells = body[column].forward_fill() if column in of_period else body[column]
        for n in cells.is_in(others).fill_null(False).arg_true() if others else []:
            if roles.get(n, body["role"][n]) == "data":
                roles[n] = "rejected"
                locator = grid.locator(body["row"][n], heading)
                apart.rejected.append(_rejection(body["row"][n], locator, cells[n], "other", asked))
    apart.reasons.extend(apart.rejected)
    return Apart(_changed(body["role"], roles), apart.unread, apart.rejected, apart.reasons)


def _changed(roles: pl.Series, changes: dict[int, str]) -> pl.Series:
    return roles.clone().scatter(list(changes), list(changes.values())) if changes else roles


# Columns that divide the rows of a unit, and cells of them that do not.
_DIVIDING = re.compile(
    (
        r"(?:ten |ma |loai )?(?:thu tuc(?: hanh chinh)?|tthc|linh vuc|dich vu(?: cong)?|ho so)"
        r"|muc do(?: dich vu cong| dvc| dvctt)?|nha mang|doanh nghiep|gioi tinh|nhom tuoi|do tuoi|dan toc"
        r"|doi tuong(?: nop)?|hinh thuc(?: nop| tiep nhan)?|kenh(?: nop| tiep nhan)?|khu vuc|loai thue bao"
    ).replace(" ", " ?")  # also `LINHVUC`
)
_ALL = re.compile(
    r"(?:tat ca|toan bo|tong|tong so|tong cong|chung)(?: cac)?(?: (?:linh vuc|thu tuc|loai|muc do))?"
    r"|(?:da )?thuc hien|thuc te|chinh thuc"
)
# Rows between the units that are none.
_NO_UNIT = re.compile(
    r"diem (?:toi da|chuan|trung binh|thuong|tru)|(?:muc |gia tri )?(?:trung binh|binh quan)"
    r"(?: (?:chung|toan tinh|ca nuoc|cac don vi|diem))?|(?:diem )?(?:cao nhat|thap nhat|toi da|toi thieu)"
    r"|trong do\b.*|(?:nop )?(?:truc tuyen|truc tiep|qua mang|(?:qua )?buu chinh(?: cong ich)?)"
    r"|(?:truoc|dung|qua|tre|trong) han|ty le(?: phan tram)?|ti le"
)

_MAY_BE_NO_UNIT = begins(
    "diem|muc|gia tri|trung binh|binh quan|cao nhat|thap nhat|toi da|toi thieu|trong do|nop|truc tuyen"
    "|truc tiep|qua|buu chinh|truoc|dung|tre|trong|ty le|ti le"
)


def set_parts_apart(body: pl.DataFrame, grid: Grid, header: Header, asked: Asked | None) -> Apart:
    """Set aside the rows that count a part of their unit, as a column of theirs says, and leave out those
    of no unit (`Trung bình`)."""
    roles: dict[int, str] = {}
    apart = Apart(body["role"])
    counted = [f"#{n}" for n in header.counted]
    has_figures = body.select(_any(header.figures(r"\d"))).to_series()
    notes = {column for column, _ in _columns_of_notes(header)}
    for n, heading in header.unknown.items():
        if asked is None or _leaves(heading, asked) or f"#{n}" in notes:
            continue
        cells = body[f"#{n}"]
        may_narrow = r"\p{L}|\d\s*[-+/]|\d\.\d+\.\d"
        if _OF_LEVELS.match(match_key(heading)):
            may_narrow += f"|{_LEVEL}"
        texts = distinct.texts(cells)
        texts = texts.filter(texts.str.contains(may_narrow)).unique()
        parts = [text for text in texts if _narrows(text, heading)]
        for row in (cells.is_in(parts) & has_figures).fill_null(False).arg_true() if parts else []:
            if roles.get(row, body["role"][row]) == "data":
                roles[row] = "rejected"
                message = OF_PART.format(cells[row])
                if heading and not divides(heading):
                    message += f", or list {heading!r} under beside in headings.yml if it narrows nothing"
                locator = grid.locator(body["row"][row], heading or str(n + 1))
                apart.rejected.append(
                    Rejection(body["row"][row], locator, "value_unknown", message, cells[row])
                )
    left = _left(body, min((int(c[1:]) for c in counted), default=0))
    for n in distinct.rows_with(left, _MAY_BE_NO_UNIT):
        names = [text for text in left.row(n) if text and re.search(r"[^\W\d]", text)]
        # of a table with a column of units beside those of names and codes the last one is no name
        if roles.get(n, body["role"][n]) == "data" and 0 < len(names) < 3 and is_no_unit(names[-1]):
            roles[n] = "other"
            locator = grid.row_locator(body["row"][n])
            apart.unread.append(Unread("row", locator, tidy(names[-1]), _figures(body[n : n + 1], counted)))
            message = (
                f"{names[-1]!r} is no unit, or makes of the row a part of one; send the figures of units"
            )
            apart.reasons.append(Rejection(body["row"][n], locator, "value_unknown", message, names[-1]))
    reasons = [*apart.rejected, *apart.reasons]
    return Apart(_changed(body["role"], roles), apart.unread, apart.rejected, reasons)


def set_divided_apart(body: pl.DataFrame, grid: Grid, header: Header) -> Apart:
    """Set aside the rows of a unit that is written once over several of them, where a text beside it tells
    them apart: none of them need be all of it."""
    apart = Apart(body["role"])
    names = [header.at[c.field] for c in header.columns if c.kind == "text" and c.required]
    counted = header.counted
    if len(names) != 1 or not counted or not body[f"#{names[0]}"].null_count():
        return apart
    roles: dict[int, str] = {}
    has_figures = body.select(_any(header.figures(_FIGURES))).to_series()
    has_figures &= body["role"].is_in(["data", "section"])
    is_named = body[f"#{names[0]}"].is_not_null()
    first = None
    for row in (has_figures & ~is_named).arg_true():
        if row and has_figures[row - 1] and is_named[row - 1]:
            first = row - 1
        elif first is None or not has_figures[row - 1]:
            first = None
            continue
        for n, heading in header.unknown.items():
            one, other = body[f"#{n}"][first], body[f"#{n}"][row]
            is_word = other is not None and (n < min(counted) or re.search(r"[^\W\d_]", other))
            if not is_word or other == one or dates.is_day(other):
                continue
            is_whole = one is None or _ALL.fullmatch(match_key(one))
            for at, text in ((row, other),) if is_whole else ((first, one), (row, other)):
                if at not in roles:
                    roles[at] = "rejected"
                    locator = grid.locator(body["row"][at], heading or str(n + 1))
                    message = OF_PART.format(text)
                    apart.rejected.append(Rejection(body["row"][at], locator, "value_unknown", message, text))
            break
    return Apart(_changed(body["role"], roles), [], apart.rejected, apart.rejected)


OF_PART = "{0!r} makes of the row a part of its unit; send the figures of all"


def _leaves(heading: str, asked: Asked) -> bool:
    """Whether the words of a column leave the figures of their row what they are, or are read as a period."""
    return match_key(heading) in asked.beside or asked.is_period_column(heading)


def _narrows(text: str, heading: str) -> bool:
    """Whether a cell below a heading that nobody knows holds words or a day; a figure may have some too."""
    if _OF_LEVELS.match(match_key(heading)) and re.search(_LEVEL, text):
        return True
    if divides(heading):
        return is_part(text)
    if _DAY.fullmatch(text):
        return True
    is_figure = _FIGURE.search(text) or _NUMBER_OF_ROW.fullmatch(match_key(text))
    return bool(re.search(r"[^\W\d_]", text)) and is_part(text) and not is_figure


_OF_LEVELS, _LEVEL = re.compile(r"(?:muc|cap|nhom|loai)\b(?! luong)"), r"^\s*[1-9]\s*$"
# Also `12 hồ sơ` and `Số lượng: 12`, not `4G` nor `3 tháng`.
_FIGURE = re.compile(
    r"^[\s(]*[+-]?\d[\d.,]*\s*(?:[%(]|$|\s(?!th[aá]ng|ng[aà]y|tu[aầ]n|qu[yý]|n[aă]m|tu[oổ]i))|:\s*\d",
    re.IGNORECASE,
)
_DAY = re.compile(r"\s*\d{1,2}/\d{1,2}\s*|\s*\d{1,2}[/.-]\d{1,2}[/.-]\d{4}\s*|\s*20\d\d-\d\d-\d\d.*")


def divides(heading: str) -> bool:
    """Whether the cells below a heading, as `Lĩnh vực`, say which part of a unit is counted."""
    return bool(_DIVIDING.fullmatch(match_key(heading)))


def is_part(text: str) -> bool:
    says = re.search(r"[^\W\d_]", text) or re.fullmatch(r"\s*\d+\s*(?:-\s*\d+|\+)\s*", text)  # or ages
    return bool(says) and not _ALL.fullmatch(match_key(text))


def is_no_unit(text: str) -> bool:
    return bool(_NO_UNIT.fullmatch(match_key(text)))


def joined(one: Apart, other: Apart) -> Apart:
    """What both set apart; the roles are the other's, which began with those of the one."""
    return Apart(
        other.roles,
        [*one.unread, *other.unread],
        [*one.rejected, *other.rejected],
        [*one.reasons, *other.reasons],
    )


def _names(rows: pl.DataFrame, counted: list[str]) -> str:
    """What the first rows are of: the longest text to the left of their figures."""
    first = min((int(c[1:]) for c in counted), default=0)
    names = [tidy(max((text or "" for text in cells), key=len)) for cells in _left(rows, first).rows()]
    names = [name for name in names if re.search(r"[^\W\d]", name)]
    return ", ".join(names[:5]) + (", …" if len(names) > 5 else "")


def _left(rows: pl.DataFrame, first: int) -> pl.DataFrame:
    return rows.select(c for c in rows.columns if c.startswith("#") and int(c[1:]) < first)


def _figures(rows: pl.DataFrame, counted: list[str]) -> int:
    return sum(int(rows[c].str.contains(_FIGURES).sum()) for c in counted)


def _columns_of_texts(header: Header, of_period: list[str]) -> Iterator[tuple[str, str]]:
    """The columns whose cells may say that their row is of another period: those of periods, and all but the
    units to the left of the figures."""
    first = min((header.at[column.field] for column in header.columns if column.is_number), default=0)
    for n, heading in header.unknown.items():
        if n < first or f"#{n}" in of_period:
            yield f"#{n}", heading or str(n + 1)
    for column in header.columns:
        if column.kind == "text" and not column.required and header.at[column.field] < first:
            yield f"#{header.at[column.field]}", header.headings[column.field]


def _columns_of_notes(header: Header) -> Iterator[tuple[str, str]]:
    """The columns whose cells say something of the figures of their row."""
    texts = {
        header.at[column.field] for column in header.columns if column.kind == "text" and not column.required
    }
    headings = {n: header.headings[field] for field, n in header.at.items() if n in texts} | header.unknown
    last = max((header.at[column.field] for column in header.columns if column.is_number), default=0)
    for n, heading in headings.items():
        if _NOTES.fullmatch(match_key(heading)) or (not heading and n > last):
            yield f"#{n}", heading or str(n + 1)


def _other_cells(cells: pl.Series, heading_of_periods: str | None, asked: Asked) -> list[str]:
    """The texts of a column that are of another period, or of a plan."""
    texts = cells.drop_nulls().unique()
    if heading_of_periods is not None:
        return [text for text in texts if asked.is_other_cell(heading_of_periods, text)]
    texts = texts.filter(texts.str.contains(_MAY_SAY_OTHER))
    return [text for text in texts if asked.line((text,), frozenset(), True) == "other"]


def _rejection(row: int, locator: str, text: str, says: str, asked: Asked) -> Rejection:
    if says == "unknown":
        message = f"{text!r} may make of the rows below it others than those counted; send them without it"
        return Rejection(row, locator, "value_unknown", message, text)
    message = f"{text!r} is not about {asked.period_id}; name the period it belongs to"
    return Rejection(row, locator, "period_mismatch", message, text)


_WRONG = {
    "value_unknown": "may say that the figures are of a part, or of more; send them without it if not",
    "unit_unknown": "is no unit of what is counted; send the figures in units",
}


def _of_note(row: int, locator: str, note: str, code: str, asked: Asked) -> Rejection:
    if code not in _WRONG:
        return _rejection(row, locator, note, "other", asked)
    return Rejection(row, locator, code, f"{note!r} {_WRONG[code]}", note)


def _alone(
    body: pl.DataFrame, lines: dict[int, tuple[str, str]], has_figures: pl.Series, counted: list[str]
) -> set[int]:
    """The rows that compare the unit above them with another time and say nothing of the rows below.

    They have figures of their own and no number; the numbers of the units go on after them, or the same words
    stand below each unit. One that is the sum of the rows below it heads them.
    """
    found: set[int] = set()
    ends = dict(itertools.pairwise([*lines, body.height]))
    for text in {text for text, says in lines.values() if says in ("other", "unknown")}:
        rows = [n for n in lines if lines[n][0] == text and has_figures[n]]
        units = [sum(m not in lines for m in range(a + 1, b)) for a, b in itertools.pairwise([-1, *rows])]
        is_below_each = len(rows) > 1 and set(units) == {1}
        is_below_each &= all(
            m in lines or body["role"][m] != "data" for m in range(max(rows, default=0), body.height)
        )
        goes_on = bool(rows) and all(_goes_on(body, n) for n in rows)
        if is_below_each or (goes_on and not any(_is_sum(body[n : ends[n]], counted) for n in rows)):
            found.update(rows)
    return found


def _goes_on(body: pl.DataFrame, n: int) -> bool:
    """Whether the units above and below a row without a number are numbered one after the other."""
    before, after = _numbers_around(body, n)
    is_last = n + 1 == body.height
    return _row_number(body["lead"][n]) is None and before is not None and (is_last or after == before + 1)


def _is_sum(rows: pl.DataFrame, counted: list[str]) -> bool:
    """Whether the first row states the sum of those below it in one of its columns."""
    digits = (pl.col(c).str.replace_all(r"\D", "").cast(pl.Int64, strict=False).alias(c) for c in counted)
    values = rows.filter(pl.col("role") != "total").select(digits)
    return any(
        column[0] is not None and column[1:].count() and column[0] == column[1:].sum()
        for column in values.iter_columns()
    )


def _numbers_around(body: pl.DataFrame, n: int) -> tuple[int | None, int | None]:
    """The numbers of the nearest numbered rows before and after a row."""
    before = next((m for lead in body["lead"][:n].reverse() if (m := _row_number(lead)) is not None), None)
    after = next((m for lead in body["lead"][n + 1 :] if (m := _row_number(lead)) is not None), None)
    return before, after


def _starts(body: pl.DataFrame, lines: dict[int, tuple[str, str]], alone: set[int]) -> Iterator[int]:
    """The rows at which a block begins. A group of units begins none within one that is left out, unless both
    are numbered alike. A row of its own is a block of its own, unless it is in one that is left out."""
    left_out = None
    for n, (_, says) in lines.items():
        if n in alone:
            if left_out is None:
                yield n
            continue
        if says == "group":
            numbered = _numbering(body["lead"][n])
            if left_out is None or numbered is None or numbered != _numbering(body["lead"][left_out]):
                continue
        left_out = n if says in ("other", "unknown") else None
        yield n


def _numbering(lead: str | None) -> str | None:
    found = _ROMAN_OR_LETTER.match(lead or "")
    return None if found is None else "roman" if found["roman"] else "letter"


def _lines(
    body: pl.DataFrame,
    grid: Grid,
    header: Header,
    words: list[str],
    counted: list[str],
    has_figures: pl.Series,
    asked: Asked,
) -> dict[int, tuple[str, str]]:
    """By row, the lines between the rows and what they say of those below them."""
    # What all rows say alike, as who reports, tells none of them apart.
    if body.height > 1 and words:
        differs = body.select(pl.col(words).ne_missing(pl.col(words).first()).any()).row(0)
        words = [c for c, is_so in zip(words, differs, strict=True) if is_so]
    leading = [c for c in words if c not in counted]
    before = _left(body, min((int(c[1:]) for c in counted), default=1)).columns
    bare = ~body.select(_any(header.figures(_SOME_FIGURES))).to_series()
    is_of_unit = bare & (body["role"] == "data") & (asked.is_flow is not None)
    silent = (~has_figures).arg_true()
    may_be = {
        *distinct.rows_with(body.select(leading), _MAY_SAY),
        *silent.gather(distinct.rows_with(body.select(words)[silent], _MAY_SAY)),
        *(body["role"] == "section").arg_true(),
        *is_of_unit.arg_true(),
    }
    titles = frozenset(
        match_key(text) for cells in grid.cells.head(header.first).rows() for text in cells if text
    )

    @cache
    def with_figures() -> set[str]:
        rows = body.filter(has_figures & (body["role"] == "data"))
        return set(map(match_key, rows.select(pl.coalesce(*before[::-1], pl.lit(""))).to_series().unique()))

    found: dict[int, tuple[str, str]] = {}
    for n in sorted(may_be):
        if body["role"][n] in ("blank", "total", "carried", "rejected"):
            continue
        is_bare = bare[n]
        cells = words if not has_figures[n] else leading
        printed = [body[c][n] for c in cells if body[c][n]]
        texts = tuple(dict.fromkeys(map(tidy, printed)))
        texts = tuple(text for text in texts if not _NUMBER_OF_ROW.fullmatch(match_key(text)))
        if not texts or (len(texts) > 1 and not is_bare):
            continue
        is_note = body["role"][n] == "note"
        is_section = body["role"][n] == "section"
        says = asked.line(texts, titles, is_note or not (is_bare or is_section))
        if says is None or says == "unit" or (is_note and says != "other"):
            continue
        if says == "unknown":
            is_apart = any(body[c][n] for c in (*before, *counted))
            is_known = body["role"][n] == "data" and not is_of_unit[n]
            is_known |= _is_header(body, n, header, grid) or _is_numbered(body, n)
            if is_known or not is_apart or _is_like(texts[-1], with_figures(), asked.parts_of_units):
                continue
        found[n] = (" ".join(texts), says)
    return found


def _is_like(text: str, with_figures: set[str], parts_of_units: frozenset[str]) -> bool:
    """Whether rows of that name hold figures, or are the parts of units and others of them do."""
    key = match_key(text)
    return key in with_figures or (key in parts_of_units and not parts_of_units.isdisjoint(with_figures))


def _is_header(body: pl.DataFrame, n: int, header: Header, grid: Grid) -> bool:
    """Whether a row repeats the headings, spelled in another way."""
    printed: dict[int, set[str]] = {}
    for row in range(header.first, header.end):
        for column, text in enumerate(grid.cells.row(row)):
            printed.setdefault(column, set()).add(match_key(text or ""))
    cells = {int(c[1:]): body[c][n] for c in body.columns if c.startswith("#") and body[c][n]}
    return all(match_key(text) in printed.get(column, ()) for column, text in cells.items())


def _is_numbered(body: pl.DataFrame, n: int) -> bool:
    """Whether a row has its number between those of the rows before and after it."""
    number = _row_number(body["lead"][n])
    if number is None:
        return False
    before, after = _numbers_around(body, n)
    return before in (None, number - 1) and after in (None, number + 1)


def _row_number(lead: str | None) -> int | None:
    return int(found[1]) if (found := re.fullmatch(r"\s*(\d{1,4})\.?\s*", lead or "")) else None


def _any(conditions) -> pl.Expr:
    return pl.any_horizontal(pl.lit(False), *(condition.fill_null(False) for condition in conditions))
