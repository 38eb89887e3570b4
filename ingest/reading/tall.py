"""The shape in which every extract lands: one row per number, with the place it was read from."""

import calendar
import re
from datetime import date
from typing import Any

import polars as pl

from ingest.errors import Refused

COLUMNS: dict[str, Any] = {
    "row": pl.Int32,
    "locator": pl.String,
    "org_text": pl.String,
    "org_code": pl.String,
    "reporter": pl.String,  # who says so where that is not the organisation itself, such as an operator
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

YEARS = range(2000, 2101)  # of which numbers are sent; any other year is a slip
KIND_OF = {"percent": "ratio", "points": "score"}  # every other unit is counted


def frame(rows: list[dict]) -> pl.DataFrame:
    """Rows that hold some of COLUMNS; a column that a source does not state is null."""
    return pl.DataFrame(rows, schema=COLUMNS)


def whole(frame: pl.LazyFrame) -> pl.LazyFrame:
    """A frame that holds some of COLUMNS, with all of them."""
    held = frame.collect_schema().names()
    return frame.select(
        (pl.col(name) if name in held else pl.lit(None)).cast(kind).alias(name)
        for name, kind in COLUMNS.items()
    )


def period_of(name: str, period_id: str | None) -> tuple[date, date]:
    """First and last day of the nominal period `2024`, `2024-Q1` or `2024-03`."""
    match = re.fullmatch(
        r"(?P<year>[0-9]{4})(?:-Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?", period_id or ""
    )
    if not match or int(match["year"]) not in YEARS:
        raise Refused(
            f"{name}: the period {(period_id or '')[:40]!r} is none; write 2024, 2024-Q1 or 2024-03, with a "
            f"year from {YEARS[0]} to {YEARS[-1]}"
        )
    year = int(match["year"])
    first, last = 1, 12
    if match["quarter"]:
        last = int(match["quarter"]) * 3
        first = last - 2
    elif match["month"]:
        first = last = int(match["month"])
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])
