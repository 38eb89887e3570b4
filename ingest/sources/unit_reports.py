"""Quarterly reports of agencies and localities, on the form that `dxkpi template unit_reports` writes.

Above the table stand who reports, for which quarter, and whose figures these are: the unit's own, or those of
the whole province where the unit is the one that knows them. A row names its measure by the measure's id, and
by its name, which has to be that of the same measure. In the form of a district for its communes it names the
commune too.
"""

import re
from dataclasses import replace
from pathlib import PurePosixPath

import polars as pl

from ingest import reading
from ingest.errors import Refused
from ingest.reading import (
    Column,
    Reading,
    Rejection,
    Table,
    Unread,
    dates,
    lines,
    patterns,
    remarks,
    stated_period,
    tall,
)
from ingest.reading.asked import Asked, in_words
from ingest.reading.titles import is_of_document
from ingest.registry.headings import wordings
from ingest.registry.measures import measures
from ingest.registry.organisations import organisations
from ingest.wording import match_key, tidy

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
    known = wordings("unit_reports")
    asked = Asked(name, period_id, beside=known.beside, titles=known.titles)
    table = remarks.bound(reading.read_only_table(name, filled_in or grids, TABLE, asked=asked))
    table = replace(table, frame=table.frame.with_columns(pl.col(CODE).str.to_lowercase()))
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
    scope, is_own = _scope(table, unit)
    _refuse_other_unit(table, unit, scope)
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
    """What stands to the right of a label above the table, in its cell after a colon or in the next one."""
    head = [(text,) for _, text in table.grid.beside] if table.grid.place else []
    for number, cells in enumerate([*table.grid.cells.head(SEARCHED).rows(), *head], start=1):
        printed = [tidy(cell) for cell in cells if cell]
        # `(ghi rõ tên)` asks for the answer
        printed = [text for n, text in enumerate(printed) if n == 0 or not re.fullmatch(r"\(.*\)", text)]
        texts = [part for text in printed for part in _divided(text)]
        keys = [match_key(text) for text in texts]
        if match_key(label) not in keys:
            continue
        at = keys.index(match_key(label)) + 1
        if at < len(texts) and keys[at] and keys[at] not in _LABELS:
            return texts[at]
        locator = f"{table.grid.row_locator(number)}, {label}"
        raise Refused(f"{table.file}: {locator}: is empty; choose one of the list", "value_missing", locator)
    raise Refused(
        f"{table.file}: {label} does not stand above the table; use the form of dxkpi template unit_reports",
        "header_not_found",
        label,
    )


_LABELS = [match_key(label) for label in (UNIT, PERIOD, SCOPE)]


def _divided(text: str) -> list[str]:
    """A cell, or the label and the answer that stand in one."""
    label, colon, answer = text.partition(":")
    return [label, answer.strip()] if colon and match_key(label) in _LABELS else [text]


_ITSELF = re.compile(
    r"(?:so lieu )?(?:cua |toan )?(?:don vi(?: bao cao)?|co quan"
    rf"|{patterns.KIND_OF_UNIT})"
)


def _scope(table: Table, unit: str) -> tuple[str, bool]:
    """Whose figures these are, and whether they are those of the unit itself. Raises Refused."""
    printed = _answer(table, SCOPE)
    scope = re.sub(r"(?i)^số liệu (?:của )?", "", printed)
    if match_key(scope) == match_key(unit):
        return scope, True
    if found := _ITSELF.fullmatch(match_key(printed)):
        kind = re.search(f"{patterns.KIND_OF_UNIT}$", found[0])
        if not kind or {kind[0], patterns.SHORT_KINDS.get(kind[0])} & set(_kinds(unit)):
            return scope, True
    elif match_key(scope) == "toan tinh" or lines.names_unit(scope) or lines.is_of_registry(scope):
        return scope, False
    raise Refused(
        f"{table.file}: {SCOPE}: {printed!r} names no unit; choose {UNIT_ITSELF!r}, or name the unit",
        "value_unknown",
        SCOPE,
    )


def _kinds(unit: str) -> list[str]:
    return re.findall(r"\b(?:huyen|thi xa|thanh pho|thi tran|xa|phuong|tx|tp|tt|h)(?= )", match_key(unit))


