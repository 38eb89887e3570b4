"""Table rows by the meaning of their columns, which their headings and what they hold decide."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from ingest.numerals import DOT
from ingest.plan.document import NOTE, Line, Row, Table
from ingest.plan.goals import ABOUT, numerals, read_goal, unit_kind
from ingest.plan.remarks import Remarks
from ingest.plan.years import horizon, without_years
from ingest.wording import ROW_NUMBER, match_key, tidy

_LEAD = (
    r".*\bchu tri\b.*|(?:co quan|don vi|so nganh)\b.* (?:thuc hien|theo doi|tham muu"
    r"|chiu trach nhiem|phu trach|bao cao)"
    r"\b.*|phu trach|trach nhiem|chu dau tu"
)
_COORDINATING = r"(?!.*\bchu tri\b).*\bphoi hop\b.*"
_YEARS = r"(?:thoi (?:gian|han|diem)|tien do|lo trinh|han hoan thanh|nam (?:thuc hien|hoan thanh))\b.*"
# Of headings without their years. More than one column may hold targets, results or amounts.
INDICATORS = {
    "number": ROW_NUMBER.pattern,
    "unit": r"(?:don vi|dv) (?:tinh|do)\b.*|dvt|don vi",
    "coordinating": _COORDINATING,
    "lead": _LEAD,
    "note": r"ghi chu",
    "name": (
        r"(?:ten |nhom |noi dung )?(?:cac )?chi (?:tieu|so)\b.*|muc tieu chi tieu|noi dung|muc tieu cu the"
    ),
    "target": (
        r"(?:muc tieu|ke hoach|kh|phan dau|chi tieu (?:duoc )?(?:giao|ke hoach|phan dau|dat)|chi tieu"
        r"|dang ky|dinh huong|muc(?: do)? (?:phan dau|hoan thanh|can dat|dat duoc)"
        r"|(?:(?:nay|noi dung|de nghi|sau|khi|da) ){0,3}dieu chinh)\b.*"
    ),
    "part": r"phan (?:theo|to)\b.*|cap hoc|khu vuc|doi tuong",
    "result": r".*\bket qua\b.*|(?:uoc )?(?:thuc hien|th)\b.*|uoc(?: dat.*)?|hien trang\b.*|dat duoc.*",
    "years": _YEARS,
}
TASKS = {
    "number": ROW_NUMBER.pattern,
    "coordinating": _COORDINATING,
    "lead": _LEAD,
    "name": (
        r"(?:ten |noi dung |danh muc |cac |nhom )*(?:nhiem vu|du an|cong viec|hoat dong|giai phap"
        r"|noi dung)\b.*"
    ),
    "task_class": r"phan loai\b.*|loai (?:nhiem vu|du an)",
    "start": r".*\bbat dau\b.*",
    "end": r".*\bket thuc\b.*",
    "years": _YEARS,
    "funding": r"nguon\b.*",
    "total": r"tong (?:muc dau tu|von|du toan)\b.*",
    "amount": r"(?:du kien |tong |nhu cau |khai toan |uoc )*(?:kinh phi|du toan)\b.*",
    "status": r".*\b(?:hieu qua|hien trang|tinh trang)\b.*",
    "product": r".*\b(?:san pham|dau ra)\b.*|ket qua\b.*",
    "objective": r"muc tieu\b.*",
    "note": r"ghi chu",
}
KINDS = {"indicators": INDICATORS, "tasks": TASKS}
REQUIRED = {"indicators": ("number", "name", "target", "result"), "tasks": ("number", "name", "years")}
_VALUES = ("target", "result", "amount", "total", "years")

_TOTAL = re.compile(r"(?:tong (?:cong|so|kinh phi)|tong|cong)\b(?! tac| nghe| an| thong| bo| ty)")
_WORDS = re.compile(r"(?:so tien )?(?:viet )?bang chu\b")
_SECTION = re.compile(r"[IVX]+|[A-ZĐ]")
_SECTION_LEAD = re.compile(r"([IVX]+|[A-HĐK-U])\s*[.):\-–]\s*(\S.*)")
_SERIAL = re.compile(r"\d+(?:\.\d+)*")
_LETTER = re.compile(r"[a-zđ]|[-–—+•*]")
_NAME_MARK = re.compile(r"([a-zđ]\)|[-–—+•*]|[Tt]rong đó\s*:)\s*(?=\S)")
_MEASURED = re.compile(r"(?:ty le|ti le|ty trong|so|tong so|muc|toc do|chi so|thu hang|xep hang|dien tich)\b")
_LEVELS = re.compile(r"(?:^|[\s;,])-?\s*((?:Cấp|Các|Sở|Khối)\b[^:\d%]{1,30}):")
_OF_A_LEVEL = re.compile(
    r"(?:doi voi |tai |o |rieng |trong do )*(?:cac |khoi |khu vuc )?(?:cap|so|xa|phuong|huyen|ubnd)\b"
)
# A part of the year that a heading is about.
PART_OF_YEAR = re.compile(
    r"\b(?:quy (?:[1-4]|i{1,3}|iv)|(?:6|9|3|sau|chin|ba) thang(?: (?:dau|cuoi) nam)?"
    r"|thang (?:1[0-2]|0?[1-9]))\b"
)
_ADJUSTED = re.compile(r"(?!.*\b(?:truoc|chua)\b).*\bdieu chinh\b")
_AS_ABOVE = re.compile(r"[-–\s]*(?:nt|như trên)[-–\s.]*|[\"”“″]|//", re.IGNORECASE)
_COLUMN_NUMBER = re.compile(r"\(?\d{1,2}\)?(?:\s*=.*)?|\(?[A-Z]\)?")


@dataclass
class Entry:
    """One data row. `cells` holds tidied text by column name, None where the cell is empty.

    A part (a, b, -, 11.1) knows the row it belongs to; `year` is what the section it stands under is about.
    """

    line: int
    number: str | None
    cells: dict[str, str | None]
    section_no: str | None
    section_name: str | None
    year: int | None = None
    parent: "Entry | None" = None
    estimated: frozenset[str] = frozenset()  # columns whose cell bears the mark of a note that says so

    @property
    def name(self) -> str:
        return self.cells["name"] or ""


@dataclass(frozen=True)
class Section:
    mark: str  # 'letter', 'roman', 'number' or 'none'
    number: str | None
    name: str


@dataclass
class SectionSum:
    """The amount a section row prints, and the entries below it."""

    line: int
    column: str
    text: str
    name: str
    depth: int
    entries: list[Entry] = field(default_factory=list)


@dataclass
class Sheet:
    """The rows of one table under one header, which may be repeated."""

    kind: str  # 'indicators' or 'tasks'
    appendix: str | None
    title: str
    header: Row  # of several header rows each column's words from top to bottom
    columns: dict[str, int]  # column name -> cell, from 0; a second column of targets is 'target 2'
    entries: list[Entry] = field(default_factory=list)
    total: Row | None = None
    words: tuple[int, int, str] | None = None  # line, cell from 1, text
    sums: list[SectionSum] = field(default_factory=list)

    def heading(self, column: str) -> str:
        """The column's header as printed, or '' where there is no such column."""
        return tidy(self.header.cells[self.columns[column]]) if column in self.columns else ""

    def cell(self, column: str) -> int | None:
        """The column as a cell counted from 1."""
        return self.columns[column] + 1 if column in self.columns else None

    def part(self, column: str) -> str | None:
        """What of its year and role a column holds, others the rest: `Cấp xã`, `Quý I`, `6 tháng`."""
        role, words = column.split()[0], self.heading(column).split()
        beside = [
            self.heading(other).split()
            for other in self.those(role)
            if other != column and horizon(self.heading(other)) == horizon(self.heading(column))
        ]
        key = match_key(" ".join(words))
        until = re.search(r"\b(?:den|het|cuoi)\b.{0,12}\b(?:quy (?:iv|4)|thang 12)\b", key)
        if (times := PART_OF_YEAR.search(key)) and not until and (beside or role == "target"):
            at = [i for i in range(len(words)) if match_key(words[i]) == times[0].split()[0]]
            return " ".join(words[at[0] : at[0] + len(times[0].split())]).strip("():,;") if at else times[0]
        if not beside or (role == "result" and not re.search(r"\bcap (?:tinh|huyen|xa)\b", key)):
            return None
        same = 0
        while all(same < len(one) and one[same] == words[same] for one in beside) and same < len(words) - 1:
            same += 1
        same -= bool(same and match_key(words[same - 1]) in ("cap", "khoi", "quy"))
        label = without_years(match_key(" ".join(words[same:])))
        if not label or re.fullmatch(
            r"(?:ca nam|nam|tong(?: so| cong)?|chung|toan tinh|muc tieu|ke hoach)", label
        ):
            return None
        return " ".join(words[same:]).strip("():,;–- ")

    def those(self, role: str) -> list[str]:
        """The names of all columns of one role: `target`, `target 2`."""
        return [name for name in self.columns if name.split()[0] == role]


