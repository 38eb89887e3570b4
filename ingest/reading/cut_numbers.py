"""Numbers such as 121,000 or 52,89 that a text with commas between its cells has cut in two."""

from collections.abc import Iterator

import polars as pl

from ingest.errors import Refused
from ingest.reading.grids import Grid
from ingest.reading.headers import Header
from ingest.wording import match_key

_BEGIN, _THREE, _BARE = r"^\d{1,3}$", r"^\d{3}$", r"^\d+$"


def refuse(name: str, grid: Grid, header: Header, body: pl.DataFrame) -> None:
    """Raise Refused where the cells show that the numbers of a row were cut at their commas: a number begins
    with zeros, a column of texts holds nothing but ends of numbers, or rows are of uneven width.
    """
    if grid.separator != ",":
        return
    rows = body.filter(pl.col("role").is_in(["data", "total", "section"]))
    numbers = [header.at[column.field] for column in header.columns if column.is_number]
    found = min(_found(header, rows, numbers, grid), default=None)
    if found:
        row, column = found
        locator = grid.row_locator(row)
        cells = grid.cells.row(row - 1)
        raise Refused(
            f"{name}: {locator}: {cells[column - 1]},{cells[column]} seems to be one number cut in two at "
            "its comma; put numbers that hold one in quotes, or ; between the cells",
            code="number_undecidable",
            locator=locator,
        )


def _found(header: Header, rows: pl.DataFrame, numbers: list[int], grid: Grid) -> Iterator[tuple[int, int]]:
    """Row, and column (from 0) of the end of a number."""
    first = min(numbers, default=0)
    for n in numbers:
        if not rows[f"#{n}"].str.starts_with("0").any():
            continue
        yield from _first(rows, n, pl.col(f"#{n}").str.contains(r"^0\d+$") & _is(n - 1, _BARE))
    texts = {header.at[c.field]: c.field for c in header.columns if c.kind == "text"} | header.unknown
    shares = {header.at[c.field] for c in header.columns if c.is_number and c.kind != "count"}
    for n, heading in texts.items():
        if n <= first or match_key(heading).startswith("ma "):
            continue
        is_end = _is(n, _THREE) & _is(n - 1, _BEGIN)
        if n - 1 in shares and (n not in header.unknown or not heading):
            is_end = _is(n, _BARE) & _is(n - 1, _BEGIN)
        filled = rows.filter(pl.col(f"#{n}").is_not_null())
        if filled.height and filled.select(is_end.all()).item():
            yield from _first(filled, n, is_end)
    if grid.widths is not None and rows["width"].n_unique() > 1:
        wider = rows.filter(pl.col("width") > grid.widths[header.end - 1])
        for n in range(first + 1, sum(column.startswith("#") for column in rows.columns)):
            yield from _first(wider, n, _is(n, _THREE) & _is(n - 1, _BEGIN))


def _is(n: int, form: str) -> pl.Expr:
    return pl.col(f"#{n}").str.contains(form).fill_null(False) if n >= 0 else pl.lit(False)


def _first(rows: pl.DataFrame, n: int, condition: pl.Expr) -> Iterator[tuple[int, int]]:
    yield from ((row, n) for (row,) in rows.filter(condition).select("row").head(1).rows())