def _refuse_other_unit(table: Table, unit: str, scope: str) -> None:
    """Raises Refused where a title, the sheet or the file is named after another district, or beside a
    department after another one."""
    names = {match_key(o.name_vi): o for o in organisations()}
    own = f" {match_key(unit)} {match_key(scope)} ".replace(" tx ", " thi xa ").replace(" tp ", " thanh pho ")
    parents = {o.parent_org_key for key, o in names.items() if f" {key} " in own}
    named = [("the file's name", dates.spaced(PurePosixPath(table.grid.inside or table.file).stem))]
    named += [(f"sheet {table.grid.name}", table.grid.name)]
    named += [line for line in table.above if not any(key in match_key(line[1]) for key in _LABELS)]
    # In the rows of a text file a name needs its kind.
    rows = set() if table.grid.name else set(table.above[len(table.grid.beside) :])
    for key, o in names.items():
        bare = re.sub(r"^(?:huyen|thi xa|thanh pho) ", "", key)
        is_own = (
            f" {bare} " in own or o.org_key in parents or not re.match(r"(?:huyen|thi xa|thanh|so) ", key)
        )
        if is_own or (o.level != "district" and not own.startswith(" so ")):
            continue
        for locator, text in named:
            by_kind = rf"(?:huyen|thi xa|thanh pho|h|tx|tp) {bare}" if o.level == "district" else key
            wanted = by_kind if (locator, text) in rows else bare
            if re.search(rf"\b{wanted}\b", match_key(text)) and not is_of_document(text):
                raise Refused(
                    f"{table.file}: {locator}: {text[:80]!r} names {o.name_vi}, and {UNIT} {unit}; "
                    "correct the one that is wrong",
                    "value_unknown",
                    locator,
                )


def _refuse_other_period(table: Table, period_id: str) -> None:
    printed = _answer(table, PERIOD)
    try:
        expected = written_period(period_id)
    except ValueError as error:
        raise Refused(f"{table.file}: {error}", "period_mismatch", PERIOD) from None
    days = tall.period_of(table.file, period_id)
    found = {(one.first, one.last) for one in in_words(printed, days[1].year)}
    if found != {days}:
        others = f"names other days beside {expected}" if days in found else f"is not {expected}"
        raise Refused(
            f"{table.file}: {PERIOD}: {printed!r} {others}; name the period it belongs to",
            "period_mismatch",
            PERIOD,
        )


def _rows(table: Table, status: str | None) -> pl.DataFrame:
    """The rows that state a figure, or that there is none; of a status where none is chosen."""

    def optional(field: str) -> pl.Expr:
        return pl.col(field) if field in table.headings else pl.lit(None, pl.String)

    frame = table.frame.filter(pl.col("role") == "data").with_columns(
        unit=_coded(table.frame, UNIT_OF, {match_key(words): unit for unit, words in UNITS.items()}),
        obs_status=_coded(table.frame, STATUS, {match_key(words): code for words, code in STATUSES.items()})
        if STATUS in table.headings
        else pl.lit(None, pl.String),
    )
    return frame.select(
        "row",
        "unit",
        locator=table.grid.locators(table.headings[VALUE]),
        subject=CODE,
        raw_text=pl.coalesce(VALUE, optional(STATUS)),
        value=f"{VALUE}.value",
        decimals=f"{VALUE}.decimals",
        obs_status=pl.coalesce(
            "obs_status", pl.col("^status$"), table.status_of(NOTE), pl.lit(status or "A")
        ),
        note=optional(NOTE),
        of_unit=optional(OF_UNIT),
    ).filter(pl.col("value").is_not_null() | (pl.col("obs_status") == "L"))


def _coded(frame: pl.DataFrame, field: str, codes: dict[str, str]) -> pl.Expr:
    known = {text: codes.get(match_key(text)) for text in frame[field].drop_nulls().unique()}
    return pl.col(field).replace_strict(known, default=None, return_dtype=pl.String)


def _notes_alone(table: Table) -> list[Unread]:
    """Notes of rows that give no figure."""
    if NOTE not in table.headings:
        return []
    rows = table.frame.filter(pl.col("role") == "data", pl.col(VALUE).is_null(), pl.col(NOTE).is_not_null())
    locator = table.headings[NOTE]
    return [
        Unread("note", table.grid.locator(row, locator), note, 0)
        for row, note in rows.select("row", NOTE).rows()
    ]


_IN_BRACKETS = re.compile(r"\s*\(([^()]*)\)\s*$")


def _doubtful(table: Table) -> list[Rejection]:
    rows = table.frame.filter(pl.col("role") == "data")
    found = []

    def set_aside(row: int, field: str, code: str, message: str, text: str | None) -> None:
        found.append(table.rejection(row, field, code, message, text))

    units, statuses = set(map(match_key, UNITS.values())), set(map(match_key, STATUSES))
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
        plain_name = _IN_BRACKETS.sub(lambda unit: "" if match_key(unit[1]) in units else unit[0], name or "")
        is_other = name and match_key(own or "") not in (match_key(name), match_key(plain_name))
        if own and is_other and (row[VALUE] or status):
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
        if row.get(NOTE) and reading.units.says_other(row[NOTE]):
            set_aside(
                number, NOTE, "unit_unknown", f"{row[NOTE]!r} is another unit than the row's", row[NOTE]
            )
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
