"""Police reports on electronic identity (VNeID): a CSV table with Vietnamese headings, one unit a row.

Three denominators stand side by side: resident citizens, the assigned target, adults. A percentage of the
assigned target may rightly exceed 100. The day of the report, `Đến ngày`, ends the period.
"""

import polars as pl

from ingest import numerals, tall
from ingest.errors import Refused

COLUMNS = tall.COLUMNS

UNIT, CODE, DAY, NOTE = "Đơn vị", "Mã đơn vị", "Đến ngày", "Ghi chú"
NUMBERS = {
    "Tài khoản định danh điện tử đã cấp": "accounts",
    "Tài khoản định danh điện tử đã kích hoạt": "accounts",
    "Tài khoản định danh điện tử mức độ 2 đã kích hoạt": "accounts",
    "Chỉ tiêu được giao": "accounts",
    "Công dân thường trú": "persons",
    "Dân số trưởng thành": "persons",
    "Tỷ lệ trên công dân thường trú (%)": "percent",
    "Tỷ lệ trên chỉ tiêu được giao (%)": "percent",
    "Tỷ lệ trên dân số trưởng thành (%)": "percent",
}


def parse(name: str, body: bytes, period_id: str) -> pl.DataFrame:
    """One row per number; empty cells are left out. Raises Refused with row and column."""
    start, last = tall.period_of(name, period_id)
    rows, seen = [], {}
    for number, cells in tall.table(name, body, {UNIT, CODE, DAY, NOTE, *NUMBERS}, {UNIT, DAY}):
        place, text = cells[DAY]
        end = tall.day(name, place, text)
        if not start <= end <= last:
            raise Refused(
                f"{name}: {place}: {text} is not in the period {period_id}; name the period it belongs to"
            )
        org = cells[UNIT][1]
        if org in seen:
            raise Refused(f"{name}: row {number}, column {UNIT}: {org} stands in row {seen[org]} already")
        seen[org] = number
        for heading, unit in NUMBERS.items():
            if heading not in cells:
                continue
            place, text = cells[heading]
            value = tall.exact(name, place, text, numerals.number)
            if unit != "percent" and numerals.decimals(value):
                raise Refused(f"{name}: {place}: {text!r} counts {unit}; a whole number was expected")
            rows.append(
                {
                    "row": number,
                    "place": place,
                    "org_text": org,
                    "org_code": cells[CODE][1] if CODE in cells else None,
                    "subject": heading,
                    "kind": tall.KIND_OF.get(unit, "count"),
                    "unit": unit,
                    "raw_text": text,
                    "value": value,
                    "decimals": numerals.decimals(value),
                    "period_id": period_id,
                    "period_start": start,
                    "period_end": end,
                    "obs_status": "A",
                    "note": cells[NOTE][1] if NOTE in cells else None,
                }
            )
    if not rows:
        raise Refused(f"{name}: holds no number; at least one of its columns must be filled")
    return tall.frame(rows)
