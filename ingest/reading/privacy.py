"""Extracts are counts. What tells of single persons is refused, with its place and never its text."""

import re
from collections.abc import Iterator, Sequence

import polars as pl

from ingest.errors import Refused
from ingest.reading.grids import Grid
from ingest.wording import match_key, tidy

# Citizen numbers: province 001-096, then sex and century, year of birth, six digits; no count begins with 0.
_CITIZEN = r"0(?:0[1-9]|[1-8][0-9]|9[0-6])"
_CITIZEN_FORMS = (
    rf"{_CITIZEN}[0-9]{{9}}",
    rf"{_CITIZEN}[ .\-][0-9]{{3}}[ .\-](?:[0-9]{{6}}|[0-9]{{3}}[ .\-][0-9]{{3}})",
)
_MOBILE = r"(?:\+84|\(\+84\)|0084|0)[ .\-]?[35789][0-9]"
_MOBILE_FORMS = (
    rf"{_MOBILE}[0-9]{{7}}",
    rf"{_MOBILE}[ .\-]?[0-9][ .\-][0-9]{{3}}[ .\-][0-9]{{3}}",
    rf"{_MOBILE}[0-9]{{2}}[ .\-][0-9]{{3}}[ .\-]?[0-9]{{2}}",
    rf"{_MOBILE}[ .\-][0-9]{{3}}[ .\-][0-9]{{2}}[ .\-]?[0-9]{{2}}",
    rf"{_MOBILE}[0-9][ .\-][0-9]{{2}}[ .\-][0-9]{{2}}[ .\-][0-9]{{2}}",
)
_BEFORE, _AFTER = r"(?:^|[^0-9.,+])", r"(?:$|[^0-9.,]|[.,](?:$|[^0-9]))"
CITIZEN = _BEFORE + "(?:" + "|".join(_CITIZEN_FORMS) + ")" + _AFTER
MOBILE = _BEFORE + "(?:" + "|".join(_MOBILE_FORMS) + ")" + _AFTER

# Family names of Vietnamese and, in Gia Lai, Jrai and Bahnar; Y and H' stand before given names.
_FAMILY = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Đoàn|Trịnh|Trương|Mai|Đào|Tô|Lâm"
    "|Cao|Hà|Lưu|Lương|Thái|Châu|Tạ|Phùng|Quách|Vương|Kiều|Siu|Rơ|Rô|Ksor|Kpă|Rmah|Nay|Rcom|Rah|Puih|Hiao|Y|H'"
)
PERSON = rf"(?i:^|[\s,;:])(?:{_FAMILY})(?: \p{{Lu}}[\p{{L}}'’]*){{1,4}}(?:$|[,;(\-]| - | sinh)"
_YEAR = r"(?:19[2-9][0-9]|200[0-9]|201[0-5])"
BORN = rf"(?:^|[^0-9])(?:[0-3]?[0-9][/.\-][01]?[0-9][/.\-]{_YEAR}|{_YEAR}-[01][0-9]-[0-3][0-9])(?:$|[^0-9])"
SAID_BORN = rf"(?i)sinh\s*(?:ngày|năm|ngay|nam)?\s*:?\s*(?:[0-3]?[0-9][/.\-][01]?[0-9][/.\-])?{_YEAR}"

# A column so headed names persons as soon as it is filled.
_HEADINGS = {
    "citizen": r"(?:so )?(?:cccd|cmnd|cmtnd|can cuoc(?: cong dan)?|chung minh nhan dan|dinh danh ca nhan)"
    r"(?: cmnd| cccd)*",
    "phone": r"(?:so )?(?:dien thoai|dtdd|sdt|di dong)(?: di dong| lien he| lien lac)?",
    "born": r"ngay (?:thang nam )?sinh|nam sinh|ngay sinh nam sinh",
    "person": r"ho va ten|ho ten|ten cong dan|ho ten cong dan|chu ho|ho va ten chu ho",
}
_ABOUT_ONE = {"citizen": r"^[0-9 .]{8,15}$", "phone": r"^\+?[0-9 .\-]{8,15}$"}
_SAID = {
    "citizen": "a citizen number",
    "phone": "a phone number",
    "born": "a person's name with a birth date",
}


