"""From a grid to a table: the header is found by what it says, the rows below it by what they are.

Headings may fill up to three rows, be merged, renamed, reordered or repeated at page breaks; columns that
nobody asked for are listed and left alone. Totals and sections are told by their wording and never are data.
"""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from typing import TYPE_CHECKING

import polars as pl

from ingest.errors import Refused
from ingest.reading import blocks, cut_numbers, dates, numbers, tall, totals, units
from ingest.reading.grids import Grid, figures_in
from ingest.reading.outcome import Reading, Rejection, Tally, Unread, numbered, rejected_frame, unread_frame
from ingest.reading.workbooks import column_letters
from ingest.wording import HeadingKey, match_key, plain, tidy, unaccented

if TYPE_CHECKING:
    from ingest.reading.stated_period import Asked

SEARCHED = 100  # rows in which a header is looked for
DEEPEST = 4  # rows of one header
NUMBERING = {"stt", "tt", "so tt", "so thu tu", "no", "#"}
PLAIN = HeadingKey({})
# A heading between a group and its parts that adds nothing.
_BETWEEN = {
    "trong do",
    "bao gom",
    "gom",
    "gom co",
    "chia ra",
    "cu the",
    "chi tiet",
    "trong do bao gom",
}
# A heading below a count that adds nothing.
_AMOUNT = {"so luong", "sl", "ket qua", "thuc hien", "so lieu", "ket qua thuc hien", "so tuyet doi"}
# A heading below a count, or over it, that makes it all of them.
_TOTAL = re.compile(r"(?:tong(?: (?:so|cong))?|cong)(?: (?:luong|thue bao|tai khoan|ho so))?")
# What stands before the words of a heading: its number, that it is a part of the one beside.
_NUMBERED = re.compile(r"^\s*(?:[IVX]{1,4}|\d{1,2}|[A-Da-d])[.)]\s*(?=[^\W\d])")
_AMONG = re.compile(r"^\s*(?:trong đó|bao gồm|gồm)\s*[:,-]?\s*(?=\S)", re.IGNORECASE)
_SHORT_MONTH = re.compile(r"(?<=\s)[Tt]\.?(?=(?:0?[1-9]|1[0-2])\)?$)")
# What came or went, and not what there is.
_MOVED = re.compile(r"\b(?:phat (?:trien|sinh)|roi mang|huy|cat|tang|giam|moi|them)\b")
# Words of a title over columns that do not narrow what they count.
_TITLE_WORDS = set(
    match_key(
        "Kết quả, tình hình, số liệu, số lượng, báo cáo, tổng hợp, thực hiện, các, về, và, theo, của, trên,"
        " trong đó, gồm, bao gồm, chia ra, chi tiết, công tác, thông tin, thống kê, nội dung, mục, được, điểm"
        " các nhóm chỉ số"
    ).split()
)
# Words of what the figures are about, in a title that is no heading itself.
_SUBJECT_WORDS = set(
    match_key(
        "tiếp nhận, giải quyết, xử lý, hồ sơ, thủ tục hành chính, cung cấp dịch vụ công, cấp, kích hoạt,"
        " tài khoản, định danh điện tử, thuê bao, viễn thông, di động, điện thoại, cáp quang"
    ).split()
)
_WHOLE_PROVINCE = re.compile(
    r"\b(?:(?:tren |cua |toan )*(?:dia ban )?tinh gia lai|(?:tren )?dia ban(?: toan)? tinh)\b"
)
# One of the doors by which dossiers come: what is counted below it is a part.
_PORTAL = re.compile(
    r"\b(?:cong (?:dich vu|thong tin|quoc gia|tinh|mot cua)|he thong|phan mem|mot cua)\b"
    r"|\b(?:qua|tren|tu|tai) cong$"
)
_LEVEL = re.compile(r"\bcap (?:bo|tinh|so|huyen|xa|trung uong)\b")


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column a source reads. Headings are matched by `match_key`, so their spelling may vary."""

    field: str
    headings: tuple[str, ...]
    """All accepted wordings; of several rows the whole (`Hồ sơ tiếp nhận Trực tuyến`), or its end where what
    stands above it does not narrow it."""
    kind: str = "text"
    """text, count (whole, not negative), percent, points, number (any of the last three) or date."""
    required: bool = False
    """The file is refused without this column."""
    filled: bool = False
    """A row is set aside without this cell."""
    parts: tuple[tuple[int, str], ...] = ()
    """Its family, and what it is headed where the heading of the family is left out."""
    part: str | None = None
    """Read the value with this label in cells such as `Số lượng: 1.234⏎Tỷ lệ: 12.34%`."""
    thousands: str | None = None
    """The only convention that is accepted, where the source promises one."""
    usual: str | None = None
    """The convention that is taken where nothing in the column decides."""
    is_stock: bool = False
    """It counts what there is on a day, not what came in a period: `Trong tháng` is only a part of it."""
    summed: bool = True
    """A printed total must be the sum of the rows; false for counts that units share."""

    @property
    def is_number(self) -> bool:
        return self.kind in numbers.KINDS


@dataclass(frozen=True)
class Cell:
    place: str
    raw_text: str
    value: Decimal | date | str


@dataclass(frozen=True)
class Row:
    number: int
    cells: dict[str, Cell]
    """Cells that say something, by field."""
    role: str
    section: str | None


@dataclass(frozen=True)
class Table:
    """The rows of a grid below its header. `frame` is for large files, `rows` for small ones.

    `frame` has row (its number in the file), role (data, total, section), section (the heading it stands
    under), and by field its text; numbers and dates also as `<field>.value`, numbers `<field>.decimals`.
    Rows with a cell that cannot be read are not in it but in `rejected`.
    """

    file: str
    grid: Grid
    headings: dict[str, str]
    """By field, the heading as printed; of several rows joined by spaces."""
    unknown: list[str]
    """Headings that nobody asked for."""
    unread: list[Unread]
    """What of the file no number is taken from."""
    preamble: list[str]
    """The texts above the header."""
    notes: list[str]
    """The texts below the table."""
    above: list[tuple[str, str]]
    """Place and words of what stands over the table, and of each row above the header."""
    below: list[tuple[str, str]]
    """Place and words of each row below the table."""
    frame: pl.DataFrame
    rejected: list[Rejection]
    read: int
    blank: int
    columns: tuple[Column, ...] = field(default=())
    statuses: dict[str, str] = field(default_factory=dict)
    """By field, E or P where its heading says `ước tính` or `tạm tính`."""
    asked: "Asked | None" = None
    """The period that the file was sent for."""
    at: dict[str, int] = field(default_factory=dict)
    """By field, the number of its column, from 0."""
    header_rows: range = range(0)
    """The rows of the header, from 1."""

    def renamed(self, field: str, other: str) -> "Table":
        """The same table with a field under another name."""
        if field not in self.headings:
            return self
        names = {f"{field}{part}": f"{other}{part}" for part in ("", ".value", ".decimals")}
        return replace(
            self,
            frame=self.frame.rename(names),
            headings={other if name == field else name: said for name, said in self.headings.items()},
            statuses={other if name == field else name: status for name, status in self.statuses.items()},
            columns=tuple(replace(c, field=other) if c.field == field else c for c in self.columns),
        )

    def left_out(self, field: str) -> "Table":
        """The same table without a field, which is listed as unread."""
        heading = self.headings[field]
        said = f"{field}.value" if f"{field}.value" in self.frame.columns else field
        figures = self.frame.filter(pl.col("role") == "data")[said].count()
        unread = [Unread("column", f"column {heading}", heading, figures)] if figures else []
        return replace(
            self,
            headings={name: printed for name, printed in self.headings.items() if name != field},
            unread=[*self.unread, *unread],
        )

    @cached_property
    def rows(self) -> list[Row]:
        return list(self._each())

    def _each(self) -> Iterable[Row]:
        kinds = {c.field: c.kind for c in self.columns}
        for row in self.frame.iter_rows(named=True):
            cells = {}
            for name, heading in self.headings.items():
                value = row[name] if kinds[name] == "text" else row[f"{name}.value"]
                if row[name] is not None and value is not None:
                    cells[name] = Cell(self.grid.place(row["row"], heading), row[name], value)
            yield Row(row["row"], cells, row["role"], row["section"])

    def reading(
        self,
        rows: list[dict] | pl.DataFrame | pl.LazyFrame,
        more: Iterable[Rejection] = (),
        unread: Iterable[Unread] = (),
    ) -> Reading:
        """What comes of this table: rows for `tall.COLUMNS`, each with the `row` it is from, and further rows
        that the source sets aside. A row set aside leaves nothing behind; a row without any number is blank.

        Raises Refused with the first rejection when nothing is left to land.
        """
        made = (tall.frame(rows) if isinstance(rows, list) else rows).lazy()
        more = list(more)
        known = set(self.frame.filter(pl.col("row").is_in([r.row for r in more]))["row"])
        rejected = rejected_frame([*self.rejected, *(r for r in more if r.row in known)])
        is_kept = ~pl.col("row").is_in(rejected["row"].implode())
        made = made.filter(is_kept)
        landed = numbered(made).n_unique()
        if not landed and not rejected.is_empty():
            first = rejected.row(0, named=True)
            raise Refused(
                f"{self.file}: {first['place']}: {first['message']} (no row could be used)",
                code=first["code"],
                place=first["place"],
            )
        unknown = [part for part in self.unread if part.part == "column" and part.figures and part.text]
        if not landed and unknown and self.asked and all(self.asked.heading(p.text)[1] for p in unknown):
            listed = ", ".join(repr(part.text) for part in unknown[:3])
            raise Refused(
                f"{self.file}: {unknown[0].place}: figures stand only under headings of other periods "
                f"({listed}); send those of {self.asked.period_id}",
                code="period_mismatch",
                place=unknown[0].place,
            )
        if not landed and unknown:
            listed = ", ".join(repr(part.text) for part in unknown[:3])
            raise Refused(
                f"{self.file}: {unknown[0].place}: figures stand only under headings that are not known "
                f"or leave open what they count ({listed}); correct them, or add the wording to headings.yml",
                code="column_unknown",
                place=unknown[0].place,
            )
        if not landed:
            raise Refused(f"{self.file}: holds no number; at least one row must state one", code="empty")
        roles = self.frame.filter(is_kept)["role"]
        return Reading(
            made,
            rejected,
            Tally(
                read=self.read,
                landed=landed,
                rejected=rejected.height,
                totals=(roles == "total").sum(),
                sections=(roles == "section").sum(),
                blank=self.blank + (roles == "data").sum() - landed,
            ),
            unread_frame([*self.unread, *unread]),
        )


@dataclass(frozen=True)
class _Header:
    first: int
    """Row of the grid, from 0."""
    height: int
    at: dict[str, int]
    headings: dict[str, str]
    unknown: dict[int, str]
    """By column, the headings that nobody asked for; empty where figures have none."""
    statuses: dict[str, str]
    """By field, the status that its heading gives."""
    same: dict[str, list[tuple[int, bool]]]
    """By field of what there is on a day, the columns of it that are of some period, or of what came or went,
    and whether each may be the sum of the others; by field of what came, those that it is the sum of."""


def read_only_table(
    name: str,
    grids: Sequence[Grid],
    columns: Sequence[Column],
    key: HeadingKey = PLAIN,
    whole: int | None = None,
    asked: "Asked | None" = None,
) -> Table:
    """The one visible grid that holds the headings; the others are listed as unread. Raises Refused.

    key: what makes headings comparable. whole: how many units a list of all of them has. asked: the period
    that the file was sent for; columns, rows and blocks of rows that are of another one are left out.
    """
    found, refusals = [], []
    for grid in grids:
        try:
            found.append((grid, _header(name, grid, columns, key, asked)))
        except Refused as refused:
            refusals.append(refused)
    seen = [grid for grid, _ in found if not grid.hidden]
    if len(seen) > 1 and asked:
        of_period = [asked.is_of_name(grid.name) for grid in seen]
        if of_period.count(True) == 1 and None not in of_period:
            seen = [seen[of_period.index(True)]]
    joined = _continued([one for one in found if any(one[0] is grid for grid in seen)])
    if joined:
        grids = [
            joined if grid is seen[0] else grid for grid in grids if all(grid is not g for g in seen[1:])
        ]
        seen = [joined]
    if len(seen) > 1:
        listed = [g.name or f"table {[g is grid for grid in grids].index(True) + 1}" for g in seen]
        raise Refused(
            f"{name}: {' and '.join(listed[:3])} {'both' if len(listed) == 2 else 'all'} hold the expected "
            "headings; send one table at a time",
            code="table_repeated",
        )
    if not seen and found:
        raise Refused(
            f"{name}: the headings stand only in the hidden sheet {found[0][0].name}; "
            "show the sheet that counts",
            code="hidden_only",
        )
    if not seen:
        # The refusal that got furthest: a header with a column missing says more than none.
        raise min(refusals, key=lambda refused: refused.code == "header_not_found")
    at = [grid is seen[0] for grid in grids].index(True)
    around = [grid for n, grid in enumerate(grids) if n < at or (n > at and not grid.name)]
    beside = [line for grid in around for line in _texts_of(grid, grids)]
    read = replace(seen[0], beside=[*seen[0].beside, *beside])
    header = next((header for grid, header in found if grid is seen[0]), None)
    table = read_table(name, read, columns, key, whole, asked, header)
    table.unread.extend(part for grid in grids if grid is not seen[0] for part in _left_out(grid, grids))
    return table


_PAGE_NUMBER = re.compile(r"\W*(?:trang|page)\W*\d+(?:\s*(?:/|cua|of)\s*\d+)?\W*")


def _continued(found: Sequence[tuple[Grid, "_Header"]]) -> Grid | None:
    """The tables of a page that go on under the very same headings, with nothing new between them, as one."""
    if len(found) < 2:
        return None
    (whole, header), *others = found
    head = whole.cells.slice(header.first, header.height).rows()
    above = set(_texts(whole.cells.head(header.first)))
    for grid, other in others:
        start = other.first + other.height
        again = [
            text for text in _texts(grid.cells.head(other.first)) if not _PAGE_NUMBER.fullmatch(plain(text))
        ]
        goes_on = grid.cells.slice(other.first, other.height).rows() == head and above.issuperset(again)
        if whole.name or grid.name or not goes_on or grid.beside != whole.beside:
            return None
        shift = whole.cells.height - start
        below = [span for span in grid.merged if span[0] >= start]
        marks = [(row, n, mark) for (row, n), mark in grid.marks.items() if row >= start]
        whole = replace(
            whole,
            cells=pl.concat([whole.cells, grid.cells.slice(start)]),
            merged=[*whole.merged, *((a + shift, b, c + shift, d) for a, b, c, d in below)],
            marks=whole.marks | {(row + shift, n): mark for row, n, mark in marks},
            unread=[*whole.unread, *grid.unread],
        )
    return whole


_FIGURE = re.compile(r"[\d.,\s]*\d\s*%?")
_COUNT = re.compile(r"\d{3,}|\d{1,3}(?:[., ]\d{3})+(?:[.,]\d+)?")
LONGEST_TEXT = 25  # rows of a cover, or of a table that only lays out words


def _texts_of(grid: Grid, grids: Sequence[Grid]) -> list[tuple[str, str]]:
    """Place and words of the rows of a cover or table without figures: they are about those beside it."""
    if grid.hidden or not 0 < grid.cells.height <= LONGEST_TEXT:
        return []
    for cells in grid.cells.rows():
        texts = [text for text in cells if text]
        figures = [text for text in texts if _FIGURE.fullmatch(text) and not re.fullmatch(r"20\d\d", text)]
        if len(figures) > 1 or (figures and not _ENDS_IN_PERIOD.search(plain(texts[0]))):
            return []
    place = "" if grid.name else f"table {[one is grid for one in grids].index(True) + 1}, "
    return [(f"{place}{where}", text) for where, text in _lines(grid, grid.cells.rows(), itertools.count(1))]


_ENDS_IN_PERIOD = re.compile(r"\b(?:thang|quy|nam|ky|tuan|ngay|so|trang)\W*$")


def _left_out(grid: Grid, grids: Sequence[Grid]) -> Iterable[Unread]:
    """A sheet or table that was not read, unless it is empty."""
    if not grid.cells.height:
        return
    first = next((tidy(text) for row in grid.cells.head(20).rows() for text in row if text), None)
    place = f"sheet {grid.name}" if grid.name else f"table {[g is grid for g in grids].index(True) + 1}"
    yield from grid.unread
    yield Unread(
        "hidden_sheet" if grid.hidden else "sheet", place, grid.name or first, figures_in(grid.cells)
    )


def read_table(
    name: str,
    grid: Grid,
    columns: Sequence[Column],
    key: HeadingKey = PLAIN,
    whole: int | None = None,
    asked: "Asked | None" = None,
    header: "_Header | None" = None,
) -> Table:
    """Read one grid. Raises Refused where the file as a whole cannot be used; else rows are set aside."""
    header = header or _header(name, grid, columns, key, asked)
    present = tuple(column for column in columns if column.field in header.at)
    preamble = _texts(grid.cells.head(header.first))
    of_all = [(f"comment in row {row + 1}", text) for row, _, text in grid.comments if row < header.first]
    grid = replace(grid, beside=[*grid.beside, *of_all])
    body = _body(grid, header, present)
    units.refuse_others(name, grid, header, present, body)
    body = body.with_columns(totals.roles(body, grid, header.first + header.height, header, present))
    cut_numbers.refuse(name, grid, header, present, body)
    body = body.with_columns(role=_province_alone(body, whole))
    # Without a column that counts no row has figures that could be of another period.
    counts = any(column.is_number for column in present)
    divided = blocks.set_divided_apart(body, grid, header, present)
    body = body.with_columns(divided.roles)
    apart = blocks.set_apart(body, grid, header, present, asked if counts else None)
    apart = blocks.joined(divided, apart)
    body = body.with_columns(apart.roles)
    if counts:
        partial = blocks.set_parts_apart(body, grid, header, present, asked)
        body = body.with_columns(partial.roles)
        apart = blocks.joined(apart, partial)
    below = body.filter(pl.col("role") == "note")
    notes = [text for text in below["label"].to_list() if text]
    unread = [*grid.unread, *_unread_columns(grid, header, body), *_unread_above(grid, header)]
    unread += [*_unread_notes(grid, below), *apart.unread]
    read = body.height
    blank = body["role"].is_in(["blank", "note", "other"]).sum()
    body = body.filter(~pl.col("role").is_in(["blank", "note", "other", "rejected"]))
    if apart.reasons and not (body["role"] == "data").any():
        first = apart.reasons[0]
        raise Refused(f"{name}: {first.place}: {first.message}", code=first.code, place=first.place)
    if not (body["role"] == "data").any():
        raise Refused(f"{name}: has headings but no rows with figures", code="empty")
    body, bad = _values(name, grid, header, present, body)
    _refuse_sums(name, grid, header, body)
    bad, unread_shares = _without_shares(grid, header, present, body, bad)
    unread += unread_shares
    rejected = [*_merged(grid, header, present, body), *_rejections(grid, header, present, body, bad)]
    rejected += [*apart.rejected, *_not_sums(grid, header, present, body)]
    ragged = {r.row for r in rejected if r.code in ("cells_missing", "cells_extra", "cells_merged")}
    unknown = {
        f: ragged | (set(body.filter(codes.is_not_null())["row"]) if codes.count() else set())
        for f, codes in bad.items()
    }
    found = totals.check(name, grid, header.headings, present, body, unknown, whole, bool(apart.rejected))
    body = body.with_columns(
        role=pl.when(pl.col("row").is_in(found.own)).then(pl.lit("data")).otherwise("role")
    )
    labels = dict(body.select("row", "label").rows())
    nameless = _beside_nameless(name, grid, header, present, body)
    unread += [
        Unread("row", grid.place_of_row(row), labels[row], count) for row, count in found.unchecked.items()
    ]
    kept = body.filter(~pl.col("row").is_in([r.row for r in rejected]))
    names = [
        n for c in present for n in (c.field, f"{c.field}.value", f"{c.field}.decimals") if n in kept.columns
    ]
    table = Table(
        file=name,
        grid=grid,
        headings=header.headings,
        unknown=list(header.unknown.values()),
        unread=unread,
        preamble=preamble,
        notes=notes,
        above=[*grid.beside, *_lines(grid, grid.cells.head(header.first).rows(), itertools.count(1))],
        below=_lines(grid, below.select("^#.*$").rows(), below["row"]),
        frame=kept.select("row", "role", "section", *names),
        rejected=rejected,
        read=read,
        blank=blank,
        columns=present,
        statuses=header.statuses,
        asked=asked,
        at=header.at,
        header_rows=range(header.first + 1, header.first + header.height + 1),
    )
    for field_name in nameless:
        table = table.left_out(field_name)
    return table


def _beside_nameless(
    name: str, grid: Grid, header: _Header, columns: Sequence[Column], body: pl.DataFrame
) -> list[str]:
    """The fields whose heading may be that of the columns to its right too, which have none and hold figures
    in most rows: of what part each is nothing tells."""
    data = body.filter(pl.col("role") == "data")
    counted = sum(column.is_number for column in columns)
    printed = grid.cells.width if grid.widths is None else grid.widths[header.first + header.height - 1]
    lines = range(header.first + 1, header.first + header.height + 1)
    crossed_out = {part.place.split()[-1] for part in grid.unread if part.part == "text"}
    found = []
    for column in columns:
        n = header.at[column.field] + 1
        if not column.is_number or header.unknown.get(n) != "" or n >= printed:
            continue
        if any(f"{column_letters(n)}{line}" in crossed_out for line in lines):
            continue
        if int(data[f"#{n}"].str.contains(rf"^\s*(?:\d+|{_COUNT.pattern})\s*$").sum()) * 2 < data.height:
            continue
        found.append(column.field)
        if column.required or len(found) == counted:
            place = f"{grid.place_of_row(header.first + header.height)}, column {n + 1}"
            raise Refused(f"{name}: {place}: has figures and no heading; add it", "column_unknown", place)
    return found


def _province_alone(body: pl.DataFrame, whole: int | None) -> pl.Series:
    """The roles, with a total `Toàn tỉnh` that no other row stands beside as the province's own row."""
    alone = body["role"].is_in(["data", "total"])
    if whole is None or alone.sum() != 1:
        return body["role"]
    texts = body.filter(alone).select("^#.*$").rows()
    if not any(map(totals.is_of_province, texts[0])):
        return body["role"]
    return body.select(pl.when(alone).then(pl.lit("data")).otherwise("role").alias("role")).to_series()


