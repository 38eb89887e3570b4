"""Figures that somebody published, transcribed with their publisher: one figure a row, numbers as printed.

Headings: subject (a measure_id, or for a ratio an indicator_id, for its first definition), org, org_code,
unit, value in Vietnamese numerals (1.257.210; 43,48), publisher, citation, and where known period_start,
period_end (22/03/2025), obs_status (SDMX, A if not said), note. Whether a subject exists is for the
warehouse to tell. Of a report in Word or PDF the counts that its sentences state are read.
"""

import re
from dataclasses import replace
from datetime import date

import polars as pl

from ingest import numerals, reading
from ingest.errors import Refused
from ingest.plan import statements
from ingest.reading import (
    Column,
    Reading,
    Rejection,
    Table,
    Tally,
    Unread,
    distinct,
    reports,
    stated_period,
    tall,
    units,
)
from ingest.reading.asked import Asked, in_words
from ingest.reading.numbers import LARGEST_PERCENT
from ingest.reading.outcome import rejected_frame, unread_frame
from ingest.registry.measures import measures

TEXTS = ("subject", "org", "unit", "publisher", "citation")
OBS_STATUS = "AEPBDMLO"  # SDMX
# Other names of the units that are no counts.
SPELLED = {
    **dict.fromkeys(
        ("%", "pct", "percent", "percents", "percentage", "per cent", "phần trăm", "tỷ lệ %", "tỉ lệ %"),
        "percent",
    ),
    **dict.fromkeys(("phan tram", "tỷ lệ phần trăm", "tỉ lệ phần trăm", "tỷ lệ (%)", "tỉ lệ (%)"), "percent"),
    **dict.fromkeys(("points", "point", "điểm", "diem", "điểm số"), "points"),
}
SMALL_PERCENT = 10  # below it a number beside shares of 1 may be one too
_RELATIVE = r"(?i)[%‰]|per ?cent|ph[aầ]n (?:tr[aă]m|ngh[iì]n)|\bt[yỷiỉ] l[eệ]\b|ratio|\bshare|\bpct\b"
TABLE = [
    *(Column(field=name, headings=(name,), required=True, filled=True) for name in TEXTS),
    Column(
        field="value", headings=("value",), kind="number", required=True, filled=True, thousands=numerals.DOT
    ),
    *(Column(field=name, headings=(name,)) for name in ("org_code", "obs_status", "note")),
    *(Column(field=name, headings=(name,), kind="date") for name in ("period_start", "period_end")),
]


def parse(name: str, body: bytes, period_id: str) -> Reading:
    """One row per figure. Raises Refused with the row and column of what cannot be read."""
    first, last = tall.period_of(name, period_id)
    if reports.is_report(body):
        return _of_sentences(name, body, period_id)
    grids = reading.grids(name, body)
    reading.refuse_personal_data(name, grids)
    asked = Asked(name, period_id)
    table = replace(reading.read_only_table(name, grids, TABLE), asked=asked)
    _refuse_unknown(table)
    start, end, status = stated_period.of_table(table)
    rows = _rows(table).with_columns(
        pl.col("period_start").fill_null(start),
        pl.col("period_end").fill_null(end),
        obs_status=pl.coalesce("obs_status", table.status_of("note"), pl.lit(status or "A")),
        period_id=pl.lit(period_id),
    )
    read = rows.drop("locator").collect()
    aside = [*_doubtful(table, read, first), *_outside(table, read, first, last)]
    return table.reading(tall.whole(rows), aside)


