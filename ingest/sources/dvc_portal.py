"""Replies of the National Public Service Portal (dichvucong.gov.vn): arrays of objects, all values strings.

Two reports are known, by their fields:
- the monthly summary: counts of dossiers and payments (HS_TOTAL, ...) and two percentages (TILE, TILE_DB);
- the scores of decision 766: CKMB openness 18, TDGQ settlement 20, CLGQ online service 12, TTTT payment 10,
  MDHL satisfaction 18, MDSH digitisation 22 at most, 100 in all. Public clients disagree which of TTTT and
  CLGQ is payment. Here TTTT is what its letters say, thanh toán trực tuyến, and CLGQ is the other.
"""

import json
import re
from datetime import date
from decimal import Decimal

import polars as pl

from ingest import numerals, tall
from ingest.errors import Refused
from ingest.wording import tidy

COLUMNS = tall.COLUMNS

COUNTS = {
    **dict.fromkeys(
        (
            "HS_TOTAL",
            "DB_TOTAL",
            "TNTK_TOTAL",
            "HTN_TRUCTIEP_TOTAL",
            "HTN_BUUCHINH_TOTAL",
            "HTN_TRUCTUYEN_TOTAL",
            "HTDH_TOTAL",
            "HTQH_TOTAL",
            "DXLTH_TOTAL",
            "DXLQH_TOTAL",
        ),
        "dossiers",
    ),
    **dict.fromkeys(("GDTTQG_TOTAL", "GDTT_TOTAL", "NTTQG_TOTAL"), "transactions"),
}
RATIOS = {"TILE", "TILE_DB"}
MAXIMA = {"CKMB": 18, "TDGQ": 20, "CLGQ": 12, "TTTT": 10, "MDHL": 18, "MDSH": 22, "TONG_SCORE": 100}
ABOUT = {"ID", "TEN", "MA_COQUAN", "TEN_COQUAN", "LOAI_COQUAN"}

# The portal's month is not the calendar's. Only this one has been published with its days.
DAYS = {"2025-10": (date(2025, 9, 21), date(2025, 10, 20))}


def parse(name: str, body: bytes, period_id: str) -> pl.DataFrame:
    """One row per number; empty strings are left out. Raises Refused with the place, as in `[0].CKMB`."""
    start, end = DAYS.get(period_id) or tall.period_of(name, period_id)
    rows = []
    for number, record in enumerate(_records(name, body)):
        org = _org(name, number, record)
        for field, text in record.items():
            place = f"[{number}].{field}"
            if not isinstance(text, str):
                raise Refused(f"{name}: {place}: a string was expected, as the portal sends, not {text!r}")
            if field in ABOUT or not text.strip():
                continue
            kind, unit, value = _measured(name, place, field, text.strip())
            rows.append(
                {
                    "row": number + 1,
                    "place": place,
                    "org_text": org,
                    "org_code": record.get("MA_COQUAN", "").strip() or None,
                    "subject": field,
                    "kind": kind,
                    "unit": unit,
                    "raw_text": text,
                    "value": value,
                    "decimals": numerals.decimals(value),
                    "period_id": period_id,
                    "period_start": start,
                    "period_end": end,
                    "obs_status": "A",
                }
            )
    if not rows:
        raise Refused(f"{name}: holds no number; an array with at least one record was expected")
    return tall.frame(rows)


def _records(name: str, body: bytes) -> list[dict]:
    try:
        records = json.loads(tall.text_of(name, body), object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise Refused(
            f"{name}: line {error.lineno}, column {error.colno}: is not JSON ({error.msg})"
        ) from None
    except RecursionError:
        raise Refused(f"{name}: is nested too deeply; an array of objects was expected") from None
    except ValueError as error:
        raise Refused(f"{name}: {error}") from None
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise Refused(f"{name}: an array of objects was expected, as the portal sends")
    return records


def _once(pairs: list[tuple[str, object]]) -> dict:
    """One record. ValueError where a field stands twice or a text holds half a surrogate pair."""
    record = dict(pairs)
    for text in (text for pair in pairs for text in pair if isinstance(text, str)):
        text.encode()
    if len(record) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"the field {next(k for k in keys if keys.count(k) > 1)} stands twice in one record")
    return record


def _org(name: str, number: int, record: dict) -> str:
    for field in ("TEN_COQUAN", "TEN"):
        if isinstance(record.get(field), str) and record[field].strip():
            return tidy(record[field])
    raise Refused(f"{name}: [{number}]: neither TEN_COQUAN nor TEN says whose numbers these are")


def _measured(name: str, place: str, field: str, text: str) -> tuple[str, str, Decimal]:
    """Kind, unit and value. The portal writes plain digits with a decimal point, and no thousands."""
    known = COUNTS.keys() | RATIOS | MAXIMA.keys()
    if field not in known:
        raise Refused(f"{name}: {place}: the field is not known; expected {', '.join(sorted(known | ABOUT))}")
    if not re.fullmatch(r"\d{1,15}(\.\d{1,4})?", text, re.ASCII):
        raise Refused(f"{name}: {place}: {text!r} is not a number as the portal writes it, such as 18.3")
    value = Decimal(text)
    if field in COUNTS:
        if "." in text:
            raise Refused(f"{name}: {place}: {text!r} counts {COUNTS[field]}; a whole number was expected")
        return "count", COUNTS[field], value
    if field in RATIOS:
        return "ratio", "percent", value
    if value > MAXIMA[field]:
        raise Refused(
            f"{name}: {place}: {text} is above the maximum of {MAXIMA[field]} points; check the field"
        )
    return "score", "points", value
