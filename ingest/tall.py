"""The shape in which every extract lands: one row per number, with the place it was read from."""

import calendar
import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import polars as pl

from ingest.errors import Refused
from ingest.wording import tidy

COLUMNS = {
    "row": pl.Int32,
    "place": pl.String,
    "org_text": pl.String,
    "org_code": pl.String,
    "subject": pl.String,
    "kind": pl.String,
    "unit": pl.String,
    "raw_text": pl.String,
    "value": pl.Decimal(24, 4),
    "decimals": pl.Int32,
    "period_id": pl.String,
    "period_start": pl.Date,
    "period_end": pl.Date,
    "obs_status": pl.String,
    "publisher": pl.String,
    "citation": pl.String,
    "note": pl.String,
}

KIND_OF = {"percent": "ratio", "points": "score"}  # every other unit is counted


def frame(rows: list[dict]) -> pl.DataFrame:
    """Rows that hold some of COLUMNS; a column that a source does not state is null."""
    return pl.DataFrame([dict.fromkeys(COLUMNS) | row for row in rows], schema=COLUMNS)


def text_of(name: str, body: bytes) -> str:
    """UTF-8, with or without a byte-order mark."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(
            f"{name}: byte {error.start + 1}: is not UTF-8; save the file as UTF-8 and send it again"
        ) from None


def period_of(name: str, period_id: str | None) -> tuple[date, date]:
    """First and last day of the nominal period `2024`, `2024-Q1` or `2024-03`."""
    match = re.fullmatch(
        r"(?P<year>\d{4})(?:-Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?", period_id or ""
    )
    if not match:
        raise Refused(f"{name}: the period {period_id!r} is none; write 2024, 2024-Q1 or 2024-03")
    year = int(match["year"])
    first, last = 1, 12
    if match["quarter"]:
        last = int(match["quarter"]) * 3
        first = last - 2
    elif match["month"]:
        first = last = int(match["month"])
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def day(name: str, place: str, text: str) -> date:
    """A day written 22/03/2025."""
    match = re.fullmatch(r"(\d{2})/(\d{2})/(\d{4})", text)
    try:
        return date(*(int(part) for part in reversed(match.groups())))
    except (AttributeError, ValueError):
        raise Refused(f"{name}: {place}: {text!r} is no day; write it as 22/03/2025") from None


def table(
    name: str, body: bytes, known: set[str], required: set[str]
) -> Iterator[tuple[int, dict[str, tuple[str, str]]]]:
    """The rows of a CSV file: row number (the header is row 1), and by heading the place and the cell.

    Headings are matched as written, whatever their order; empty cells are left out. Raises Refused on an
    unknown, repeated or missing heading, and on a row with too few or too many cells.
    """
    lines = list(_cells(name, text_of(name, body)))
    if not lines:
        raise Refused(f"{name}: is empty; a row of headings was expected")
    _, header = lines[0]
    header = [tidy(cell) for cell in header]
    for number, heading in enumerate(header, start=1):
        if heading not in known:
            raise Refused(
                f"{name}: row 1, column {number}: {heading!r} is not known; expected {_list(known)}"
            )
        if heading in header[: number - 1]:
            raise Refused(f"{name}: row 1, column {number}: the heading {heading!r} stands twice")
    if missing := required - set(header):
        raise Refused(f"{name}: row 1: the heading {_list(missing)} is missing")
    for row, cells in lines[1:]:
        if len(cells) != len(header):
            raise Refused(f"{name}: row {row}: has {len(cells)} cells, the header has {len(header)}")
        found = {
            heading: (f"row {row}, column {heading}", tidy(cell))
            for heading, cell in zip(header, cells, strict=True)
        }
        if missing := [h for h in sorted(required) if not found[h][1]]:
            raise Refused(f"{name}: row {row}, column {missing[0]}: is empty; every row must say it")
        yield row, {heading: cell for heading, cell in found.items() if cell[1]}


def _cells(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows by number; a blank line counts as a row but holds none."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                yield row, cells
    except csv.Error as error:
        raise Refused(
            f"{name}: line {reader.line_num}: {error}; quote the cell or remove the quote"
        ) from None


def _list(words: set[str]) -> str:
    return ", ".join(sorted(words))


def exact(name: str, place: str, text: str, reading) -> Decimal:
    """`reading(text)`, or Refused at this place with the reader's reason."""
    try:
        return reading(text)
    except ValueError as error:
        raise Refused(f"{name}: {place}: {error}; correct the cell or ask its publisher") from None
