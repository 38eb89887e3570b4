"""Online public services: replies of the national portal and exports of the province's one-stop system.

The national portal (dichvucong.gov.vn) sends arrays of objects: to older clients all values as strings, to
those of 2026 numbers too. Two reports are known:
- the monthly summary: counts of dossiers and payments (HS_TOTAL, ...), shares of some of them under the same
  name without _TOTAL, and two percentages (TILE, TILE_DB);
- the scores of decision 766: CKMB openness 18, TDGQ settlement 20, CLGQ online service 12, TTTT payment 10,
  MDHL satisfaction 18, MDSH digitisation 22 at most, 100 in all. Some public clients take TTTT and CLGQ for
  one another; a published total of 2026, payment 6.67 and online service 8.56, confirms them as here.
Public clients also take records out of an object (`{"data": [...]}`). That those of 2026 read scores nested
by group is known; how they are nested is not. Assumed: a group is an object or an array in the record, its
scores named by their codes (`{"TTTT": 6.67}`, `{"TTTT": {"DIEM": 6.67}}`, `{"MA": "TTTT", "DIEM": 6.67}`);
they are believed only where all six are there and add up to TONG_SCORE. Assumed too: names may be written in
small letters or without `_`, and NAM and THANG, or YEAR and MONTH, say which period a record is of.

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
from functools import cached_property, lru_cache

import httpx
import polars as pl

from ingest import numerals, reading
from ingest.errors import Refused
from ingest.fetching import addresses
from ingest.reading import (
    Column,
    Grid,
    Reading,
    Rejection,
    Table,
    Tally,
    Unread,
    blocks,
    lines,
    replies,
    reply_periods,
    scopes,
    stated_period,
    tall,
    totals,
    unit_rows,
    units,
)
from ingest.reading.asked import WRONG, Asked, in_words
from ingest.reading.columns import UNIT
from ingest.reading.outcome import rejected_frame, unread_frame
from ingest.reading.replies import Reply, Value
from ingest.registry.headings import Wordings, wordings
from ingest.registry.models import Address
from ingest.wording import match_key, tidy

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
# Shares beside the count of the same name: known, and not kept, for they follow from the counts.
SHARES = {
    *("HTN_TRUCTIEP", "HTN_BUUCHINH", "HTN_TRUCTUYEN", "HTDH", "HTQH", "DXLTH", "DXLQH"),
    *("GDTTQG", "GDTT", "NTTQG"),
}
TOTAL_SCORE = "TONG_SCORE"
MAXIMA = {"CKMB": 18, "TDGQ": 20, "CLGQ": 12, "TTTT": 10, "MDHL": 18, "MDSH": 22, TOTAL_SCORE: 100}
ABOUT = {
    *("ID", "TEN", "MA_COQUAN", "TEN_COQUAN", "LOAI_COQUAN"),
    *("CAPDONVIID", "ID_COQUAN", "ROW_STT", "GEO_JSON"),
}
# By which six rounded scores and their total may differ, as in invariants.yml.
ROUNDED_SCORES = Decimal("0.4")
PLACES = 4  # decimals that are kept
PERIOD = {"NAM", "YEAR", "THANG", "MONTH"}

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
SETTLED, LATE, PENDING = "Hồ sơ đã giải quyết", "Hồ sơ giải quyết quá hạn", "Hồ sơ đang giải quyết"
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
    PENDING,
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


def table_columns(wordings: Wordings) -> list[Column]:
    counts = (*DOSSIERS, *(level[RECEIVED] for level in LEVELS.values()), *PAYMENTS, *PROCEDURES, ONLINE)
    return unit_rows.about_units(wordings) + [
        Column(field=name, kind="count", summed=name not in NOT_SUMMED, **wordings.of(name))
        for name in counts
    ]


def score_columns(wordings: Wordings) -> list[Column]:
    """The monitoring sheet of decision 766, whose headings count elsewhere what they give points for here."""
    return unit_rows.about_units(wordings) + [
        Column(
            field=name,
            kind="points",
            summed=False,
            required=name in ("CKMB", "TDGQ"),
            **wordings.of(name),
        )
        for name in MAXIMA
    ]


def parse(name: str, body: bytes, period_id: str) -> Reading:
    """One row per number; what is empty is left out. Raises Refused with the place, as in `[0].CKMB`."""
    name, body = reading.opened(name, body)
    reply = replies.opened(name, body)
    if reply and not reply.records:
        _refuse_no_records(name, reply)
    grids = reading.grids(name, reply.flat if reply else body)
    reading.refuse_personal_data(name, grids)
    if grids[0].records and reply:
        stated_period.refuse_names(Asked(name, period_id, is_flow=True))
        return _reply(name, reply, period_id)
    if name.lower().endswith(".json"):
        raise Refused(
            f"{name}: is called JSON and holds none; an array of objects was expected; if it is an export, "
            "give it its own name",
            "not_a_table",
        )
    return _export(name, grids, period_id)


def _refuse_no_records(name: str, reply: Reply) -> None:
    """Raises Refused with what an answer without records says instead, such as an error."""
    answers = {path: value for _, fields in reply.envelopes for path, value in fields.items() if value}
    words = "; ".join(
        f"{path}: {value}" for path, value in answers.items() if re.search(r"[^\W\d]", str(value))
    )
    reading.refuse_personal_text(name, words, "an answer without records")
    if words:
        raise Refused(
            f"{name}: holds no record and says {words[:100]!r}; log in if asked, and fetch it again",
            "not_a_table",
        )
    raise Refused(f"{name}: is empty; an array with at least one record was expected", "empty")


# The province's exports


def _export(name: str, grids: list[Grid], period_id: str) -> Reading:
    labelled = [part for grid in grids for part in _labelled(grid)]
    table = _table(name, [_without_labels(grid) for grid in grids], period_id)
    start, end, status = stated_period.of_table(table)
    table, doubtful = _by_level(table)
    table = _digitised(_without_lone_sums(_levels_of_dossiers(_with_carried_over(_in_time(_late(table))))))
    return reading.observations(
        table,
        EXPORTS,
        period_id=period_id,
        start=start,
        end=end,
        more=[*doubtful, *_beyond_maximum(table), *_shares_of_points(table)],
        unread=labelled,
        status=status,
    )


def _table(name: str, grids: list[Grid], period_id: str) -> Table:
    """The monitoring sheet where its own headings stand, else the counts. Raises Refused."""
    try:
        return unit_rows.read(
            name, grids, period_id, wordings("dvc_portal scores"), score_columns, is_flow=True
        )
    except Refused as refused:
        if refused.code not in ("header_not_found", "column_missing"):
            raise
    table = unit_rows.read(name, grids, period_id, wordings("dvc_portal"), table_columns, is_flow=True)
    _refuse_points(table)
    return table


def _refuse_points(table: Table) -> None:
    """Raises Refused where every number stands under a heading that gives points in the monitoring sheet."""
    scores = wordings("dvc_portal scores")
    of_points = {scores.key(text) for name in MAXIMA for text in scores.columns[name]}
    counted = [table.headings[c.field] for c in table.columns if c.is_number and c.field in table.headings]
    if counted and of_points.issuperset(map(scores.key, counted)):
        raise Refused(
            f"{table.file}: column {counted[0]}: may count dossiers or give points of decision 766; send the "
            "whole monitoring sheet, or the counts under headings that say what they count",
            "value_unknown",
            f"column {counted[0]}",
        )


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
    return table.renamed(IN_TIME, WITH_EARLY) if adding_up in (None, 1) else table.left_out(IN_TIME)


def _without_lone_sums(table: Table) -> Table:
    """The table without counts over both levels, which are no measure, where no rows of levels stand."""
    for field in (SERVICES, ONLINE):
        if field in table.headings and "level" not in table.frame.columns:
            table = table.left_out(field)
    return table


def _late(table: Table) -> Table:
    """The table without a bare `Quá hạn` where that may be of what is settled or of what is not."""
    both = {SETTLED, PENDING} <= table.headings.keys()
    pairs = ((SETTLED, LATE), (PENDING, f"{PENDING} quá hạn"))
    if both and all(table.at.get(late) == table.at[whole] + 1 for whole, late in pairs):
        return table
    for late, in_time in (
        (LATE, {IN_TIME, EARLY, EARLY_OR_IN_TIME}),
        (f"{PENDING} quá hạn", {f"{PENDING} trong hạn"}),
    ):
        is_bare = _LATE.fullmatch(match_key(table.headings.get(late, "")))
        is_repeated = any(_LATE.fullmatch(match_key(part.text)) for part in table.unread if part.text)
        if both and is_bare and (is_repeated or not in_time & table.headings.keys()):
            table = table.left_out(late)
    return table


def _digitised(table: Table) -> Table:
    """The table without dossiers that cannot be digitised with their results, which are fewer."""
    both, results = "Hồ sơ số hóa", "Kết quả số hóa"
    if not {both, results} <= table.headings.keys():
        return table
    is_more = pl.col(f"{both}.value") > pl.col(f"{results}.value")
    return table.left_out(both) if table.frame.select(is_more.any()).item() else table


_LATE = re.compile(r"(?:so )?(?:ho so )?(?:qua|tre) han")


def _levels_of_dossiers(table: Table) -> Table:
    """Columns by level that make the dossiers beside them count dossiers, not services."""
    levels = {f"{SERVICES} toàn trình": "toan trinh", f"{SERVICES} một phần": "mot phan"}
    whole = WITH_CARRIED if WITH_CARRIED in table.headings else RECEIVED
    if SERVICES in table.headings or _adding_up(table, whole, tuple(levels)) != 1:
        return table
    for field, level in levels.items():
        table = table.renamed(field, LEVELS[level][RECEIVED])
    return table


def _has_unknown_kin(table: Table, field: str) -> bool:
    """Whether figures stand under an unknown heading beside a field: in its group, or of the same subject."""
    group = re.sub(r"\s*\b(?:tong(?: so)?|dung han)$", "", match_key(table.headings[field]))
    kin = re.compile(rf"{re.escape(group)}\b" if group else r".*\b(?:han|hen|som|truoc|dung)\b")
    unknown = [part.text for part in table.unread if part.part == "column" and part.figures and part.text]
    return any(
        kin.match(key := match_key(text))
        and not _OF_ANOTHER_KIND.search(key)
        and not (table.asked and table.asked.heading(text)[1])
        for text in unknown
    )


# Of a heading: counted of another time, or by the way that they came, whatever else is among it.
_OF_ANOTHER_KIND = re.compile(
    r"\b(?:ty le|ti le|cung ky|luy ke|cong don|dau nam|den nay|truc tuyen|qua mang)\b"
)


def _with_carried_over(table: Table) -> Table:
    """The table with what was received under a name that says whether what was carried over is among it.

    The ways of receiving tell, or what was settled and what was not, where they agree in every row; of a
    total over both, and beside a column of its group that nobody knows, it must be proved. Else it is unread.
    """
    if CARRIED in table.headings and _is_comparison(table):
        table = table.left_out(CARRIED)
    ways = [way for way in WAYS.values() if way in table.headings]
    if RECEIVED not in table.headings or (ways and _adding_up(table, RECEIVED, ways) == 1):
        return table
    included = [_adding_up(table, RECEIVED, parts) for parts in ((*ways, CARRIED), (SETTLED, PENDING))]
    included = [
        share for share, known in zip(included, (ways, True), strict=True) if known and share is not None
    ]
    if CARRIED in table.headings and included:
        apart = _adding_up(table, RECEIVED, (SETTLED, PENDING), less=CARRIED)
        if 1 in included and apart != 1:
            return table.renamed(RECEIVED, WITH_CARRIED)
        if apart == 1 and not any(included):
            return table
    of_both = CARRIED in table.headings and _is_total_over(table.headings[RECEIVED], table.headings[CARRIED])
    doubtful = CARRIED in table.headings and any(included)
    return table.left_out(RECEIVED) if of_both or doubtful or _has_unknown_kin(table, RECEIVED) else table


def _is_comparison(table: Table) -> bool:
    """Whether `Kỳ trước` stands beside `Kỳ này` or a comparison: then it is all of the period before."""
    carried = match_key(table.headings[CARRIED])
    if re.search(r"\b(?:ton|chuyen|tu)\b", carried):
        return False
    others = [*table.headings.values(), *(part.text for part in table.unread if part.part == "column")]
    return any(
        re.search(r"\b(?:ky nay|so sanh|tang|giam|so voi|chenh lech)\b", match_key(t or "")) for t in others
    )


def _is_total_over(whole: str, part: str) -> bool:
    """Whether a heading is the total of the group of another one."""
    group = re.fullmatch(r"(.+) tong(?: so| cong)?(?: ho so)?", match_key(whole))
    return group is not None and match_key(part).startswith(f"{group[1]} ")


def _adding_up(table: Table, whole: str, parts: Sequence[str], less: str | None = None) -> float | None:
    """Of the rows that state it and one of its parts, the share in which the parts, less another number, make
    the whole; what is left empty is none. None without any."""
    fields = (*parts, *([less] if less else []))
    if not {whole, *fields} <= table.headings.keys():
        return None
    values = table.frame.filter(pl.col("role") == "data")
    known = values.filter(
        pl.col(f"{whole}.value").is_not_null()
        & pl.any_horizontal(pl.col(f"{part}.value").is_not_null() for part in parts)
    )
    value = {field: pl.col(f"{field}.value").fill_null(0) for field in (whole, *fields)}
    total = sum(value[part] for part in parts) - (value[less] if less else 0)
    return known.select((value[whole] == total).mean()).item() if known.height else None


def _beyond_maximum(table: Table) -> list[Rejection]:
    """Rows with more points than there can be."""
    found = []
    for field in MAXIMA.keys() & table.headings.keys():
        above = table.frame.filter(pl.col("role") == "data", pl.col(f"{field}.value") > MAXIMA[field])
        for row, text in above.select("row", field).rows():
            message = f"{text} is above the maximum of {MAXIMA[field]} points; check the cell"
            found.append(table.rejection(row, field, "number_out_of_range", message, text))
    return found


def _shares_of_points(table: Table) -> list[Rejection]:
    """Rows of which no score is above 1: shares of the points that there can be."""
    fields = [field for field in MAXIMA if field in table.headings]
    if len(fields) < 2:
        return []
    values = [pl.col(f"{field}.value") for field in fields]
    rows = table.frame.filter(
        pl.col("role") == "data", pl.max_horizontal(values) <= 1, pl.max_horizontal(values) > 0
    )
    message = "has no score above 1, as shares of the highest do; send points"
    return [Rejection(row, table.grid.row_locator(row), "value_unknown", message) for row in rows["row"]]


def _by_level(table: Table) -> tuple[Table, list[Rejection]]:
    """The table with what `Một phần` and `Toàn trình` count in columns of its own, under the unit."""
    known = wordings("dvc_portal")
    named = {key: level for level, keys in known.levels.items() for key in keys}
    levels = {text: named.get(known.key(text)) for text in table.frame[UNIT].drop_nulls().unique()}
    level = [levels.get(text) for text in table.frame[UNIT]]
    if not any(level):
        return unit_rows.distinguished(table)
    frame = table.frame.with_columns(pl.Series("level", level, dtype=pl.String))
    heads = frame.filter(pl.col("level").is_null())
    named_apart, rejected = unit_rows.distinguished(replace(table, frame=heads))
    frame = frame.with_columns(_heads(table, frame, {text for text, level in levels.items() if level}))
    # A row that could not be read may be the one that names the unit of those below it.
    unread = {r.row: r for r in table.rejected}
    orphans = frame.filter(~pl.col("of").is_in(heads["row"].implode()).fill_null(False))
    for row, of in orphans.select("row", "of").rows():
        of_unit = unread.get(of) or Rejection(row, "", "value_missing", "stands below no unit")
        rejected.append(replace(of_unit, row=row, locator=of_unit.locator or table.grid.row_locator(row)))
    rejected += _not_adding_up(table, frame)
    # What is wrong with a unit's row is wrong with the rows below it.
    below = {of: frame.filter(of=of)["row"].to_list() for of in frame["of"].drop_nulls().unique()}
    rejected = [replace(r, row=row) for r in rejected for row in below.get(r.row, [r.row])]
    names = named_apart.frame.select("^status$", of="row", unit=UNIT, role_of="role")
    is_part = pl.col("of").is_in(heads["row"].implode()) & ~pl.col("of").is_in(names["of"].implode())
    parts = frame.filter(is_part.fill_null(False))
    table = replace(table, unread=named_apart.unread, blank=table.blank + parts.height)
    frame = frame.filter(~pl.col("row").is_in(parts["row"].implode()))
    frame = frame.drop("status", strict=False)
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
    headings, statuses = dict(table.headings), dict(table.statuses)
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
            if field in table.statuses:
                statuses[subject] = table.statuses[field]
    own = [column.field for column in table.columns if column.is_number]
    unread = list(table.unread)
    for level, fields in LEVELS.items():
        for field in own:
            rows = frame.filter(pl.col("level") == level, pl.col(f"{field}.value").is_not_null())
            if field not in fields and rows.height:
                text = f"{table.headings[field]}, {rows[UNIT][0]}"
                unread.append(
                    Unread(
                        "row", table.grid.locator(rows["row"][0], table.headings[field]), text, rows.height
                    )
                )
    frame = frame.with_columns(
        pl.when(pl.col("level").is_null()).then(f"{field}{part}").alias(f"{field}{part}")
        for field in own
        for part in ("", ".value", ".decimals")
    )
    return replace(table, frame=frame, headings=headings, statuses=statuses, unread=unread)


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
                found.append(table.rejection(of, field, "total_disagrees", message, text))
    return found


# The national portal's replies


def _reply(name: str, reply: Reply, period_id: str) -> Reading:
    asked = Asked(name, period_id, is_flow=True)
    about = {"period_id": period_id, "obs_status": "A"}
    of_envelopes = _periods_of_envelopes(name, reply, asked)
    days = next((one.days for one in of_envelopes if one.days), None) or DAYS.get(period_id) or asked.days
    records = [_Record(n, reply.locators[n], fields) for n, fields in enumerate(reply.records)]
    rows, rejected = [], []
    for record in records:
        try:
            record.refuse_another_period(asked)
        except _Unusable as unusable:
            rejected.append(unusable.rejection)
    if not any(one.agrees for one in of_envelopes) and not any(record.names_period for record in records):
        stated_period.refuse_longer_names(asked)
    elsewhere = {rejection.row for rejection in rejected}
    here = [record for record in records if record.row not in elsewhere]
    no_units = [record for record in here if record.org and _is_no_unit(record.org)]
    here = [record for record in here if record not in no_units]
    rejected += _repeated(here)
    for record in here:
        try:
            start, end = record.days or days
            rows += [
                about | {"period_start": start, "period_end": end} | row for row in record.numbers(asked)
            ]
        except _Unusable as unusable:
            rejected.append(unusable.rejection)
    nulls = [
        (f"{record.locator}.{path}", path)
        for record in here
        for path, value in record.fields.items()
        if value is None and record.known.get(path) in _NUMBERS
    ]
    unread = [*reply.unread, *_unread(here)]
    unread += [Unread("row", record.locator, record.org, len(record.fields)) for record in no_units]
    aside = rejected_frame(rejected)
    frame = tall.frame(rows)
    frame = frame.filter(~pl.col("row").is_in(aside["row"].implode()))
    if frame.is_empty():
        _refuse_nothing(name, rejected, nulls, unread)
    unread += [Unread("field", locator, f"{path}: null") for locator, path in nulls]
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
        unread_frame(unread),
    )


def _is_no_unit(text: str) -> bool:
    return totals.is_total(text) or blocks.is_no_unit(text) or unit_rows.is_rest(text)


def _periods_of_envelopes(name: str, reply: Reply, asked: Asked) -> list[reply_periods.StatedPeriod]:
    """What each envelope says of its period. Raises Refused where they are of another period, or
    not all of them are there."""
    if reply.missing or reply.is_full:
        path, text = reply.missing or ("", "")
        more = (
            f"{path}: {text!r} says that there are more"
            if path
            else "the page is full, and there may be more"
        )
        raise Refused(f"{name}: {more} records than these; fetch all pages", "truncated", path or None)
    found = []
    for way, fields in reply.envelopes:
        found.append(reply_periods.of_fields(asked, fields.items()))
        other = reply_periods.named_otherwise(asked, way)
        if wrong := found[-1].wrong or (other and (way, other)):
            path, text = wrong
            raise Refused(f"{name}: {path}: {_other_period(text, asked)}", "period_mismatch", path)
        texts = {path: value for path, value in fields.items() if isinstance(value, str)}
        for path, text in texts.items():
            if code := _code_of_words(asked, path, text, ""):
                raise Refused(f"{name}: {path}: {text[:80]!r} {WRONG[code]}", code, path)
    return found


# Fields whose words narrow nothing: names, keys, days, ways to reach someone, how to show it.
_HARMLESS = re.compile(
    r"(?:ten|name|ma(?:u|p)?|code|id|key|nguoi|user|ngay|date|gio|time|thoi ?gian|created|updated|modified"
    r"|dia ?chi|address|url|link|href|email|phone|sdt|dien ?thoai|xu ?huong|trend|color|icon|parent|path"
    r"|message|thong ?bao|status|success|version|xep ?(?:loai|hang)|ly ?do|lang|sort|order)"
)
_TITLE = re.compile(
    r"(?:ten ?)?(?:tieu ?de|title|caption|bao ?cao|report ?(?:name|title)|bieu ?mau|mo ?ta|noi ?dung)"
)
_REMARK = re.compile(r"(?:ghi ?chu|note|remark|luu ?y|chu ?thich|giai ?trinh)s?")
_KINDS = re.compile(r"(?:(?:ten|ma) ?)?(?:loai|dv\b|kenh|hinh|nhom|muc|cap|doi|linh|nguon|kind|type|source)")
_UNIT_OF_MEASURE = re.compile(r"dvt|don ?vi ?tinh|dv ?tinh|unit")


def _code_of_words(asked: Asked, path: str, text: str, org: str) -> str | None:
    """The code of what is wrong with figures beside a field of words that is not known by name: as a title, a
    note, a unit or a filter, its words are understood or the figures are of a part."""
    last = re.split(r"[.\[\]]+", path.rstrip("]"))[-1]
    name = match_key(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", last))
    key = match_key(text)
    if _UNIT_OF_MEASURE.fullmatch(name):
        return "unit_unknown" if units.says_other(f"ĐVT: {text}") else None
    if _REMARK.fullmatch(name):
        return asked.code_of_note(text)
    if not re.search(r"[^\W\d_]{2}", text):
        return "value_unknown" if blocks.divides(name) and blocks.is_part(text) else None
    if _TITLE.fullmatch(name):
        words = wordings("dvc_portal").titles.unknown(asked.without_periods(text), [])
        return "value_unknown" if words or scopes.narrows(text, [], True) else None
    if blocks.divides(name):
        return "value_unknown" if blocks.is_part(text) else None
    if re.search(r"\bcap xa\b|^xa$", key) and name.startswith("cap") and not unit_rows.is_commune(org):
        return "value_unknown"
    is_known = in_words(text, asked.year) or lines.is_group(text, r"trong \w+", "luy ke")
    is_named = lines.names_unit(text) or key == match_key(org)
    if is_known or is_named or scopes.is_all(name, text):
        return None
    is_harmless = _HARMLESS.match(name) or re.fullmatch(r"[!-~]+", text)  # or a code
    return None if is_harmless and not _KINDS.match(name) else "value_unknown"


def _other_period(text: str, asked: Asked) -> str:
    return f"{text[:60]!r} is not of the period {asked.period_id}; send the file for the period it is of"


def _refuse_nothing(
    name: str, rejected: list[Rejection], nulls: list[tuple[str, str]], unread: list[Unread]
) -> None:
    if rejected:
        first = min(rejected, key=lambda rejection: rejection.row)
        raise Refused(f"{name}: {first.locator}: {first.message}", first.code, first.locator)
    if nulls:
        locator, _ = nulls[0]
        message = "a number or an empty text was expected, not null"
        raise Refused(f"{name}: {locator}: {message}", "value_missing", locator)
    if unread:
        raise Refused(
            f"{name}: {unread[0].locator}: neither this field nor another with a number is known; "
            f"expected some of {', '.join(sorted(_NUMBERS))}",
            "column_unknown",
            unread[0].locator,
        )
    raise Refused(f"{name}: holds no number; an array with at least one record was expected", "empty")


class _Unusable(Exception):
    def __init__(self, record: "_Record", locator: str, code: str, message: str, raw: object = None):
        super().__init__(message)
        self.rejection = Rejection(record.row, locator, code, message, None if raw is None else str(raw))


def _plain(field: str) -> str:
    return field.upper().replace("_", "")


_KNOWN = {_plain(field): field for field in (*COUNTS, *RATIOS, *SHARES, *MAXIMA, *ABOUT, *PERIOD)}
_NUMBERS = COUNTS.keys() | RATIOS | MAXIMA.keys()


@lru_cache(maxsize=1 << 12)
def _field_of(path: str) -> str | None:
    """Which of the known fields stands at a path of a record; all records have the same."""
    top, *inner = re.split(r"[.\[]", path, maxsplit=1)
    field = _KNOWN.get(_plain(top))
    return field if field and (not inner or field in ABOUT) else None


_SCORE = {"DIEM", "DIEMSO", "SCORE"}  # under which names the score of a group stands in it


class _Record:
    """One object of a reply, and which of the known fields each of its own is."""

    def __init__(self, number: int, locator: str, fields: dict[str, Value]):
        self.row = number + 1
        self.locator = locator
        self.fields = fields
        self.days: tuple[date, date] | None = None
        self.names_period = False
        self.known = {path: field for path in fields if (field := _field_of(path))}
        self.known |= _scores_of_groups(fields, self.known)

    def text(self, *fields: str) -> str | None:
        """The first of these that says something."""
        for field in fields:
            for path, value in self.fields.items():
                if self.known.get(path) == field and isinstance(value, str) and tidy(value):
                    return tidy(value)
        return None

    @cached_property
    def org(self) -> str | None:
        return self.text("TEN_COQUAN", "TEN")

    @cached_property
    def code(self) -> str | None:
        return self.text("MA_COQUAN")

    def refuse_another_period(self, asked: Asked) -> None:
        """Raises _Unusable where a field is of another period; keeps the days that fields say."""
        fields = [(path, value) for path, value in self.fields.items() if self.known.get(path) not in ABOUT]
        found = reply_periods.of_fields(asked, fields)
        self.days, self.names_period = found.days, found.agrees
        if found.wrong:
            path, text = found.wrong
            raise _Unusable(
                self, f"{self.locator}.{path}", "period_mismatch", _other_period(text, asked), text
            )

    def numbers(self, asked: Asked) -> list[dict]:
        """Raises _Unusable: a record is believed as a whole or not at all."""
        if self.org is None:
            message = "neither TEN_COQUAN nor TEN says whose numbers these are"
            raise _Unusable(self, self.locator, "value_missing", message)
        status = None
        for path, value in self.fields.items():
            if path in self.known or not isinstance(value, str) or not value.strip():
                continue
            if code := _code_of_words(asked, path, tidy(value), self.org):
                says = blocks.OF_PART if code == "value_unknown" else f"{{0!r}} {WRONG[code]}"
                raise _Unusable(self, f"{self.locator}.{path}", code, says.format(value), value)
            status = status or asked.status(value)
        rows: dict[str, dict] = {}
        for path, value in self.fields.items():
            field = self.known.get(path)
            locator = f"{self.locator}.{path}"
            if field not in _NUMBERS or value is None or value == "":
                continue
            if not isinstance(value, str):
                shown = "true" if value else "false"
                message = f"a number or an empty text was expected, not {shown}"
                raise _Unusable(self, locator, "value_unknown", message, shown)
            if not value.strip():
                continue
            kind, unit, number = self._measured(locator, field, value.strip())
            if field in RATIOS and 0 < number < 1 and self._is_share_of_1(number):
                message = f"{value} is a share of 1 by the counts beside it; a percentage was expected"
                raise _Unusable(self, locator, "value_unknown", message, value)
            if field in rows and rows[field]["value"] != number:
                message = f"{rows[field]['locator']} says another number; ask which is right"
                raise _Unusable(self, locator, "column_repeated", message, value)
            rows.setdefault(
                field,
                {
                    "row": self.row,
                    "locator": locator,
                    "org_text": self.org,
                    "org_code": self.code,
                    "subject": field,
                    "kind": kind,
                    "unit": unit,
                    "raw_text": value,
                    "value": number,
                    "decimals": numerals.decimals(number),
                    **({"obs_status": status} if status else {}),
                },
            )
        return list(rows.values())

    def _is_share_of_1(self, share: Decimal) -> bool:
        """Whether one count of the record is that share of another or of the sum of two."""
        texts = {
            field: str(self.fields[path]).strip() for path, field in self.known.items() if field in COUNTS
        }
        counts = {field: value for field, text in texts.items() if (value := _exact(text))}
        wholes = [*counts.values(), counts.get("HTDH_TOTAL", 0) + counts.get("HTQH_TOTAL", 0)]
        margin = Decimal("0.51").scaleb(-numerals.decimals(share)) if numerals.decimals(share) > 1 else 0
        return any(
            abs(part / whole - share) <= margin for part in counts.values() for whole in wholes if whole
        )

    def _measured(self, locator: str, field: str, text: str) -> tuple[str, str, Decimal]:
        """Kind, unit and value. The portal writes plain digits with a decimal point, and no thousands."""
        value = _exact(text)
        if value is None:
            message = f"{text[:60]!r} is not a number as the portal writes it, such as 18.3"
            raise _Unusable(self, locator, "number_unreadable", message, text)
        if value < 0:
            code = "negative_count" if field in COUNTS else "number_out_of_range"
            raise _Unusable(self, locator, code, f"{text[:60]!r} is below zero", text)
        if value.adjusted() > 14:
            raise _Unusable(
                self, locator, "number_out_of_range", f"{text[:60]!r} has more than 15 digits", text
            )
        if field in COUNTS:
            return "count", COUNTS[field], self._whole(locator, field, text, value)
        if numerals.decimals(value) > PLACES:
            value = Decimal(f"{numerals.rounded(value, PLACES).normalize():f}")
        if field in RATIOS:
            return "ratio", "percent", value
        if value > MAXIMA[field]:
            message = f"{text} is above the maximum of {MAXIMA[field]} points; check the field"
            raise _Unusable(self, locator, "number_out_of_range", message, text)
        return "score", "points", value

    def _whole(self, locator: str, field: str, text: str, value: Decimal) -> Decimal:
        whole = numerals.rounded(value, 0)
        if re.fullmatch(r"\d{1,3}\.000", text):
            message = f"{text!r} is {whole} or a thousand times as many {COUNTS[field]}; ask which is meant"
            raise _Unusable(self, locator, "number_undecidable", message, text)
        is_residue = numerals.decimals(value) > 8 and abs(value - whole) < Decimal("1e-6")
        if value != whole and not is_residue:
            message = f"{text[:60]!r} counts {COUNTS[field]}; a whole number was expected"
            raise _Unusable(self, locator, "not_whole", message, text)
        return whole


def _exact(text: str) -> Decimal | None:
    """JSON numbers may have an exponent, and -0 is zero."""
    if not re.fullmatch(r"-?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,2})?", text, re.ASCII):
        return None
    value = Decimal(text)
    return Decimal(f"{value or abs(value):f}")


def _scores_of_groups(fields: dict[str, Value], known: dict[str, str]) -> dict[str, str]:
    """The scores within groups, where all six are there and add up to the total; else they are not read."""
    nested = {path: path.rpartition(".")[::2] for path in fields if path not in known and "." in path}
    six = MAXIMA.keys() - {TOTAL_SCORE}
    if not nested or six & set(known.values()):
        return {}
    values = {path: _plain(value) for path, value in fields.items() if isinstance(value, str)}
    codes = {group: _KNOWN[values[path]] for path, (group, _) in nested.items() if values.get(path) in _KNOWN}
    found: dict[str | None, list[str]] = {}
    for path, (group, last) in nested.items():
        field = _KNOWN.get(_plain(last))
        if _plain(last) in _SCORE:
            field = _KNOWN.get(_plain(group.rpartition(".")[2])) or codes.get(group)
        found.setdefault(field, []).append(path)
    totals = [path for path, field in known.items() if field == TOTAL_SCORE] or found.get(TOTAL_SCORE, [])
    if len(totals) != 1 or any(len(found.get(field, [])) != 1 for field in six):
        return {}
    paths = {found[field][0]: field for field in six}
    read = [_exact(str(fields[path]).strip()) for path in (*totals, *paths)]
    numbers = [number for number in read if number is not None]
    if len(numbers) < len(read) or abs(numbers[0] - sum(numbers[1:])) > ROUNDED_SCORES:
        return {}
    return paths | {totals[0]: TOTAL_SCORE}


def _unread(records: list[_Record]) -> Iterator[Unread]:
    """Each field that no number was taken from, once, with how many figures stand in it.

    A share beside its count holds none of its own."""
    first: dict[str, str] = {}
    figures: dict[str, int] = {}
    for record in records:
        known = set(record.known.values())
        for path, value in record.fields.items():
            field = record.known.get(path)
            if value is None or not str(value).strip() or field in _NUMBERS or field in ABOUT | PERIOD:
                continue
            name = re.sub(r"\[\d+\]", "[]", path)
            first.setdefault(name, f"{record.locator}.{path}")
            is_figure = f"{field}_TOTAL" not in known and re.search(r"\d", str(value))
            figures[name] = figures.get(name, 0) + bool(is_figure)
    for name, locator in first.items():
        yield Unread("field", locator, name, figures[name])


def _repeated(records: list[_Record]) -> list[Rejection]:
    """All records of an organisation that stands in several; of equal ones the first is kept."""
    by_org: dict[tuple, list[_Record]] = {}
    for record in records:
        if record.org:
            by_org.setdefault((match_key(record.org), record.code), []).append(record)
    rejected = []
    for same in by_org.values():
        equal = all(_without_rank(record.fields) == _without_rank(same[0].fields) for record in same)
        for record in same[1:] if equal else same if len(same) > 1 else []:
            others = ", ".join(other.locator for other in same if other is not record)
            code, message = (
                ("duplicate_row", f"says what {others} says")
                if equal
                else (
                    "org_repeated",
                    f"{record.org} stands in {others} too, with other numbers; ask which is right",
                )
            )
            rejected.append(Rejection(record.row, record.locator, code, message, record.org))
    return rejected


def _without_rank(fields: dict[str, Value]) -> dict[str, Value]:
    """A record shown again may be counted on."""
    return {path: value for path, value in fields.items() if _plain(path) != _plain("ROW_STT")}


PAGES_AT_MOST = 50  # of 100 units each; the country has some 3,300 communes, and one province is asked for
PAGES_BYTES = 32 << 20  # of all pages together; read, JSON takes up to twenty times its bytes


def download(client: httpx.Client, address: Address, period_id: str) -> Iterator[tuple[str, bytes]]:
    """All pages as one file, once an empty page has ended them. Raises Refused when no end comes.

    One page stays as it was received. The records of several go into one array, letter by letter the same;
    envelopes follow one another in one. With a page that is neither they only follow one another, so that
    nobody can take them for the whole.
    """
    name = f"dvc_portal-{period_id}.json"
    if not address.page_size:
        yield name, client.request(**addresses.request(address, period_id)).content
        return
    pages: list[bytes] = []
    seen: set[str] = set()
    size, exchange, is_full = 0, None, False
    for page in range(1, PAGES_AT_MOST + 1):
        body = client.request(**addresses.request(address, period_id, page)).content
        size += len(body)
        if size > PAGES_BYTES:
            raise Refused(
                f"{name}: page {page}: makes more than {PAGES_BYTES >> 20} MiB with those before; check the "
                "address",
                "too_large",
            )
        found = replies.opened(name, body)
        exchange = found.exchange if found and exchange is None else exchange
        if found is None or found.exchange != exchange:
            yield name, b"\n".join([*pages, body])
            if pages:
                raise Refused(
                    f"{name}: page {page}: an array was expected, as on the pages before; fetch again"
                )
            return
        if not found.records:
            # an empty page proves that a full one before it was the last
            yield name, _joined([*pages, body] if is_full else pages) if pages else body
            return
        is_full = found.is_full
        keys = {json.dumps(_without_rank(record), sort_keys=True) for record in found.records}
        again = seen & keys
        if again:
            raise Refused(
                f"{name}: page {page}: repeats a record of a page before; the pages are not to be trusted"
            )
        seen |= keys
        pages.append(body)
    raise Refused(f"{name}: more than {PAGES_AT_MOST} pages and no end; check the address and its page_size")


def _joined(pages: list[bytes]) -> bytes:
    if len(pages) == 1:
        return pages[0]
    texts = [page.decode(json.detect_encoding(page)).strip() for page in pages]
    are_arrays = all(text.startswith("[") for text in texts)
    return f"[{','.join(text[1:-1].strip() if are_arrays else text for text in texts)}]".encode()