def _lines(grid: Grid, rows: Iterable[tuple], numbers: Iterable[int]) -> list[tuple[str, str]]:
    """Place and words of rows, each text of a row once."""
    return [
        (grid.place_of_row(number), " ".join(dict.fromkeys(_marked(cell) for cell in cells if cell)))
        for number, cells in zip(numbers, rows, strict=False)
        if any(cells)
    ]


def _marked(text: str) -> str:
    """A tidy text that keeps the star at its beginning, which is the mark of a footnote."""
    return tidy(re.sub(r"^\s*(\*+)(?=[^\s*])", r"\1 ", text))


# What is not read


def _unread_columns(grid: Grid, header: _Header, body: pl.DataFrame) -> Iterable[Unread]:
    is_figures = body["role"].is_in(["data", "total", "section"])
    printed = [*header.headings.values(), *header.unknown.values()]
    for n, heading in header.unknown.items():
        cells = body.filter(is_figures)[f"#{n}"]
        if heading or cells.is_not_null().any():
            named = heading if heading and printed.count(heading) == 1 else f"{n + 1} {heading}".strip()
            place = f"{grid.place_of_row(header.first + header.height)}, column {named}"
            place = f"field {heading}" if grid.records else place
            yield Unread("column", place, heading or None, int(cells.str.contains(r"\d").sum()))


