"""Figures that somebody published, transcribed with their publisher: one figure a row, numbers as printed.

CSV: subject (a measure_id, or for a ratio an indicator_id, for its first definition), org, org_code, unit,
value in Vietnamese numerals (1.257.210; 43,48), publisher, citation, and where known period_start, period_end
(22/03/2025), obs_status (SDMX, A if not said), note. Whether the subject exists is for the warehouse to tell.
"""

import polars as pl

from ingest import numerals, tall
from ingest.errors import Refused

COLUMNS = tall.COLUMNS

REQUIRED = {"subject", "org", "unit", "value", "publisher", "citation"}
KNOWN = REQUIRED | {"org_code", "period_start", "period_end", "obs_status", "note"}
OBS_STATUS = set("AEPBDMLO")  # SDMX


def parse(name: str, body: bytes, period_id: str) -> pl.DataFrame:
    """One row per figure. Raises Refused with the row and column of what cannot be read."""
    first, last = tall.period_of(name, period_id)
    rows, seen = [], {}
    for number, cells in tall.table(name, body, KNOWN, REQUIRED):
        said = {heading: text for heading, (_, text) in cells.items()}
        place, text = cells["value"]
        start = tall.day(name, *cells["period_start"]) if "period_start" in cells else first
        end = tall.day(name, *cells["period_end"]) if "period_end" in cells else last
        if start > end:
            raise Refused(f"{name}: row {number}: the period ends on {end} before it starts on {start}")
        status = said.get("obs_status", "A")
        if status not in OBS_STATUS:
            raise Refused(f"{name}: row {number}, column obs_status: {status!r} is none of A E P B D M L O")
        key = (said["subject"], said["org"], start, end)
        if key in seen:
            raise Refused(
                f"{name}: row {number}: {said['subject']} of {said['org']} stands in row {seen[key]} already"
            )
        seen[key] = number
        value = tall.exact(name, place, text, numerals.number)
        rows.append(
            {
                "row": number,
                "place": place,
                "org_text": said["org"],
                "org_code": said.get("org_code"),
                "subject": said["subject"],
                "kind": tall.KIND_OF.get(said["unit"], "count"),
                "unit": said["unit"],
                "raw_text": text,
                "value": value,
                "decimals": numerals.decimals(value),
                "period_id": period_id,
                "period_start": start,
                "period_end": end,
                "obs_status": status,
                "publisher": said["publisher"],
                "citation": said["citation"],
                "note": said.get("note"),
            }
        )
    if not rows:
        raise Refused(f"{name}: has headings but no figures")
    return tall.frame(rows)