def read_sheets(tables: list[Table], year: int | None, remarks: Remarks) -> list[Sheet]:
    """Every table with a header that is understood; the others become remarks. `year`: the plan's first."""
    sheets = [sheet for table in tables for sheet in _read_table(table, year, remarks)]
    _drop_repeated(sheets, remarks)
    return [sheet for sheet in sheets if sheet.entries or sheet.total]


def _drop_repeated(sheets: list[Sheet], remarks: Remarks) -> None:
    """A row that stands twice word for word, under the same heading and section, is one row."""
    seen: set[tuple] = set()
    for sheet in sheets:
        kept: list[Entry] = []
        again: list[Entry] = []
        for entry in sheet.entries:
            cells = tuple(match_key(text or "") or text for text in entry.cells.values())
            key = (
                sheet.kind,
                tuple(sheet.header.cells),
                entry.number,
                entry.section_no,
                entry.section_name,
                cells,
            )
            (again if key in seen else kept).append(entry)
            seen.add(key)
        if again:
            lines = [entry.line for entry in again]
            remarks.add("repeated.rows", lines[0], again[0].name, to=lines[-1], count=len(again))
        if again and not kept:
            sheet.total, sheet.words, sheet.sums = None, None, []
        sheet.entries = kept


@dataclass
class _Header:
    row: Row
    depth: int
    keys: list[str]


