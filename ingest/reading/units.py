"""Units of measure that a table gives its figures: above it, over a column, in a cell of a row, in a note.

Counts are read in single units only; a unit that is not known to be one refuses the file.
"""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import polars as pl

from ingest.errors import Refused
from ingest.wording import match_key, tidy, unaccented

if TYPE_CHECKING:
    from ingest.reading.columns import Column
    from ingest.reading.grids import Grid
    from ingest.reading.headers import Header

# Of a key: a unit of measure that is a thousand or more. A number before it makes a sentence of it.
_GREAT = r"(?:1 ?000|10 3|nghin|ngan|trieu|ty|chuc|tram)"
_COUNTED = (
    r"(?:nguoi|thue bao|tb|ho|tai khoan|tk|ho so|hs|cong dan|dan|giao dich|thu tuc|tthc|don vi|luot|dong)"
)
_THOUSANDS = re.compile(
    rf"\b(?:don vi(?: tinh)?|dvt)(?: la)? (?:x ?)?{_GREAT}(?: {_COUNTED}\b|$)|(?:^|\s)x ?1 ?000\b"
    rf"|^{_GREAT} {_COUNTED}$|\b(?:chia|rut gon)(?: cho| ve)? {_GREAT}\b"
)
_MAY_BE_UNIT = (
    r"(?i)ngh[iì]n|ng[aà]n|tri[eệ]u|1[. ]?000|10\^?3|tr[aă]m|ch[uụ]c|%|ph[aầ]n tr[aă]m|[dđ]i[eể]m|h[aạ]ng"
    r"|b[iì]nh qu[aâ]n|(?:^|\W)(?:t[yỷỉ]|t[ií]nh|[dđ]vt)(?:\W|$)"
)
_THOUSANDS_IN_HEADING = re.compile(rf"(?:^|[(,;:/-]\s*)(?:x\s?)?{_GREAT}(?:\s{_COUNTED})?\s*(?:[)]|$)")
_THOUSANDS_ALONE = re.compile(rf"(?:x ?)?{_GREAT}(?: {_COUNTED})?")
# `số liệu tính bằng nghìn`, not `tính theo tỷ lệ` nor `tính theo trạm`
_IN_THOUSANDS = re.compile(
    r"\b(?:tính|tinh|số liệu|so lieu|đơn vị|don vi|quy đổi|quy doi)\s(?:\w+\s){0,3}?"
    r"(?:bằng|bang|theo|là|la|ra)\s(?:đơn vị\s|don vi\s)?(?:hàng\s|hang\s)?"
    r"(?:nghìn|nghin|ngàn|ngan|triệu|trieu|(?:tỷ|tỉ)(?!\s+(?:lệ|trọng|số|suất))|trăm|chục|k)\b"
)
_AS_SHARES = re.compile(
    r"\b(?:số liệu|so lieu|con số|con so|giá trị|gia tri)\s(?:\w+\s){0,3}?(?:là|la|bằng|bang)\s"
    r"(?:%|(?:tỷ|tỉ|ty|ti) (?:lệ|le)|phần trăm|phan tram|điểm|diem|thứ hạng|thu hang|bình quân|binh quan)"
)
_STATED = re.compile(r"\b(?:đơn vị (?:tính|đo)|don vi (?:tinh|do)|đvt|dvt)\b\s*[:=-]?\s*(?P<unit>[^)\]\n]*)")
_MAYBE_STATED = re.compile(r"\W*(?:đơn vị|don vi)\s*:\s*(?P<unit>%|phần trăm|phan tram|k|'?000'?s?)\W*")
_NEXT_STATEMENT = re.compile(r"\s(?:kỳ|ky|tháng|thang|quý|quy|năm|nam|ngày|ngay|thời|thoi|đến|den)\b.*$")
# Beside a unit, the day or the source of the figures: `thuê bao, hộ; số liệu chốt đến ngày 31/3/2024`.
_NOTE = re.compile(
    r"[\s,;.:(–—-]+(?:(?:số|so|dữ|du) (?:liệu|lieu)|chốt|chot|nguồn|nguon|thời điểm|thoi diem"
    r"|cập nhật|cap nhat|tính (?:đến|tới)|tinh (?:den|toi)|theo (?:báo cáo|bao cao|số liệu|so lieu))\b"
    r"(?!.*(?:%|\b(?:nghìn|nghin|ngàn|ngan|triệu|trieu|tỷ|tỉ|ty|ti|trăm|tram|chục|chuc)\b)).*$"
)
_PERCENT = {"phan tram", "ty le", "ti le", "ty le phan tram", "ti le phan tram"}
_COLUMN = {"dvt", "don vi tinh", "don vi do", "don vi do luong", "dv tinh"}
_SINGLE_UNITS = """
người, công dân, nhân khẩu, khẩu, dân, đối tượng, cá nhân, lượt người, người nộp thuế, hộ, hộ dân,
hộ gia đình, hồ sơ, hs, bộ hồ sơ, trường hợp, thủ tục, thủ tục hành chính, tthc, dịch vụ, dvc, dvctt,
dịch vụ công, tài khoản, tk, thuê bao, tb, máy, thiết bị, đường truyền, đường dây, giao dịch, gd, lượt,
lần, điểm, điểm số, đơn vị, cơ sở, doanh nghiệp, hệ thống, trang, cuộc, văn bản, kết quả, cái, chiếc, số,
số lượng, đồng, số hồ sơ, hồ sơ tthc, số hồ sơ tthc
"""
_SINGLE = {match_key(unit) for unit in _SINGLE_UNITS.split(",")}