_NOTE_ABOVE = re.compile(
    r"\W*(?:ghi chu|luu y|chu thich|chu y|nguon)\b|\s*(?:\(\*+\)|\*)"
    r"|.*\b(?:so (?:sanh )?voi|tang|giam|dat)\b.*\d"
)


def _unread_above(grid: Grid, header: _Header) -> Iterable[Unread]:
    """Rows above the header that hold bare numbers, as a summary does, and notes; titles only hold words and
    days."""
    for number, cells in enumerate(grid.cells.head(header.first).rows(), start=1):
        figures = sum(bool(cell and re.fullmatch(r"[\d.,\s]*\d\s*%?", cell)) for cell in cells)
        if figures and sum(1 for cell in cells if cell) > 1:
            text = next(
                (tidy(cell) for cell in cells if cell and not re.fullmatch(r"[\d.,\s%]+", cell)), None
            )
            yield Unread("row", grid.place_of_row(number), text, figures)
            continue
        for text in dict.fromkeys(_marked(cell) for cell in cells if cell):
            if _NOTE_ABOVE.match(plain(text)):
                yield Unread("note", grid.place_of_row(number), text)


def _unread_notes(grid: Grid, below: pl.DataFrame) -> Iterable[Unread]:
    """Of a signature only the place: it names a person."""
    for row, text in below.select("row", "label").rows():
        is_note = text and (re.search(r"\d", text) or totals.is_note(text))
        yield Unread("note", grid.place_of_row(row), _marked(text) if is_note else None)