def _read_table(table: Table, year: int | None, remarks: Remarks) -> list[Sheet]:
    sheets: list[Sheet] = []
    unread: list[Row] = []
    for header, rows in _blocks(table.rows):
        if header is None and (header := _supplied(rows, table.title)) is None:
            unread += rows
            continue
        kind, columns = _settle(header, rows, table.title, year)
        sheet = Sheet(kind, table.appendix, table.title, header.row, columns)
        _remark_columns(sheet, remarks)
        _Reader(sheet, remarks, _estimating(table, rows)).read(rows)
        sheets.append(sheet)
    _remark_notes(table, remarks)
    if unread:
        first, last, words = unread[0].line, unread[-1].line, tidy(" | ".join(unread[0].cells))
        remarks.add("unread_table.without_header", first, words, to=last, first=first, last=last)
    return sheets


_ESTIMATED = re.compile(r"\b(?:uoc|tam tinh|so bo)\b")
_MARKED = re.compile(r"\d\s*%?\s*(\(?\*+\)?|\(\d{1,2}\)|\[\d{1,2}\]|[¹²³])\s*$")
_MARKS = str.maketrans("¹²³", "123", "()[]")


def _estimating(table: Table, rows: list[Row]) -> set[str]:
    """The marks of notes below a table that say that a number is an estimate: `(*) Số liệu ước`."""
    single = ([cell for cell in row.cells if cell.strip()] for row in rows)
    texts = [
        *(line.text for line in (*table.notes, *table.footnotes)),
        *(cells[0] for cells in single if len(set(cells)) == 1),
    ]
    marked = ((NOTE.match(line), line) for text in texts for line in text.split("\n"))
    return {note[1].translate(_MARKS) for note, text in marked if note and _ESTIMATED.search(match_key(text))}


def _remark_notes(table: Table, remarks: Remarks) -> None:
    """What stands below the table of an appendix, in no table, by the lines that follow each other."""
    runs: list[list[Line]] = []
    for line in table.notes:
        if runs and line.number == runs[-1][-1].number + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    for run in runs:
        text = tidy(" ".join(line.text for line in run))[:500]
        has_figures = re.search(r"\d", text) and not NOTE.match(run[0].text)
        name = "unread_line.outside" if has_figures else "note.below"
        remarks.add(name, run[0].number, text, to=run[-1].number)


