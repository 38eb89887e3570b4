"""From a table with one unit a row to the tall shape: one row per number, never an object per cell."""

from collections.abc import Iterable, Mapping
from datetime import date

import polars as pl

from ingest.reading import tall
from ingest.reading.columns import CODE, DAY, NOTE, UNIT
from ingest.reading.outcome import Reading, Rejection, Unread
from ingest.reading.tables import Table

SLICE = 50_000  # rows whose numbers are put in order at once


def observations(
    table: Table,
    fields: Mapping[str, str],
    *,
    org: str = UNIT,
    period_id: str,
    start: date,
    end: date,
    more: Iterable[Rejection] = (),
    unread: Iterable[Unread] = (),
    status: str | None = None,
    reporter: str | None = None,
) -> Reading:
    """The numbers of the data rows of `table`, in the order of rows and of `fields`, each with its unit.

    `org` is the field of the organisation; a day in a row ends its period. `reporter` is who says so.
    `status` is that of all numbers whose heading, section or note gives none. `more` are rows set aside,
    `unread` parts left out, beside those of the table. Raises Refused where nothing is left.
    """
    data = table.frame.filter(pl.col("role") == "data")
    of_rows = [pl.col("status")] if "status" in data.columns else []
    statuses = [*of_rows, *_statuses(table, data), pl.lit(status), pl.lit("A")]

    def numbers(some: pl.DataFrame, field: str, unit: str) -> pl.LazyFrame:
        columns = {
            "row": pl.col("row"),
            "locator": table.grid.locators(table.headings[field]),
            "org_text": pl.col(org),
            "org_code": pl.col(CODE) if CODE in table.headings else pl.lit(None),
            "reporter": pl.lit(reporter),
            "subject": pl.lit(field),
            "kind": pl.lit(tall.KIND_OF.get(unit, "count")),
            "unit": pl.lit(unit),
            "raw_text": pl.col(field),
            "value": pl.col(f"{field}.value"),
            "decimals": pl.col(f"{field}.decimals"),
            "period_id": pl.lit(period_id),
            "period_start": pl.lit(start),
            "period_end": pl.col(f"{DAY}.value") if DAY in table.headings else pl.lit(end),
            "obs_status": pl.coalesce(pl.lit(table.statuses.get(field), pl.String), *statuses),
            "note": pl.col(NOTE) if NOTE in table.headings else pl.lit(None),
        }
        stated = some.lazy().filter(pl.col(f"{field}.value").is_not_null())
        return tall.whole(stated.select(**columns))

    present = {field: unit for field, unit in fields.items() if field in table.headings}
    parts = [
        pl.concat(numbers(some, field, unit) for field, unit in present.items()).sort(
            "row", maintain_order=True
        )
        for some in data.iter_slices(SLICE)
        if present
    ]
    return table.reading(pl.concat(parts) if parts else tall.frame([]), more=more, unread=unread)


def _statuses(table: Table, data: pl.DataFrame) -> list[pl.Expr]:
    """E or P where the note of a row, or the section that it is in, says `ước tính` or `tạm tính`."""
    if (asked := table.asked) is None:
        return []
    columns = {"section": asked.status} | ({NOTE: asked.status_alone} if NOTE in table.headings else {})
    found = []
    for column, status in reversed(columns.items()):
        statuses = {text: status(text) for text in data[column].drop_nulls().unique()}
        if any(statuses.values()):
            found.append(pl.col(column).replace_strict(statuses, default=None, return_dtype=pl.String))
    return found
