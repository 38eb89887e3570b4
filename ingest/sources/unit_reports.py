"""Quarterly reports of agencies and localities, on the form that `dxkpi template unit_reports` writes.

Above the table stand who reports, for which quarter, and whose figures these are: the unit's own, or those of
the whole province where the unit is the one that knows them. A row names its measure by the measure's id, and
by its name, which has to be that of the same measure. In the form of a district for its communes it names the
commune too.
"""

import re

import polars as pl

from ingest import reading, remarks, stated_period, tall
from ingest.errors import Refused
from ingest.reading import Column, Reading, Rejection, Table, Unread
from ingest.registry.headings import wordings
from ingest.registry.measures import measures
from ingest.wording import match_key, tidy

COLUMNS = tall.COLUMNS

UNIT, PERIOD, SCOPE = "Đơn vị báo cáo", "Kỳ báo cáo", "Phạm vi số liệu"
UNIT_ITSELF = "Số liệu của đơn vị"
HEADINGS = CODE, NAME, UNIT_OF, VALUE, STATUS, NOTE = (
    "Mã số liệu",
    "Số liệu",
    "Đơn vị tính",
    "Giá trị",
    "Tình trạng số liệu",
    "Ghi chú",
)
STATUSES = {"Chính thức": "A", "Tạm tính": "P", "Ước tính": "E", "Không có số liệu": "L"}
OF_UNIT = "Của đơn vị"
UNITS = {
    "persons": "người",
    "accounts": "tài khoản",
    "procedures": "thủ tục",
    "dossiers": "hồ sơ",
    "transactions": "giao dịch",
    "subscriptions": "thuê bao",
    "households": "hộ",
    "systems": "hệ thống",
    "units": "đơn vị",
    "sites": "trang",
    "enterprises": "doanh nghiệp",
    "taxpayers": "người nộp thuế",
    "facilities": "cơ sở",
    "inspections": "cuộc",
    "documents": "văn bản",
    "dong": "đồng",
}
QUARTERS = ("I", "II", "III", "IV")
EXPLAINING = ("Định nghĩa", "Danh mục")  # sheets of the form that hold no answers
SEARCHED = 30  # rows in which the answers above the table are looked for
TABLE = [
    Column(field=CODE, headings=(CODE,), required=True, filled=True),
    Column(field=NAME, headings=(NAME,)),
    Column(field=UNIT_OF, headings=(UNIT_OF,), required=True, filled=True),
    Column(field=OF_UNIT, headings=(OF_UNIT,)),
    Column(field=VALUE, headings=(VALUE,), kind="count", required=True, summed=False),
    Column(field=STATUS, headings=(STATUS,)),
    Column(field=NOTE, headings=(NOTE,)),
]


def written_period(period_id: str) -> str:
    """`2024-Q1` is written Quý I/2024. ValueError for a period that is no quarter."""
    year, quarter, number = period_id.partition("-Q")
    if not quarter:
        raise ValueError(f"{period_id!r} is no quarter; write 2024-Q1")
    return f"Quý {QUARTERS[int(number) - 1]}/{year}"