# The header


def _header(
    name: str,
    grid: Grid,
    columns: Sequence[Column],
    key: HeadingKey,
    asked: "Asked | None" = None,
) -> _Header:
    """The rows that match most headings; of equal ones the fewest and first. Raises Refused."""
    if not grid.cells.height:
        raise Refused(f"{name}: is empty; a row of headings was expected", code="empty")
    cells = grid.cells.head(SEARCHED + DEEPEST).rows()
    head = [[tidy(cell) if cell else None for cell in row] for row in cells]
    _fill_merged(head, grid.merged)
    known = _Known(columns, key, asked)
    best: tuple | None = None
    refusal = cut = None
    parts: tuple[int, list[str]] | None = None
    for first in range(min(SEARCHED, len(head))):
        for height in range(1, 1 + (1 if grid.records else DEEPEST)):
            rows = head[first : first + height]
            if len(rows) < height or not any(rows[0]) or (grid.records and first):
                continue
            if height > 1 and known.is_title(rows[0]):
                continue
            printed = _spread(rows, known)
            levels, _, _ = known.bare(printed)
            at, clash = _matched(levels, known)
            if len(at) < 1:
                continue
            at |= _of_families(levels, at, known)
            counted = {n for name, n in at.items() if name in known.counted}
            if any(top < first <= bottom and left in counted for top, left, bottom, _ in grid.merged):
                continue  # its headings begin in a row above
            if group := known.group_above(head, first, height, at):
                cut = cut or (first, group)
                continue
            if known.is_cut_below(head, first + height, at):
                continue
            if not parts and (listed := _parts_of_known(printed, at, known)):
                parts = first + height, listed
            rank = (len(at), clash is None, -height, -first)
            if best is None or rank > best[0]:
                best, refusal = (rank, first, height, at, printed), clash
    required = [column for column in columns if column.required]
    if best is None or (len(best[3]) < 2 and len(columns) > 1):
        if cut:
            raise _not_understood(name, grid, *cut)
        found = best[3] if best else {}
        if best and parts:
            place = grid.place_of_row(parts[0])
            raise Refused(
                f"{name}: {place}: nothing is known of {', '.join(map(repr, parts[1][:3]))}, which may be "
                "parts of what was expected; add a column of the whole, or the wording to headings.yml",
                code="column_unknown",
                place=place,
            )
        lacking = [column for column in required if column.field not in found]
        lacking = lacking or [column for column in columns if column.is_number] or columns
        listed = ", ".join(column.headings[0] for column in lacking[:3])
        raise Refused(f"{name}: no row holds the headings {listed}; add them", code="header_not_found")
    _, first, height, at, printed = best
    levels, statuses, same = known.bare(printed)
    printed = [_joined(level) for level in printed]
    line = first + height
    if refusal:
        (one, other), heading = refusal
        place = grid.place_of_row(line)
        is_merged = any(left <= one and other <= right for top, left, _, right in grid.merged if top < line)
        what = "reaches over both; say of each what it counts" if is_merged else "stands twice; keep one"
        raise Refused(
            f"{name}: {place}, columns {one + 1} and {other + 1}: the heading {heading!r} {what}",
            code="column_repeated",
            place=place,
        )
    if missing := [column for column in required if column.field not in at]:
        if cut and first < cut[0] <= line:
            raise _not_understood(name, grid, *cut)
        place = grid.place_of_row(line)
        raise Refused(
            f"{name}: {place}: the heading {missing[0].headings[0]} is missing; add the column",
            code="column_missing",
            place=place,
        )
    # Right of figures `TT` is no number of a row.
    first_count = min((n for name, n in at.items() if name in known.counted), default=len(printed))
    at = {name: n for name, n in at.items() if n < first_count or match_key(printed[n]) not in NUMBERING}
    taken = set(at.values())
    unknown = {
        n: text
        for n, text in enumerate(printed)
        if n not in taken
        and (n > first_count or match_key(text) not in NUMBERING)
        and (match_key(text) or not text)
    }
    return _Header(
        first,
        height,
        at,
        {name: printed[n] for name, n in at.items()},
        unknown,
        {name: statuses[n] for name, n in at.items() if n in statuses},
        {name: same[n] for name, n in at.items() if n in same and name in known.counted},
    )


def _parts_of_known(printed: list[list[str]], at: dict[str, int], known: "_Known") -> list[str]:
    """The headings below one that is known."""
    return [
        _joined(heading)
        for n, heading in enumerate(printed)
        if n not in at.values() and len(heading) > 1 and known.wanted.get(known.key(_joined(heading[:-1])))
    ]


def _not_understood(name: str, grid: Grid, row: int, group: str) -> Refused:
    place = grid.place_of_row(row)
    return Refused(
        f"{name}: {place}: nothing is known of {group!r}, which is said over the columns; "
        "correct it, or put what is about the whole table to the left",
        code="column_unknown",
        place=place,
    )


# Of a heading over columns, and not of the table: a title, the head of a letter, the number of a form.
_OF_THE_TABLE = re.compile(
    r"(?:bao cao|bieu|bang|phu luc|mau|thong ke|tong hop|cong hoa xa hoi|doc lap|ubnd|uy ban"
    r"|(?:[a-z ]+, ?)?ngay|don vi tinh|dvt"
    r"|(?:ten )?(?:don vi|doanh nghiep|nha mang|co quan)(?: [a-z]+){0,2} ?:)(?:\b|(?<=:))"
)
_PERIOD = r"(?:thang|quy|nam|ky)"
# Words for the file's own period, by the kind of period that they fit.
_THIS = re.compile(rf"(?:trong |ca )?(?P<kind>{_PERIOD})(?: (?:nay|bao cao))?")
_UNTIL = (
    r"(?:tinh )?(?:den|toi) (?:nay|(?:het|cuoi) (?:thang|quy|ky)(?: nay| bao cao)?|thoi diem (?:nay|bao cao))"
)
_AT_END = r"(?:tai )?cuoi ky(?: bao cao)?"
_SO_FAR = re.compile(rf"{_AT_END}|(?:so )?(?:luy ke|cong don)(?: {_UNTIL})?|{_UNTIL}|hien (?:co|tai)")
_MAY_BE_SO_FAR = re.compile(r"\b(?:luy ke|cong don|(?:den|toi) (?:nay|het|cuoi))\b")
_TO_DATE_LEAD = re.compile(r"\W*(?:luy ke|cong don)\b\W*")
_SO_FAR_TAIL = re.compile(
    rf"[\s,(-]+(?:(?:luy ke|cong don)(?: {_UNTIL})?|{_UNTIL}|{_AT_END}|hien (?:co|tai))\W*$"
)
_UNTIL_MONTH = re.compile(r"\b(?:den|toi) (?:het|cuoi) (?:thang|quy|ky)\b")


