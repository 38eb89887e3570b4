"""Exports of three rows a unit: its own and one for each level of service, whose counts get own columns.

A unit whose own number is not the sum of its levels is set aside.
"""

from bisect import bisect_right
from dataclasses import replace

import polars as pl

from ingest.reading import Rejection, Table, Unread, unit_rows
from ingest.reading.columns import UNIT
from ingest.registry.headings import wordings
from ingest.sources.dvc_portal.columns import INTEGRATED, LEVELS, ONLINE, RECEIVED, SERVICES


def by_level(table: Table) -> tuple[Table, list[Rejection]]:
    """The table with what `Một phần` and `Toàn trình` count in columns of its own, under the unit."""
    known = wordings("dvc_portal")
    named = {key: level for level, keys in known.levels.items() for key in keys}
    levels = {text: named.get(known.key(text)) for text in table.frame[UNIT].drop_nulls().unique()}
    level = [levels.get(text) for text in table.frame[UNIT]]
    if not any(level):
        return unit_rows.distinguished(table)
    frame = table.frame.with_columns(pl.Series("level", level, dtype=pl.String))
    heads = frame.filter(pl.col("level").is_null())
    named_apart, rejected = unit_rows.distinguished(replace(table, frame=heads))
    frame = frame.with_columns(_heads(table, frame, {text for text, level in levels.items() if level}))
    # A row that could not be read may be the one that names the unit of those below it.
    unread = {r.row: r for r in table.rejected}
    orphans = frame.filter(~pl.col("of").is_in(heads["row"].implode()).fill_null(False))
    for row, of in orphans.select("row", "of").rows():
        of_unit = unread.get(of) or Rejection(row, "", "value_missing", "stands below no unit")
        rejected.append(replace(of_unit, row=row, locator=of_unit.locator or table.grid.row_locator(row)))
    rejected += _not_adding_up(table, frame)
    # What is wrong with a unit's row is wrong with the rows below it.
    below = {of: frame.filter(of=of)["row"].to_list() for of in frame["of"].drop_nulls().unique()}
    rejected = [replace(r, row=row) for r in rejected for row in below.get(r.row, [r.row])]
    names = named_apart.frame.select("^status$", of="row", unit=UNIT, role_of="role")
    is_part = pl.col("of").is_in(heads["row"].implode()) & ~pl.col("of").is_in(names["of"].implode())
    parts = frame.filter(is_part.fill_null(False))
    table = replace(table, unread=named_apart.unread, blank=table.blank + parts.height)
    frame = frame.filter(~pl.col("row").is_in(parts["row"].implode()))
    frame = frame.drop("status", strict=False)
    frame = frame.join(names, on="of", how="left", maintain_order="left").with_columns(
        pl.col("unit").alias(UNIT),
        # Levels below a total are part of it; below a unit whose own row states nothing they are data.
        role=pl.when(pl.col("role_of") == "total").then(pl.lit("total")).otherwise("role"),
    )
    return _own_columns(table, frame), rejected


def _heads(table: Table, frame: pl.DataFrame, levels: set[str]) -> pl.Series:
    """For each row the row that names its unit, itself where it is no level."""
    unread = [r.row for r in table.rejected if not levels & set(_texts(table, r.row))]
    naming = sorted({*frame.filter(pl.col("level").is_null())["row"], *unread})
    heads = [bisect_right(naming, row) for row in frame["row"]]
    return pl.Series("of", [naming[at - 1] if at else None for at in heads], dtype=pl.Int32)


def _texts(table: Table, row: int) -> list[str]:
    return [text for text in table.grid.cells.row(row - 1) if text]


def _own_columns(table: Table, frame: pl.DataFrame) -> Table:
    headings, statuses = dict(table.headings), dict(table.statuses)
    for level, fields in LEVELS.items():
        for field, subject in fields.items():
            if field not in table.headings or subject in headings:
                continue
            here = pl.col("level") == level
            frame = frame.with_columns(
                pl.when(here).then(f"{field}{part}").alias(f"{subject}{part}")
                for part in ("", ".value", ".decimals")
            )
            headings[subject] = table.headings[field]
            if field in table.statuses:
                statuses[subject] = table.statuses[field]
    own = [column.field for column in table.columns if column.is_number]
    unread = list(table.unread)
    for level, fields in LEVELS.items():
        for field in own:
            rows = frame.filter(pl.col("level") == level, pl.col(f"{field}.value").is_not_null())
            if field not in fields and rows.height:
                text = f"{table.headings[field]}, {rows[UNIT][0]}"
                unread.append(
                    Unread(
                        "row", table.grid.locator(rows["row"][0], table.headings[field]), text, rows.height
                    )
                )
    frame = frame.with_columns(
        pl.when(pl.col("level").is_null()).then(f"{field}{part}").alias(f"{field}{part}")
        for field in own
        for part in ("", ".value", ".decimals")
    )
    return replace(table, frame=frame, headings=headings, statuses=statuses, unread=unread)


def _not_adding_up(table: Table, frame: pl.DataFrame) -> list[Rejection]:
    """Units whose own number is not the sum of its two levels."""
    found = []
    for field in (SERVICES, INTEGRATED, ONLINE, RECEIVED):
        if field not in table.headings:
            continue
        value = pl.col(f"{field}.value")
        sums = frame.group_by("of", maintain_order=True).agg(
            whole=value.filter(pl.col("level").is_null()).first(),
            text=pl.col(field).filter(pl.col("level").is_null()).first(),
            parts=value.filter(pl.col("level").is_not_null()).sum(),
            known=value.filter(pl.col("level").is_not_null()).count(),
        )
        for of, whole, text, parts, known in sums.rows():
            if whole is not None and known == len(LEVELS) and whole != parts:
                message = f"{text} is not the sum of its levels, {parts.normalize():f}; ask which is right"
                found.append(table.rejection(of, field, "total_disagrees", message, text))
    return found