def parse(name: str, body: bytes, period_id: str) -> Reading:
    """One row per figure that is given; what a unit leaves empty is left out. Raises Refused."""
    grids = reading.grids(name, body)
    reading.refuse_personal_data(name, grids)
    filled_in = [grid for grid in grids if grid.name not in EXPLAINING]
    asked = stated_period.Asked(name, period_id, beside=wordings("unit_reports").beside)
    table = remarks.bound(reading.read_only_table(name, filled_in or grids, TABLE, asked=asked))
    unit = _answer(table, UNIT)
    _refuse_other_period(table, period_id)
    start, end, status = stated_period.of_table(table)
    if end < tall.period_of(name, period_id)[1].replace(day=1):
        raise Refused(
            f"{name}: above the table: figures of {end:%d/%m/%Y} are not those of the end of {period_id}; "
            "name the period they belong to",
            "period_mismatch",
            "above the table",
        )
    scope = re.sub(r"(?i)^số liệu (?:của )?(?=toàn tỉnh)", "", _answer(table, SCOPE))
    is_own = match_key(scope) in (match_key(UNIT_ITSELF), match_key(unit))
    rows = _rows(table, status).with_columns(
        org_text=pl.coalesce(pl.col("of_unit") + f", {unit}", pl.lit(unit if is_own else scope)),
        reporter=pl.when(pl.col("of_unit").is_not_null() | pl.lit(not is_own)).then(pl.lit(unit)),
        kind=pl.lit("count"),
        period_id=pl.lit(period_id),
        period_start=pl.lit(start),
        period_end=pl.lit(end),
    )
    return table.reading(tall.whole(rows.lazy()), _doubtful(table), unread=_notes_alone(table))


def _answer(table: Table, label: str) -> str:
    """What stands to the right of a label above the table."""
    for number, cells in enumerate(table.grid.cells.head(SEARCHED).rows(), start=1):
        said = [tidy(cell) for cell in cells if cell]
        # `(ghi rõ tên)` asks for the answer
        said = [text for n, text in enumerate(said) if n == 0 or not re.fullmatch(r"\(.*\)", text)]
        if said and match_key(said[0]) == match_key(label):
            if len(said) > 1:
                return said[1]
            place = f"{table.grid.place_of_row(number)}, {label}"
            raise Refused(f"{table.file}: {place}: is empty; choose one of the list", "value_missing", place)
    raise Refused(
        f"{table.file}: {label} does not stand above the table; use the form of dxkpi template unit_reports",
        "header_not_found",
        label,
    )


def _refuse_other_period(table: Table, period_id: str) -> None:
    said = _answer(table, PERIOD)
    try:
        expected = written_period(period_id)
    except ValueError as error:
        raise Refused(f"{table.file}: {error}", "period_mismatch", PERIOD) from None
    days = tall.period_of(table.file, period_id)
    if [(one.first, one.last) for one in stated_period.in_words(said, days[1].year)] != [days]:
        raise Refused(
            f"{table.file}: {PERIOD}: {said!r} is not {expected}; name the period it belongs to",
            "period_mismatch",
            PERIOD,
        )


def _rows(table: Table, status: str | None) -> pl.DataFrame:
    """The rows that state a figure, or that there is none; of a status where none is chosen."""

    def said(field: str) -> pl.Expr:
        return pl.col(field) if field in table.headings else pl.lit(None, pl.String)

    before, after = table.grid.place("\0", table.headings[VALUE]).split("\0", 1)
    frame = table.frame.filter(pl.col("role") == "data").with_columns(
        unit=_coded(table.frame, UNIT_OF, {match_key(words): unit for unit, words in UNITS.items()}),
        obs_status=_coded(table.frame, STATUS, {match_key(words): code for words, code in STATUSES.items()})
        if STATUS in table.headings
        else pl.lit(None, pl.String),
    )
    return frame.select(
        "row",
        "unit",
        place=pl.concat_str(pl.lit(before), pl.col("row"), pl.lit(after)),
        subject=CODE,
        raw_text=pl.coalesce(VALUE, said(STATUS)),
        value=f"{VALUE}.value",
        decimals=f"{VALUE}.decimals",
        obs_status=pl.coalesce("obs_status", pl.col("^status$"), _of_notes(table), pl.lit(status or "A")),
        note=said(NOTE),
        of_unit=said(OF_UNIT),
    ).filter(pl.col("value").is_not_null() | (pl.col("obs_status") == "L"))


def _of_notes(table: Table) -> pl.Expr:
    """E or P where the note of a row says so and nothing else."""
    if NOTE not in table.headings:
        return pl.lit(None, pl.String)
    found = {text: table.asked.status_alone(text) for text in table.frame[NOTE].drop_nulls().unique()}
    return pl.col(NOTE).replace_strict(found, default=None, return_dtype=pl.String)