class _Known:
    """What the headings of a source say, and what may stand over them without narrowing what they count."""

    def __init__(self, columns: Sequence[Column], key: HeadingKey, asked: "Asked | None"):
        self.columns, self.key, self.asked = columns, cache(key), asked
        # One text stands in many of the rows that are tried.
        self._bare, self._dated = cache(self._bare), cache(self._dated)
        self.wanted = _wanted(columns, key)
        self.words = {
            column.field: _TITLE_WORDS | {word for text in column.headings for word in key(text).split()}
            for column in columns
        }
        self.headings = {column.field: [key(text) for text in column.headings] for column in columns}
        self.counted = {column.field for column in columns if column.is_number}
        self.of_stocks = any(column.is_stock for column in columns)
        self.shares = {c.field for c in columns if c.kind == numbers.PERCENT and not c.required}

    def is_label(self, heading: str) -> bool:
        """Whether it heads a column of texts, as the units or their numbers."""
        fields = self.wanted.get(self.key(heading), [])
        return match_key(heading) in NUMBERING or any(field not in self.counted for field in fields)

    def bare(
        self, printed: list[list[str]]
    ) -> tuple[list[list[str]], dict[int, str], dict[int, list[tuple[int, bool]]]]:
        """The headings without the words that are of the file's own period, none for a column of another one
        or for a month of a stock beside all so far; by column the status that they give; and of stocks by
        column those beside it that count the same of other periods."""
        printed = [[self._dated(text) for text in heading] for heading in printed]
        read = [[self._bare(text) for text in heading] for heading in printed]
        bare = [
            [] if any(is_other for _, is_other, _ in heading) else [text for text, _, _ in heading if text]
            for heading in read
        ]
        statuses = {
            n: given[-1]
            for n, heading in enumerate(read)
            if (given := [status for _, _, status in heading if status])
        }
        if not any(_named(heading[depth:], self) for heading in bare for depth in range(len(heading))):
            return bare, statuses, {}
        if self.of_stocks:
            for n in self._months_beside_all(printed, bare):
                bare[n] = []
        return bare, statuses, self._same_counts(printed, bare)

    def _same_counts(
        self, printed: list[list[str]], bare: list[list[str]]
    ) -> dict[int, list[tuple[int, bool]]]:
        """Of columns that count the same of several periods one alone keeps its heading: that of the file's
        own. Of what came, a total is read where the periods beside it are together that of the file."""
        if self.asked is None:
            return {}
        alike: dict[str, list[int]] = {}
        for n, heading in enumerate(printed):
            if key := self.key(" ".join(self._without_periods(heading))):
                alike.setdefault(key, []).append(n)
        same = {}
        for columns in alike.values():
            said = {n: [one for text in printed[n] for one in self.asked.in_heading(text)] for n in columns}
            exact = [n for n in columns if bare[n] and self._is_own(printed[n], said[n])]
            others = [said[n] for n in columns if not bare[n] and said[n]]
            is_whole = len(others) > 1 and self.asked.is_together(
                one for several in others for one in several
            )
            for n in columns:
                is_less = bool(exact) and n not in exact and bool(said[n] or not self.of_stocks)
                is_silent = not said[n] and n not in exact and any(map(_is_total, printed[n]))
                if is_less or (is_silent and others and not self.of_stocks and not is_whole):
                    bare[n] = []
                if is_whole and bare[n]:
                    same[n] = [(m, False) for m in columns if not bare[m] and said[m]]
            if self.of_stocks and len(columns) > 2:
                sums = [(n, not any(one.kind == "month" for one in said[n])) for n in columns]
                same |= dict.fromkeys(columns, sums)
        return same

    def _without_periods(self, heading: list[str]) -> list[str]:
        bare = [self.asked.without_periods(text) for text in heading if not _is_total(text)]
        if self.of_stocks and len(heading) > 1 and _MOVED.search(match_key(heading[-1])):
            return bare[:-1]
        return bare

    def _is_own(self, heading: list[str], said: list) -> bool:
        is_exact = [(one.first, one.last) == self.asked.days for one in said]
        return any(is_exact) or any(
            self._is_this_period(match_key(text)) or re.match(r"trong (?:thang|quy|nam|ky)$", match_key(text))
            for text in heading
        )

    def _bare(self, text: str) -> tuple[str, bool, str | None]:
        text = _AMONG.sub("", _NUMBERED.sub("", _SHORT_MONTH.sub("tháng ", text)))
        said = match_key(text)
        if dates.is_day(text):
            return ("", False, None) if self.is_of_end(text) else (text, True, None)
        if self.of_stocks:
            if _SO_FAR.fullmatch(said):
                return "", False, None
            text = text[: tail.start()] if (tail := _SO_FAR_TAIL.search(plain(text))) else text
            lead = _TO_DATE_LEAD.match(plain(text))
            if lead and self.asked and not (rest := self.asked.heading(text[lead.end() :]))[0]:
                return rest
        elif _UNTIL_MONTH.search(said):
            return text, True, None
        if self._is_this_period(said):
            return "", False, None
        of_other_kind = " " in said and _THIS.fullmatch(said)
        if of_other_kind or (self.of_stocks and re.match(rf"trong {_PERIOD}\b", said)):
            return text, True, None
        return self.asked.heading(text) if self.asked else (text, False, None)

    def _dated(self, text: str) -> str:
        """A heading `31/3` or `03/24` with its whole year."""
        found = re.fullmatch(r"(\d{1,2})/(\d{1,2})", text.strip()) if self.asked else None
        if found and dates.is_day(f"{text.strip()}/{self.asked.year}"):
            return f"{text.strip()}/{self.asked.year}"
        if found and int(found[1]) <= 12 and int(found[2]) in dates.SHORT_YEARS:
            return f"tháng {found[1]}/20{found[2]}"
        return text

    def _is_this_period(self, said: str) -> bool:
        found = _THIS.fullmatch(said)
        if not found or said == found["kind"] or (self.of_stocks and said.startswith("trong ")):
            return False
        period_id = self.asked.period_id if self.asked else ""
        own = "quy" if "Q" in period_id else "thang" if "-" in period_id else "nam"
        return not self.asked or found["kind"] in ("ky", own)

    def _months_beside_all(self, printed: list[list[str]], bare: list[list[str]]) -> list[int]:
        """Of stocks the columns of the file's own month, where a column of all so far stands beside them."""
        whole = [[match_key(text) for text in heading] for heading in printed]
        monthly = [
            n
            for n, heading in enumerate(printed)
            if any(not _MAY_BE_SO_FAR.search(match_key(text)) and self._is_of_month(text) for text in heading)
        ]
        all_so_far = [
            n for n, said in enumerate(whole) if n not in monthly and any(map(_MAY_BE_SO_FAR.search, said))
        ]
        totals_of = [
            bare[n][:-1]
            for n, said in enumerate(whole)
            if said and said[-1] in ("tong so", "tong", "tong cong")
        ]
        return [n for n in monthly if all_so_far or (bare[n] and bare[n] in totals_of)]

    def _is_of_month(self, text: str) -> bool:
        return self._is_this_period(match_key(text)) or bool(
            self.asked
            and re.search(r"\d", text)
            and self.asked.in_heading(text)
            and not self.asked.heading(text)[1]
        )

    def is_of_end(self, text: str) -> bool:
        """Whether a day over a column of what there is on it is in the last month of the file's."""
        return bool(
            self.of_stocks
            and self.asked
            and self.asked.days[1].replace(day=1) <= dates.day(text) <= self.asked.days[1]
        )

    def is_title(self, row: list[str | None]) -> bool:
        """Whether a row holds one text, which only says of what period the table is, or on what day it was
        made."""
        texts = [text for text in row if text]
        if len(texts) != 1 or self.asked is None:
            return False
        is_other = self.asked.is_other(texts[0])
        is_own = is_other is False and not re.search(r"\w", self._bare(texts[0])[0])
        return bool(is_other or is_own or dates.is_day(texts[0]))

    def leaves(self, above: list[str], field: str) -> bool:
        """Whether what stands above a heading leaves what it counts as it is: it has words of the heading
        itself, or of a title that is no heading of something else."""
        for text in above:
            said = _WHOLE_PROVINCE.sub(" ", self.key(text))
            rest = set(said.split()) - self.words[field]
            is_title = said not in self.wanted and rest <= _SUBJECT_WORDS
            is_of_portal = _PORTAL.search(said) and not any(map(_PORTAL.search, self.headings[field]))
            if _LEVEL.search(said) or is_of_portal or (rest and not is_title):
                return False
        return True

    def group_above(self, head: list[list], first: int, height: int, at: dict[str, int]) -> str | None:
        """A heading over columns that count, in the rows above up to a title, that does not leave them as
        they are, or stands beside that of the units: its row is part of the header, and columns are never
        read without it."""
        counted = {n: name for name, n in at.items() if name in self.counted}
        labels = [n for name, n in at.items() if name not in self.counted]
        left = max((n for n in labels if n < min(counted, default=0)), default=-1)
        for above in range(first - 1, max(first + height - DEEPEST, 0) - 1, -1):
            row = head[above]
            texts = [text for text in row if text]
            if self.is_title(row):
                continue
            if any(map(self.is_label, texts)) and not labels:
                return texts[-1]
            of_the_table = {row[n] for n in (*range(left + 1), *labels) if n < len(row) and row[n]}
            if labels and len(set(texts)) == 1:
                of_the_table |= {text for text in row[: min(at.values()) + 1] if text}
            over = _reaching(row, head[above + 1 : first + height], self)
            for n, name in counted.items():
                if n >= len(over) or not (text := over[n]) or text in of_the_table:
                    continue
                if texts[0].endswith(":") or _OF_THE_TABLE.match(unaccented(text)):
                    continue
                bare, is_other, _ = self._bare(text)
                if is_other or not self.leaves([bare], name):
                    return text
            if of_the_table:
                return None
        return None

    def is_cut_below(self, head: list[list], row: int, at: dict[str, int]) -> bool:
        """Whether the row below divides the columns (`Trong tháng`, `Lũy kế`, `Tháng 2`) and names nothing
        else."""
        below = next((cells for cells in head[row : row + DEEPEST] if any(cells)), [])
        above = head[row - 1]
        labels = [n for field, n in at.items() if field not in self.counted]
        counted = [n for field, n in at.items() if field in self.counted]
        start = min(counted or (n for n in range(min(labels), len(below) + 1) if n not in labels), default=0)
        own = [None if n < len(above) and text == above[n] else text for n, text in enumerate(below)]
        words = [text for text in own[start:] if text]
        return (
            any(text.strip(" ()") != "%" for text in words)
            and not any(own[:start])
            and (
                all(
                    _is_subheading(text)
                    or text.strip(" ()") == "%"
                    or (self.asked and (dates.is_day(text) or self.asked.is_other(text) is not None))
                    for text in words
                )
                or self._are_numbers_of_months(above, own)
                or _divides(above, own, counted)
            )
        )

    def _are_numbers_of_months(self, above: list[str | None], own: list[str | None]) -> bool:
        """Whether months stand as bare numbers, `1`, `2`, `3`, where one heading reaches over them."""
        at = [n for n, text in enumerate(own) if text]
        return (
            len(at) > 1
            and all(re.fullmatch(r"0?[1-9]|1[0-2]", own[n]) for n in at)
            and [int(own[n]) for n in at] == list(range(int(own[at[0]]), int(own[at[0]]) + len(at)))
            and all(n >= len(above) or not above[n] or above[n] == above[n - 1] for n in at[1:])
        )


