"""Table rows by the meaning of their columns: headers are found by their words, never by their place."""

import re
from dataclasses import dataclass, field

from ingest.plan.document import Row, Table
from ingest.plan.remarks import Remarks
from ingest.wording import match_key, tidy

_NUMBER = r"(?:so )?tt|stt|so thu tu"
INDICATORS = {
    "number": _NUMBER,
    "name": r"(?:ten )?(?:cac )?chi (?:tieu|so)\b.*|muc tieu chi tieu",
    "target": r"(?:muc tieu|ke hoach|chi tieu duoc giao)\b.*",
    "result": r".*\bket qua\b.*|thuc hien\b.*",
    "note": r"ghi chu",
}
TASKS = {
    "number": _NUMBER,
    "name": r"(?:ten |noi dung |danh muc )?(?:cac )?(?:nhiem vu|du an)\b.*",
    "objective": r"muc tieu\b.*",
    "lead": r".*\bchu tri\b.*",
    "task_class": r"phan loai\b.*",
    "years": r"thoi gian\b.*",
    "funding": r"nguon\b.*",
    "amount": r"(?:du kien |tong )?kinh phi\b.*",
    "status": r".*\b(?:hieu qua|hien trang|tinh trang)\b.*",
    "note": r"ghi chu",
}
KINDS = {"indicators": INDICATORS, "tasks": TASKS}
REQUIRED = {"indicators": ("number", "name", "target", "result"), "tasks": ("number", "name", "years")}
_VI = {
    "number": "số thứ tự",
    "name": "tên",
    "target": "mục tiêu",
    "result": "kết quả",
    "years": "thời gian thực hiện",
}

_TOTAL = re.compile(r"(?:tong (?:cong|so|kinh phi)|tong|cong)\b(?! tac| nghe| an| thong| bo| ty)")
_WORDS = re.compile(r"(?:so tien )?(?:viet )?bang chu\b")
_SECTION = re.compile(r"[IVX]+|[A-ZĐ]")
_SERIAL = re.compile(r"\d+(?:\.\d+)*")


@dataclass
class Entry:
    """One data row. `cells` holds tidied text by column name, None where the cell is empty."""

    line: int
    number: str | None
    cells: dict[str, str | None]
    section_no: str | None
    section_name: str | None


@dataclass
class Sheet:
    """The rows of one table under one header, which may be repeated."""

    kind: str  # 'indicators' or 'tasks'
    appendix: str | None
    title: str
    header: Row
    columns: dict[str, int]  # column name -> cell, from 0
    entries: list[Entry] = field(default_factory=list)
    total: Row | None = None
    words: tuple[int, int, str] | None = None  # line, cell from 1, text

    def heading(self, column: str) -> str:
        """The column's header as printed, or '' where there is no such column."""
        return tidy(self.header.cells[self.columns[column]]) if column in self.columns else ""

    def cell(self, column: str) -> int | None:
        """The column as a cell counted from 1."""
        return self.columns[column] + 1 if column in self.columns else None


def read_sheets(tables: list[Table], remarks: Remarks) -> list[Sheet]:
    """Every table with a header that is understood; the others become remarks."""
    sheets: list[Sheet] = []
    for table in tables:
        sheets += _read_table(table, remarks)
    return sheets


def _read_table(table: Table, remarks: Remarks) -> list[Sheet]:
    sheets: list[Sheet] = []
    unread: list[Row] = []
    section: tuple[str | None, str | None] = (None, None)
    for row in table.rows:
        found = _header(row)
        if found:
            kind, columns = found
            if not sheets or (sheets[-1].kind, sheets[-1].columns) != (kind, columns):
                sheets.append(Sheet(kind, table.appendix, table.title, row, columns))
                section = (None, None)
                _remark_columns(sheets[-1], remarks)
        elif sheets:
            section = _read_row(row, sheets[-1], section, remarks)
        else:
            unread.append(row)
    if unread:
        first, last = unread[0].line, unread[-1].line
        remarks.add(
            "unread_table",
            first,
            tidy(" | ".join(unread[0].cells)),
            f"Bảng ở dòng {first}-{last} không có hàng tiêu đề mà bộ đọc hiểu được nên không được đọc.",
            f"The table in lines {first}-{last} has no header the reader understands; it was not read.",
            to=last,
        )
    return sheets