def _of_sentences(name: str, body: bytes, period_id: str) -> Reading:
    """The counts that the sentences of a report state; sentences whose figures were not taken are listed."""
    report = statements.read_statements(name, body, period_id)
    asked = Asked(name, period_id)
    for title in report.titles:
        if wrong := asked.verdict(in_words(title, asked.year)):
            raise Refused(
                f"{name}: title: {title[:80]!r} is of {wrong.first:%d/%m/%Y} to {wrong.last:%d/%m/%Y}; "
                "name the period that it belongs to",
                "period_mismatch",
                "title",
            )
    if not report.statements:
        raise Refused(
            f"{name}: whole file: expected sentences that state counts of the registry, such as 'đã "
            "kích hoạt 704.828 tài khoản định danh điện tử', found none",
            "empty",
        )
    rows, aside, unread = [], [], [Unread("note", *sentence) for sentence in report.unread]
    differing = {
        key
        for key, several in statements.repeated(report.statements).items()
        if len({s.figure.value for s in several}) > 1
    }
    taken: set[tuple[str, date]] = set()
    for number, one in enumerate(report.statements, 1):
        key = (one.measure.id, one.start)
        locator = f"line {one.line}, characters {one.char_from}-{one.char_to}"
        if key in differing:
            message = f"{one.measure.id} is stated more than once, with other numbers; send the right one"
            aside.append(Rejection(number, locator, "duplicate_row", message, one.figure.text))
        elif key in taken:
            unread.append(Unread("note", one.citation, one.figure.context, 1))
        else:
            rows.append(
                {
                    "row": number,
                    "locator": locator,
                    "org_text": one.organisation,
                    "subject": one.measure.id,
                    "kind": "count",
                    "unit": one.measure.unit,
                    "raw_text": one.figure.text,
                    "value": one.figure.value,
                    "decimals": one.figure.decimals,
                    "period_id": period_id,
                    "period_start": one.start,
                    "period_end": one.end,
                    "obs_status": one.status,
                    "publisher": one.publisher,
                    "citation": one.citation,
                }
            )
        taken.add(key)
    landed, rejected = len(rows), rejected_frame(aside)
    read = landed + rejected.height
    return Reading(
        tall.frame(rows).lazy(), rejected, Tally(read, landed, rejected.height), unread_frame(unread)
    )


def _refuse_unknown(table: Table) -> None:
    """The file was written for this warehouse: a heading that it does not know is a mistake."""
    if table.unknown:
        known = ", ".join(column.field for column in TABLE)
        raise Refused(
            f"{table.file}: the heading {table.unknown[0]!r} is not known; expected {known}",
            "column_unknown",
            table.unknown[0],
        )


def _rows(table: Table) -> pl.LazyFrame:
    def optional(field: str) -> pl.Expr:
        return pl.col(field) if field in table.frame.columns else pl.lit(None)

    keys = {text: re.sub(r"[\s._]+", " ", text.lower()) for text in table.frame["unit"].drop_nulls().unique()}
    spelled = {text: SPELLED[key] for text, key in keys.items() if key in SPELLED}
    return (
        table.frame.lazy()
        .filter(pl.col("role") == "data")
        .with_columns(pl.col("unit").replace(spelled))
        .select(
            "row",
            "subject",
            "unit",
            "publisher",
            "citation",
            locator=table.grid.locators(table.headings["value"]),
            org_text="org",
            org_code=optional("org_code").cast(pl.String),
            kind=pl.col("unit").replace_strict(tall.KIND_OF, default="count", return_dtype=pl.String),
            raw_text="value",
            value="value.value",
            decimals="value.decimals",
            period_start=optional("period_start.value").cast(pl.Date),
            period_end=optional("period_end.value").cast(pl.Date),
            obs_status=optional("obs_status").cast(pl.String),
            note=optional("note").cast(pl.String),
        )
    )