def _divides(above: list[str | None], own: list[str | None], counted: list[int]) -> bool:
    """Whether texts that are no figures stand below a heading that counts and the columns to its right that
    have none of their own: they head its parts, whatever they say (`4G`, `14-18`, `(1)`)."""
    for n in counted:
        end = n + 1
        while end < len(own) and (end >= len(above) or above[end] in (None, above[n])):
            end += 1
        texts = own[n:end]
        if any(texts[1:]) and not any(text and _COUNT.fullmatch(text) for text in texts):
            return True
    return False


def _is_total(text: str) -> bool:
    return bool(_TOTAL.fullmatch(match_key(text)))


def _is_subheading(text: str) -> bool:
    """Words (`Mức 2`), and neither a unit in brackets nor the number of a column."""
    return text.strip()[:1] != "(" and bool(re.search(r"[a-z]{2}", match_key(text)))


def _wanted(columns: Sequence[Column], key: HeadingKey) -> dict[str, list[str]]:
    """By the key of a heading, the fields that are read under it; several where cells have parts."""
    wanted: dict[str, list[str]] = {}
    for column in columns:
        for heading in dict.fromkeys(key(heading) for heading in column.headings):
            wanted.setdefault(heading, []).append(column.field)
    return wanted


def _fill_merged(rows: list[list], merged: list[tuple[int, int, int, int]]) -> None:
    for top, left, bottom, right in merged:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        for row in rows[top : bottom + 1]:
            for n in range(left, min(right + 1, len(row))):
                row[n] = rows[top][left]


def _spread(rows: list[list], known: _Known) -> list[list[str]]:
    """The headings of each column from top to bottom."""
    reaching = [_reaching(row, rows[number + 1 :], known) for number, row in enumerate(rows[:-1])]
    return [_levels(column) for column in zip(*reaching, rows[-1], strict=True)]


def _reaching(row: list[str | None], below: list[list], known: _Known) -> list[str | None]:
    """A row of headings, each also over the empty cells to its right that have words below them: where cells
    are not merged, as in a CSV, a heading of several columns stands in the first. What heads a column of
    texts reaches no further, nor over one."""
    last, over = None, []
    for n, cell in enumerate(row):
        under = [r[n] for r in below if n < len(r) and r[n]]
        last = cell or (last if under else None)
        is_label = cell and known.is_label(cell)
        over.append(cell if cell or any(map(known.is_label, under)) else last)
        last = None if is_label and not under else last
    return over


def _levels(column: Iterable[str | None]) -> list[str]:
    printed = [cell for cell in column if cell]
    levels = [text for n, text in enumerate(printed) if not n or text != printed[n - 1]]
    return [text for text in levels[:-1] if match_key(text) not in _BETWEEN] + levels[-1:]


def _joined(levels: list[str]) -> str:
    return " ".join(levels)


def _matched(
    levels: list[list[str]], known: _Known
) -> tuple[dict[str, int], tuple[tuple[int, int], str] | None]:
    """Which column each field stands in, by its whole heading or else its end; and what stands twice."""
    at: dict[str, int] = {}
    clash = None
    taken: set[int] = set()
    several: set[str] = set()
    for depth in range(DEEPEST):
        found: dict[str, int] = {}
        doubtful: set[str] = set()
        for n, heading in enumerate(levels):
            if n in taken or len(heading) <= depth:
                continue
            named = _named(heading[depth:], known)
            named = [name for name in named if known.leaves(heading[:depth], name)]
            if not named or all(name in at for name in named):
                if known.shares.issuperset(named):
                    several.update(named)
                elif not depth and named and named[0] in at:
                    clash = clash or ((at[named[0]], n), _joined(heading))
                continue
            if any(name in found for name in named):
                first = next(found[name] for name in named if name in found)
                if depth and levels[first][:depth] != heading[:depth] and known.counted.issuperset(named):
                    doubtful.update(named)  # of which group it is nothing tells
                    continue
                if known.shares.issuperset(named):
                    several.update(named)
                    continue
                clash = clash or ((first, n), _joined(heading[depth:]))
            for name in named:
                found.setdefault(name, n)
        for name, n in found.items():
            if name not in at and name not in doubtful:
                at[name] = n
                taken.add(n)
    # Of which counts each of several percentages is their heading does not tell.
    return {name: n for name, n in at.items() if name not in several}, clash