# Units of a cell such as `42.000 người`, each with words of a heading that counts them.
_OF_CELLS = {
    r"người|công dân|nhân khẩu": r"\b(?:nguoi|cong dan|dan so|nhan khau)\b",
    r"tài khoản|tk": r"\btai khoan\b",
    r"hồ sơ|hs": r"\bho so\b",
    r"thuê bao|tb": r"\bthue bao\b",
    r"hộ(?: gia đình)?": r"\bho(?: gia dinh)?\b(?! so)",
    r"thủ tục|tthc": r"\bthu tuc\b",
    r"dịch vụ": r"\bdich vu\b",
    r"giao dịch": r"\bgiao dich\b",
    r"kết quả": r"\bket qua\b",
}


def without_own(text: pl.Series, column) -> pl.Series:
    """The cells of a column of counts without the unit that the column counts: of accounts `20.400` for
    `20.400 tài khoản`, while `20.400 hồ sơ` is left as it is."""
    if not text.str.contains(r"\d\s*\(?\p{L}").any():
        return text
    keys = [match_key(heading) for heading in (column.field, *column.headings)]
    own = [unit for unit, words in _OF_CELLS.items() if any(re.search(words, key) for key in keys)]
    if not own:
        return text
    return text.str.normalize("NFC").str.replace(rf"(?i)^([\d.,\s]*\d)\s*\(?(?:{'|'.join(own)})\)?\s*$", "$1")


def refuse_others(name: str, grid: "Grid", header: "Header", body: pl.DataFrame) -> None:
    """Raise Refused where a text of the table says that its figures are in thousands or more, or in a unit
    that is none of what is counted."""
    has_counts = any(column.kind == "count" for column in header.columns)
    found = [
        (locator, text, is_great)
        for locator, beside in grid.beside
        for _, text, is_great in _around(0, [beside], has_counts)
    ]
    found += [
        (grid.row_locator(row), text, is_great)
        for row, text, is_great in sorted(_found(grid, header, header.columns, body, has_counts))[:1]
    ]
    if found:
        locator, text, is_great = found[0]
        because = (
            "says that figures are in thousands or more"
            if is_great
            else "is no unit of what is counted in a column of the table"
        )
        raise Refused(
            f"{name}: {locator}: {tidy(text)[:80]!r} {because}; send them in units",
            code="unit_unknown",
            locator=locator,
        )


def _found(
    grid: "Grid", header: "Header", columns: Sequence["Column"], body: pl.DataFrame, has_counts: bool
) -> Iterator[tuple[int, str, bool]]:
    """Row, text, and whether it names thousands or more."""
    line = header.end
    counts = {header.at[c.field] for c in columns if c.kind == "count"}
    for row, cells in enumerate(grid.cells.head(header.first).rows(), start=1):
        yield from _around(row, cells, has_counts)
    for row, cells in enumerate(grid.cells.slice(header.first, header.height).rows(), header.first + 1):
        for n, text in enumerate(cells):
            if text and _is_of_unread(grid, header, row - 1, n):
                continue
            if text and (_is_great(text) or _THOUSANDS_IN_HEADING.search(unaccented(text))):
                yield row, text, True
            elif text and _is_other(text, n in counts):
                yield row, text, False
    for text in header.headings.values():
        if _THOUSANDS_IN_HEADING.search(unaccented(text)):
            yield line, text, True
    if not header.counted:
        return
    has_figures = pl.any_horizontal(header.figures(r"\d"))
    yield from _below(body.filter(~has_figures), counts, has_counts)
    yield from _beside(body.filter(has_figures), header, has_counts)


