"""Exports of the province: tables of units with counts or scores, and what columns say of each other."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import polars as pl

from ingest import reading
from ingest.errors import Refused
from ingest.reading import Grid, Reading, Rejection, Table, Unread, stated_period, unit_rows
from ingest.registry.headings import wordings
from ingest.sources.dvc_portal import levels
from ingest.sources.dvc_portal.columns import (
    CARRIED,
    EARLY,
    EARLY_OR_IN_TIME,
    EXPORTS,
    IN_TIME,
    LATE,
    LEVELS,
    ONLINE,
    PENDING,
    RECEIVED,
    SERVICES,
    SETTLED,
    WAYS,
    WITH_CARRIED,
    WITH_EARLY,
    WITHOUT_EARLY,
    score_columns,
    table_columns,
)
from ingest.sources.dvc_portal.fields import MAXIMA
from ingest.wording import match_key


def read(name: str, grids: list[Grid], period_id: str) -> Reading:
    labelled = [part for grid in grids for part in _labelled(grid)]
    table = _table(name, [_without_labels(grid) for grid in grids], period_id)
    start, end, status = stated_period.of_table(table)
    table, doubtful = levels.by_level(table)
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