def _supplied(rows: list[Row], title: str) -> _Header | None:
    """The header of a table that has none, where its cells leave no choice: numbers, names, units and one
    column of values, under a title of targets."""
    width = max(len(row.cells) for row in rows)
    if not 3 <= width <= 4 or len(rows) < 2 or not re.search(r"\b(?:chi|muc) tieu\b", match_key(title)):
        return None
    shares = [[_share(rows, i, test) for test in (_is_serial, _is_unit, _is_stated)] for i in range(width)]
    units = [i for i in range(2, width) if shares[i][1] >= 0.8]
    values = [i for i in range(2, width) if i not in units and shares[i][2] >= 0.8]
    if shares[0][0] < 0.8 or len(values) != 1 or len(units) + 1 != width - 2:
        return None
    cells = [""] * width
    cells[0], cells[1], cells[values[0]] = "TT", "Chỉ tiêu", "Mục tiêu"
    for i in units:
        cells[i] = "Đơn vị tính"
    return _Header(Row(rows[0].line, tuple(cells)), 0, [match_key(cell) for cell in cells])


def _is_serial(text: str) -> bool:
    return bool(_SERIAL.fullmatch(text.rstrip(".)")) or _SECTION.fullmatch(text.rstrip(".)")))


def _is_stated(text: str) -> bool:
    return bool(re.search(r"\d", text)) and _is_value(text)


def _blocks(rows: list[Row]) -> Iterator[tuple[_Header | None, list[Row]]]:
    """The rows under each header; a header that comes again is no new one."""
    header: _Header | None = None
    body: list[Row] = []
    at = 0
    while at < len(rows):
        found = _header(rows, at)
        if found is None:
            body.append(rows[at])
            at += 1
            continue
        if header is None or found.keys != header.keys:
            if body or header:
                yield header, body
            header, body = found, []
        at += found.depth
    if body or header:
        yield header, body


def _header(rows: list[Row], at: int) -> _Header | None:
    """The header that begins in this row, of up to three rows."""
    for depth in (3, 2, 1):
        cells = _merged(rows[at : at + depth]) if at + depth <= len(rows) else None
        if cells is None:
            continue
        keys = [match_key(cell) if len(cell) < 160 else "" for cell in cells]
        if any(_has_enough(kind, _assign(kind, keys)) for kind in KINDS):
            return _Header(Row(rows[at].line, tuple(cells)), depth, keys)
    return None


def _merged(rows: list[Row]) -> list[str] | None:
    """Each column's words from top to bottom; None where a row below the first is no row of headings."""
    width = max(len(row.cells) for row in rows)
    texts = [[tidy(cell) for cell in row.cells] + [""] * (width - len(row.cells)) for row in rows]
    for line in texts:
        if any(re.fullmatch(r"\W*\d+\W*", text) and not re.fullmatch(r"\D*20\d\d\D*", text) for text in line):
            return None
    merged = texts[0]
    for below in texts[1:]:
        filled = [i for i, text in enumerate(below) if text and text != merged[i]]
        keys = [match_key(text) for text in merged]
        names = (i for i, key in enumerate(keys) if re.search("chi tieu|nhiem vu|noi dung", key))
        named = {*(i for i, key in enumerate(keys) if ROW_NUMBER.fullmatch(key)), *islice(names, 1)}
        if not filled or not named or any(i in named for i in filled):
            return None
        if not any(
            (i and not merged[i]) or merged[i] == merged[i - 1] or re.search(r"20\d\d", merged[i])
            for i in filled
        ):
            return None
        if any(len(below[i]) > 80 or (numerals(below[i]) and not _is_time(below[i])) for i in filled):
            return None
        spanned = list(merged)
        for i in range(1, width):
            if not spanned[i] and i in filled and (i - 1) not in named:
                spanned[i] = spanned[i - 1]
        merged = [f"{spanned[i]} {below[i]}".strip() if i in filled else merged[i] for i in range(width)]
    return merged


def _is_time(text: str) -> bool:
    """Whether a heading with a number says when: `2025`, `6 tháng`."""
    return bool(horizon(text) or PART_OF_YEAR.search(match_key(text)))


def _assign(kind: str, keys: list[str]) -> dict[str, int]:
    """Columns by the words of their headings. A heading that is only a year, or a level in it, is `year`."""
    columns: dict[str, int] = {}
    for i, key in enumerate(keys):
        bare = without_years(key)
        is_of_year = not bare or (bare != key and _OF_A_LEVEL.match(bare))  # `Năm 2025: Cấp tỉnh`
        if key and is_of_year and kind == "indicators":
            columns[_free(columns, "year")] = i
        elif kind == "indicators" and bare != key and bare.startswith("lo trinh"):  # a column for each year
            columns[_free(columns, "target")] = i
        elif bare:
            for name, words in KINDS[kind].items():
                many = name in ("target", "result")
                is_of_years = name == "years" and bare != key  # a column for each
                if (many or is_of_years or name not in columns) and re.fullmatch(words, bare):
                    columns[_free(columns, name)] = i
                    break
    adjusted = [
        name for name, i in columns.items() if name.split()[0] == "target" and _ADJUSTED.match(keys[i])
    ]
    if adjusted:  # what it was before is no target any more
        columns = {name: i for name, i in columns.items() if name.split()[0] != "target" or name in adjusted}
    if kind == "indicators" and "name" not in columns and "target" in columns:  # `TT | Mục tiêu | Năm 2025`
        columns["name"] = columns.pop("target")
    return columns


