"""What came of reading a file: rows to land, rows set aside with their reason, and a tally that adds up."""

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from ingest import tall
from ingest.reading.reasons import REASONS

REJECTED = {
    "row": pl.Int32,
    "place": pl.String,
    "code": pl.String,
    "message": pl.String,
    "raw_text": pl.String,
}


@dataclass(frozen=True)
class Rejection:
    """A row that cannot be used. `place` is the first cell that spoils it, `raw_text` that cell's text."""

    row: int
    place: str
    code: str
    message: str
    raw_text: str | None = None

    def __post_init__(self):
        assert self.code in REASONS, self.code


@dataclass(frozen=True)
class Tally:
    """Rows of a file by what became of them; each row below the header counts once.

    `blank` are rows that state nothing: empty, the header again, the columns' numbers, a footnote, or a name
    without a number.
    """

    read: int
    landed: int
    rejected: int = 0
    totals: int = 0
    sections: int = 0
    blank: int = 0

    def __post_init__(self):
        sorted_out = self.landed + self.rejected + self.totals + self.sections + self.blank
        assert self.read == sorted_out, f"{self} does not add up"


@dataclass(frozen=True)
class Reading:
    """Rows as in `tall.COLUMNS`, what was set aside as in REJECTED (once per row), and the tally.

    The rows of a large file never are in memory all at once: they are made while they are written.
    """

    made_rows: pl.LazyFrame
    rejected: pl.DataFrame
    tally: Tally

    def __post_init__(self):
        assert dict(self.made_rows.collect_schema()) == tall.COLUMNS
        assert dict(self.rejected.schema) == REJECTED
        assert self.rejected.height == self.tally.rejected
        landed = numbered(self.made_rows)
        assert landed.n_unique() == self.tally.landed
        assert not landed.is_in(self.rejected["row"].implode()).any()

    @cached_property
    def rows(self) -> pl.DataFrame:
        """All rows. Not for large files."""
        return self.made_rows.collect()


def numbered(rows: pl.LazyFrame) -> pl.Series:
    """The row of the file that each number is from; nothing else of the rows is made."""
    return rows.select("row").collect().to_series()


def rejected_frame(rejections: list[Rejection]) -> pl.DataFrame:
    """The first rejection of each row, in the order of the rows."""
    first = {}
    for rejection in rejections:
        first.setdefault(rejection.row, vars(rejection))
    return pl.DataFrame([first[row] for row in sorted(first)], schema=REJECTED)
