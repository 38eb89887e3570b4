"""The tables of indicators: their targets by the year these are for, their results, and their unit."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from ingest.numerals import convention, decimals, readings, rounded
from ingest.plan.goals import (
    ABOUT,
    Goal,
    is_rate,
    kind_of,
    numerals,
    read_goal,
    unit_in_brackets,
    unit_kind,
    without_comparison,
)
from ingest.plan.remarks import Remarks
from ingest.plan.tables import Entry, Sheet, remark_cell, remark_undecided
from ingest.plan.targets import read_sentence
from ingest.plan.years import horizon, names_year
from ingest.wording import match_key, tidy

_RATIO_NAME = re.compile(r"(?:ty le|ti le|ty trong|ti trong|phan tram)\b")
_COUNT_NAME = re.compile(r"(?:tong )?so (?:luong )?(?!hoa\b)\w")
_RANKED_NAME = re.compile(r".*\b(?:thu hang|xep hang)\b.*")
_RANK_NAME = re.compile(r".*\b(?:thu hang|xep hang|hang)\b.*")
# What a plan wants less of: a bare number bounds it from above.
_FALLING_NAME = re.compile(
    r"(?!.*\b(?:giam|rut ngan)\b).*\b(?:qua han|tre han|cham han|cham muon|do tre"
    r"|thoi gian (?:cho|xu ly|giai quyet))\b.*"
)
# A result of something may have another whole than its indicator: `hơn 20% số xã`.
_OF_SOMETHING = re.compile(r"%\s+(?!(?:trở|đạt|là|tức|tương|bằng|với)\b)[^\W\d_]")
_BARE_YEAR = re.compile(r"(?:19|20)\d\d")


def read_indicators(sheets: list[Sheet], remarks: Remarks) -> list[dict]:
    """One row per indicator and year that a target of it is for, of every table of indicators."""
    return [row for sheet in sheets if sheet.kind == "indicators" for row in _indicators(sheet, remarks)]


def _indicators(sheet: Sheet, remarks: Remarks) -> list[dict]:
    if not sheet.those("target"):
        _take_from_names(sheet)
    columns = [*sheet.those("target"), *sheet.those("result")]
    parts: list[str] = []
    wholes: list[str] = []
    for entry in sheet.entries:
        counts = _counts_whole(entry)
        for column in columns:
            text = entry.cells.get(column) or ""
            (wholes if counts else parts).extend(numerals(text, _is_percent(entry, sheet, column)))
    mark = convention(parts, wholes=wholes)
    if mark is None:
        remark_undecided(sheet, columns[0], remarks)
    rows = [row for entry in sheet.entries for row in _rows(entry, sheet, mark, remarks)]
    places: dict[int, int] = {}
    for row in rows:
        places[row["line"]] = row["target_no"] = places.get(row["line"], 0) + 1
    _share_notes(rows, sheet, remarks)
    return rows


def _take_from_names(sheet: Sheet) -> None:
    """Where no column holds targets the names may: `Tỷ lệ hồ sơ trực tuyến đạt trên 80%`."""
    stated: dict[int, list[tuple[str, str | None, int | None]]] = {}
    for entry in sheet.entries:
        stated[entry.line] = [*read_sentence(entry.name)]
    if not any(stated.values()):
        return

    def named(entry: Entry) -> Sequence[tuple[str, str | None, int | None]]:
        return stated[entry.line] or [(entry.name, None, None)]

    sheet.columns["target"] = sheet.columns["name"]
    sheet.entries = [
        replace(entry, cells=entry.cells | {"name": name, "target": wanted}, year=year or entry.year)
        for entry in sheet.entries
        for name, wanted, year in named(entry)
    ]


def _counts_whole(entry: Entry) -> bool:
    """Whether the row counts things one by one, so that its numbers have no decimals."""
    unit = entry.cells.get("unit") or unit_in_brackets(entry.name)
    if unit:
        return kind_of(unit, entry.name) in ("count", "rank") and not re.match(
            "nghin|ngan|trieu|ty|ti|chuc", match_key(unit)
        )
    return bool(_COUNT_NAME.match(match_key(entry.name)))


def _rows(entry: Entry, sheet: Sheet, mark: str | None, remarks: Remarks) -> list[dict]:
    targets, results = sheet.those("target"), sheet.those("result")
    filled = [column for column in targets if entry.cells.get(column)] or targets[:1]
    pairs: list[list[str | None]] = [[column, None] for column in filled]
    years = [_target_year(column, entry, sheet) for column in filled]
    labels = {column: sheet.part(column) for column in (*filled, *results)}
    for column in results:
        year = horizon(sheet.heading(column))
        free = [
            i
            for i, pair in enumerate(pairs)
            if pair[1] is None and labels.get(pair[0] or "") == labels[column]
        ]
        at = next((i for i in free if year and years[i] == year), free[0] if free else None)
        if at is None:
            pairs.append([None, column])
            years.append(None)
        else:
            pairs[at][1] = column
    rows = []
    for i, ((target, result), year) in enumerate(zip(pairs, years, strict=True)):
        goal = _goal(entry, sheet, target, mark, remarks) if target or not results else None
        kind, value = _result(entry, sheet, result, mark, remarks) if result or i == 0 else (None, None)
        unit_raw, unit = _unit(entry, sheet, target or result, [g for g in (goal, value) if g], remarks)
        note = entry.cells.get("note")
        label = labels.get(target or result or "")
        parent_name = entry.name if label else entry.parent.name if entry.parent else None
        name = f"{entry.name}: {label}" if label else entry.name
        rows.append(
            {
                "line": entry.line,
                "target_no": 0,
                "appendix": sheet.appendix,
                "section_no": entry.section_no,
                "section_name": entry.section_name,
                "number": entry.number,
                "parent_number": entry.parent.number if entry.parent else None,
                "parent_name": parent_name,
                "name": name,
                "name_key": match_key(name),
                "unit_raw": unit_raw,
                "unit": unit,
                "target_year": year,
                "target_heading": sheet.heading(target) if target else None,
                "target_raw": entry.cells.get(target) if target else None,
                "target_cell": sheet.cell(target) if target else None,
                "target_kind": goal.kind if goal else None,
                "operator": _operator(goal, unit, entry, sheet, target, remarks),
                "target_value": goal.value if goal and goal.kind == "threshold" else None,
                "target_from": goal.value if goal and goal.kind == "range" else None,
                "target_to": goal.upper if goal else None,
                "target_of": goal.whole if goal else None,
                "result_year": _result_year(result, year, targets, sheet),
                "result_heading": sheet.heading(result) if result else None,
                "result_raw": entry.cells.get(result) if result else None,
                "result_cell": sheet.cell(result) if result else None,
                "result_kind": kind,
                "result_value": value.value if value else None,
                "result_of": value.whole if value else None,
                "result_numerator": _counts(value)[0],
                "result_denominator": _counts(value)[1],
                "result_qualifier": _qualifier(value, sheet.heading(result or ""), result in entry.estimated),
                "result_decimals": decimals(value.value) if value and value.value is not None else None,
                "lead_raw": entry.cells.get("lead"),
                "note": note,
                "note_line": entry.line if note else None,
                "note_key": match_key(note) if note else None,
            }
        )
    return rows


def _qualifier(value: Goal | None, heading: str, is_marked: bool) -> str | None:
    """The word before the number, or that the heading, or the note of its mark, says: `Ước thực hiện`."""
    if value is None:
        return None
    qualifier = value.word if value.word != "đạt" else ""
    return qualifier or ("ước" if is_marked or re.search(r"\bước\b", heading, re.IGNORECASE) else None)


def _target_year(column: str, entry: Entry, sheet: Sheet) -> int | None:
    heading = horizon(sheet.heading(column))
    if names_year(sheet.heading(column)):
        return heading
    return entry.year or horizon(sheet.title) or horizon(sheet.heading("result"))


def _result_year(column: str | None, target_year: int | None, targets: list[str], sheet: Sheet) -> int | None:
    """A column of results without a year is of the year of the one column of targets beside it."""
    headed = horizon(sheet.heading(column)) if column else None
    if headed or len(targets) > 1 or column is None:
        return headed
    return target_year or horizon(sheet.title)


def _goal(entry: Entry, sheet: Sheet, column: str | None, mark: str | None, remarks: Remarks) -> Goal | None:
    text = entry.cells.get(column) if column else None
    if text is None:
        if column:
            remark_cell(entry, sheet, column, remarks, "unread_cell.without_target")
        return None
    if mark is None and re.search(r"\d", text):
        return None
    try:
        goal = read_goal(text, mark or ".", _is_percent(entry, sheet, column or "target"))
        if _BARE_YEAR.fullmatch(text) and not entry.cells.get("unit"):
            raise ValueError("a year")
    except ValueError:
        remark_cell(entry, sheet, column or "target", remarks, "unread_cell.no_target")
        return None
    if _has_two_values(text, goal, entry, mark, sheet, column, remarks):
        return None
    _check_share(goal, entry, sheet, column, remarks)
    return goal


def _result(
    entry: Entry, sheet: Sheet, column: str | None, mark: str | None, remarks: Remarks
) -> tuple[str, Goal | None]:
    """'value' with the number, 'words', or 'absent' where nobody assessed it."""
    text = entry.cells.get(column) if column else None
    if text is None or not re.search(r"\w", text):  # '-' and its kin
        return "absent", None
    if not re.search(r"\d", text) or mark is None:
        return "words", None
    is_percent = _is_percent(entry, sheet, column or "result")
    try:
        goal = None if _OF_SOMETHING.search(without_comparison(text)) else read_goal(text, mark, is_percent)
    except ValueError:
        goal = None
    if goal and _has_two_values(text, goal, entry, mark, sheet, column, remarks):
        return "words", None
    if goal and goal.kind == "threshold":
        is_ratio = bool(_RATIO_NAME.match(match_key(entry.name)))
        is_part = goal.whole is not None and (is_ratio or (is_percent and goal.share is not None))
        if is_part and goal.share is not None:
            goal, is_part = replace(goal, value=goal.share, whole=None, unit="%"), False
        _check_share(goal, entry, sheet, column, remarks)
        if not is_part:
            return "value", goal
    why = "no_percentage" if goal and goal.kind == "threshold" else "no_number"
    remark_cell(entry, sheet, column or "result", remarks, f"unread_cell.{why}")
    return "words", None


def _has_two_values(
    text: str, goal: Goal, entry: Entry, mark: str | None, sheet: Sheet, column: str | None, remarks: Remarks
) -> bool:
    """Whether a count has just three digits after the decimal mark of its table: `20.000`, 20 or 20000."""
    unit = entry.cells.get("unit") or unit_in_brackets(entry.name) or goal.unit
    is_scaled = re.match(r"(?:nghin|ngan|trieu|ty|ti|chuc)\b", match_key(unit or ""))
    if unit_kind(unit) not in (None, "count", "rank", "other") or is_scaled or mark is None:
        return False
    if _RATIO_NAME.match(match_key(entry.name)):
        return False
    for numeral in numerals(text):
        found = readings(numeral)
        if len(set(found.values())) > 1 and decimals(found[mark]) == 3 and not numeral.startswith("0"):
            printed = " / ".join(f"{value.normalize():f}" for value in found.values())
            remark_cell(entry, sheet, column or "target", remarks, "unread_cell.two_values", printed=printed)
            return True
    return False


def _check_share(goal: Goal, entry: Entry, sheet: Sheet, column: str | None, remarks: Remarks) -> None:
    again = _divided(goal)
    if again is not None and again != goal.share:
        values = {"again": again, "again_vi": str(again).replace(".", ",")}
        remark_cell(entry, sheet, column or "result", remarks, "in_doubt.divided_again", **values)


def _divided(goal: Goal) -> Decimal | None:
    """What the parts of a share give, with as many decimals as it has."""
    if goal.share is None or not goal.parts or not goal.parts[1]:
        return None
    return rounded(100 * goal.parts[0] / goal.parts[1], decimals(goal.share))


def _counts(value: Goal | None) -> tuple[Decimal | None, Decimal | None]:
    """Numerator and denominator printed beside a percentage, where they give it: `61,2% (2.153/3.518)`."""
    if value is None or value.parts is None or value.share is None or value.value != value.share:
        return None, None
    return value.parts if _divided(value) == value.share else (None, None)


def _units(entry: Entry, sheet: Sheet, column: str | None, printed: list[str]) -> list[tuple[str, str]]:
    """Each unit that row, cells and headings print for a column, and its kind."""
    around = (sheet.heading(column or ""), sheet.title)
    places = [entry.cells.get("unit"), *printed, unit_in_brackets(entry.name), *map(unit_in_brackets, around)]
    return [(tidy(text), kind) for text in places if text and (kind := kind_of(text, entry.name))]


def _is_percent(entry: Entry, sheet: Sheet, column: str) -> bool:
    """Whether a number without a sign is per cent here: by its unit, or where none is printed by its name."""
    kinds = {kind for _, kind in _units(entry, sheet, column, [])}
    is_ratio = _RATIO_NAME.match(match_key(entry.name)) and not is_rate(entry.name)
    return kinds == {"percent"} or bool(not kinds and is_ratio)


def _unit(
    entry: Entry, sheet: Sheet, column: str | None, goals: list[Goal], remarks: Remarks
) -> tuple[str | None, str | None]:
    """The unit as printed, and its kind; where nothing says the kind it is None, and remarked."""
    numbers = [goal for goal in goals if goal.value is not None]
    if not numbers:
        return entry.cells.get("unit"), kind_of(entry.cells.get("unit"), entry.name)
    stated = _units(entry, sheet, column, [goal.unit for goal in numbers if goal.unit])
    key = match_key(entry.name)
    kinds = {kind for _, kind in stated}
    if is_rate(entry.name) and (not kinds or kinds in ({"percent"}, {"count"})):
        if kinds == {"percent"}:
            remark_cell(entry, sheet, column or "target", remarks, "in_doubt.rate_in_percent")
        return (stated[0][0] if stated else None), "rate"
    if "percent" in kinds and kinds - {"percent", "other"}:
        both = ", ".join(dict.fromkeys(text for text, _ in stated))
        remark_cell(entry, sheet, column or "target", remarks, "in_doubt.units", units=both)
        return both, None
    if stated:
        return stated[0]
    if _RANKED_NAME.fullmatch(key) and not _COUNT_NAME.match(key):
        return None, "rank"
    if any(goal.whole for goal in numbers) or _COUNT_NAME.match(key):
        return None, "count"
    if _RATIO_NAME.match(key) and all((goal.upper or goal.value or 0) <= 100 for goal in numbers):
        return None, "percent"
    if _RANK_NAME.fullmatch(key):
        return None, "rank"
    remark_cell(entry, sheet, column or "target", remarks, "in_doubt.without_unit")
    return None, None


def _operator(
    goal: Goal | None, unit: str | None, entry: Entry, sheet: Sheet, column: str | None, remarks: Remarks
) -> str | None:
    """A bare number means at least; of a rank, and of what a plan wants less of, at most."""
    if goal and goal.word in ABOUT:
        remark_cell(entry, sheet, column or "target", remarks, "in_doubt.about")
    if goal is None or goal.kind != "threshold" or goal.word:
        return goal.operator if goal else None
    if unit == "rank":
        return "<="
    if unit == "time" or _FALLING_NAME.fullmatch(match_key(entry.name)):
        remark_cell(entry, sheet, column or "target", remarks, "in_doubt.at_most")
        return "<="
    return goal.operator


def _share_notes(rows: list[dict], sheet: Sheet, remarks: Remarks) -> None:
    """A note on a result that is absent also holds for absent results right below: its cell was merged."""
    for above, below in pairwise(row for row in rows if row["target_no"] == 1):
        same = above["section_no"] == below["section_no"]
        absent = above["result_kind"] == below["result_kind"] == "absent"
        if "result" in sheet.columns and same and absent and above["note"] and not below["note"]:
            below |= {key: above[key] for key in ("note", "note_line", "note_key")}
            values = {"number": above["number"], "next": below["number"], "line_below": below["line"]}
            at = {"to": below["line"], "cell": sheet.cell("note")}
            remarks.add("merged_note.of_next", above["line"], above["note"], **at, **values)
