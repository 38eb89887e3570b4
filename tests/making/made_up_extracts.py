"""Extracts landed as rows, without a file behind them: for tests of what the warehouse makes of them."""

from calendar import monthrange
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import polars as pl

from ingest import landing
from ingest.reading import tall


def receive_rows(folder: Path, source: str, period: date, known_from: datetime, rows: list[dict]) -> str:
    """Land rows as an extract of a month, without a file behind them."""
    extract_id = f"{source} {period:%Y-%m} {known_from.isoformat()} {rows[0].get('reporter')}"
    last = period.replace(day=monthrange(period.year, period.month)[1])
    about = {
        "extract_id": extract_id,
        "source_id": source,
        "file_name": "made-up",
        "bytes": 0,
        "period_id": f"{period:%Y-%m}",
        "received_at": known_from,
        "is_made_up": True,
    }
    of_all = {"kind": "count", "period_id": f"{period:%Y-%m}", "period_start": period, "period_end": last}
    tall_rows = [dict.fromkeys(tall.COLUMNS) | of_all | {"row": n} | row for n, row in enumerate(rows)]
    ours = pl.lit(extract_id).alias("extract_id")
    file = f"{sha256(extract_id.encode()).hexdigest()}.parquet"
    pl.DataFrame(tall_rows, schema=tall.COLUMNS).select(ours, pl.all()).write_parquet(
        folder / f"landed/extract_rows/source_id={source}" / file
    )
    extract = pl.DataFrame([dict.fromkeys(landing.EXTRACTS) | about], schema=landing.EXTRACTS)
    extract.write_parquet(folder / "landed/extracts" / file)
    extract.select(list(landing.ARRIVALS)).write_parquet(folder / "landed/arrivals" / file)
    return extract_id


def of_district(org: str, measure: str, value, reporter: str | None = None) -> dict:
    field = FIELDS.get(measure, measure)
    locator = f"{org}, {measure}"
    return {
        "org_text": org,
        "subject": field,
        "value": Decimal(value),
        "reporter": reporter,
        "locator": locator,
    }


FIELDS = {
    "subscriptions_mobile": "Thuê bao di động",
    "subscriptions_with_smartphone": "Thuê bao sử dụng điện thoại thông minh",
    "procedures_total": "Thủ tục hành chính",
    "dossiers_received": "Hồ sơ tiếp nhận",
}
