"""What came of reading a file: rows to land, rows set aside with their reason, what was not read, and a tally
that adds up."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import cached_property

import polars as pl

from ingest.reading import tall
from ingest.reading.reasons import REASONS

REJECTED = {
    "row": pl.Int32,
    "locator": pl.String,
    "code": pl.String,
    "message": pl.String,
    "raw_text": pl.String,
}

UNREAD = {
    "part_no": pl.Int32,
    "part": pl.String,
    "locator": pl.String,
    "text": pl.String,
    "figures": pl.Int32,
}
# What a part of a file can be that no number was taken from, or that a reader of it may not have seen.
PARTS = {
    "sheet": "a sheet or table that was not read",
    "column": "a column under a heading that the source does not know",
    "row": "a row, or a block of rows, that was left out",
    "field": "a field of a JSON record that the source does not know",
    "note": "a text below the table",
    "text": "a text in a cell that is crossed out, hidden, or the mark of a footnote",
    "hidden_column": "a hidden column, read all the same",
    "hidden_row": "a hidden row, read all the same",
    "hidden_sheet": "a hidden sheet, not read",
}


@dataclass(frozen=True)
class Unread:
    """A part of a file that no number was taken from: its heading or words, and how many of its cells hold
    figures."""

    part: str
    locator: str
    text: str | None = None
    figures: int = 0

    def __post_init__(self):
        assert self.part in PARTS, self.part


@dataclass(frozen=True)
class Rejection:
    """A row that cannot be used. `locator` is the first cell that spoils it, `raw_text` that cell's text."""

    row: int
    locator: str
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
    unread: pl.DataFrame = field(default_factory=lambda: unread_frame([]))

    def __post_init__(self):
        assert dict(self.made_rows.collect_schema()) == tall.COLUMNS
        assert dict(self.rejected.schema) == REJECTED
        assert dict(self.unread.schema) == UNREAD
        assert self.rejected.height == self.tally.rejected
        assert landed_rows(self.made_rows) == self.tally.landed
        rejected = self.rejected["row"].implode()
        assert len(rejected[0]) == 0 or not landed_rows(self.made_rows.filter(pl.col("row").is_in(rejected)))

    @cached_property
    def rows(self) -> pl.DataFrame:
        """All rows. Not for large files."""
        return self.made_rows.collect()


def landed_rows(rows: pl.LazyFrame) -> int:
    """How many rows of the file the numbers are from; nothing else of the rows is made."""
    return rows.select(pl.col("row").n_unique()).collect().item()


def rejected_frame(rejections: list[Rejection]) -> pl.DataFrame:
    """The first rejection of each row, in the order of the rows."""
    first: dict[int, dict] = {}
    for rejection in rejections:
        first.setdefault(rejection.row, vars(rejection))
    return pl.DataFrame([first[row] for row in sorted(first)], schema=REJECTED)


def unread_frame(unread: Iterable[Unread]) -> pl.DataFrame:
    """Each part once, numbered in the order in which they were found."""
    parts = enumerate(dict.fromkeys(unread), start=1)
    return pl.DataFrame([{"part_no": number, **asdict(part)} for number, part in parts], schema=UNREAD)