def _doubtful(table: Table, rows: pl.DataFrame, first_day: date) -> list[Rejection]:
    key = ("subject", "org_text", "period_start", "period_end")
    found = []

    def aside(condition: pl.Expr | pl.Series, field: str, code: str, message: str, *columns: str) -> None:
        """Set these rows aside. message: with a field for each column, the first of which was found wrong."""
        for row, *texts in _among(rows, condition, "row", *columns):
            found.append(table.rejection(row, field, code, message.format(*texts), texts[0]))

    is_backwards = (pl.col("period_start") > pl.col("period_end")) & (pl.col("period_start") != first_day)
    for row, start, end in _among(rows, is_backwards, "row", "period_start", "period_end"):
        message = f"the period ends on {end} before it starts on {start}"
        found.append(Rejection(row, table.grid.row_locator(row), "period_mismatch", message))
    is_relative = (pl.col("kind") != "ratio") & distinct.has(rows["unit"], _RELATIVE)
    no_unit = "{!r} is no unit of a count; write percent for percentages"
    aside(is_relative, "unit", "unit_unknown", no_unit, "unit")
    is_status = distinct.has(rows["obs_status"], f"^[{OBS_STATUS}]$")
    no_status = f"{{!r}} is none of {' '.join(OBS_STATUS)}"
    aside(~is_status, "obs_status", "value_unknown", no_status, "obs_status")
    is_percentage = pl.col("raw_text").str.ends_with("%")
    is_of_counts = is_percentage & (pl.col("unit") != "percent")
    aside(is_of_counts, "value", "unit_unknown", "{!r} is no number of {}", "raw_text", "unit")
    is_beyond = (pl.col("unit") == "percent") & (pl.col("value") >= LARGEST_PERCENT)
    no_percentage = "{!r} is no percentage; write its decimals after a comma, as in 52,89"
    aside(is_beyond, "value", "number_out_of_range", no_percentage, "raw_text")
    is_count = (pl.col("kind") == "count") & ~is_relative
    known = {measure.unit for measure in measures() if measure.unit}
    unknown = [u for u in rows["unit"].unique() if u and u.lower() not in known and not units.is_single(u)]
    no_single = "{!r} is no single unit that is known; write the figure out in one of measures.yml"
    aside(is_count & pl.col("unit").is_in(unknown), "unit", "unit_unknown", no_single, "unit")
    # `664,000` is written as whole thousands are elsewhere.
    is_lost = pl.col("raw_text").str.contains(r"^\s*[0-9]{1,3},000\s*$")
    is_broken = (pl.col("value") != pl.col("value").round(0)) | is_lost
    is_broken &= is_count & ~pl.col("unit").is_in(unknown)
    not_whole = "{!r} counts {} and is not whole; thousands are written 1.257.210"
    aside(is_broken, "value", "not_whole", not_whole, "raw_text", "unit")
    is_share = (pl.col("unit") == "percent") & ~is_percentage & (pl.col("value") > 0)
    # One share of 1 makes shares of the small ones beside it: 1,2456 beside 0,5289 may be 124,56 %.
    if _among(rows, is_share & (pl.col("value") <= 1), "row"):
        either = "{!r} may be a share of 1 or a percentage; show it with a percent sign"
        is_small = is_share & (pl.col("value") < SMALL_PERCENT)
        aside(is_small, "value", "number_undecidable", either, "raw_text")
    # The decimals of `52,89` without quotes stand in the next column.
    nobody = "{!r} names nobody; quote a value with a comma"
    aside(~distinct.has(rows["publisher"], r"\p{L}"), "publisher", "value_unknown", nobody, "publisher")
    for row, subject in (
        table.frame.filter(pl.col("role").is_in(["total", "section"])).select("row", "subject").rows()
    ):
        message = f"{subject!r} is no measure nor indicator; name the one that is published"
        found.append(table.rejection(row, "subject", "value_unknown", message, subject))
    for row, text in _among(rows, pl.col("note").is_not_null(), "row", "note"):
        if table.sent_for.is_other_note(text):
            message = f"{text!r} is not about {table.sent_for.period_id}; name the period it belongs to"
            found.append(table.rejection(row, "note", "period_mismatch", message, text))
    first: dict[tuple, list[int]] = {}
    is_repeated = rows.select(key).hash_rows().n_unique() < rows.height
    for row, *same in _among(rows, pl.struct(key).is_duplicated(), "row", *key) if is_repeated else []:
        first.setdefault(tuple(same), []).append(row)
    for (subject, org, *_), lines in first.items():
        for row in lines:
            others = ", ".join(str(line) for line in lines if line != row)
            message = f"{subject} of {org} stands in row {others} too; keep the right one"
            found.append(Rejection(row, table.grid.row_locator(row), "duplicate_row", message))
    return found


def _outside(table: Table, rows: pl.DataFrame, first: date, last: date) -> list[Rejection]:
    """Figures whose own days end outside the period the file was sent for."""
    found = []
    for row, day in _among(rows, ~pl.col("period_end").is_between(first, last), "row", "period_end"):
        text = f"{day:%d/%m/%Y}"
        message = f"{text} is not in the period that the file was sent for; name the period it belongs to"
        found.append(table.rejection(row, "period_end", "period_mismatch", message, text))
    return found


def _among(rows: pl.DataFrame, condition: pl.Expr | pl.Series, *columns: str) -> list[tuple]:
    at = rows.select(condition).to_series().arg_true()
    return rows.select(columns)[at].rows() if len(at) else []
