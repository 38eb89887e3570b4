"""From the grids of a file to its one table: the header is found by what it says, the rows below it by what
they are. Totals and sections are known by their wording and never are data.
"""

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from ingest.errors import Refused
from ingest.reading import blocks, cells, cut_numbers, headers, patterns, tall, totals, units
from ingest.reading.asked import Asked
from ingest.reading.columns import Column
from ingest.reading.grids import Grid, figures_in
from ingest.reading.headers import Header
from ingest.reading.outcome import (
    Reading,
    Rejection,
    Tally,
    Unread,
    landed_rows,
    rejected_frame,
    unread_frame,
)
from ingest.wording import HeadingKey, plain, tidy


@dataclass(frozen=True)
class Table:
    """The rows of a grid below its header.

    `frame` has row (its number in the file), role (data, total, section), section (the heading it is under),
    and by field its text; numbers and dates also as `<field>.value`, numbers `<field>.decimals`. Rows with a
    cell that cannot be read are not in it but in `rejected`.
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
    asked: Asked | None = None
    """The period that the file was sent for."""
    at: dict[str, int] = field(default_factory=dict)
    """By field, the number of its column, from 0."""
    header_rows: range = range(0)
    """The rows of the header, from 1."""

    @property
    def sent_for(self) -> Asked:
        """The period that the file was sent for, of a table that was read for one."""
        assert self.asked
        return self.asked

    def rejection(self, row: int, field: str, code: str, message: str, text: str | None = None) -> Rejection:
        """A row that cannot be used, for its cell of a field."""
        return Rejection(row, self.grid.locator(row, self.headings[field]), code, message, text)

    def renamed(self, field: str, other: str) -> "Table":
        """The same table with a field under another name."""
        if field not in self.headings:
            return self
        names = {f"{field}{part}": f"{other}{part}" for part in ("", ".value", ".decimals")}
        return replace(
            self,
            frame=self.frame.rename(names),
            headings={other if name == field else name: heading for name, heading in self.headings.items()},
            statuses={other if name == field else name: status for name, status in self.statuses.items()},
            columns=tuple(replace(c, field=other) if c.field == field else c for c in self.columns),
        )

    def left_out(self, field: str) -> "Table":
        """The same table without a field, which is listed as unread."""
        heading = self.headings[field]
        shown = f"{field}.value" if f"{field}.value" in self.frame.columns else field
        figures = self.frame.filter(pl.col("role") == "data")[shown].count()
        unread = [Unread("column", f"column {heading}", heading, figures)] if figures else []
        return replace(
            self,
            headings={name: printed for name, printed in self.headings.items() if name != field},
            unread=[*self.unread, *unread],
        )

    def status_of(self, field: str) -> pl.Expr:
        """By row E or P where a column of notes says so of its figure and nothing else; null without it."""
        if field not in self.headings:
            return pl.lit(None, pl.String)
        found = {text: self.sent_for.status_alone(text) for text in self.frame[field].drop_nulls().unique()}
        return pl.col(field).replace_strict(found, default=None, return_dtype=pl.String)

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
        made = made if rejected.is_empty() else made.filter(is_kept)
        landed = landed_rows(made)
        if not landed and not rejected.is_empty():
            first = rejected.row(0, named=True)
            raise Refused(
                f"{self.file}: {first['locator']}: {first['message']} (no row could be used)",
                code=first["code"],
                locator=first["locator"],
            )
        unknown = [part for part in self.unread if part.part == "column" and part.figures and part.text]
        listed = ", ".join(repr(part.text) for part in unknown[:3])
        asked = self.asked
        if not landed and unknown and asked and all(asked.heading(p.text or "")[1] for p in unknown):
            raise Refused(
                f"{self.file}: {unknown[0].locator}: figures stand only under headings of other periods "
                f"({listed}); send those of {asked.period_id}",
                code="period_mismatch",
                locator=unknown[0].locator,
            )
        if not landed and unknown:
            raise Refused(
                f"{self.file}: {unknown[0].locator}: figures stand only under headings that are not known "
                f"or leave open what they count ({listed}); correct them, or add the wording to headings.yml",
                code="column_unknown",
                locator=unknown[0].locator,
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
                totals=roles.eq("total").arg_true().len(),
                sections=roles.eq("section").arg_true().len(),
                blank=self.blank + roles.eq("data").arg_true().len() - landed,
            ),
            unread_frame([*self.unread, *unread]),
        )


def read_only_table(
    name: str,
    grids: Sequence[Grid],
    columns: Sequence[Column],
    key: HeadingKey = headers.PLAIN,
    whole: int | None = None,
    asked: Asked | None = None,
) -> Table:
    """The one visible grid that holds the headings; the others are listed as unread. Raises Refused.

    key: what makes headings comparable. whole: how many units a list of all of them has. asked: the period
    that the file was sent for; columns, rows and blocks of rows that are of another one are left out.
    """
    found, refusals = [], []
    for grid in grids:
        try:
            found.append((grid, headers.find(name, grid, columns, key, asked)))
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
    covers = [_texts_of(grid, grids) for grid in around]
    long = frozenset(locator for cover in covers if len(cover) > LINES_OF_COVER for locator, _ in cover)
    read = replace(seen[0], beside=[*seen[0].beside, *itertools.chain(*covers)], explaining=long)
    header = next((header for grid, header in found if grid is seen[0]), None)
    header = header or headers.find(name, read, columns, key, asked)
    table = _read(name, read, header, whole, asked)
    table.unread.extend(part for grid in grids if grid is not seen[0] for part in _left_out(grid, grids))
    return table


_PAGE_NUMBER = re.compile(r"\W*(?:trang|page)\W*\d+(?:\s*(?:/|cua|of)\s*\d+)?\W*")


def _continued(found: Sequence[tuple[Grid, Header]]) -> Grid | None:
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
LINES_OF_COVER = 8
LONGEST_TEXT = 25  # rows of a cover, or of a table that only lays out words


def _texts_of(grid: Grid, grids: Sequence[Grid]) -> list[tuple[str, str]]:
    """Place and words of the rows of a cover or table without figures: they are about those beside it."""
    if grid.hidden or not 0 < grid.cells.height <= LONGEST_TEXT:
        return []
    for row in grid.cells.rows():
        texts = [text for text in row if text]
        figures = [text for text in texts if _FIGURE.fullmatch(text) and not re.fullmatch(r"20\d\d", text)]
        if len(figures) > 1 or (figures and not _ENDS_IN_PERIOD.search(plain(texts[0]))):
            return []
    locator = "" if grid.name else f"table {[one is grid for one in grids].index(True) + 1}, "
    return [
        (f"{locator}{where}", text) for where, text in _lines(grid, grid.cells.rows(), itertools.count(1))
    ]


_ENDS_IN_PERIOD = re.compile(r"\b(?:thang|quy|nam|ky|tuan|ngay|so|trang)\W*$")


def _left_out(grid: Grid, grids: Sequence[Grid]) -> Iterable[Unread]:
    """A sheet or table that was not read, unless it is empty."""
    if not grid.cells.height:
        return
    first = next((tidy(text) for row in grid.cells.head(20).rows() for text in row if text), None)
    locator = f"sheet {grid.name}" if grid.name else f"table {[g is grid for g in grids].index(True) + 1}"
    yield from grid.unread
    yield Unread(
        "hidden_sheet" if grid.hidden else "sheet", locator, grid.name or first, figures_in(grid.cells)
    )


def _read(name: str, grid: Grid, header: Header, whole: int | None, asked: Asked | None) -> Table:
    """Read one grid. Raises Refused where the file as a whole cannot be used; else rows are set aside."""
    present = header.columns
    preamble = _texts(grid.cells.head(header.first))
    of_all = [(f"comment in row {row + 1}", text) for row, _, text in grid.comments if row < header.first]
    grid = replace(grid, beside=[*grid.beside, *of_all])
    body = cells.body_of(grid, header)
    header = cells.with_bare_columns(header, body)
    units.refuse_others(name, grid, header, body)
    body = body.with_columns(totals.roles(body, grid, header))
    cut_numbers.refuse(name, grid, header, body)
    body = body.with_columns(role=_province_alone(body, whole))
    # Without a column that counts no row has figures that could be of another period.
    counts = any(column.is_number for column in present)
    divided = blocks.set_divided_apart(body, grid, header)
    body = body.with_columns(divided.roles)
    apart = blocks.set_apart(body, grid, header, asked if counts else None)
    apart = blocks.joined(divided, apart)
    body = body.with_columns(apart.roles)
    if counts:
        partial = blocks.set_parts_apart(body, grid, header, asked)
        body = body.with_columns(partial.roles)
        apart = blocks.joined(apart, partial)
    below = body.filter(pl.col("role") == "note")
    unread = [*grid.unread, *_unread_columns(grid, header, body), *_unread_above(grid, header)]
    unread += [*_unread_notes(grid, below), *apart.unread]
    read = body.height
    blank = body["role"].is_in(["blank", "note", "other"]).arg_true().len()
    body = body.filter(~pl.col("role").is_in(["blank", "note", "other", "rejected"]))
    if apart.reasons and not (body["role"] == "data").any():
        first = apart.reasons[0]
        raise Refused(f"{name}: {first.locator}: {first.message}", code=first.code, locator=first.locator)
    if not (body["role"] == "data").any():
        raise Refused(f"{name}: has headings but no rows with figures", code="empty")
    body, bad = cells.values(name, grid, header, body)
    cells.refuse_sums(name, grid, header, body)
    bad, unread_shares = cells.without_shares(grid, header, body, bad)
    unread += unread_shares
    rejected = list(cells.merged(grid, header, body))
    rejected += cells.rejections(grid, header, body, bad)
    rejected += [*apart.rejected, *cells.not_sums(grid, header, body)]
    ragged = {r.row for r in rejected if r.code in ("cells_missing", "cells_extra", "cells_merged")}
    unknown = {
        f: ragged | (set(body.filter(codes.is_not_null())["row"]) if codes.count() else set())
        for f, codes in bad.items()
    }
    found = totals.check(name, grid, header.headings, present, body, unknown, whole, bool(apart.rejected))
    body = body.with_columns(
        role=pl.when(pl.col("row").is_in(found.own)).then(pl.lit("data")).otherwise("role")
    )
    labels = dict(body.filter(pl.col("row").is_in(list(found.unchecked))).select("row", "label").rows())
    nameless = _beside_nameless(name, grid, header, body)
    unread += [
        Unread("row", grid.row_locator(row), labels[row], count) for row, count in found.unchecked.items()
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
        header_rows=range(header.first + 1, header.end + 1),
    )
    for field_name in nameless:
        table = table.left_out(field_name)
    return table


def _beside_nameless(name: str, grid: Grid, header: Header, body: pl.DataFrame) -> list[str]:
    """The fields whose heading may be that of the columns to its right too, which have none and hold figures
    in most rows: of what part each is nothing tells."""
    data = body.filter(pl.col("role") == "data")
    counted = sum(column.is_number for column in header.columns)
    printed = grid.cells.width if grid.widths is None else grid.widths[header.end - 1]
    found = []
    for column in header.columns:
        n = header.at[column.field] + 1
        if not column.is_number or header.unknown.get(n) != "" or n >= printed:
            continue
        if any((row, n) in grid.crossed_out for row in range(header.first, header.end)):
            continue
        figures = data[f"#{n}"].str.contains(rf"^\s*(?:\d+|{headers.FIGURE_OF_COUNT.pattern})\s*$").sum()
        if int(figures) * 2 < data.height:
            continue
        found.append(column.field)
        if column.required or len(found) == counted:
            locator = f"{grid.row_locator(header.end)}, column {n + 1}"
            raise Refused(f"{name}: {locator}: has figures and no heading; add it", "column_unknown", locator)
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
        (grid.row_locator(number), " ".join(dict.fromkeys(_marked(cell) for cell in cells if cell)))
        for number, cells in zip(numbers, rows, strict=False)
        if any(cells)
    ]


def _marked(text: str) -> str:
    """A tidy text that keeps the star at its beginning, which is the mark of a footnote."""
    return tidy(re.sub(r"^\s*(\*+)(?=[^\s*])", r"\1 ", text))


# What is not read


def _unread_columns(grid: Grid, header: Header, body: pl.DataFrame) -> Iterable[Unread]:
    is_figures = body["role"].is_in(["data", "total", "section"])
    printed = [*header.headings.values(), *header.unknown.values()]
    for n, heading in header.unknown.items():
        cells = body.filter(is_figures)[f"#{n}"]
        if heading or cells.is_not_null().any():
            named = heading if heading and printed.count(heading) == 1 else f"{n + 1} {heading}".strip()
            locator = f"{grid.row_locator(header.end)}, column {named}"
            locator = f"field {heading}" if grid.records else locator
            yield Unread("column", locator, heading or None, int(cells.str.contains(r"\d").sum()))


_NOTE_ABOVE = re.compile(
    rf"\W*(?:{patterns.NOTE}|nguon)\b|\s*{patterns.FOOTNOTE}"
    r"|.*\b(?:so (?:sanh )?voi|tang|giam|dat)\b.*\d"
)


def _unread_above(grid: Grid, header: Header) -> Iterable[Unread]:
    """Rows above the header that hold bare numbers, as a summary does, and notes; titles only hold words and
    days."""
    for number, row in enumerate(grid.cells.head(header.first).rows(), start=1):
        printed = [cell for cell in row if cell]
        figures = sum(bool(_FIGURE.fullmatch(cell)) for cell in printed)
        if figures and len(printed) > 1:
            text = next((tidy(cell) for cell in printed if not re.fullmatch(r"[\d.,\s%]+", cell)), None)
            yield Unread("row", grid.row_locator(number), text, figures)
            continue
        for text in dict.fromkeys(map(_marked, printed)):
            if _NOTE_ABOVE.match(plain(text)):
                yield Unread("note", grid.row_locator(number), text)


def _unread_notes(grid: Grid, below: pl.DataFrame) -> Iterable[Unread]:
    """Of a signature only the place: it names a person."""
    for row, text in below.select("row", "label").rows():
        is_note = text and (re.search(r"\d", text) or totals.is_note(text))
        yield Unread("note", grid.row_locator(row), _marked(text) if is_note else None)


def _texts(cells: pl.DataFrame) -> list[str]:
    return [tidy(text) for text in itertools.chain(*cells.rows()) if text]
