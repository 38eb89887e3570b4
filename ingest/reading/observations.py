"""From a table with one unit a row to the tall shape: one row per number, never an object per cell."""

from collections.abc import Iterable, Mapping
from datetime import date

import polars as pl

from ingest.reading import tall
from ingest.reading.headers import Table
from ingest.reading.outcome import Reading, Rejection, Unread

SLICE = 50_000  # rows whose numbers are put in order at once


def observations(
    table: Table,
    fields: Mapping[str, str],
    *,
    org: str,
    period_id: str,
    start: date | str,
    end: date | str,
    subject: str | None = None,
    once: bool = True,
    more: Iterable[Rejection] = (),
    unread: Iterable[Unread] = (),
    status: str | None = None,
    **about: str | None,
) -> Reading:
    """The numbers of the data rows of `table`, in the order of rows and of `fields`.

    `fields` gives each field its unit; a unit written `=name` is read from the field of that name. `org` is
    the field of the organisation, `start` and `end` are days or fields of days. The subject of a number is
    its field, or with `subject` the text of that field. `about` names the field (or the text, as `=Text`) for
    other columns of `tall.COLUMNS`, such as `org_code="code"` or `reporter="=VNPT"`. `status` is that of
    all numbers whose heading or section gives none. With `once`, an
    organisation (with `subject`, each subject of it) in several rows is set aside with all its rows.
    Raises Refused where nothing is left.
    """
    data = table.frame.filter(pl.col("role") == "data")
    rejected = [*more, *_repeated(table, data, org, subject)] if once else list(more)
    present = {field: unit for field, unit in fields.items() if field in table.headings}
    of_rows = [pl.col("status")] if "status" in data.columns else []
    statuses = [*of_rows, *_statuses(table, data, about.get("note")), pl.lit(status), pl.lit("A")]
    slices = data.iter_slices(SLICE) if present else []
    parts = [
        pl.concat(
            _part(table, some.lazy(), field, unit, org, period_id, start, end, subject, statuses, about)
            for field, unit in present.items()
        ).sort("row", maintain_order=True)
        for some in slices
    ]
    return table.reading(pl.concat(parts) if parts else tall.frame([]), more=rejected, unread=unread)


def _part(table, data, field, unit, org, period_id, start, end, subject, statuses, about) -> pl.LazyFrame:
    of_unit = pl.col(unit[1:]) if unit.startswith("=") else pl.lit(unit)
    columns = {
        "row": pl.col("row"),
        "place": table.grid.places(table.headings[field]),
        "org_text": pl.col(org),
        "subject": pl.col(subject) if subject else pl.lit(field),
        "kind": of_unit.replace_strict(tall.KIND_OF, default="count", return_dtype=pl.String),
        "unit": of_unit,
        "raw_text": pl.col(field),
        "value": pl.col(f"{field}.value"),
        "decimals": pl.col(f"{field}.decimals"),
        "period_id": pl.lit(period_id),
        "period_start": _day(start),
        "period_end": _day(end),
        "obs_status": pl.coalesce(pl.lit(table.statuses.get(field), pl.String), *statuses),
    } | {name: _said(table, said) for name, said in about.items()}
    return data.filter(pl.col(f"{field}.value").is_not_null()).select(
        columns.get(name, pl.lit(None)).cast(kind).alias(name) for name, kind in tall.COLUMNS.items()
    )


def _statuses(table: Table, data: pl.DataFrame, note: str | None) -> list[pl.Expr]:
    """E or P where the note of a row, or the section that it stands in, says `ước tính` or `tạm tính`."""
    if (asked := table.asked) is None:
        return []
    columns = {"section": asked.status} | ({note: asked.status_alone} if note in table.headings else {})
    found = []
    for column, status in reversed(columns.items()):
        said = {text: status(text) for text in data[column].drop_nulls().unique()}
        if any(said.values()):
            found.append(pl.col(column).replace_strict(said, default=None, return_dtype=pl.String))
    return found


def _day(said: date | str) -> pl.Expr:
    return pl.col(f"{said}.value") if isinstance(said, str) else pl.lit(said)


def _said(table: Table, said: str | None) -> pl.Expr:
    if said and said.startswith("="):
        return pl.lit(said[1:])
    return pl.col(said) if said in table.headings else pl.lit(None)


def _repeated(table: Table, data: pl.DataFrame, org: str, subject: str | None) -> list[Rejection]:
    """All rows of an organisation that stands in several, as which one is right is not ours to say.

    Of rows that say the very same, the first is kept.
    """
    spelled = [_spelled(name) for name in (org, subject) if name]
    keyed = data.with_columns(pl.concat_str(spelled, separator="\n").alias("#key"))
    doubled = keyed.filter(pl.col("#key").is_duplicated() & pl.col("#key").is_not_null())
    if doubled.is_empty():
        return []
    heading = table.headings[org]
    first: dict[str, tuple] = {}
    same: dict[str, bool] = {}
    texts = [name for name in table.headings if name in data.columns]
    rows = doubled.select("row", "#key", org, pl.concat_list(texts).alias("#said")).rows()
    for row, key, _, said in rows:
        first.setdefault(key, (row, said))
        same[key] = same.get(key, True) and said == first[key][1]
    found = []
    for row, key, text, _ in rows:
        if same[key] and row == first[key][0]:
            continue
        code, what = ("duplicate_row", "stands already") if same[key] else ("org_repeated", "stands also")
        other = (
            first[key][0] if row != first[key][0] else next(r for r, k, *_ in rows if k == key and r != row)
        )
        message = f"{text!r} {what} in row {other}; keep one row"
        found.append(Rejection(row, table.grid.place(row, heading), code, message, text))
    return found


def _spelled(name: str) -> pl.Expr:
    return pl.col(name).str.to_lowercase().str.replace_all(r"\s+", " ")
