"""Reports of the telecom operators: one file an operator, one district a row, as CSV, XLSX or XLS.

Each operator knows only its own subscribers, so a district's number is the sum over all of them, and partial
while one is missing. Subscriptions are those active both ways and those blocked one way.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from ingest import reading
from ingest.errors import Refused
from ingest.fetching import addresses
from ingest.reading import Column, Reading, Rejection, Table, Unread, stated_period, unit_rows
from ingest.reading.columns import DAY, UNIT
from ingest.registry.headings import Wordings, wordings
from ingest.wording import match_key

OPERATOR = "Doanh nghiệp"
NUMBERS = {
    "Thuê bao di động": "subscriptions",
    "Thuê bao sử dụng điện thoại thông minh": "subscriptions",
    "Thuê bao cáp quang cố định": "subscriptions",
    "Hộ gia đình có cáp quang": "households",
    "Điện thoại thông minh có phần mềm an toàn thông tin": "subscriptions",
    "Hộ cáp quang có giải pháp an toàn thông tin": "households",
}


def table_columns(wordings: Wordings) -> list[Column]:
    return [
        *unit_rows.about_units(wordings),
        Column(field=OPERATOR, **wordings.of(OPERATOR)),
        Column(field=DAY, kind="date", filled=True, **wordings.of(DAY)),
        *(Column(field=name, kind="count", is_stock=True, **wordings.of(name)) for name in NUMBERS),
    ]


_SAYS_WHO = re.compile(
    r"\s*(?:tên\s+)?(?:doanh nghiệp(?:\s+viễn thông)?(?:\s+báo cáo)?|nhà mạng|đơn vị báo cáo)"
    r"\s*:\s*(?P<who>\S.*)",
    re.IGNORECASE,
)
# Enough where a title or the sheet names nobody else: "BÁO CÁO CỦA VNPT GIA LAI".
_TRADE_NAME = re.compile(r"\b(?:vnpt|vinaphone|viettel|mobifone|vietnamobile|gmobile|fpt)\b", re.IGNORECASE)
_BRANDS = {"vinaphone": "vnpt"}
# What a row names besides an operator, if it names no unit.
_NO_PLACE = re.compile(
    r"\b(?:[ivx]+|[a-e]|\d+|nha mang|doanh nghiep|cong ty|tap doan|tong cong ty|chi nhanh|vien thong|telecom"
    r"|tinh|gia lai|cua|mang|thue bao|cong|tong|toan|so)\b"
)


def parse(name: str, body: bytes, period_id: str) -> Reading:
    """One row per number; empty cells are left out. Raises Refused where nothing states who reports."""
    grids = reading.grids(name, body)
    reading.refuse_personal_data(name, grids)
    table = _without_enterprises(unit_rows.read(name, grids, period_id, wordings("telecom"), table_columns))
    titles = unit_rows.titles(table)
    start, end, status = stated_period.of_table(table)
    operator, strangers = _operator(name, table, titles)
    table, doubtful = unit_rows.distinguished(_without_others(table, operator))
    return reading.observations(
        table,
        NUMBERS,
        period_id=period_id,
        start=start,
        end=end,
        more=[*strangers, *doubtful, *unit_rows.outside(table)],
        reporter=operator,
        status=status,
    )


def _without_enterprises(table: Table) -> Table:
    """The table without a column `Doanh nghiệp` of figures: it counts enterprises and names no operator."""
    if OPERATOR not in table.headings:
        return table
    texts = table.frame.filter(pl.col("role") == "data")[OPERATOR].drop_nulls()
    is_counted = texts.len() and not texts.str.contains(r"\p{L}").any()
    return table.left_out(OPERATOR) if is_counted else table


def _operator(name: str, table: Table, titles: Iterable[tuple[str, str]]) -> tuple[str, list[Rejection]]:
    """Who reports, as written: in a column, after "Doanh nghiệp:", as a title, or else in the file's name."""
    if OPERATOR in table.headings:
        return _of_column(name, table)
    for _, text in titles:
        if answer := _SAYS_WHO.match(text):
            return answer["who"].strip(), []
    names = [*(text for _, text in titles), table.grid.name]
    locator, named = "above the table", {key: name for text in names for key, name in _named_in(text).items()}
    if not named:
        locator, named = "the file's name", _named_in(re.sub(r"[\W_]+", " ", name))
    if len(named) == 1:
        return next(iter(named.values())), []
    if named:
        message = f"{name}: {locator}: names {', '.join(named.values())}; send one file for each operator"
        raise Refused(message, "value_unknown", locator)
    raise Refused(
        f"{name}: above the table: nothing says which operator reports; write it, as in Doanh nghiệp: VNPT",
        "value_missing",
        "above the table",
    )


def _without_others(table: Table, operator: str) -> Table:
    """The table without the rows under the name of another operator, which are set aside, and without that of
    the operator itself, which is unread."""
    of_units = table.frame.select(UNIT, "section").unique().rows()
    if not any(_TRADE_NAME.search(text) for texts in of_units for text in texts if text):
        return table
    own = _named_in(operator).keys() or {match_key(operator)}
    numbers = [f"{name}.value" for name in NUMBERS if name in table.headings]
    rejected: dict[int, Rejection] = {}
    unread: dict[int, Unread] = {}
    under: dict[str, str] = {}
    last = None
    for row, role, unit, section, *values in table.frame.select(
        "row", "role", UNIT, "section", *numbers
    ).rows():
        if section != last:
            last = section
            under = _named_in(section or "") or under
        if role != "data":
            continue
        named = _named_in(unit or "")
        under = named or under
        if under.keys() - own:
            message = (
                f"{unit!r} is of {', '.join(under.values())}, not {operator}; send one file for each operator"
            )
            rejected[row] = table.rejection(row, UNIT, "value_unknown", message, unit)
        elif named and _is_operator(unit):
            figures = sum(value is not None for value in values)
            unread[row] = Unread("row", table.grid.row_locator(row), unit, figures)
    return replace(
        table,
        frame=table.frame.filter(~pl.col("row").is_in([*rejected, *unread])),
        rejected=[*table.rejected, *rejected.values()],
        unread=[*table.unread, *unread.values()],
        blank=table.blank + len(unread),
    )


def _named_in(text: str) -> dict[str, str]:
    """By key the operators that a text names."""
    return {_operator_key(name): name for name in _TRADE_NAME.findall(text)}


def _operator_key(name: str) -> str:
    key = match_key(name)
    return _BRANDS.get(key, key)


def _is_operator(unit: str) -> bool:
    rest, count = _TRADE_NAME.subn(" ", match_key(unit))
    return count > 0 and not _NO_PLACE.sub(" ", rest).strip()


def _of_column(name: str, table: Table) -> tuple[str, list[Rejection]]:
    data = table.frame.filter(role="data")
    texts = data[OPERATOR].drop_nulls().unique(maintain_order=True)
    named = {_operator_key(text): text for text in texts}
    locator = f"column {table.headings[OPERATOR]}"
    if len(named) > 1:
        raise Refused(
            f"{name}: {locator}: holds {', '.join(named.values())}; send one file for each operator",
            "value_unknown",
            locator,
        )
    if not named:
        raise Refused(
            f"{name}: {locator}: is empty; every row must say who reports", "value_missing", locator
        )
    silent = [
        table.rejection(row, OPERATOR, "value_missing", "is empty; every row must say who reports")
        for (row,) in data.filter(data[OPERATOR].is_null()).select("row").rows()
    ]
    return next(iter(named.values())), silent


download = addresses.download
