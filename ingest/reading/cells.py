"""The cells below a header: their values, and the rows in which one cannot be read or belied."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from ingest.errors import Refused
from ingest.reading import dates, distinct, numbers, units
from ingest.reading.grids import Grid
from ingest.reading.headers import Header
from ingest.reading.outcome import Rejection, Unread


def body_of(grid: Grid, header: Header) -> pl.DataFrame:
    """Rows below the header: row, width, the cells by field, `#<n>` for the cells of the grid."""
    start = header.end
    cells = grid.cells.slice(start)
    rows = pl.int_range(start + 1, start + 1 + cells.height, dtype=pl.Int32, eager=True).alias("row")
    frame = cells.select(pl.all().name.prefix("#")).insert_column(0, rows)
    if grid.widths is not None:
        frame = frame.with_columns(grid.widths.slice(start).alias("width"))
    else:
        frame = frame.with_columns(pl.lit(None, pl.Int32).alias("width"))
    frame = frame.with_columns(pl.col(f"#{header.at[c.field]}").alias(c.field) for c in header.columns)
    for column in header.columns:
        if not column.is_number:
            frame = _fill_down(frame, grid, header.at[column.field], column.field, start)
    return frame


def with_bare_columns(header: Header, body: pl.DataFrame) -> Header:
    """The header, which knows of its columns of numbers which hold nothing else, as most do."""
    plain = {n for n in header.counted if body[f"#{n}"].str.contains(numbers.PLAIN).all()}
    others = (n for n in header.counted if n not in plain)
    bare = {n for n in others if body[f"#{n}"].str.contains(numbers.DIGITS_AND_MARKS).all()}
    return replace(header, bare=frozenset(bare | plain), plain=frozenset(plain))


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


def values(
    name: str, grid: Grid, header: Header, body: pl.DataFrame
) -> tuple[pl.DataFrame, dict[str, pl.Series]]:
    """The frame with values, and by field why a cell has none (null where it has, or says nothing)."""
    bad = {}
    is_data = body["role"] == "data"
    proven = numbers.of_fixed_decimals(
        body[c.field]
        for c in header.columns
        if c.kind == numbers.COUNT and header.at[c.field] not in header.plain
    )
    has_counts = any(column.kind == numbers.COUNT for column in header.columns)
    for column in header.columns:
        text = body[column.field]
        if column.is_number:
            typed = None
            if grid.typed is not None:
                typed = grid.typed[str(header.at[column.field])].gather(body["row"].cast(pl.Int64) - 1)
            is_bare = header.at[column.field] in header.bare
            try:
                read = numbers.read(
                    text if is_bare or column.kind != numbers.COUNT else units.without_own(text, column),
                    column.kind,
                    typed=typed,
                    roles=body["role"],
                    thousands=column.thousands,
                    proven=proven,
                    is_plain=header.at[column.field] in header.plain,
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
                locator = grid.locator(row, header.headings[column.field])
                raise Refused(
                    f"{name}: {locator}: {error}; print it as 1234 or 12,5, or send the workbook itself",
                    code="number_undecidable",
                    locator=locator,
                ) from None
            body = body.with_columns(
                read.value.alias(f"{column.field}.value"), read.decimals.alias(f"{column.field}.decimals")
            )
            bad[column.field] = read.code
        elif column.kind == "date":
            days: dict[str, date | None] = {}
            for text_of_day in text.unique().drop_nulls().to_list():
                try:
                    days[text_of_day] = dates.day(text_of_day)
                except ValueError:
                    days[text_of_day] = None
            value = text.replace_strict(days, default=None, return_dtype=pl.Date)
            body = body.with_columns(value.alias(f"{column.field}.value"))
            bad[column.field] = _codes(text.is_not_null() & value.is_null(), "date_unreadable")
        else:
            bad[column.field] = _codes(distinct.has(text, numbers.ERROR), "error_cell")
        if column.filled:
            lacks = text.is_null() & is_data
            bad[column.field] = _first_of(bad[column.field], _codes(lacks, "value_missing"))
    return body, bad


def refuse_sums(name: str, grid: Grid, header: Header, body: pl.DataFrame) -> None:
    """Refuse figures of what there is on a day where a column is the sum of those beside it: they are of what
    came in each period, or went."""
    data = body.filter(pl.col("role") == "data")
    for name_of_field, same in header.same.items():
        columns = [n for n, _ in same]
        rows = [_whole(cells) for cells in data.select(f"#{n}" for n in columns).rows()]
        rows = [row for row in rows if any(row)]
        for at, (n, may_be_sum) in enumerate(same):
            if may_be_sum and rows and all(_is_sum(row[at], row[:at], row[at + 1 :]) for row in rows):
                locator = grid.row_locator(header.end)
                raise Refused(
                    f"{name}: {locator}: column {n + 1} is the sum of those beside it, so those of "
                    f"{header.headings[name_of_field]!r} came or went; send what there was at the end",
                    code="period_mismatch",
                    locator=locator,
                )


def not_sums(grid: Grid, header: Header, body: pl.DataFrame) -> Iterable[Rejection]:
    """Data rows in which what came in a quarter is not the sum of the months beside it."""
    data = body.filter(pl.col("role") == "data")
    for column in header.columns:
        same = [] if column.is_stock else header.same.get(column.field, [])
        numbers = [header.at[column.field], *(n for n, _ in same)]
        for row, *cells in data.select("row", *(f"#{n}" for n in numbers)).rows() if same else []:
            total, *parts = _whole(cells) or [0]
            if cells[0] and parts and total != sum(parts):
                message = (
                    f"{cells[0]} is not {sum(parts)}, the sum of the periods beside it; ask which is right"
                )
                locator = grid.locator(row, header.headings[column.field])
                yield Rejection(row, locator, "total_disagrees", message, cells[0])


def _is_sum(total: int, before: list[int], after: list[int]) -> bool:
    sums = [sum(part) for part in (before, before + after) if len(part) > 1]
    return total in sums or any(len(part) == 2 and total == part[0] - part[1] for part in (before, after))


def _whole(cells: Sequence[str | None]) -> list[int]:
    """The whole numbers of some cells, empty ones as zero; none where another text is among them."""
    bare = [re.sub(r"[.,\s]", "", cell or "0") for cell in cells]
    return [int(text) for text in bare] if all(map(str.isdecimal, bare)) else []


_NO_SHARE = ("error_cell", "number_unreadable", "number_undecidable")


def without_shares(
    grid: Grid, header: Header, body: pl.DataFrame, bad: dict[str, pl.Series]
) -> tuple[dict[str, pl.Series], list[Unread]]:
    """Percentages beside counts that are none, such as #DIV/0!, or that have two readings, are listed as
    unread and spoil no row."""
    kept = dict(bad)
    unread: list[Unread] = []
    if not any(column.kind == numbers.COUNT for column in header.columns):
        return kept, unread
    for column in header.columns:
        if column.kind != numbers.PERCENT or column.filled:
            continue
        code = bad[column.field]
        is_none = code.is_in(_NO_SHARE).fill_null(False)
        kept[column.field] = code.set(is_none, None)
        rows = body.filter(is_none & (body["role"] == "data"))
        if rows.height:
            locator = grid.locator(rows["row"][0], header.headings[column.field])
            unread.append(Unread("column", locator, rows[column.field][0], rows.height))
    return kept, unread


def _first_of(code: pl.Series, other: pl.Series) -> pl.Series:
    return pl.select(pl.coalesce(code, other)).to_series()


def _codes(where: pl.Series, code: str) -> pl.Series:
    none = pl.Series([None], dtype=pl.String).new_from_index(0, len(where))
    return none.scatter(where.arg_true(), code) if where.any() else none


_MESSAGES = {
    "error_cell": "{0!r} is an error or a formula without its value; correct it and send the file again",
    "number_unreadable": "{0!r} is no number; correct the cell",
    "number_too_precise": "{0!r} has more decimals than are kept; round it",
    "number_out_of_range": "{0!r} is out of range; correct the cell",
    "thousands_lost": "{0!r} may be a count that lost its thousands; print it as 1234",
    "negative_count": "{0!r} is below zero; a count was expected",
    "not_whole": "{0!r} is not whole; a count was expected",
    "date_unreadable": "{0!r} is no day; write it as 22/03/2025",
    "value_missing": "is empty; every row must say it",
    "cells_missing": "has {1} cells, the header has {2}; fill the row up",
    "cells_extra": "has {1} cells, the header has {2}; quote cells that hold the separator",
}


def rejections(grid: Grid, header: Header, body: pl.DataFrame, bad: dict[str, pl.Series]) -> list[Rejection]:
    """Data rows with a cell that cannot be read, or that are shorter or longer than the header."""
    found = []
    is_data = body["role"] == "data"
    if grid.widths is not None:
        wide = max((int(n) for n, text in enumerate(grid.cells.row(header.end - 1)) if text), default=0)
        wide = max(wide, *header.at.values()) + 1
        printed = grid.widths[header.end - 1]
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
                    grid.row_locator(row),
                    odd[n],
                    _MESSAGES[odd[n]].format("", width, printed),
                    _raw(body, n),
                )
            )
    for column in header.columns:
        codes = bad[column.field]
        for n in (codes.is_not_null() & is_data).arg_true() if codes.count() else ():
            row, text = body["row"][n], body[column.field][n]
            locator = grid.locator(row, header.headings[column.field])
            message = _MESSAGES[codes[n]].format(text)
            found.append(
                Rejection(row, locator, codes[n], message, text if text is not None else _raw(body, n))
            )
    return sorted(found, key=lambda rejection: rejection.row)


def merged(grid: Grid, header: Header, body: pl.DataFrame) -> Iterable[Rejection]:
    """Data rows that share a number with others, or have one for several columns, in a merged cell."""
    counted = {header.at[column.field] for column in header.columns if column.is_number}
    headed = {*header.at.values(), *(n for n, heading in header.unknown.items() if heading)}
    data = set(body.filter(pl.col("role") == "data")["row"]) if grid.merged else set()
    for top, left, bottom, right in grid.merged:
        over = [n for n in range(left, right + 1) if n in headed]
        if top < header.end or not counted & set(over):
            continue
        text = grid.cells[str(left)][top]
        if not re.fullmatch(r"\W*\d[\d\W]*", text or "") or (bottom == top and len(over) < 2):
            continue
        reach = f"rows {top + 1} to {bottom + 1}" if bottom > top else f"columns {left + 1} to {right + 1}"
        message = f"{text!r} is in a cell merged over {reach}; give each its own number"
        heading = next(name for name, n in header.at.items() if n in counted and n in over)
        for row in range(top + 1, bottom + 2):
            if row in data:
                locator = grid.locator(row, header.headings[heading])
                yield Rejection(row, locator, "cells_merged", message, text)


def _raw(body: pl.DataFrame, n: int) -> str:
    cells = body.select(pl.col("^#.*$")).row(n)
    return " | ".join(cell or "" for cell in cells)