def _is_of_unread(grid: "Grid", header: "Header", row: int, n: int) -> bool:
    """Whether a heading is that of one column alone, which nobody reads."""
    below = grid.cells[str(n)][row + 1 : header.end]
    is_wide = any(
        top <= row <= bottom and left <= n <= right and right > left
        for top, left, bottom, right in grid.merged
    )
    return n in header.unknown and below.is_null().all() and not is_wide


def _around(row: int, cells: Sequence[str | None], has_counts: bool) -> Iterator[tuple[int, str, bool]]:
    texts = [text for text in cells if text]
    for n, text in enumerate(texts):
        if match_key(text) in _COLUMN and n + 1 < len(texts):
            text = f"{text.strip(' :')}: {texts[n + 1]}"
        if _is_great(text):
            yield row, text, True
        elif _is_other(text, has_counts):
            yield row, text, False


def _below(rows: pl.DataFrame, counts: set[int], has_counts: bool) -> Iterator[tuple[int, str, bool]]:
    """Rows without figures: units below the headings, and notes."""
    cells = [c for c in rows.columns if c.startswith("#")]
    may_be = pl.any_horizontal(pl.col(c).str.contains(_MAY_BE_UNIT).fill_null(False) for c in cells)
    for row, *texts in rows.filter(may_be).select("row", *cells).rows():
        yield from _around(row, texts, has_counts)
        for n, text in enumerate(texts):
            if text and _is_thousands_in_brackets(text):
                yield row, text, True
            elif text and n in counts and _is_percent(text):
                yield row, text, False


def _beside(rows: pl.DataFrame, header: "Header", has_counts: bool) -> Iterator[tuple[int, str, bool]]:
    """Cells of a row that give the unit of its figures."""
    names = {f"#{n}": match_key(heading) for n, heading in header.unknown.items()}
    names |= {f"#{header.at[c.field]}": "" for c in header.columns if c.kind == "text" and not c.required}
    of_notes = {f"#{header.at[c.field]}" for c in header.columns if c.field == "Ghi chú"}
    for column, heading in names.items():
        is_of_units = any(heading == unit or heading.endswith(f" {unit}") for unit in _COLUMN)
        texts = rows[column].drop_nulls().unique(maintain_order=True)
        if not is_of_units:
            texts = texts.filter(texts.str.contains(_MAY_BE_UNIT) & ~texts.str.contains(r"^[\d.,\s()+-]+%?$"))
        for text in texts:
            if column in of_notes and not _STATED.search(tidy(text).lower()):
                continue  # a bare `triệu đồng` is of its row alone
            is_great = _is_great(text) or bool(_THOUSANDS_ALONE.fullmatch(match_key(text)))
            is_percent = (_is_percent(text) or _is_other(text, has_counts)) and has_counts
            if is_great or is_percent or (is_of_units and not _are_single(text, has_counts)):
                yield rows.filter(pl.col(column) == text)["row"][0], text, is_great


def says_other(text: str) -> bool:
    """Whether a text says that counts are in thousands or more, or in a unit that is none."""
    is_other = _is_percent(text) or _is_other(text, True)
    return is_other or _is_great(text) or bool(_THOUSANDS_ALONE.fullmatch(match_key(text)))


def is_single(text: str) -> bool:
    """Whether a text is a unit in which single things are counted."""
    return match_key(text) in _SINGLE


def _is_great(text: str) -> bool:
    return bool(_THOUSANDS.search(match_key(text)) or _IN_THOUSANDS.search(tidy(text).lower()))


def _is_other(text: str, of_counts: bool) -> bool:
    """Whether a text states a unit (`ĐVT: %`) that is none of the figures it is about."""
    lower = tidy(text).lower()
    if _MAYBE_STATED.fullmatch(lower) or (of_counts and _AS_SHARES.search(lower)):
        return of_counts
    found = _STATED.search(lower)
    unit = _NEXT_STATEMENT.sub("", _NOTE.sub("", f" {found['unit']}")).strip(" .:;,(–—-") if found else ""
    return bool(unit) and not _are_single(unit, of_counts)


def _are_single(text: str, of_counts: bool) -> bool:
    """Whether all units of a text are known: of counts one at least that counts something."""
    parts = [part for part in re.split(r"[,;/+&|]|\svà\s|\sva\s", text.lower()) if part.strip()]
    percents = [_is_percent(part) for part in parts]
    others = [part for part, is_percent in zip(parts, percents, strict=True) if not is_percent]
    return all(match_key(part) in _SINGLE for part in others) and bool(others or not of_counts)


def _is_percent(text: str) -> bool:
    key = match_key(text)
    return key in _PERCENT if key else "%" in text


def _is_thousands_in_brackets(text: str) -> bool:
    """A cell such as `(nghìn người)`."""
    return text.strip().startswith("(") and bool(_THOUSANDS_IN_HEADING.match(unaccented(text.strip())))
