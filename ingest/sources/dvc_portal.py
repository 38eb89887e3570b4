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
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import httpx
import polars as pl

from ingest import addresses, numerals, reading, stated_period, tall, unit_rows
from ingest.errors import Refused
from ingest.reading import Column, Grid, Reading, Rejection, Table, Tally, Unread, encodings
from ingest.reading.outcome import rejected_frame
from ingest.registry.headings import Wordings, wordings
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

# The exports, by our names of their columns; what they are headed stands in headings.yml.
RECEIVED, CARRIED = "Hồ sơ tiếp nhận", "Hồ sơ tồn kỳ trước"
WITH_CARRIED = f"{RECEIVED}, kể cả tồn kỳ trước"
WAYS = {
    "online": "Hồ sơ tiếp nhận trực tuyến",
    "in person": "Hồ sơ tiếp nhận trực tiếp",
    "by post": "Hồ sơ tiếp nhận qua bưu chính",
    "in person or by post": "Hồ sơ tiếp nhận trực tiếp hoặc qua bưu chính",
}
SETTLED, LATE = "Hồ sơ đã giải quyết", "Hồ sơ giải quyết quá hạn"
IN_TIME, EARLY = "Hồ sơ giải quyết đúng hạn", "Hồ sơ giải quyết trước hạn"
EARLY_OR_IN_TIME = "Hồ sơ giải quyết trước và đúng hạn"
WITH_EARLY, WITHOUT_EARLY = f"{IN_TIME}, kể cả trước hạn", f"{IN_TIME}, không kể trước hạn"
DOSSIERS = (
    RECEIVED,
    *WAYS.values(),
    CARRIED,
    "Hồ sơ của thủ tục có dịch vụ công trực tuyến",
    SETTLED,
    EARLY,
    IN_TIME,
    EARLY_OR_IN_TIME,
    LATE,
    "Hồ sơ đang giải quyết",
    "Hồ sơ đang giải quyết trong hạn",
    "Hồ sơ đang giải quyết quá hạn",
    "Kết quả số hóa",
    "Hồ sơ số hóa",
    "Kết quả đồng bộ",
)
PAYMENTS = (
    "Giao dịch thanh toán trực tuyến",
    "Giao dịch thanh toán trực tuyến trên Cổng Dịch vụ công quốc gia",
    "Tổng số giao dịch thanh toán",
)
SERVICES, INTEGRATED = "Dịch vụ công trực tuyến", "Dịch vụ công tích hợp trên Cổng Dịch vụ công quốc gia"
ONLINE = "Hồ sơ trực tuyến"
PROCEDURES = (
    "Thủ tục hành chính",
    "Thủ tục đủ điều kiện toàn trình",
    SERVICES,
    f"{SERVICES} toàn trình",
    f"{SERVICES} một phần",
    INTEGRATED,
    "Thủ tục có nghĩa vụ tài chính",
    "Thủ tục được thanh toán trực tuyến",
)
# Rows below a unit's own: by level and column, what they count.
LEVELS = {
    "mot phan": {SERVICES: f"{SERVICES} một phần", RECEIVED: f"{RECEIVED} của dịch vụ công một phần"},
    "toan trinh": {
        SERVICES: f"{SERVICES} toàn trình",
        INTEGRATED: "Dịch vụ công tích hợp toàn trình",
        ONLINE: f"{ONLINE} toàn trình",
        RECEIVED: f"{RECEIVED} của dịch vụ công toàn trình",
        WAYS["online"]: f"{ONLINE} toàn trình",
    },
}
EXPORTS = {
    **dict.fromkeys((name for name in DOSSIERS if name not in (IN_TIME, EARLY_OR_IN_TIME)), "dossiers"),
    **dict.fromkeys((WITH_CARRIED, WITH_EARLY, WITHOUT_EARLY), "dossiers"),
    **dict.fromkeys(PAYMENTS, "transactions"),
    **dict.fromkeys((name for name in PROCEDURES if name != SERVICES), "procedures"),
    "Dịch vụ công tích hợp toàn trình": "procedures",
    f"{ONLINE} toàn trình": "dossiers",
    LEVELS["mot phan"][RECEIVED]: "dossiers",
    LEVELS["toan trinh"][RECEIVED]: "dossiers",
    **dict.fromkeys(MAXIMA, "points"),
}
NOT_SUMMED = {*PROCEDURES, ONLINE}
CODE, NOTE = "Mã đơn vị", "Ghi chú"


