"""Columns of texts: where few texts stand in many cells, each of them is looked at once."""

import polars as pl

_SAMPLE, _FEW = 2_000, 200  # of the first cells of a column that repeats its texts, how many differ at most


def texts(column: pl.Series) -> pl.Series:
    """The texts of a column that repeats them; any other column as it is."""
    is_few = len(column) > _SAMPLE and column.head(_SAMPLE).n_unique() < _FEW
    return column.unique() if is_few else column


def any_has(column: pl.Series, form: str) -> bool:
    """Whether any cell has such a part."""
    return bool(texts(column).str.contains(form).any())


def has(column: pl.Series, form: str) -> pl.Series:
    """Whether each cell has such a part; an empty one has none."""
    looked_at = texts(column)
    if looked_at is column:
        return column.str.contains(form).fill_null(False)
    found = looked_at.filter(looked_at.str.contains(form))
    return column.is_in(found).fill_null(False) if len(found) else pl.repeat(False, len(column), eager=True)


def rows_with(cells: pl.DataFrame, form: str) -> list[int]:
    """The rows, from 0, in which some cell has such a part."""
    found = pl.repeat(False, cells.height, eager=True)
    for column in cells.iter_columns():
        found |= has(column, form)
    return found.arg_true().to_list()
