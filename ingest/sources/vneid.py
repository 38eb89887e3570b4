"""Police reports on electronic identity (VNeID): spreadsheets with Vietnamese headings, one unit a row.

Three denominators stand side by side: resident citizens, the assigned target, adults. A percentage of the
assigned target may rightly exceed 100. The day of the report, in a column or above it, ends the period.
"""

from collections.abc import Iterator

import httpx

from ingest import addresses, numerals, reading, stated_period, tall, unit_rows
from ingest.reading import Column, Reading
from ingest.registry.models import Address
from ingest.unit_rows import NUMBER, UNIT

COLUMNS = tall.COLUMNS

CODE, DAY, NOTE = "Mã đơn vị", "Đến ngày", "Ghi chú"
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
# What offices write instead.
ALIASES = {
    UNIT: ("Đơn vị hành chính", "Địa phương", "Tên đơn vị", "Huyện, thị xã, thành phố", "Công an đơn vị"),
    CODE: ("Mã ĐVHC", "Mã đơn vị hành chính"),
    DAY: ("Tính đến ngày", "Số liệu đến ngày", "Ngày chốt số liệu", "Ngày số liệu"),
    "Tài khoản định danh điện tử đã cấp": ("Đã cấp tài khoản", "Số tài khoản đã cấp", "Tài khoản đã cấp"),
    "Tài khoản định danh điện tử đã kích hoạt": (
        "Đã kích hoạt tài khoản",
        "Số tài khoản đã kích hoạt",
        "Tài khoản đã kích hoạt",
    ),
    "Tài khoản định danh điện tử mức độ 2 đã kích hoạt": (
        "Tài khoản mức độ 2 đã kích hoạt",
        "Tài khoản mức 2 đã kích hoạt",
        "Kích hoạt mức độ 2",
    ),
    "Chỉ tiêu được giao": ("Chỉ tiêu giao", "Chỉ tiêu"),
    "Công dân thường trú": ("Số công dân thường trú", "Dân số thường trú", "Nhân khẩu thường trú"),
    "Dân số trưởng thành": ("Dân số từ đủ tuổi trưởng thành", "Số người trưởng thành", "Người trưởng thành"),
}
TABLE = [
    Column(field=NUMBER, headings=("STT", "TT", "Số TT")),
    Column(field=UNIT, headings=(UNIT, *ALIASES[UNIT]), required=True, filled=True),
    Column(field=CODE, headings=(CODE, *ALIASES[CODE])),
    Column(field=DAY, headings=(DAY, *ALIASES[DAY]), kind="date", filled=True),
    Column(field=NOTE, headings=(NOTE,)),
    *(
        Column(
            field=name,
            headings=(name, *ALIASES.get(name, ())),
            kind="percent" if unit == "percent" else "count",
            # A lone 704.828 can only be a count in the convention of Vietnamese prose.
            usual=None if unit == "percent" else numerals.DOT,
        )
        for name, unit in NUMBERS.items()
    ),
]


def parse(name: str, body: bytes, period_id: str) -> Reading:
    """One row per number; empty cells are left out. Raises Refused with row and column."""
    grids = reading.grids(name, body)
    reading.refuse_personal_data(name, grids)
    table = reading.read_only_table(name, grids, TABLE)
    start, end = stated_period.days(name, period_id, unit_rows.titles(table))
    table, doubtful = unit_rows.told_apart(table)
    return reading.observations(
        table,
        NUMBERS,
        org=UNIT,
        period_id=period_id,
        start=start,
        end=DAY if DAY in table.headings else end,
        once=False,
        more=[*doubtful, *unit_rows.outside(table, DAY, period_id)],
        org_code=CODE,
        note=NOTE,
    )


def download(client: httpx.Client, address: Address, period_id: str) -> Iterator[tuple[str, bytes]]:
    """The one file that stands at the address."""
    reply = client.request(**addresses.request(address, period_id))
    yield addresses.file_name(address, period_id), reply.content
