"""Answers of the national portal: records, and envelopes around them that say what period they are of."""

import re
from datetime import date

import polars as pl

from ingest import reading
from ingest.errors import Refused
from ingest.reading import (
    Reading,
    Rejection,
    Tally,
    Unread,
    blocks,
    reply_periods,
    stated_period,
    tall,
    totals,
    unit_rows,
)
from ingest.reading.asked import WRONG, Asked
from ingest.reading.outcome import rejected_frame, unread_frame
from ingest.reading.replies import Reply
from ingest.sources.dvc_portal.fields import NUMBERS, code_of_words
from ingest.sources.dvc_portal.records import Record, Unusable, other_period, repeated, unread_fields

# The portal's month is not the calendar's. Only this one has been published with its days.
DAYS = {"2025-10": (date(2025, 9, 21), date(2025, 10, 20))}


def read(name: str, reply: Reply, period_id: str) -> Reading:
    asked = Asked(name, period_id, is_flow=True)
    about = {"period_id": period_id, "obs_status": "A"}
    of_envelopes = _periods_of_envelopes(name, reply, asked)
    days = next((one.days for one in of_envelopes if one.days), None) or DAYS.get(period_id) or asked.days
    records = [Record(n, reply.locators[n], fields) for n, fields in enumerate(reply.records)]
    rows, rejected = [], []
    for record in records:
        try:
            record.refuse_another_period(asked)
        except Unusable as unusable:
            rejected.append(unusable.rejection)
    if not any(one.agrees for one in of_envelopes) and not any(record.names_period for record in records):
        stated_period.refuse_longer_names(asked)
    elsewhere = {rejection.row for rejection in rejected}
    here = [record for record in records if record.row not in elsewhere]
    no_units = [record for record in here if record.org and _is_no_unit(record.org)]
    here = [record for record in here if record not in no_units]
    rejected += repeated(here)
    for record in here:
        try:
            start, end = record.days or days
            rows += [
                about | {"period_start": start, "period_end": end} | row for row in record.numbers(asked)
            ]
        except Unusable as unusable:
            rejected.append(unusable.rejection)
    nulls = [
        (f"{record.locator}.{path}", path)
        for record in here
        for path, value in record.fields.items()
        if value is None and record.known.get(path) in NUMBERS
    ]
    unread = [*reply.unread, *unread_fields(here)]
    unread += [Unread("row", record.locator, record.org, len(record.fields)) for record in no_units]
    aside = rejected_frame(rejected)
    frame = tall.frame(rows)
    frame = frame.filter(~pl.col("row").is_in(aside["row"].implode()))
    if frame.is_empty():
        _refuse_nothing(name, rejected, nulls, unread)
    unread += [Unread("field", locator, f"{path}: null") for locator, path in nulls]
    landed = frame["row"].n_unique()
    return Reading(
        frame.lazy(),
        aside,
        Tally(
            read=len(records),
            landed=landed,
            rejected=aside.height,
            blank=len(records) - landed - aside.height,
        ),
        unread_frame(unread),
    )


def _is_no_unit(text: str) -> bool:
    return totals.is_total(text) or blocks.is_no_unit(text) or unit_rows.is_rest(text)


def _periods_of_envelopes(name: str, reply: Reply, asked: Asked) -> list[reply_periods.StatedPeriod]:
    """What each envelope says of its period. Raises Refused where they are of another period, or
    not all of them are there."""
    if reply.missing or reply.is_full:
        path, text = reply.missing or ("", "")
        more = (
            f"{path}: {text!r} says that there are more"
            if path
            else "the page is full, and there may be more"
        )
        raise Refused(f"{name}: {more} records than these; fetch all pages", "truncated", path or None)
    found = []
    for way, fields in reply.envelopes:
        found.append(reply_periods.of_fields(asked, fields.items()))
        other = reply_periods.named_otherwise(asked, way)
        if wrong := found[-1].wrong or (other and (way, other)):
            path, text = wrong
            raise Refused(f"{name}: {path}: {other_period(text, asked)}", "period_mismatch", path)
        texts = {path: value for path, value in fields.items() if isinstance(value, str)}
        for path, text in texts.items():
            if code := code_of_words(asked, path, text, ""):
                raise Refused(f"{name}: {path}: {text[:80]!r} {WRONG[code]}", code, path)
    return found


def _refuse_nothing(
    name: str, rejected: list[Rejection], nulls: list[tuple[str, str]], unread: list[Unread]
) -> None:
    if rejected:
        first = min(rejected, key=lambda rejection: rejection.row)
        raise Refused(f"{name}: {first.locator}: {first.message}", first.code, first.locator)
    if nulls:
        locator, _ = nulls[0]
        message = "a number or an empty text was expected, not null"
        raise Refused(f"{name}: {locator}: {message}", "value_missing", locator)
    if unread:
        raise Refused(
            f"{name}: {unread[0].locator}: neither this field nor another with a number is known; "
            f"expected some of {', '.join(sorted(NUMBERS))}",
            "column_unknown",
            unread[0].locator,
        )
    raise Refused(f"{name}: holds no number; an array with at least one record was expected", "empty")


def refuse_no_records(name: str, reply: Reply) -> None:
    """Raises Refused with what an answer without records says instead, such as an error."""
    answers = {path: value for _, fields in reply.envelopes for path, value in fields.items() if value}
    words = "; ".join(
        f"{path}: {value}" for path, value in answers.items() if re.search(r"[^\W\d]", str(value))
    )
    reading.refuse_personal_text(name, words, "an answer without records")
    if words:
        raise Refused(
            f"{name}: holds no record and says {words[:100]!r}; log in if asked, and fetch it again",
            "not_a_table",
        )
    raise Refused(f"{name}: is empty; an array with at least one record was expected", "empty")