def _free(columns: dict[str, int], role: str) -> str:
    taken = sum(name.split()[0] == role for name in columns)
    return f"{role} {taken + 1}" if taken else role


def _has_enough(kind: str, columns: dict[str, int]) -> bool:
    if "name" not in columns or not ("number" in columns or len(columns) > 2) or len(columns) < 2:
        return False
    # a table of indicators may state each target within the name
    return kind == "tasks" or bool({"target", "result", "year", "lead", "years", "unit"} & set(columns))


def _settle(header: _Header, rows: list[Row], title: str, year: int | None) -> tuple[str, dict[str, int]]:
    """The kind of table and its columns, where words leave a choice by what the columns hold."""
    indicators, tasks = _assign("indicators", header.keys), _assign("tasks", header.keys)
    if _has_enough("indicators", indicators):
        _settle_values(indicators, header, rows, title, year)
        values = [i for name, i in indicators.items() if name.split()[0] in ("target", "result")]
        if (
            not _has_enough("tasks", tasks)
            or max((_share(rows, i, _is_value) for i in values), default=0) >= 0.5
        ):
            return "indicators", indicators
    if "total" in tasks and "amount" not in tasks:
        tasks["amount"] = tasks.pop("total")
    return "tasks", tasks


def _settle_values(
    columns: dict[str, int], header: _Header, rows: list[Row], title: str, year: int | None
) -> None:
    def rename(old: str, role: str) -> None:
        index = columns.pop(old)
        columns[_free(columns, role)] = index

    name, target = columns["name"], columns.get("target")
    if target is not None and _share(rows, name, _is_value) > 0.6 > _share(rows, target, _is_value):
        columns["name"], columns["target"] = target, name
    unit = columns.get("unit", -1)
    if unit >= 0 and header.keys[unit] == "don vi" and _share(rows, unit, _is_unit) < 0.5:  # an agency
        rename("unit", "lead") if "lead" not in columns else columns.pop("unit")
    words = match_key(title)
    for column in [name for name in columns if name.split()[0] == "year"]:
        headed = horizon(header.row.cells[columns[column]])
        is_past = bool(year and headed and headed < year)  # a target of then, or what was reached
        is_target = (year and headed and headed >= year) or re.search(r"\b(?:chi|muc) tieu\b", words)
        if _share(rows, columns[column], _is_bound) > 0 or (is_target and not is_past):
            rename(column, "target")
        elif re.search(r"\b(?:ket qua|thuc hien)\b", words):
            rename(column, "result")
        else:
            del columns[column]
    # Results are plain numbers: a column of bounds and ranges holds targets, whatever heads it.
    is_target_text = "target" in columns and _share(rows, columns["target"], _is_value) < 0.3
    if "target" not in columns or is_target_text:
        bounded = [
            name
            for name in columns
            if name.split()[0] == "result" and _share(rows, columns[name], _is_bound) >= 0.2
        ]
        if bounded and is_target_text:
            del columns["target"]
        for column in bounded:
            rename(column, "target")


def _share(rows: list[Row], column: int, test: Callable[[str], bool]) -> float:
    """Of the filled cells of the column the share that pass."""
    texts = [tidy(row.cells[column]) for row in rows if column < len(row.cells)]
    filled = [text for text in texts if text]
    return sum(map(test, filled)) / len(filled) if filled else 0.0


def _is_value(text: str) -> bool:
    if numerals(text) or not re.search(r"\w", text):
        return True
    try:
        return len(text) < 40 and bool(read_goal(text, DOT))
    except ValueError:
        return False


def _is_unit(text: str) -> bool:
    return unit_kind(text) not in (None, "other")


def _is_bound(text: str) -> bool:
    try:
        goal = read_goal(text, DOT)
    except ValueError:
        return False
    return goal.kind == "range" or bool(goal.word and goal.word not in ABOUT | {"đạt"})