def _named(levels: list[str], known: _Known) -> list[str]:
    """The fields that a heading of one or more levels names."""
    named = known.wanted.get(known.key(_joined(levels)))
    if named is None and len(levels) > 1 and (match_key(levels[-1]) in _AMOUNT or _is_total(levels[-1])):
        named = known.wanted.get(known.key(_joined(levels[:-1])))
    return named or []


def _of_families(levels: list[list[str]], at: dict[str, int], known: _Known) -> dict[str, int]:
    """The columns whose heading is only that of a part, such as `Sớm hạn`, where its family stands beside it.

    A part that several families have belongs to that of its neighbour.
    """
    parts: dict[str, dict[int, str]] = {}
    family_of: dict[str, set[int]] = {}
    for column in known.columns:
        for family, part in column.parts:
            parts.setdefault(known.key(part), {})[family] = column.field
            family_of.setdefault(column.field, set()).add(family)
    if not parts:
        return {}
    taken = {n: family_of.get(name, set()) for name, n in at.items()}
    open_parts = {}
    for n, heading in enumerate(levels):
        heading = heading[:-1] if len(heading) > 1 and match_key(heading[-1]) in _AMOUNT else heading
        fields = parts.get(known.key(heading[-1]), {}) if n not in taken and heading else {}
        # under what another family counts it is a part of that
        over = [family_of.get(name, set()) for name in known.wanted.get(known.key(_joined(heading[:-1])), [])]
        fields = {
            family: name
            for family, name in fields.items()
            if known.leaves(heading[:-1], name) and all(family in families for families in over)
        }
        if fields:
            open_parts[n] = fields
    found: dict[str, int] = {}
    settled: dict[int, int] = {n: next(iter(f)) for n, fields in open_parts.items() if len(f := fields) == 1}
    settled |= {n: next(iter(families)) for n, families in taken.items() if len(families) == 1}
    for n in sorted(open_parts):
        # A share stands beside the part that it is of.
        counted = [m for m, heading in enumerate(levels) if m == n or not _is_share(heading)]
        at_n = counted.index(n)
        near = [*counted[max(at_n - 1, 0) : at_n], *counted[at_n + 1 : at_n + 2]]
        beside = [
            family
            for m in near
            for family in ({settled[m]} if m in settled else taken.get(m, set())) & open_parts[n].keys()
        ]
        if n not in settled and len(set(beside)) == 1:
            settled[n] = beside[0]
    for n, fields in open_parts.items():
        # Of two alike, each beside what it is a part of, the other one takes its family.
        others = {settled[m] for m in open_parts if m != n and m in settled and open_parts[m] == fields}
        if n not in settled and settled.get(n - 1) in fields and others == fields.keys() - {settled[n - 1]}:
            settled[n] = settled[n - 1]
    for n, fields in open_parts.items():
        name = fields.get(settled.get(n, -1))
        has_kin = sum(family == settled.get(n) for family in settled.values()) > 1
        has_kin |= any(settled.get(n) in families for families in taken.values())
        if name and has_kin and name not in at and name not in found:
            found[name] = n
    return found


def _is_share(heading: list[str]) -> bool:
    return bool(heading) and match_key(heading[-1]).startswith(("ty le", "ti le"))


def _texts(cells: pl.DataFrame) -> list[str]:
    return [tidy(text) for text in itertools.chain(*cells.rows()) if text]


# The rows


def _body(grid: Grid, header: _Header, columns: Sequence[Column]) -> pl.DataFrame:
    """Rows below the header: row, width, the cells by field, `#<n>` for the cells of the grid."""
    start = header.first + header.height
    cells = grid.cells.slice(start)
    rows = pl.int_range(start + 1, start + 1 + cells.height, dtype=pl.Int32, eager=True).alias("row")
    frame = cells.select(pl.all().name.prefix("#")).insert_column(0, rows)
    if grid.widths is not None:
        frame = frame.with_columns(grid.widths.slice(start).alias("width"))
    else:
        frame = frame.with_columns(pl.lit(None, pl.Int32).alias("width"))
    frame = frame.with_columns(pl.col(f"#{header.at[c.field]}").alias(c.field) for c in columns)
    for column in columns:
        if not column.is_number:
            frame = _fill_down(frame, grid, header.at[column.field], column.field, start)
    return frame


def _fill_down(frame: pl.DataFrame, grid: Grid, at: int, name: str, start: int) -> pl.DataFrame:
    """A merged cell speaks for all rows it reaches over; of texts and days, as a number would count twice."""
    spans = [
        (top - start, bottom - start) for top, left, bottom, _ in grid.merged if left == at and bottom > top
    ]
    spans = [(top, bottom) for top, bottom in spans if top >= 0]
    if not spans:
        return frame
    texts = frame[name].to_list()
    for top, bottom in spans:
        for n in range(top + 1, min(bottom + 1, len(texts))):
            texts[n] = texts[n] or texts[top]
    return frame.with_columns(pl.Series(name, texts, dtype=pl.String))


def _values(
    name: str, grid: Grid, header: _Header, columns: Sequence[Column], body: pl.DataFrame
) -> tuple[pl.DataFrame, dict[str, pl.Series]]:
    """The frame with values, and by field why a cell has none (null where it has, or says nothing)."""
    bad = {}
    is_data = body["role"] == "data"
    proven = numbers.of_fixed_decimals(body[c.field] for c in columns if c.kind == "count" and not c.part)
    has_counts = any(column.kind == numbers.COUNT for column in columns)
    for column in columns:
        unlabelled = None
        if column.part:
            whole = body[column.field]
            label = rf"(?im)^[\s]*{re.escape(column.part)}[^\S\n]*:[^\S\n]*"
            unlabelled = ~whole.str.contains(label) & ~whole.is_in(numbers.NOTHING)
            part = whole.str.extract(label + r"(\S.*)$", 1).str.strip_chars()
            body = body.with_columns(part.alias(column.field))
        text = body[column.field]
        if column.is_number:
            typed = None
            if grid.typed is not None:
                typed = grid.typed[str(header.at[column.field])].gather(body["row"].cast(pl.Int64) - 1)
            try:
                read = numbers.read(
                    units.without_own(text, column) if column.kind == numbers.COUNT else text,
                    column.kind,
                    typed=typed,
                    roles=body["role"],
                    thousands=column.thousands,
                    usual=column.usual,
                    proven=proven,
                )
            except numbers.Undecidable as error:
                if column.kind == numbers.PERCENT and not column.required and has_counts:
                    body = body.with_columns(
                        pl.lit(None, numbers.VALUE).alias(f"{column.field}.value"),
                        pl.lit(None, pl.Int32).alias(f"{column.field}.decimals"),
                    )
                    bad[column.field] = _codes(text.is_not_null(), "number_undecidable")
                    continue
                row = body.filter(pl.col(column.field) == error.cell)["row"][0]
                place = grid.place(row, header.headings[column.field])
                raise Refused(
                    f"{name}: {place}: {error}; print it as 1234 or 12,5, or send the workbook itself",
                    code="number_undecidable",
                    place=place,
                ) from None
            body = body.with_columns(
                read.value.alias(f"{column.field}.value"), read.decimals.alias(f"{column.field}.decimals")
            )
            bad[column.field] = read.code
            if unlabelled is not None:
                bad[column.field] = _first_of(read.code, _codes(unlabelled.fill_null(False), "value_unknown"))
        elif column.kind == "date":
            days = {}
            for text_of_day in text.unique().drop_nulls().to_list():
                try:
                    days[text_of_day] = dates.day(text_of_day)
                except ValueError:
                    days[text_of_day] = None
            value = text.replace_strict(days, default=None, return_dtype=pl.Date)
            body = body.with_columns(value.alias(f"{column.field}.value"))
            bad[column.field] = _codes(text.is_not_null() & value.is_null(), "date_unreadable")
        else:
            bad[column.field] = _codes(text.str.contains(numbers.ERROR).fill_null(False), "error_cell")
        if column.filled:
            lacks = text.is_null() & is_data
            bad[column.field] = _first_of(bad[column.field], _codes(lacks, "value_missing"))
    return body, bad