def _header(row: Row) -> tuple[str, dict[str, int]] | None:
    """The kind of table this row is the header of, and its columns."""
    if any(re.fullmatch(r"\W*\d+\W*", cell) for cell in row.cells):
        return None
    keys = [match_key(cell) if len(cell) < 160 else "" for cell in row.cells]
    for kind, names in KINDS.items():
        columns: dict[str, int] = {}
        for i, key in enumerate(keys):
            meanings = (n for n, words in names.items() if n not in columns and re.fullmatch(words, key))
            if key and (name := next(meanings, None)):
                columns[name] = i
        enough = {"name"} < set(columns) and ("number" in columns or len(columns) > 2)
        if enough and (kind != "indicators" or {"target", "result"} & set(columns)):
            return kind, columns
    return None


def _remark_columns(sheet: Sheet, remarks: Remarks) -> None:
    line = sheet.header.line
    for name in REQUIRED[sheet.kind]:
        if name not in sheet.columns:
            remarks.add(
                "missing_column",
                line,
                tidy(" | ".join(sheet.header.cells)),
                f"Bảng không có cột {_VI[name]}; các giá trị của cột này để trống.",
                f"The table has no column for the {name}; its values are left empty.",
            )
    for i, cell in enumerate(sheet.header.cells):
        if tidy(cell) and i not in sheet.columns.values():
            remarks.add(
                "unread_cell",
                line,
                tidy(cell),
                f"Bộ đọc không biết cột “{tidy(cell)}”; các ô của cột này không được đọc.",
                f'The reader does not know the column "{tidy(cell)}"; its cells are not read.',
                cell=i + 1,
            )


def _read_row(
    row: Row, sheet: Sheet, section: tuple[str | None, str | None], remarks: Remarks
) -> tuple[str | None, str | None]:
    """Adds the row to the sheet; gives the section that holds from here on."""
    texts = [tidy(cell) for cell in row.cells]
    filled = [(i, text) for i, text in enumerate(texts) if text]
    if not filled:
        return section
    first, lead = next(((i, text) for i, text in filled if not re.fullmatch(r"[\d.,\s]+", text)), filled[0])
    key = match_key(lead)
    number = texts[sheet.columns["number"]] if sheet.columns.get("number", len(texts)) < len(texts) else ""
    serial = number.rstrip(".)")
    name_at = sheet.columns["name"]
    if _SERIAL.fullmatch(serial) or (
        "number" not in sheet.columns and len(filled) > 1 and not _TOTAL.match(key)
    ):
        _keep(row, texts, serial or None, sheet, section, remarks)
    elif words := next(((i, text) for i, text in filled if _WORDS.match(match_key(text))), None):
        sheet.words = (row.line, words[0] + 1, words[1])
    elif _TOTAL.match(key) and len(lead) < 40:
        sheet.total = row
    elif _SECTION.fullmatch(serial) and name_at < len(texts) and len(filled) == 2 and texts[name_at]:
        return serial, texts[name_at]
    elif len(filled) == 1 and (lead[0] in "*+-(" or key.startswith(("ghi chu", "doi voi"))):
        pass  # a footnote under the table
    else:
        remarks.add(
            "unread_line",
            row.line,
            " | ".join(text for text in texts if text),
            "Hàng này không có số thứ tự, không phải hàng nhóm, hàng tổng hay ghi chú; không được đọc.",
            "This row has no number and is no group, total or footnote; it was not read.",
            cell=first + 1,
        )
    return section


def _keep(
    row: Row,
    texts: list[str],
    serial: str | None,
    sheet: Sheet,
    section: tuple[str | None, str | None],
    remarks: Remarks,
) -> None:
    cells = {name: (texts[i] if i < len(texts) else "") or None for name, i in sheet.columns.items()}
    if not cells["name"]:
        remarks.add(
            "unread_line",
            row.line,
            " | ".join(text for text in texts if text),
            "Hàng có số thứ tự nhưng không có tên; không được đọc.",
            "The row has a number but no name; it was not read.",
        )
        return
    for i in range(len(sheet.header.cells), len(texts)):
        if texts[i]:
            remarks.add(
                "unread_cell",
                row.line,
                texts[i],
                "Hàng có nhiều ô hơn hàng tiêu đề; ô thừa không được đọc.",
                "The row has more cells than the header; the cell beyond it was not read.",
                cell=i + 1,
            )
    sheet.entries.append(Entry(row.line, serial, cells, *section))