def _coded(frame: pl.DataFrame, field: str, codes: dict[str, str]) -> pl.Expr:
    known = {text: codes.get(match_key(text)) for text in frame[field].drop_nulls().unique()}
    return pl.col(field).replace_strict(known, default=None, return_dtype=pl.String)


def _notes_alone(table: Table) -> list[Unread]:
    """Notes of rows that give no figure."""
    if NOTE not in table.headings:
        return []
    rows = table.frame.filter(pl.col("role") == "data", pl.col(VALUE).is_null(), pl.col(NOTE).is_not_null())
    place = table.headings[NOTE]
    return [
        Unread("note", table.grid.place(row, place), note, 0) for row, note in rows.select("row", NOTE).rows()
    ]


def _doubtful(table: Table) -> list[Rejection]:
    rows = table.frame.filter(pl.col("role") == "data")
    found = []

    def set_aside(row: int, field: str, code: str, message: str, text: str | None) -> None:
        found.append(Rejection(row, table.grid.place(row, table.headings[field]), code, message, text))

    units, statuses = map(match_key, UNITS.values()), map(match_key, STATUSES)
    units, statuses = set(units), set(statuses)
    names = {measure.id: measure.name.vi for measure in measures()}
    own_units = {measure.id: UNITS.get(measure.unit) for measure in measures()}
    is_of_communes = OF_UNIT in table.headings and rows[OF_UNIT].is_not_null().any()
    lines: dict[tuple[str, str | None], list[int]] = {}
    for row in rows.iter_rows(named=True):
        number, code, status = row["row"], row[CODE], row.get(STATUS)
        says_none = bool(status) and match_key(status) == match_key("Không có số liệu")
        if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", code):
            set_aside(number, CODE, "value_unknown", f"{code!r} is no code of the form; restore it", code)
        if is_of_communes and row[VALUE] and not row[OF_UNIT]:
            message = "is empty, where other rows name theirs; say whose figure it is"
            set_aside(number, OF_UNIT, "value_missing", message, row[VALUE])
        name, own = row.get(NAME), names.get(code)
        if own and name and match_key(name) != match_key(own) and (row[VALUE] or status):
            message = f"{name!r} is not what {code} counts, which is {own!r}; restore the code or the name"
            set_aside(number, NAME, "value_unknown", message, name)
        else:
            lines.setdefault((code, row.get(OF_UNIT)), []).append(number)
        if match_key(row[UNIT_OF]) not in units:
            message = f"{row[UNIT_OF]!r} is no unit of the form; restore it"
            set_aside(number, UNIT_OF, "unit_unknown", message, row[UNIT_OF])
        elif own_units.get(code) and match_key(row[UNIT_OF]) != match_key(own_units[code]) and row[VALUE]:
            message = f"{row[UNIT_OF]!r} is not what {code} is counted in, which is {own_units[code]!r}"
            set_aside(number, UNIT_OF, "unit_unknown", f"{message}; restore it", row[UNIT_OF])
        if status and match_key(status) not in statuses:
            message = f"{status!r} is none of {', '.join(STATUSES)}"
            set_aside(number, STATUS, "value_unknown", message, status)
        elif says_none and row[VALUE]:
            message = f"says that there is no figure and gives {row[VALUE]}; keep one of the two"
            set_aside(number, STATUS, "value_unknown", message, row[VALUE])
        elif status and not says_none and not row[VALUE]:
            message = f"says {status} and gives no figure; give it, or choose Không có số liệu"
            set_aside(number, STATUS, "value_missing", message, status)
    for (code, _), numbers in lines.items():
        for number in numbers if len(numbers) > 1 else []:
            others = ", ".join(str(n) for n in numbers if n != number)
            set_aside(number, CODE, "duplicate_row", f"{code} stands in row {others} too; keep one", code)
    return found
