"""Extracts are counts. What tells of single persons is refused, with its place and never its text: in cells,
and in whatever else a file holds, such as comments, properties and names."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING
from xml.parsers import expat

import polars as pl

from ingest.errors import Refused
from ingest.personal_numbers import CITIZEN, MOBILE
from ingest.reading import distinct, xml_parts
from ingest.wording import match_key, tidy

if TYPE_CHECKING:
    from ingest.reading.grids import Grid

MAX_SEARCHED = 512 << 20  # bytes of an archive's members
_NUMBERS = {"citizen": CITIZEN, "phone": MOBILE}
_NINE_DIGITS = "[0-9](?:[^0-9]{0,2}[0-9]){8}"  # no number of a person has less, and few cells have as many

# Numbers that lost their leading zero are personal behind a word that says so.
_SAID_NUMBERS = {
    "citizen": r"(?i)(?:cccd|cmnd|cmtnd|căn cước|chứng minh (?:nhân dân|thư)|số định danh|định danh cá nhân)"
    r"[^0-9\n]{0,25}(?:[0-9]{9,12}|[0-9]{2,3}[ .][0-9]{3}[ .][0-9]{6}"
    r"|[0-9]{2,3}(?:[ .][0-9]{3}){3}|[0-9]{3}(?:[ .][0-9]{3}){2})"
    r"(?:$|[^0-9.,]|[.,](?:$|[^0-9]))",
    "phone": r"(?i)(?:^|[^\p{L}])(?:s?đt(?:dđ)?|sdt|điện thoại|di động|zalo|liên hệ|tel|phone|mobile|hotline)"
    r"[^0-9\n]{0,15}[35789](?:[0-9]{8}|[0-9]{2}[ .][0-9]{3}[ .][0-9]{3}|[0-9][ .][0-9]{3}[ .][0-9]{4})"
    r"(?:$|[^0-9.,]|[.,](?:$|[^0-9]))",
}
# The same number without its zero, where a person stands in the row.
_WITHOUT_ZERO = {"citizen": r"^(?:[1-8][0-9]|9[0-6])[0-9]{9}$", "phone": r"^[35789][0-9]{8}$"}
MAIL = r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}"
# The mailbox of an office is of no person.
_OFFICE_MAIL = re.compile(
    r"(?i)(?:ubnd|hdnd|so(?:tttt|khcn|noivu|yte|tuphap|gd&?dt|gddt|xaydung|taichinh|congthuong|nnptnt|nnmt)|vp|"
    r"vanphong|vanthu|motcua|cchc|baocao|info|lienhe|contact|hotro|support|webmaster|no-?reply)[\w.-]*@.*"
)
_IDENTIFIER = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")

# Family names of Vietnamese and, in Gia Lai, Jrai and Bahnar; Y and H' stand before given names.
_FAMILY = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Đoàn|Trịnh|Trương|Mai|Đào|Tô|Lâm"
    "|Cao|Hà|Lưu|Lương|Thái|Châu|Tạ|Phùng|Quách|Vương|Kiều|Siu|Rơ|Rô|Ksor|Kpă|Rmah|Nay|Rcom|Rah|Puih|Hiao|Y|H'"
)
PERSON = rf"(?i:^|[\s,;:])(?:{_FAMILY})(?: \p{{Lu}}[\p{{L}}'’]*){{1,4}}(?:$|[,;(\-]| - | sinh)"
_YEAR = r"(?:19[2-9][0-9]|200[0-9]|201[0-5])"
BORN = rf"(?:^|[^0-9])(?:[0-3]?[0-9][/.\-][01]?[0-9][/.\-]{_YEAR}|{_YEAR}-[01][0-9]-[0-3][0-9])(?:$|[^0-9])"
SAID_BORN = rf"(?i)sinh\s*(?:ngày|năm|ngay|nam)?\s*:?\s*(?:[0-3]?[0-9][/.\-][01]?[0-9][/.\-])?{_YEAR}"
_WIDE_DIGITS = "[\uff10-\uff19]"
_MAY_NAME = f"{_NINE_DIGITS}|{_YEAR}|@|{_WIDE_DIGITS}"  # cells without any of these tell of nobody
_SHORTEST = 8  # bytes of what tells of a person and is no address, as `1/1/1990` and `sinh1990`

# A column so headed names persons as soon as it is filled.
_HEADINGS = {
    "citizen": r"(?:so )?(?:cccd|cmnd|cmtnd|can cuoc(?: cong dan)?|chung minh nhan dan|dinh danh ca nhan)"
    r"(?: cmnd| cccd| ca nhan| cong dan)*|so dinh danh(?: ca nhan| cong dan)?",
    "phone": r"(?:so )?(?:dien thoai|dtdd|sdt|dt|di dong|zalo|mobile|phone)(?: di dong| lien he| lien lac"
    r"| ca nhan| cong dan| nguoi (?:dung|nop|lap))?",
    "born": r"ngay (?:thang nam )?sinh|nam sinh|ngay sinh nam sinh",
    "person": r"ho va ten|ho ten|ten cong dan|ho ten cong dan|chu ho|ho va ten chu ho",
}
_ABOUT_ONE = {
    "citizen": r"^[0-9](?:[ .]?[0-9]){8,11}$",
    "phone": r"^\+?(?:84|0)?[ .\-]?[235789](?:[ .\-]?[0-9]){8,9}$",
}
_NAMES = {
    "citizen": "a citizen number",
    "phone": "a phone number",
    "born": "a person's name with a birth date",
    "mail": "an e-mail address",
}


def refuse_personal_data(name: str, grids: Sequence[Grid]) -> None:
    """Raises Refused, `personal_data`, at the first cell that tells of a person; hidden sheets count too."""
    for grid in grids:
        first = min(_hits(grid), default=None)
        if first:
            row, column, what = first
            raise _refusal(name, f"{grid.row_locator(row)}, column {column + 1}", what)


def refuse_personal_text(name: str, text: str, locator: str) -> None:
    """The same for a text that stands in no cell."""
    refuse_personal_texts(name, [(locator, text)])


def refuse_personal_texts(name: str, texts: Iterable[tuple[str, str]]) -> None:
    """The same for places and texts. Raises Refused at the first that tells of a person."""
    found = [(locator, _IDENTIFIER.sub(" ", unicodedata.normalize("NFKC", text))) for locator, text in texts]
    column = pl.Series([text for _, text in found], dtype=pl.String)
    for row, what in sorted((row, what) for row, _, what in _in_texts(column, 0)):
        raise _refusal(name, found[row - 1][0], what)


def refuse_personal_parts(name: str, archive: zipfile.ZipFile) -> None:
    """The same for what a workbook holds beside its sheets: comments, properties, names, drawings, links.

    Parts that are no XML are passed over.
    """
    for member in archive.infolist():
        part = member.filename
        if re.search(r"(?i)\.(?:xml|rels|vml)$", part) and not _IS_READ_ELSEWHERE.search(part):
            try:
                with archive.open(member) as file:
                    texts = xml_parts.texts(file)
            except (expat.ExpatError, ValueError):
                texts = [("", archive.read(member).decode("utf-8", "replace"))]
            title = "a part" if _is_personal(part) else part
            refuse_personal_texts(
                name, [(f"{title}, cell {at}" if at else title, text) for at, text in texts]
            )
        elif "/embeddings/" in part and member.file_size < MAX_SEARCHED:
            _refuse_in_bytes(name, archive.read(member), part)


def refuse_personal_bytes(name: str, body: bytes) -> None:
    """The same for bytes that could not be read as a table, and for members of an archive: numbers written
    in digits, and e-mail addresses in texts."""
    _refuse_in_bytes(name, body, "")
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            left = MAX_SEARCHED
            for member in archive.infolist():
                left -= member.file_size
                if left > 0:
                    _refuse_in_bytes(name, archive.read(member), "in the archive, ")
                refuse_personal_text(name, member.filename, "the name of a file in the archive")
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, RuntimeError, NotImplementedError):
        return  # what cannot be unpacked cannot be searched


def _refuse_in_bytes(name: str, body: bytes, where: str) -> None:
    # A separator stands between cells here, never before decimals.
    text = re.sub('[,;|\t"<>]', "\x1f", body.replace(b"\0", b"").decode("latin-1"))
    lines = pl.Series(text.split("\n"), dtype=pl.String)
    is_text = not body.startswith((b"PK", b"\xd0\xcf")) and b"\0\0" not in body[:4096]
    hits = [hit for what, form in _NUMBERS.items() for hit in _first(_rows(lines, form), 0, what)]
    for row, _, what in sorted([*hits, *(_mails(lines, 0) if is_text else [])]):
        raise _refusal(name, f"{where}line {row}", what)


# Sheets and their texts are read as such; the rest holds no text of a person's hand.
_IS_READ_ELSEWHERE = re.compile(
    r"(?i)(?:^|/)(?:worksheets/[^/]*\.xml|sharedStrings\.xml|styles\.xml|calcChain\.xml|theme/.*|\[Content_Types\]\.xml)$"
)


def _is_personal(text: str) -> bool:
    return bool(list(_in_texts(pl.Series([text]), 0)))


def _refusal(name: str, locator: str, what: str) -> Refused:
    return Refused(
        f"{name}: {locator}: holds {_NAMES[what]}; extracts are counts, so nothing of this file was kept; "
        "send figures without personal data",
        code="personal_data",
        locator=locator,
    )


def _in_texts(cells: pl.Series, number: int) -> Iterator[tuple[int, int, str]]:
    """The first hit of each kind in a column of texts in which digits are plain."""
    if not cells.str.contains(_MAY_NAME).any():
        return
    long = _rows(cells, _NINE_DIGITS)
    for what, form in (*_NUMBERS.items(), *_SAID_NUMBERS.items()):
        yield from _first(_among(long, cells, form), number, what)
    yield from _first(_among(_among(_rows(cells, _YEAR), cells, SAID_BORN), cells, PERSON), number, "born")
    yield from _mails(cells, number)


def _mails(cells: pl.Series, number: int) -> Iterator[tuple[int, int, str]]:
    for row in _among(_rows(cells, "@"), cells, MAIL):
        if any(not _OFFICE_MAIL.fullmatch(mail) for mail in cells[[row]].str.extract_all(MAIL)[0]):
            yield row + 1, number, "mail"
            return


def _hits(grid: Grid) -> Iterator[tuple[int, int, str]]:
    """Row from 1, column from 0, and what it is: the first hit of each kind in each column."""
    births, lost = [], []
    may_name = grid.cells.head(distinct.MANY).select(pl.all().str.contains(_MAY_NAME).any())
    if grid.cells.height <= distinct.MANY and not any(found[0] for found in may_name.iter_columns()):
        yield from _headed(grid)
        return
    for number, cells in enumerate(grid.cells.iter_columns()):
        is_long = cells.str.len_bytes() >= _SHORTEST
        if is_long.sum() * 2 > len(is_long):
            rows = _rows(cells, _MAY_NAME)
        else:
            rows = (is_long | cells.str.contains("@", literal=True)).arg_true()
            rows = rows.gather(_rows(cells.gather(rows), _MAY_NAME))
        if not len(rows):
            continue
        digits = cells.gather(rows)
        if digits.str.contains(_WIDE_DIGITS).any():
            digits = digits.str.normalize("NFKC")
        yield from ((rows[at - 1] + 1, column, what) for at, column, what in _in_texts(digits, number))
        births.append((number, {*rows.gather(_among(_rows(digits, _YEAR), digits, BORN))}))
        lost += [(number, what, {*rows.gather(_rows(digits, form))}) for what, form in _WITHOUT_ZERO.items()]
    if any(rows for *_, rows in births + lost):
        for number, cells in enumerate(grid.cells.iter_columns()):
            persons = {*_rows(cells, PERSON)}
            for other, born in births:
                yield from _first(sorted(persons & born), min(number, other), "born")
            for other, what, numbers in lost if len(persons) > 2 else []:
                if persons <= numbers:
                    yield from _first(sorted(persons), other, what)
    yield from _headed(grid)


def _rows(cells: pl.Series, form: str) -> pl.Series:
    """The rows, from 0, whose cell has such a part."""
    return distinct.has(cells, form).arg_true()


def _among(rows: pl.Series, cells: pl.Series, form: str) -> pl.Series:
    """Those of the rows whose cell has such a part too."""
    return rows.filter(cells.gather(rows).str.contains(form)) if len(rows) else rows


def _first(rows: pl.Series | list[int], column: int, what: str) -> Iterator[tuple[int, int, str]]:
    if len(rows):
        yield rows[0] + 1, column, what


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
            for found, _, _ in _first(_rows(below, form), column, what):
                yield found + row + 1, column, what
    for row, column in named.get("person", []):
        for other_row, other in named.get("born", []):
            both = grid.cells[str(column)].is_not_null() & grid.cells[str(other)].is_not_null()
            start = max(row, other_row) + 1
            for found, _, _ in _first(both.slice(start).arg_true(), min(column, other), "born"):
                yield found + start, min(column, other), "born"