def _refuse_sums(name: str, grid: Grid, header: _Header, body: pl.DataFrame) -> None:
    """Refuse figures of what there is on a day where a column is the sum of those beside it: they are of what
    came in each period, or went."""
    data = body.filter(pl.col("role") == "data")
    for name_of_field, same in header.same.items():
        columns = [n for n, _ in same]
        rows = [[_whole(cell) for cell in cells] for cells in data.select(f"#{n}" for n in columns).rows()]
        rows = [row for row in rows if None not in row and any(row)]
        for at, (n, may_be_sum) in enumerate(same):
            if may_be_sum and rows and all(_is_sum(row[at], row[:at], row[at + 1 :]) for row in rows):
                place = grid.place_of_row(header.first + header.height)
                raise Refused(
                    f"{name}: {place}: column {n + 1} is the sum of those beside it, so those of "
                    f"{header.headings[name_of_field]!r} came or went; send what there was at the end",
                    code="period_mismatch",
                    place=place,
                )


def _not_sums(
    grid: Grid, header: _Header, columns: Sequence[Column], body: pl.DataFrame
) -> Iterable[Rejection]:
    """Data rows in which what came in a quarter is not the sum of the months beside it."""
    data = body.filter(pl.col("role") == "data")
    for column in columns:
        same = [] if column.is_stock else header.same.get(column.field, [])
        numbers = [header.at[column.field], *(n for n, _ in same)]
        for row, *cells in data.select("row", *(f"#{n}" for n in numbers)).rows() if same else []:
            total, *parts = map(_whole, cells)
            if cells[0] and None not in (total, *parts) and total != sum(parts):
                message = (
                    f"{cells[0]} is not {sum(parts)}, the sum of the periods beside it; ask which is right"
                )
                place = grid.place(row, header.headings[column.field])
                yield Rejection(row, place, "total_disagrees", message, cells[0])


def _is_sum(total: int, before: list[int], after: list[int]) -> bool:
    sums = [sum(part) for part in (before, before + after) if len(part) > 1]
    return total in sums or any(len(part) == 2 and total == part[0] - part[1] for part in (before, after))


def _whole(cell: str | None) -> int | None:
    bare = re.sub(r"[.,\s]", "", cell or "0")
    return int(bare) if bare.isdecimal() else None


_NO_SHARE = ("error_cell", "number_unreadable", "number_undecidable")


def _without_shares(
    grid: Grid, header: _Header, columns: Sequence[Column], body: pl.DataFrame, bad: dict[str, pl.Series]
) -> tuple[dict[str, pl.Series], list[Unread]]:
    """Percentages beside counts that are none, such as #DIV/0!, or that have two readings, are listed as
    unread and spoil no row."""
    kept, unread = dict(bad), []
    if not any(column.kind == numbers.COUNT for column in columns):
        return kept, unread
    for column in columns:
        if column.kind != numbers.PERCENT or column.filled:
            continue
        code = bad[column.field]
        is_none = code.is_in(_NO_SHARE).fill_null(False)
        kept[column.field] = code.set(is_none, None)
        rows = body.filter(is_none & (body["role"] == "data"))
        if rows.height:
            place = grid.place(rows["row"][0], header.headings[column.field])
            unread.append(Unread("column", place, rows[column.field][0], rows.height))
    return kept, unread


def _first_of(code: pl.Series, other: pl.Series) -> pl.Series:
    return pl.select(pl.coalesce(code, other)).to_series()


def _codes(where: pl.Series, code: str) -> pl.Series:
    return pl.select(pl.when(where).then(pl.lit(code))).to_series()


_SAID = {
    "error_cell": "{0!r} is an error or a formula without its value; correct it and send the file again",
    "number_unreadable": "{0!r} is no number; correct the cell",
    "number_too_precise": "{0!r} has more decimals than are kept; round it",
    "number_out_of_range": "{0!r} is out of range; correct the cell",
    "thousands_lost": "{0!r} may be a count that lost its thousands; print it as 1234",
    "negative_count": "{0!r} is below zero; a count was expected",
    "not_whole": "{0!r} is not whole; a count was expected",
    "date_unreadable": "{0!r} is no day; write it as 22/03/2025",
    "value_unknown": "has not the expected label before its value; correct the cell",
    "value_missing": "is empty; every row must say it",
    "cells_missing": "has {1} cells, the header has {2}; fill the row up",
    "cells_extra": "has {1} cells, the header has {2}; quote cells that hold the separator",
}


def _rejections(
    grid: Grid, header: _Header, columns: Sequence[Column], body: pl.DataFrame, bad: dict[str, pl.Series]
) -> list[Rejection]:
    """Data rows with a cell that cannot be read, or that are shorter or longer than the header."""
    found = []
    is_data = body["role"] == "data"
    if grid.widths is not None:
        wide = max(
            (int(n) for n, text in enumerate(grid.cells.row(header.first + header.height - 1)) if text),
            default=0,
        )
        wide = max(wide, *header.at.values()) + 1
        printed = grid.widths[header.first + header.height - 1]
        beyond = [c for c in body.columns if c.startswith("#") and int(c[1:]) >= max(wide, printed)]
        full = pl.any_horizontal(pl.col(c).is_not_null() for c in beyond) if beyond else pl.lit(False)
        odd = body.select(
            pl.when(pl.col("width") < wide)
            .then(pl.lit("cells_missing"))
            .when(full)
            .then(pl.lit("cells_extra"))
        ).to_series()
        for n in (odd.is_not_null() & is_data).arg_true():
            row, width = body["row"][n], body["width"][n]
            found.append(
                Rejection(
                    row,
                    grid.place_of_row(row),
                    odd[n],
                    _SAID[odd[n]].format("", width, printed),
                    _raw(body, n),
                )
            )
    for column in columns:
        codes = bad[column.field]
        for n in (codes.is_not_null() & is_data).arg_true() if codes.count() else ():
            row, text = body["row"][n], body[column.field][n]
            place = grid.place(row, header.headings[column.field])
            said = _SAID[codes[n]].format(text)
            found.append(Rejection(row, place, codes[n], said, text if text is not None else _raw(body, n)))
    return sorted(found, key=lambda rejection: rejection.row)


def _merged(
    grid: Grid, header: _Header, columns: Sequence[Column], body: pl.DataFrame
) -> Iterable[Rejection]:
    """Data rows that share a number with others, or have one for several columns, in a merged cell."""
    counted = {header.at[column.field] for column in columns if column.is_number}
    headed = {*header.at.values(), *(n for n, heading in header.unknown.items() if heading)}
    data = set(body.filter(pl.col("role") == "data")["row"])
    for top, left, bottom, right in grid.merged:
        over = [n for n in range(left, right + 1) if n in headed]
        if top < header.first + header.height or not counted & set(over):
            continue
        text = grid.cells[str(left)][top]
        if not re.fullmatch(r"\W*\d[\d\W]*", text or "") or (bottom == top and len(over) < 2):
            continue
        reach = f"rows {top + 1} to {bottom + 1}" if bottom > top else f"columns {left + 1} to {right + 1}"
        message = f"{text!r} is in a cell merged over {reach}; give each its own number"
        heading = next(name for name, n in header.at.items() if n in counted and n in over)
        for row in range(top + 1, bottom + 2):
            if row in data:
                place = grid.place(row, header.headings[heading])
                yield Rejection(row, place, "cells_merged", message, text)


def _raw(body: pl.DataFrame, n: int) -> str:
    cells = body.select(pl.col("^#.*$")).row(n)
    return " | ".join(cell or "" for cell in cells)