def table_columns(wordings: Wordings) -> list[Column]:
    counts = (*DOSSIERS, *PAYMENTS, *PROCEDURES, ONLINE)
    return _about(wordings) + [
        Column(field=name, kind="count", summed=name not in NOT_SUMMED, **wordings.of(name))
        for name in counts
    ]


def score_columns(wordings: Wordings) -> list[Column]:
    """The monitoring sheet of decision 766, whose headings count elsewhere what they give points for here."""
    return _about(wordings) + [
        Column(
            field=name,
            kind="points",
            summed=False,
            required=name in ("CKMB", "TDGQ"),
            **wordings.of(name),
        )
        for name in MAXIMA
    ]


def _about(wordings: Wordings) -> list[Column]:
    return [
        Column(field=NUMBER, **wordings.of(NUMBER)),
        Column(field=CODE, **wordings.of(CODE)),
        Column(field=UNIT, required=True, filled=True, **wordings.of(UNIT)),
        Column(field=NOTE, **wordings.of(NOTE)),
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
    labelled = [part for grid in grids for part in _labelled(grid)]
    table = _table(name, [_without_labels(grid) for grid in grids], period_id)
    start, end = stated_period.days(name, period_id, unit_rows.titles(table))
    table, doubtful = _by_level(table)
    table = _with_carried_over(_in_time(table))
    return reading.observations(
        table,
        EXPORTS,
        org=UNIT,
        period_id=period_id,
        start=start,
        end=end,
        once=False,
        more=[*doubtful, *_beyond_maximum(table)],
        unread=labelled,
        org_code=CODE,
        note=NOTE,
    )


def _table(name: str, grids: list[Grid], period_id: str) -> Table:
    """The monitoring sheet where its own headings stand, else the counts. Raises Refused."""
    whole = unit_rows.units_of_province(name, period_id)
    scores, counts = wordings("dvc_portal scores"), wordings("dvc_portal")
    try:
        return reading.read_only_table(name, grids, score_columns(scores), scores.key, whole)
    except Refused as refused:
        if refused.code not in ("header_not_found", "column_missing"):
            raise
    return reading.read_only_table(name, grids, table_columns(counts), counts.key, whole)


_LABELS = r"(?is)^\s*số lượng\s*:\s*(.*?)\s*(?:\n.*|[;,]?\s*(?:tỷ|tỉ) lệ\s*:.*|[;,]?\s*điểm(?: số)?\s*:.*)?$"


def _without_labels(grid: Grid) -> Grid:
    """`Số lượng: 1.234⏎Tỷ lệ: 12.34%⏎Điểm số: 1.2` counts 1.234; the rest is derived from it."""
    bare = pl.all().str.replace(_LABELS, "$1")
    return replace(grid, cells=grid.cells.select(pl.when(bare != "").then(bare)))


def _labelled(grid: Grid) -> Iterator[Unread]:
    """Of cells with labelled values those that are not taken, by column."""
    for n, cells in enumerate(grid.cells.iter_columns(), start=1):
        found = cells.filter(cells.str.contains(_LABELS).fill_null(False)).to_list()
        labels = {label: None for text in found for label in _LABEL.findall(text)}
        if labels:
            yield Unread("column", f"column {n}", ", ".join(labels), len(found) * len(labels))


_LABEL = re.compile(r"(?im)(?:^|[;,]|\s)((?:tỷ|tỉ) lệ|điểm(?: số)?)\s*:")


def _in_time(table: Table) -> Table:
    """The table with what was settled in time under a name that says whether what was early is among it.

    The columns beside it tell: one of what was early, or a total that it makes with what was late. Where that
    total is never made, or beside a column of the family that nobody knows, it is listed as unread.
    """
    if EARLY_OR_IN_TIME in table.headings:
        return table.renamed(EARLY_OR_IN_TIME, WITH_EARLY)
    if IN_TIME not in table.headings:
        return table
    if EARLY in table.headings:
        return table.renamed(IN_TIME, WITHOUT_EARLY)
    adding_up = _adding_up(table, SETTLED, (IN_TIME, LATE))
    if adding_up is None and _has_unknown_kin(table, IN_TIME):
        adding_up = 0
    return table.left_out(IN_TIME) if adding_up == 0 else table.renamed(IN_TIME, WITH_EARLY)


def _has_unknown_kin(table: Table, field: str) -> bool:
    """Whether figures stand under an unknown heading beside a field: in its group, or of the same subject."""
    group = match_key(table.headings[field]).removesuffix("dung han").strip()
    kin = re.compile(rf"{re.escape(group)}\b" if group else r".*\b(?:han|hen|som|truoc|dung)\b")
    unknown = [part for part in table.unread if part.part == "column" and part.figures and part.text]
    return any(kin.match(match_key(part.text)) for part in unknown)


def _with_carried_over(table: Table) -> Table:
    """A total that is the sum of all ways of receiving and of what was carried over includes the latter."""
    ways = [way for way in WAYS.values() if way in table.headings]
    carried = ways and _adding_up(table, RECEIVED, (*ways, CARRIED)) == 1
    alone = carried and _adding_up(table, RECEIVED, ways) == 1
    return table.renamed(RECEIVED, WITH_CARRIED) if carried and not alone else table


def _adding_up(table: Table, whole: str, parts: Sequence[str]) -> float | None:
    """Of the rows that state them all, the share in which the parts make the whole; None without any."""
    if not {whole, *parts} <= table.headings.keys():
        return None
    values = table.frame.filter(pl.col("role") == "data").select(
        whole=pl.col(f"{whole}.value"), parts=sum(pl.col(f"{part}.value") for part in parts)
    )
    known = values.drop_nulls()
    return (known["whole"] == known["parts"]).mean() if known.height else None


def _beyond_maximum(table: Table) -> list[Rejection]:
    """Rows with more points than there can be."""
    found = []
    for field in MAXIMA.keys() & table.headings.keys():
        above = table.frame.filter(pl.col("role") == "data", pl.col(f"{field}.value") > MAXIMA[field])
        for row, text in above.select("row", field).rows():
            message = f"{text} is above the maximum of {MAXIMA[field]} points; check the cell"
            place = table.grid.place(row, table.headings[field])
            found.append(Rejection(row, place, "number_out_of_range", message, text))
    return found


def _by_level(table: Table) -> tuple[Table, list[Rejection]]:
    """The table with what `Một phần` and `Toàn trình` count in columns of its own, under the unit."""
    known = wordings("dvc_portal")
    named = {key: level for level, keys in known.levels.items() for key in keys}
    levels = {text: named.get(known.key(text)) for text in table.frame[UNIT].drop_nulls().unique()}
    level = [levels.get(text) for text in table.frame[UNIT]]
    if not any(level):
        return unit_rows.told_apart(table)
    frame = table.frame.with_columns(pl.Series("level", level, dtype=pl.String))
    heads = frame.filter(pl.col("level").is_null())
    told, rejected = unit_rows.told_apart(replace(table, frame=heads))
    frame = frame.with_columns(_heads(table, frame, {text for text, level in levels.items() if level}))
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


def _heads(table: Table, frame: pl.DataFrame, levels: set[str]) -> pl.Series:
    """For each row the row that names its unit, itself where it is no level."""
    unread = [r.row for r in table.rejected if not levels & set(_texts(table, r.row))]
    naming = sorted({*frame.filter(pl.col("level").is_null())["row"], *unread})
    heads = [bisect_right(naming, row) for row in frame["row"]]
    return pl.Series("of", [naming[at - 1] if at else None for at in heads], dtype=pl.Int32)


def _texts(table: Table, row: int) -> list[str]:
    return [text for text in table.grid.cells.row(row - 1) if text]


def _own_columns(table: Table, frame: pl.DataFrame) -> Table:
    headings = dict(table.headings)
    for level, fields in LEVELS.items():
        for field, subject in fields.items():
            if field not in table.headings or subject in headings:
                continue
            here = pl.col("level") == level
            frame = frame.with_columns(
                pl.when(here).then(f"{field}{part}").alias(f"{subject}{part}")
                for part in ("", ".value", ".decimals")
            )
            headings[subject] = table.headings[field]
    own = [column.field for column in table.columns if column.is_number]
    unread = list(table.unread)
    for level, fields in LEVELS.items():
        for field in own:
            rows = frame.filter(pl.col("level") == level, pl.col(f"{field}.value").is_not_null())
            if field not in fields and rows.height:
                text = f"{table.headings[field]}, {rows[UNIT][0]}"
                unread.append(
                    Unread("row", table.grid.place(rows["row"][0], table.headings[field]), text, rows.height)
                )
    frame = frame.with_columns(
        pl.when(pl.col("level").is_null()).then(f"{field}{part}").alias(f"{field}{part}")
        for field in own
        for part in ("", ".value", ".decimals")
    )
    return replace(table, frame=frame, headings=headings, unread=unread)


def _not_adding_up(table: Table, frame: pl.DataFrame) -> list[Rejection]:
    """Units whose own number is not the sum of its two levels."""
    found = []
    for field in (SERVICES, INTEGRATED, ONLINE, RECEIVED):
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
