"""Online public services: replies of the national portal and exports of the province's one-stop system.

The national portal (dichvucong.gov.vn) sends arrays of objects, all values strings. Two reports are known:
- the monthly summary: counts of dossiers and payments (HS_TOTAL, ...) and two percentages (TILE, TILE_DB);
- the scores of decision 766: CKMB openness 18, TDGQ settlement 20, CLGQ online service 12, TTTT payment 10,
  MDHL satisfaction 18, MDSH digitisation 22 at most, 100 in all. Public clients disagree which of TTTT and
  CLGQ is payment. Here TTTT is what its letters say, thanh toán trực tuyến, and CLGQ is the other.

The province exports tables (HTML with an Excel extension) of one unit a row, or of three: its name, its
services `Một phần` and `Toàn trình`. A district's number includes its communes. One procedure is offered by
many units, so procedures never add up.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import httpx
import polars as pl

from ingest import addresses, numerals, reading, stated_period, tall, unit_rows
from ingest.errors import Refused
from ingest.reading import Column, Grid, Reading, Rejection, Table, Tally, encodings
from ingest.reading.outcome import rejected_frame
from ingest.registry.models import Address
from ingest.unit_rows import NUMBER, UNIT
from ingest.wording import match_key, tidy

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

# The exports: what is counted, and the headings under which it stands.
DOSSIERS = {
    "Hồ sơ tiếp nhận": (
        "Hồ sơ tiếp nhận Tổng số",
        "Tổng số hồ sơ tiếp nhận",
        "Đã tiếp nhận",
        "Tiếp nhận Tổng số",
    ),
    "Hồ sơ tiếp nhận trực tuyến": ("Tiếp nhận trực tuyến", "Số hồ sơ tiếp nhận trực tuyến"),
    "Hồ sơ tiếp nhận trực tiếp": ("Tiếp nhận trực tiếp", "Số hồ sơ tiếp nhận trực tiếp"),
    "Hồ sơ tiếp nhận qua bưu chính": (
        "Hồ sơ tiếp nhận Bưu chính",
        "Hồ sơ tiếp nhận Bưu chính công ích",
        "Tiếp nhận Bưu chính",
        "Tiếp nhận Bưu chính công ích",
        "Tiếp nhận qua bưu chính",
    ),
    "Hồ sơ tồn kỳ trước": ("Tồn kỳ trước", "Kỳ trước chuyển sang", "Hồ sơ tiếp nhận Tồn kỳ trước"),
    "Hồ sơ của thủ tục có dịch vụ công trực tuyến": (
        "Hồ sơ của thủ tục có DVC trực tuyến",
        "Hồ sơ của TTHC có DVCTT",
        "Hồ sơ phát sinh của thủ tục có dịch vụ công trực tuyến",
    ),
    "Hồ sơ đã giải quyết": ("Hồ sơ đã giải quyết Tổng số", "Đã giải quyết Tổng số", "Đã giải quyết"),
    "Hồ sơ giải quyết trước hạn": ("Hồ sơ đã giải quyết Trước hạn", "Đã giải quyết Trước hạn"),
    "Hồ sơ giải quyết đúng hạn": ("Hồ sơ đã giải quyết Đúng hạn", "Đã giải quyết Đúng hạn"),
    "Hồ sơ giải quyết quá hạn": (
        "Hồ sơ đã giải quyết Quá hạn",
        "Đã giải quyết Quá hạn",
        "Hồ sơ đã giải quyết Trễ hạn",
        "Đã giải quyết Trễ hạn",
    ),
    "Hồ sơ đang giải quyết trong hạn": ("Đang giải quyết Trong hạn",),
    "Hồ sơ đang giải quyết quá hạn": (
        "Đang giải quyết Quá hạn",
        "Đang giải quyết Trễ hạn",
        "Hồ sơ đang giải quyết Trễ hạn",
    ),
    "Kết quả số hóa": ("Số hóa kết quả", "Kết quả được số hóa", "Số kết quả được số hóa"),
    "Hồ sơ số hóa": ("Số hóa hồ sơ", "Hồ sơ được số hóa", "Số hồ sơ được số hóa"),
    "Kết quả đồng bộ": ("Đồng bộ kết quả", "Kết quả được đồng bộ", "Số kết quả được đồng bộ"),
}
PAYMENTS = {
    "Giao dịch thanh toán trực tuyến": ("Thanh toán trực tuyến", "Số giao dịch thanh toán trực tuyến"),
    "Giao dịch thanh toán trực tuyến trên Cổng Dịch vụ công quốc gia": (
        "Thanh toán trực tuyến trên Cổng DVCQG",
        "Giao dịch thanh toán trực tuyến trên Cổng DVCQG",
    ),
    "Tổng số giao dịch thanh toán": ("Giao dịch thanh toán", "Tổng giao dịch thanh toán"),
}
SERVICES, INTEGRATED = "Dịch vụ công trực tuyến", "Dịch vụ công tích hợp trên Cổng Dịch vụ công quốc gia"
ONLINE = "Hồ sơ trực tuyến"
PROCEDURES = {
    "Thủ tục hành chính": ("Số thủ tục hành chính", "Tổng số thủ tục hành chính", "Tổng số TTHC"),
    "Thủ tục đủ điều kiện toàn trình": ("TTHC đủ điều kiện toàn trình", "Đủ điều kiện toàn trình"),
    SERVICES: ("Số dịch vụ công trực tuyến", "Số DVCTT", "DVC trực tuyến"),
    INTEGRATED: ("Tích hợp Cổng DVCQG", "Dịch vụ công tích hợp trên Cổng DVCQG"),
    "Thủ tục có nghĩa vụ tài chính": ("TTHC có nghĩa vụ tài chính",),
    "Thủ tục được thanh toán trực tuyến": ("TTHC được thanh toán trực tuyến",),
}
# With a column for what was settled before its day, the other one no longer holds it.
IN_TIME, EARLY = "Hồ sơ giải quyết đúng hạn", "Hồ sơ giải quyết trước hạn"
WITH_EARLY, WITHOUT_EARLY = f"{IN_TIME}, kể cả trước hạn", f"{IN_TIME}, không kể trước hạn"
# Rows below a unit's own: by level and column, what they count.
LEVELS = {
    "mot phan": {SERVICES: f"{SERVICES} một phần"},
    "toan trinh": {
        SERVICES: f"{SERVICES} toàn trình",
        INTEGRATED: "Dịch vụ công tích hợp toàn trình",
        ONLINE: f"{ONLINE} toàn trình",
    },
}
EXPORTS = {
    **dict.fromkeys((name for name in DOSSIERS if name != IN_TIME), "dossiers"),
    WITH_EARLY: "dossiers",
    WITHOUT_EARLY: "dossiers",
    **dict.fromkeys(PAYMENTS, "transactions"),
    **dict.fromkeys((name for name in PROCEDURES if name != SERVICES), "procedures"),
    **dict.fromkeys((f"{SERVICES} một phần", f"{SERVICES} toàn trình"), "procedures"),
    "Dịch vụ công tích hợp toàn trình": "procedures",
    f"{ONLINE} toàn trình": "dossiers",
}
NOT_SUMMED = {*PROCEDURES, ONLINE}
CODE = "Mã đơn vị"
TABLE = [
    Column(field=NUMBER, headings=("STT", "TT", "Số TT")),
    Column(
        field=UNIT,
        headings=(UNIT, "Tên đơn vị", "Đơn vị, địa phương", "Cơ quan, đơn vị", "Cơ quan thực hiện"),
        required=True,
        filled=True,
    ),
    Column(field=CODE, headings=(CODE,)),
    *(
        # The system prints 1.234 for counts, also where a column has nothing else to tell by.
        Column(
            field=name,
            headings=(name, *more),
            kind="count",
            usual=numerals.DOT,
            summed=name not in NOT_SUMMED,
        )
        for name, more in (DOSSIERS | PAYMENTS | PROCEDURES | {ONLINE: ("Số hồ sơ trực tuyến",)}).items()
    ),
]


def parse(name: str, body: bytes, period_id: str) -> Reading:
    """One row per number; what is empty is left out. Raises Refused with the place, as in `[0].CKMB`."""
    grids = reading.grids(name, body)
    reading.refuse_personal_data(name, grids)
    if grids[0].records:
        return _reply(name, _records(name, body, grids[0]), period_id)
    return _export(name, grids, period_id)


# The province's exports


def _export(name: str, grids: list[Grid], period_id: str) -> Reading:
    table = reading.read_only_table(name, [_without_labels(grid) for grid in grids], TABLE)
    start, end = stated_period.days(name, period_id, unit_rows.titles(table))
    table, doubtful = _by_level(table)
    in_time = WITHOUT_EARLY if EARLY in table.headings else WITH_EARLY
    table = _renamed(table, IN_TIME, in_time)
    return reading.observations(
        table,
        EXPORTS,
        org=UNIT,
        period_id=period_id,
        start=start,
        end=end,
        once=False,
        more=doubtful,
        org_code=CODE,
    )


def _without_labels(grid: Grid) -> Grid:
    """`Số lượng: 1.234⏎Tỷ lệ: 12.34%⏎Điểm số: 1.2` counts 1.234; the rest is derived from it."""
    amount = (
        r"(?is)^\s*số lượng\s*:\s*(.*?)\s*(?:\n.*|[;,]?\s*(?:tỷ|tỉ) lệ\s*:.*|[;,]?\s*điểm(?: số)?\s*:.*)?$"
    )
    bare = pl.all().str.replace(amount, "$1")
    return replace(grid, cells=grid.cells.select(pl.when(bare != "").then(bare)))


def _by_level(table: Table) -> tuple[Table, list[Rejection]]:
    """The table with what `Một phần` and `Toàn trình` count in columns of its own, under the unit."""
    keys = {text: match_key(text) for text in table.frame[UNIT].drop_nulls().unique()}
    level = [keys.get(text) if keys.get(text) in LEVELS else None for text in table.frame[UNIT]]
    if not any(level):
        return unit_rows.told_apart(table)
    frame = table.frame.with_columns(pl.Series("level", level, dtype=pl.String))
    heads = frame.filter(pl.col("level").is_null())
    told, rejected = unit_rows.told_apart(replace(table, frame=heads))
    frame = frame.with_columns(_heads(table, frame))
    # A row that could not be read may be the one that names the unit of those below it.
    unread = {r.row: r for r in table.rejected}
    orphans = frame.filter(~pl.col("of").is_in(heads["row"].implode()).fill_null(False))
    for row, of in orphans.select("row", "of").rows():
        of_unit = unread.get(of) or Rejection(row, "", "value_missing", "stands below no unit")
        rejected.append(replace(of_unit, row=row, place=of_unit.place or table.grid.place_of_row(row)))
    rejected += _not_adding_up(table, frame)
    # What is wrong with a unit's row is wrong with the rows below it.
    below = {of: frame.filter(of=of)["row"].to_list() for of in frame["of"].drop_nulls().unique()}
    rejected = [replace(r, row=row) for r in rejected for row in below.get(r.row, [r.row])]
    names = told.frame.select(of="row", unit=UNIT, role_of="role")
    frame = frame.join(names, on="of", how="left", maintain_order="left").with_columns(
        pl.col("unit").alias(UNIT),
        # Levels below a total are part of it; below a unit whose own row states nothing they are data.
        role=pl.when(pl.col("role_of") == "total").then(pl.lit("total")).otherwise("role"),
    )
    return _own_columns(table, frame), rejected


def _heads(table: Table, frame: pl.DataFrame) -> pl.Series:
    """For each row the row that names its unit, itself where it is no level."""
    unread = [r.row for r in table.rejected if not LEVELS.keys() & set(map(match_key, _texts(table, r.row)))]
    naming = sorted({*frame.filter(pl.col("level").is_null())["row"], *unread})
    heads = [bisect_right(naming, row) for row in frame["row"]]
    return pl.Series("of", [naming[at - 1] if at else None for at in heads], dtype=pl.Int32)


def _texts(table: Table, row: int) -> list[str]:
    return [text for text in table.grid.cells.row(row - 1) if text]


def _own_columns(table: Table, frame: pl.DataFrame) -> Table:
    headings = dict(table.headings)
    for level, fields in LEVELS.items():
        for field, subject in fields.items():
            if field not in table.headings:
                continue
            here = pl.col("level") == level
            frame = frame.with_columns(
                pl.when(here).then(f"{field}{part}").alias(f"{subject}{part}")
                for part in ("", ".value", ".decimals")
            )
            headings[subject] = table.headings[field]
    own = [column.field for column in table.columns if column.is_number]
    frame = frame.with_columns(
        pl.when(pl.col("level").is_null()).then(f"{field}{part}").alias(f"{field}{part}")
        for field in own
        for part in ("", ".value", ".decimals")
    )
    return replace(table, frame=frame, headings=headings)


def _not_adding_up(table: Table, frame: pl.DataFrame) -> list[Rejection]:
    """Units whose own number is not the sum of its two levels."""
    found = []
    for field in (SERVICES, INTEGRATED, ONLINE):
        if field not in table.headings:
            continue
        value = pl.col(f"{field}.value")
        sums = frame.group_by("of", maintain_order=True).agg(
            whole=value.filter(pl.col("level").is_null()).first(),
            text=pl.col(field).filter(pl.col("level").is_null()).first(),
            parts=value.filter(pl.col("level").is_not_null()).sum(),
            known=value.filter(pl.col("level").is_not_null()).count(),
        )
        for of, whole, text, parts, known in sums.rows():
            if whole is not None and known == len(LEVELS) and whole != parts:
                message = f"{text} is not the sum of its levels, {parts.normalize():f}; ask which is right"
                place = table.grid.place(of, table.headings[field])
                found.append(Rejection(of, place, "total_disagrees", message, text))
    return found


def _renamed(table: Table, field: str, other: str) -> Table:
    if field not in table.headings:
        return table
    names = {f"{field}{part}": f"{other}{part}" for part in ("", ".value", ".decimals")}
    headings = {other if name == field else name: said for name, said in table.headings.items()}
    return replace(table, frame=table.frame.rename(names), headings=headings)


# The national portal's replies


def _reply(name: str, records: list[dict], period_id: str) -> Reading:
    start, end = DAYS.get(period_id) or tall.period_of(name, period_id)
    _refuse_unknown_fields(name, records)
    about = {"period_id": period_id, "period_start": start, "period_end": end, "obs_status": "A"}
    rows, rejected = [], _repeated(records)
    for number, record in enumerate(records):
        try:
            found = _numbers(number, record)
        except _Spoilt as spoilt:
            rejected.append(spoilt.rejection)
        else:
            rows += [about | row for row in found]
    aside = rejected_frame(rejected)
    frame = tall.frame(rows)
    frame = frame.filter(~pl.col("row").is_in(aside["row"].implode()))
    if frame.is_empty() and rejected:
        first = min(rejected, key=lambda rejection: rejection.row)
        raise Refused(f"{name}: {first.place}: {first.message}", first.code, first.place)
    if frame.is_empty():
        raise Refused(f"{name}: holds no number; an array with at least one record was expected", "empty")
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
    )


class _Spoilt(Exception):
    def __init__(self, number: int, place: str, code: str, message: str, raw: object = None):
        super().__init__(message)
        self.rejection = Rejection(number + 1, place, code, message, None if raw is None else str(raw))


def _records(name: str, body: bytes, grid: Grid) -> list[dict]:
    """The objects as sent, where a null is not the same as a field left out."""
    if body.startswith(b"PK"):
        keys, *lines = grid.rows
        return [{k: text for k, text in zip(keys, line, strict=True) if text is not None} for line in lines]
    return json.loads(encodings.text_of(name, body))


def _refuse_unknown_fields(name: str, records: list[dict]) -> None:
    known = COUNTS.keys() | RATIOS | MAXIMA.keys() | ABOUT
    for number, record in enumerate(records):
        for field, text in record.items():
            if field not in known and str(text).strip():
                place = f"[{number}].{field}"
                raise Refused(
                    f"{name}: {place}: the field is not known; expected {', '.join(sorted(known))}",
                    "column_unknown",
                    place,
                )


def _numbers(number: int, record: dict) -> list[dict]:
    """The numbers of one record. Raises _Spoilt: a record is believed as a whole or not at all."""
    org = _org(record)
    if org is None:
        raise _Spoilt(
            number, f"[{number}]", "value_missing", "neither TEN_COQUAN nor TEN says whose numbers these are"
        )
    rows = []
    for field, text in record.items():
        place = f"[{number}].{field}"
        if not isinstance(text, str):
            code = "value_missing" if text is None else "value_unknown"
            message = f"a string was expected, as the portal sends, not {text!r}"
            raise _Spoilt(number, place, code, message, text)
        if field in ABOUT or not text.strip():
            continue
        kind, unit, value = _measured(number, place, field, text.strip())
        rows.append(
            {
                "row": number + 1,
                "place": place,
                "org_text": org,
                "org_code": _code(record),
                "subject": field,
                "kind": kind,
                "unit": unit,
                "raw_text": text,
                "value": value,
                "decimals": numerals.decimals(value),
            }
        )
    return rows


def _org(record: dict) -> str | None:
    said = (record.get(field) for field in ("TEN_COQUAN", "TEN"))
    return next((tidy(text) for text in said if isinstance(text, str) and text.strip()), None)


def _code(record: dict) -> str | None:
    return str(record.get("MA_COQUAN") or "").strip() or None


def _repeated(records: list[dict]) -> list[Rejection]:
    """All records of an organisation that stands in several; of equal ones the first is kept."""
    by_org: dict[tuple, list[int]] = {}
    for number, record in enumerate(records):
        if org := _org(record):
            by_org.setdefault((match_key(org), _code(record)), []).append(number)
    rejected = []
    for numbers in by_org.values():
        equal = all(records[n] == records[numbers[0]] for n in numbers)
        for n in numbers[1:] if equal else numbers if len(numbers) > 1 else []:
            others = ", ".join(f"[{other}]" for other in numbers if other != n)
            org = _org(records[n])
            code, message = (
                ("duplicate_row", f"says what {others} says")
                if equal
                else ("org_repeated", f"{org} stands in {others} too, with other numbers; ask which is right")
            )
            rejected.append(Rejection(n + 1, f"[{n}]", code, message, org))
    return rejected


def _measured(number: int, place: str, field: str, text: str) -> tuple[str, str, Decimal]:
    """Kind, unit and value. The portal writes plain digits with a decimal point, and no thousands."""
    if re.fullmatch(r"-\d{1,15}(\.\d{1,4})?", text, re.ASCII):
        code = "negative_count" if field in COUNTS else "number_out_of_range"
        raise _Spoilt(number, place, code, f"{text!r} is below zero", text)
    if not re.fullmatch(r"\d{1,15}(\.\d{1,4})?", text, re.ASCII):
        message = f"{text!r} is not a number as the portal writes it, such as 18.3"
        raise _Spoilt(number, place, "number_unreadable", message, text)
    value = Decimal(text)
    if field in COUNTS:
        if "." in text:
            message = f"{text!r} counts {COUNTS[field]}; a whole number was expected"
            raise _Spoilt(number, place, "not_whole", message, text)
        return "count", COUNTS[field], value
    if field in RATIOS:
        return "ratio", "percent", value
    if value > MAXIMA[field]:
        message = f"{text} is above the maximum of {MAXIMA[field]} points; check the field"
        raise _Spoilt(number, place, "number_out_of_range", message, text)
    return "score", "points", value


PAGES_AT_MOST = 50  # of 100 units each; the country has some 3,300 communes, and one province is asked for


def download(client: httpx.Client, address: Address, period_id: str) -> Iterator[tuple[str, bytes]]:
    """All pages as one file, once an empty page has ended them. Raises Refused when no end comes.

    One page stays as it was received. The records of several go into one array, letter by letter the same;
    with a page that is no array they only follow one another, so that nobody can take them for the whole.
    """
    name = f"dvc_portal-{period_id}.json"
    if not address.page_size:
        yield name, client.request(**addresses.request(address, period_id)).content
        return
    pages, seen = [], set()
    for page in range(1, PAGES_AT_MOST + 1):
        body = client.request(**addresses.request(address, period_id, page)).content
        records = _array(body)
        if records is None:
            yield name, b"\n".join([*pages, body])
            if pages:
                raise Refused(
                    f"{name}: page {page}: an array was expected, as on the pages before; fetch again"
                )
            return
        if not records:
            yield name, _one_array(pages) if pages else body
            return
        again = seen & (keys := {json.dumps(record, sort_keys=True) for record in records})
        if again:
            raise Refused(
                f"{name}: page {page}: repeats a record of a page before; the pages are not to be trusted"
            )
        seen |= keys
        pages.append(body)
    raise Refused(f"{name}: more than {PAGES_AT_MOST} pages and no end; check the address and its page_size")


def _array(body: bytes) -> list | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list) else None


def _one_array(pages: list[bytes]) -> bytes:
    if len(pages) == 1:
        return pages[0]
    inner = (page.decode(json.detect_encoding(page)).strip()[1:-1].strip() for page in pages)
    return f"[{','.join(inner)}]".encode()
