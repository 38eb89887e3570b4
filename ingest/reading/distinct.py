"""Columns of texts: where few texts stand in many cells, each of them is looked at once."""

import polars as pl

MANY, _FEW = 2_000, 200  # of the first cells of a column that repeats its texts, how many differ at most


def texts(column: pl.Series) -> pl.Series:
    """The texts of a column that repeats them; any other column as it is."""
    is_few = len(column) > MANY and column.head(MANY).n_unique() < _FEW
    return column.unique() if is_few else column


def has(column: pl.Series, form: str) -> pl.Series:
    """Whether each cell has such a part; an empty one has none."""
    looked_at = texts(column)
    found = looked_at.str.contains(form)
    if looked_at is not column and found.any():
        found = column.is_in(looked_at.filter(found).implode())
    elif looked_at is not column:
        found = pl.repeat(False, len(column), eager=True)
    return found.fill_null(False) if found.null_count() else found


def rows_with(cells: pl.DataFrame, form: str) -> list[int]:
    """The rows, from 0, in which some cell has such a part."""
    if cells.height > MANY:
        columns = (has(column, form) for column in cells.iter_columns())
        return sorted({row for column in columns for row in column.arg_true()})
    any_has = pl.any_horizontal(pl.lit(False), pl.all().str.contains(form).fill_null(False))
    return cells.select(any_has).to_series().arg_true().to_list() if cells.width else []
