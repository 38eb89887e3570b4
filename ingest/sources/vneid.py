"""Police reports on electronic identity (VNeID): spreadsheets with Vietnamese headings, one unit a row.

Three denominators stand side by side: resident citizens, the assigned target, adults. A percentage of the
assigned target may rightly exceed 100. The day of the report, in a column or above it, ends the period.
"""

from ingest import reading
from ingest.fetching import addresses
from ingest.reading import Column, Reading, stated_period, unit_rows
from ingest.reading.columns import DAY
from ingest.registry.headings import Wordings, wordings

NUMBERS = {
    "Tài khoản định danh điện tử đã cấp": "accounts",
    "Tài khoản định danh điện tử đã kích hoạt": "accounts",
    "Tài khoản định danh điện tử mức độ 2 đã kích hoạt": "accounts",
    "Người trưởng thành được cấp tài khoản định danh điện tử": "persons",
    "Người trưởng thành có tài khoản định danh điện tử": "persons",
    "Chỉ tiêu được giao": "accounts",
    "Công dân thường trú": "persons",
    "Dân số trưởng thành": "persons",
    "Tỷ lệ trên công dân thường trú (%)": "percent",
    "Tỷ lệ trên chỉ tiêu được giao (%)": "percent",
    "Tỷ lệ trên dân số trưởng thành (%)": "percent",
}
# A bare `Tỷ lệ (%)`: which it is the numbers beside it tell.
BARE = "Tỷ lệ (%)"
ACTIVATED = (
    "Tài khoản định danh điện tử đã kích hoạt",
    "Tài khoản định danh điện tử mức độ 2 đã kích hoạt",
    "Tài khoản định danh điện tử đã cấp",
    "Người trưởng thành có tài khoản định danh điện tử",
    "Người trưởng thành được cấp tài khoản định danh điện tử",
)
SHARES = {
    "Chỉ tiêu được giao": "Tỷ lệ trên chỉ tiêu được giao (%)",
    "Công dân thường trú": "Tỷ lệ trên công dân thường trú (%)",
    "Dân số trưởng thành": "Tỷ lệ trên dân số trưởng thành (%)",
}


def table_columns(wordings: Wordings) -> list[Column]:
    return [
        *unit_rows.about_units(wordings),
        Column(field=DAY, kind="date", filled=True, **wordings.of(DAY)),
        *(
            Column(
                field=name,
                kind="percent" if unit == "percent" else "count",
                is_stock=True,
                **wordings.of(name),
            )
            for name, unit in NUMBERS.items()
        ),
        Column(field=BARE, headings=(BARE, "Tỷ lệ %", "Đạt tỷ lệ (%)"), kind="percent"),
    ]


def parse(name: str, body: bytes, period_id: str) -> Reading:
    """One row per number; empty cells are left out. Raises Refused with row and column."""
    grids = reading.grids(name, body)
    reading.refuse_personal_data(name, grids)
    table = unit_rows.read(name, grids, period_id, wordings("vneid"), table_columns)
    table = unit_rows.with_shares(table, BARE, ACTIVATED, SHARES)
    start, end, status = stated_period.of_table(table)
    table, doubtful = unit_rows.distinguished(table)
    return reading.observations(
        table,
        NUMBERS,
        period_id=period_id,
        start=start,
        end=end,
        more=[*doubtful, *unit_rows.outside(table)],
        status=status,
    )


download = addresses.download