def refuse_personal_data(name: str, grids: Sequence[Grid]) -> None:
    """Raises Refused, `personal_data`, at the first cell that tells of a person; hidden sheets count too."""
    for grid in grids:
        first = min(_hits(grid), default=None)
        if first:
            row, column, what = first
            place = f"{grid.place_of_row(row)}, column {column + 1}"
            raise Refused(
                f"{name}: {place}: holds {_SAID[what]}; extracts are counts, so nothing of this file was "
                "kept; send figures without personal data",
                code="personal_data",
                place=place,
            )


def refuse_personal_bytes(name: str, body: bytes) -> None:
    """The same for bytes that could not be read as a table: citizen and phone numbers written in digits."""
    # A separator stands between cells here, never before decimals.
    text = re.sub('[,;|\t"]', "\x1f", body.replace(b"\0", b"").decode("latin-1"))
    for number, line in enumerate(text.split("\n"), start=1):
        for what, form in (("citizen", CITIZEN), ("phone", MOBILE)):
            if re.search(form, line):
                raise Refused(
                    f"{name}: line {number}: holds {_SAID[what]}; extracts are counts, so nothing of this "
                    "file was kept; send figures without personal data",
                    code="personal_data",
                    place=f"line {number}",
                )


def _hits(grid: Grid) -> Iterator[tuple[int, int, str]]:
    """Row from 1, column from 0, and what it is: the first hit of each kind in each column."""
    names, births = [], []
    for number, cells in enumerate(grid.cells.iter_columns()):
        digits = cells
        if not cells.str.contains("[0-9\uff10-\uff19]").any() and not cells.str.contains(r"\p{Lu}").any():
            continue
        if cells.str.contains("[\uff10-\uff19]").any():
            digits = cells.str.normalize("NFKC")
        for what, form in (("citizen", CITIZEN), ("phone", MOBILE)):
            yield from _first(digits.str.contains(form), number, what)
        persons = cells.str.contains(PERSON)
        yield from _first(persons & digits.str.contains(SAID_BORN), number, "born")
        names.append((number, persons))
        births.append((number, digits.str.contains(BORN)))
    for number, persons in names:
        for other, born in births:
            yield from _first(persons & born, min(number, other), "born")
    yield from _headed(grid)


def _first(where: pl.Series, column: int, what: str) -> Iterator[tuple[int, int, str]]:
    if len(at := where.fill_null(False).arg_true()):
        yield int(at[0]) + 1, column, what


def _headed(grid: Grid) -> Iterator[tuple[int, int, str]]:
    """Columns with a heading such as Số CCCD: numbers that lost their leading zero are personal there."""
    named: dict[str, list[tuple[int, int]]] = {}
    for row, cells in enumerate(grid.cells.head(30).rows()):
        for column, cell in enumerate(cells):
            key = match_key(tidy(cell)) if cell and len(cell) < 60 else ""
            for what, form in _HEADINGS.items():
                if key and re.fullmatch(form, key):
                    named.setdefault(what, []).append((row, column))
    for what, form in _ABOUT_ONE.items():
        for row, column in named.get(what, []):
            below = grid.cells[str(column)].slice(row + 1)
            for found, _, _ in _first(below.str.contains(form), column, what):
                yield found + row + 1, column, what
    for row, column in named.get("person", []):
        for other_row, other in named.get("born", []):
            both = grid.cells[str(column)].is_not_null() & grid.cells[str(other)].is_not_null()
            start = max(row, other_row) + 1
            for found, _, _ in _first(both.slice(start), min(column, other), "born"):
                yield found + start, min(column, other), "born"