def _remark_columns(sheet: Sheet, remarks: Remarks) -> None:
    line = sheet.header.line
    for name in REQUIRED[sheet.kind]:
        if name not in sheet.columns and not (name == "years" and {"start", "end"} & set(sheet.columns)):
            remarks.add(f"missing_column.{name}", line, tidy(" | ".join(sheet.header.cells)))
    for i, cell in enumerate(sheet.header.cells):
        if tidy(cell) and i not in sheet.columns.values():
            remarks.add("unread_cell.unknown_column", line, tidy(cell), cell=i + 1, column=tidy(cell))


def remark_cell(
    entry: Entry, sheet: Sheet, column: str, remarks: Remarks, name: str, /, **values: Any
) -> None:
    remarks.add(name, entry.line, entry.cells.get(column) or "", cell=sheet.cell(column), **values)


def remark_undecided(sheet: Sheet, column: str, remarks: Remarks) -> None:
    line, heading = sheet.header.line, sheet.heading(column)
    last = max((entry.line for entry in sheet.entries), default=None)
    remarks.add("unread_table.mark_undecided", line, heading, to=last, cell=sheet.cell(column))


class _Reader:
    """Reads the rows of one sheet from top to bottom; knows the sections it is in and the row above."""

    def __init__(self, sheet: Sheet, remarks: Remarks, estimating: set[str]):
        self.sheet, self.remarks, self.estimating = sheet, remarks, estimating
        self.sections: list[Section] = []
        self.numbered: Entry | None = (
            None  # the last row with a number of its own, of which a, b, - are parts
        )
        self.whole_name = ""  # of the row above, without its part
        self.open_sums: list[SectionSum] = []

    def read(self, rows: list[Row]) -> None:
        column = self.sheet.columns.get("number", -1)
        numbers = [tidy(row.cells[column]).rstrip(".)") for row in rows if 0 <= column < len(row.cells)]
        self.counts_in_digits = any(_SERIAL.fullmatch(number) for number in numbers)
        for i, row in enumerate(self._spread(rows)):
            self._read_row(row, is_first=i == 0)
        self._place_parts()

    def _spread(self, rows: list[Row]) -> Iterator[Row]:
        """The rows with what a cell merged downwards says in each of them; a number and a name are of one row
        only, and an amount is of all rows together."""
        kept = {i for name, i in self.sheet.columns.items() if name in ("number", "name", "amount", "total")}
        carried: dict[int, tuple[str, int]] = {}
        for row in rows:
            cells = [*row.cells, *[""] * (len(self.sheet.header.cells) - len(row.cells))]
            for at, (text, left) in list(carried.items()):
                if at < len(cells) and not cells[at].strip():
                    cells[at] = text
                carried[at] = (text, left - 1)
                if left == 1:
                    del carried[at]
            for at, (down, _) in row.spans.items():
                if down > 1 and at not in kept:
                    carried[at] = (row.cells[at], down - 1)
                elif down > 1 and at in (self.sheet.columns.get(name) for name in ("amount", "total")):
                    amount = tidy(row.cells[at])
                    self.remarks.add("in_doubt.amount_of_rows", row.line, amount, cell=at + 1, rows=down)
            yield Row(row.line, tuple(cells), row.spans)

    def _read_row(self, row: Row, *, is_first: bool) -> None:
        sheet = self.sheet
        texts = [tidy(cell) for cell in row.cells]
        marks = [_MARKED.search(cell) for cell in row.cells]
        self.marked = {
            i for i, mark in enumerate(marks) if mark and mark[1].translate(_MARKS) in self.estimating
        }
        if len(texts) > 2 and len(set(texts)) == 1:  # one merged cell
            texts[1:] = [""] * (len(texts) - 1)
        filled = [(i, text) for i, text in enumerate(texts) if text]
        if not filled:
            return
        if is_first and len(filled) > 2 and all(_COLUMN_NUMBER.fullmatch(text) for _, text in filled):
            return
        first, lead = next(
            ((i, text) for i, text in filled if not re.fullmatch(r"[\d.,\s]+", text)), filled[0]
        )
        key = match_key(lead)
        at = sheet.columns.get("number", len(texts))
        number = texts[at] if at < len(texts) else ""
        serial = number.strip(".)(") if _SERIAL.fullmatch(number.strip(".)(")) else number.rstrip(".)")
        name_at = sheet.columns["name"]
        name = texts[name_at] if name_at < len(texts) else ""
        part_at = sheet.columns.get("part", -1)
        if self.numbered and not number and not name and part_at >= 0 and texts[part_at]:
            texts[name_at] = self.whole_name  # a further part of the row above, whose name was a merged cell
            self._keep(row, texts, self.numbered.number)
            return
        self.whole_name = name or self.whole_name
        after = len(texts) - name_at - 1
        if after > 1 and texts[name_at + 1 :].count(name) == after:  # one merged cell
            texts[name_at + 1 :] = [""] * after
        stated = self._has_values(texts)
        section = _SECTION_LEAD.fullmatch(lead) if len(filled) == 1 else None
        if _SERIAL.fullmatch(serial) or (
            "number" not in sheet.columns and len(filled) > 1 and not _TOTAL.match(key)
        ):
            self._keep(row, texts, serial or None)
        elif words := next(((i, text) for i, text in filled if _WORDS.match(match_key(text))), None):
            sheet.words = (row.line, words[0] + 1, words[1])
        elif _TOTAL.match(key) and len(lead) < 40:
            sheet.total = row
        elif _SECTION.fullmatch(serial) and name:
            if (stated and sheet.kind == "indicators") or (not self.counts_in_digits and len(filled) > 2):
                self._keep(row, texts, serial)
            else:
                self._open(serial, name, row, texts)
        elif section:
            self._open(section[1], section[2], row, texts)
        elif (
            self.numbered
            and name
            and (_LETTER.fullmatch(serial.strip("()")) or (not number and _NAME_MARK.match(name)))
        ):
            mark = _NAME_MARK.match(name) if not number else None
            if mark:
                texts[name_at] = name[mark.end() :]
            own_mark = "-" if mark and len(mark[1]) > 2 else mark[1] if mark else serial
            self._keep(row, texts, own_mark.strip("().") or "-", part=True)
        elif len(filled) == 1 and re.fullmatch(r"trong do", key):
            pass  # the rows below it are parts
        elif len(filled) == 1 and (lead[0] in "*+-(" or key.startswith(("ghi chu", "doi voi"))):
            self.remarks.add("note.below", row.line, lead, cell=first + 1)
        elif sheet.entries and not number and lead[:1].islower() and self._join(row, texts):
            pass
        elif len(filled) == 1 and len(lead) < 200 and self._is_title(row, lead, first):
            self._open(None, lead, row, texts)
        else:
            self.remarks.add("unread_line.of_no_kind", row.line, _printed(texts), cell=first + 1)

    def _has_values(self, texts: list[str]) -> bool:
        columns = (i for name, i in self.sheet.columns.items() if name.split()[0] in _VALUES)
        return any(i < len(texts) and texts[i] for i in columns)

    @staticmethod
    def _is_title(row: Row, text: str, at: int) -> bool:
        raw = row.cells[at].strip()
        return text.isupper() or horizon(text) is not None or raw.startswith(("**", "<b>"))

    def _open(self, number: str | None, name: str, row: Row, texts: list[str]) -> None:
        """A section: it ends those of its own kind and below."""
        mark = "none" if number is None else "roman" if re.fullmatch(r"[IVX]+", number) else "letter"
        marks = [section.mark for section in self.sections]
        if mark in marks:
            del self.sections[marks.index(mark) :]
        self.sections.append(Section(mark, number, name))
        self.numbered = None
        depth = len(self.sections)
        self.open_sums = [total for total in self.open_sums if total.depth < depth]
        for column in ("amount", "total"):
            i = self.sheet.columns.get(column)
            if i is not None and i < len(texts) and re.search(r"\d", texts[i]):
                self.open_sums.append(SectionSum(row.line, column, texts[i], name, depth))
                self.sheet.sums.append(self.open_sums[-1])

    def _keep(self, row: Row, texts: list[str], serial: str | None, *, part: bool = False) -> None:
        sheet = self.sheet
        cells = {name: (texts[i] if i < len(texts) else "") or None for name, i in sheet.columns.items()}
        if cells.get("part") and cells["name"]:
            cells["name"] = f"{cells['name']}: {cells['part']}"
        for name in ("lead", "coordinating", "years"):
            if sheet.entries and _AS_ABOVE.fullmatch(cells.get(name) or ""):
                cells[name] = sheet.entries[-1].cells[name]
        if not re.search(r"\w", cells["name"] or ""):
            self.remarks.add("unread_line.without_name", row.line, _printed(texts))
            return
        for i in range(len(sheet.header.cells), len(texts)):
            if texts[i]:
                self.remarks.add("unread_cell.beyond_header", row.line, texts[i], cell=i + 1)
        numbers = [section.number for section in self.sections if section.number]
        years = [year for section in self.sections if (year := horizon(section.name))]
        entry = Entry(
            row.line,
            serial,
            cells,
            ".".join(numbers) or None,
            self.sections[-1].name if self.sections else None,
            years[-1] if years else None,
            estimated=frozenset(name for name, i in sheet.columns.items() if i in self.marked),
        )
        if part:
            entry.parent = self.numbered
        else:
            self.numbered = entry
        sheet.entries += _by_level(entry, sheet) or [entry]
        for total in self.open_sums:
            total.entries.append(entry)

    def _join(self, row: Row, texts: list[str]) -> bool:
        """The rest of the row above, whose cells broke off; False where one of its cells cannot be that."""
        above = self.sheet.entries[-1]
        rest = {name: texts[i] for name, i in self.sheet.columns.items() if i < len(texts) and texts[i]}
        beyond = sum(bool(text) for text in texts) > len(rest)
        if beyond or any(name.split()[0] in _VALUES and above.cells[name] for name in rest):
            return False
        for name, text in rest.items():
            above.cells[name] = f"{above.cells[name] or ''} {text}".strip()
        self.remarks.add("split_cell.row", above.line, _printed(texts), to=row.line, below=row.line)
        return True

    def _place_parts(self) -> None:
        """Rows with 11.1 below 11 are its parts. A row of nothing but a name heads the rows below it: what it
        heads are its parts (a, b, -), or rows with names of their own (1.1, 1.2), and then it is a section.
        """
        entries = self.sheet.entries
        by_number: dict[tuple, Entry] = {}
        for entry in entries:
            by_number[(entry.section_no, entry.section_name, entry.number)] = entry
            above = (entry.number or "").rpartition(".")[0]
            if above and not entry.parent:
                entry.parent = by_number.get((entry.section_no, entry.section_name, above))
        parts: dict[int, list[Entry]] = {}
        for entry in entries:
            if entry.parent:
                parts.setdefault(entry.parent.line, []).append(entry)
        gone = set()
        for head in entries:
            below = parts.get(head.line)
            if not below or any(text for name, text in head.cells.items() if name not in ("number", "name")):
                continue
            gone.add(head.line)
            is_group = not _MEASURED.match(match_key(head.name)) and not all(
                _OF_A_LEVEL.match(match_key(part.name)) for part in below
            )
            if self.sheet.kind == "tasks" or (is_group and all(_is_nested(part) for part in below)):
                for part in below:
                    part.parent = None
                    part.section_no = ".".join(filter(None, (head.section_no, head.number)))
                    part.section_name, part.year = head.name, horizon(head.name) or head.year
        self.sheet.entries = [entry for entry in entries if entry.line not in gone]
        for entry in self.sheet.entries:
            of_which = re.match(r"trong đó\s*:?\s*", entry.name, re.IGNORECASE)
            if (
                entry.parent
                and entry.parent.line != entry.line
                and (of_which or not _is_nested(entry) or entry.parent.line in gone)
            ):
                own = entry.name[of_which.end() :] if of_which else entry.name
                entry.cells["name"] = f"{entry.parent.name.rstrip(' :')}: {own}"


def _printed(texts: list[str]) -> str:
    return " | ".join(filter(None, texts))


def _by_level(entry: Entry, sheet: Sheet) -> list[Entry]:
    """The parts of a row whose cells hold a line for each level: `Cấp tỉnh: 54% Cấp xã: 40%`."""
    stated = {}
    for column in (*sheet.those("target"), *sheet.those("result")):
        pieces = _LEVELS.split(entry.cells.get(column) or "")
        if len(pieces) > 3 and not pieces[0].strip():
            stated[column] = {
                label: text.strip(" ;,.\n") for label, text in zip(pieces[1::2], pieces[2::2], strict=True)
            }
    labels = list(dict.fromkeys(label for texts in stated.values() for label in texts))
    whole = replace(entry, number=None)
    return [
        replace(
            entry,
            cells=entry.cells
            | {column: texts.get(label) or None for column, texts in stated.items()}
            | {"name": f"{entry.name}: {label}"},
            parent=whole,
        )
        for label in labels
    ]


def _is_nested(entry: Entry) -> bool:
    """Whether its number is 11.1, not a or -."""
    return bool(_SERIAL.fullmatch(entry.number or ""))
