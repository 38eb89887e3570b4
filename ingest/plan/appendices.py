"""The appendices: indicators with target and result, tasks with agency and amount, cells a merge split."""

import re
from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise

from ingest.numerals import bare_numeral, convention, decimals, money, percent, threshold
from ingest.plan.document import Document
from ingest.plan.remarks import Remarks
from ingest.plan.tables import Entry, Sheet
from ingest.wording import match_key, tidy

_MILESTONE = re.compile(r"(?:da |phai )?(?:hoan thanh|ban hanh|dat|co|xay dung xong|trien khai)\b.*")
_CONTINUOUS = re.compile(r"(?:duy tri )?thuong xuyen\b.*|duy tri\b.*|lien tuc\b.*|hang nam|hang nam.*")
_UNIT = re.compile(r"\(?\b((?:nghìn |ngàn |triệu |tỷ |tỉ )?(?:tỷ |tỉ )?đồng)\b", re.IGNORECASE)
# Before a result that is only a bound or a guess.
_QUALIFIED = re.compile(
    r"(?P<qualifier>[≥≤~]|[<>]=?|trên|hơn|vượt|khoảng|xấp xỉ|gần|dưới|tối thiểu|ít nhất|không quá|tối đa)"
    r"\s*(?P<rest>\d.*)",
    re.IGNORECASE,
)
_SERIAL = re.compile(r"\d{1,6}", re.ASCII)
_YEARS = re.compile(r"(?:năm )?(\d{4})(?:\s*[-–—]\s*(?:năm )?(\d{4}))?", re.IGNORECASE)


def read_indicators(sheets: list[Sheet], remarks: Remarks) -> list[dict]:
    """One row per indicator of every table of indicators."""
    return [row for sheet in sheets if sheet.kind == "indicators" for row in _indicators(sheet, remarks)]


def _indicators(sheet: Sheet, remarks: Remarks) -> list[dict]:
    year = _year(sheet.heading("target")) or _year(sheet.heading("result")) or _year(sheet.title)
    cells = [entry.cells.get(column) for entry in sheet.entries for column in ("target", "result")]
    mark = convention(numeral for cell in cells if cell and (numeral := bare_numeral(cell)))
    if mark is None:
        _undecided(sheet, "target", remarks)
    rows = []
    for entry in sheet.entries:
        target, result, note = (entry.cells.get(column) for column in ("target", "result", "note"))
        kind, operator, target_value = _target(entry, sheet, mark, remarks)
        result_kind, result_value, qualifier = _result(entry, sheet, mark, remarks)
        rows.append(
            {
                "line": entry.line,
                "section_no": entry.section_no,
                "section_name": entry.section_name,
                "number": entry.number,
                "name": entry.cells["name"],
                "name_key": match_key(entry.cells["name"] or ""),
                "target_year": year,
                "target_raw": target,
                "target_cell": sheet.cell("target"),
                "target_kind": kind,
                "operator": operator,
                "target_value": target_value,
                "result_year": _year(sheet.heading("result")) or year,
                "result_raw": result,
                "result_cell": sheet.cell("result"),
                "result_kind": result_kind,
                "result_value": result_value,
                "result_qualifier": qualifier,
                "result_decimals": None if result_value is None else decimals(result_value),
                "note": note,
                "note_line": entry.line if note else None,
                "note_key": match_key(note) if note else None,
            }
        )
    _share_notes(rows, sheet, remarks)
    return rows


def _year(text: str) -> int | None:
    years = re.findall(r"\bnăm (\d{4})\b", text, re.IGNORECASE)
    return int(years[0]) if years else None


def _target(
    entry: Entry, sheet: Sheet, mark: str | None, remarks: Remarks
) -> tuple[str | None, str | None, Decimal | None]:
    text = entry.cells.get("target")
    if text is None:
        if "target" in sheet.columns:
            _unread(
                entry, sheet, "target", remarks, "chỉ tiêu không có mục tiêu", "the indicator has no target"
            )
        return None, None, None
    key = match_key(text)
    if not re.search(r"\d", text):
        if _CONTINUOUS.fullmatch(key):
            return "continuous", None, None
        if _MILESTONE.fullmatch(key):
            return "milestone", None, None
    elif mark:
        try:
            return ("threshold", *threshold(text, mark))
        except ValueError:
            pass
    if mark or not re.search(r"\d", text):
        vi = "mục tiêu không phải ngưỡng, mốc hay việc thường xuyên"
        _unread(entry, sheet, "target", remarks, vi, "no threshold, milestone or continuous duty")
    return None, None, None


def _result(
    entry: Entry, sheet: Sheet, mark: str | None, remarks: Remarks
) -> tuple[str | None, Decimal | None, str | None]:
    """Kind, value, and the word before a value that is only a bound or a guess."""
    text = entry.cells.get("result")
    if text is None or not re.search(r"\w", text):  # '-' and its kin: nobody assessed it
        return "absent", None, None
    if not re.search(r"\d", text):
        return "words", None, None
    if mark:
        qualified = _QUALIFIED.fullmatch(text.strip())
        try:
            if qualified:
                return "value", percent(qualified["rest"], mark), qualified["qualifier"].lower()
            return "value", percent(text, mark), None
        except ValueError:
            _unread(
                entry, sheet, "result", remarks, "kết quả không phải một con số", "the result is no number"
            )
    return "words", None, None


def _share_notes(rows: list[dict], sheet: Sheet, remarks: Remarks) -> None:
    """A note on a result that is absent also holds for absent results right below: its cell was merged."""
    for above, below in pairwise(rows):
        same = above["section_no"] == below["section_no"]
        absent = above["result_kind"] == below["result_kind"] == "absent"
        if "result" in sheet.columns and same and absent and above["note"] and not below["note"]:
            below |= {key: above[key] for key in ("note", "note_line", "note_key")}
            names = f"{above['number']}", f"{below['number']}"
            remarks.add(
                "merged_note",
                above["line"],
                above["note"],
                f"Ghi chú của chỉ tiêu {names[0]} là ô gộp, cũng áp dụng cho chỉ tiêu {names[1]}"
                f" (dòng {below['line']}) không có kết quả.",
                f"The note of indicator {names[0]} was a merged cell and also holds for indicator {names[1]}"
                f" (line {below['line']}), which has no result.",
                to=below["line"],
                cell=sheet.cell("note"),
            )


def read_tasks(
    sheets: list[Sheet], document: Document, remarks: Remarks
) -> tuple[list[dict], dict[int, str | None]]:
    """One row per task of every table of tasks, and the mark between thousands by index of the sheet."""
    marks: dict[int, str | None] = {}
    rows = []
    for i, sheet in enumerate(sheets):
        if sheet.kind == "tasks":
            marks[i] = _amount_mark(sheet, remarks)
            rows += _tasks(sheet, marks[i], remarks)
    _mend_leads(rows, sheets, document, remarks)
    return rows, marks


def amount_unit(sheet: Sheet) -> str | None:
    """`triệu đồng`, from the header of the column or the title of the table; None where neither says."""
    for text in (sheet.heading("amount"), sheet.title):
        if match := _UNIT.search(text):
            return match[1].lower()
    return None


def printed_total(sheet: Sheet) -> tuple[int, str] | None:
    """The total's cell, from 1, and its text."""
    column = sheet.columns.get("amount")
    if sheet.total is None or column is None:
        return None
    filled = [
        (i, tidy(cell)) for i, cell in enumerate(sheet.total.cells) if re.fullmatch(r"[\d.,]+", tidy(cell))
    ]
    return next(((i + 1, text) for i, text in filled if i == column or len(filled) == 1), None)


def _amount_mark(sheet: Sheet, remarks: Remarks) -> str | None:
    if "amount" not in sheet.columns:
        return None
    cells = [entry.cells["amount"] for entry in sheet.entries if entry.cells["amount"]]
    total = printed_total(sheet)
    mark = convention([cell for cell in cells if cell], total[1] if total else None)
    if amount_unit(sheet) is None:
        remarks.add(
            "unread_table",
            sheet.header.line,
            sheet.heading("amount"),
            "Cột kinh phí không ghi đơn vị tính; các số tiền để trống.",
            "The column of amounts states no unit; the amounts are left empty.",
            cell=sheet.cell("amount"),
        )
    if mark is None:
        _undecided(sheet, "amount", remarks)
    return mark


def _undecided(sheet: Sheet, column: str, remarks: Remarks) -> None:
    remarks.add(
        "unread_table",
        sheet.header.line,
        sheet.heading(column),
        "Không xác định được dấu phân cách hàng nghìn của bảng: cả hai cách đọc đều có thể; các số để trống.",
        "Neither total nor cells decide which mark stands between thousands; the numbers are left empty.",
        cell=sheet.cell(column),
    )


def _tasks(sheet: Sheet, mark: str | None, remarks: Remarks) -> list[dict]:
    unit = amount_unit(sheet) if "amount" in sheet.columns else None
    rows = []
    for entry in sheet.entries:
        cells = entry.cells
        years_from, years_to = _years(entry, sheet, remarks)
        serial = entry.number
        if serial is not None and not _SERIAL.fullmatch(serial):
            _unread(entry, sheet, "number", remarks, "số thứ tự không phải số nguyên", "no whole number")
            serial = None
        rows.append(
            {
                "line": entry.line,
                "appendix": sheet.appendix,
                "number": int(serial) if serial else None,
                "name": cells["name"],
                "objective": cells.get("objective"),
                "lead_raw": cells.get("lead"),
                "lead_cell_raw": cells.get("lead"),
                "lead_key": match_key(cells["lead"]) if cells.get("lead") else None,
                "task_class": cells.get("task_class"),
                "years_raw": cells.get("years"),
                "years_from": years_from,
                "years_to": years_to,
                "funding_source": cells.get("funding"),
                "amount_raw": cells.get("amount"),
                "amount_cell": sheet.cell("amount"),
                "amount_unit": unit,
                "amount_vnd": _amount(entry, sheet, unit, mark, remarks),
                "status": cells.get("status"),
                "note": cells.get("note"),
            }
        )
    return rows


def _amount(entry: Entry, sheet: Sheet, unit: str | None, mark: str | None, remarks: Remarks) -> int | None:
    text = entry.cells.get("amount")
    if not text or not re.search(r"\w", text) or unit is None or mark is None:
        return None
    try:
        value = money(text, unit, mark)
    except ValueError:
        vi = "không phải số tiền viết theo cách của bảng"
        _unread(entry, sheet, "amount", remarks, vi, "no amount in the number format of the table")
        return None
    if value != int(value):
        _unread(entry, sheet, "amount", remarks, "không phải số đồng nguyên", "no whole number of đồng")
        return None
    return int(value)


def _years(entry: Entry, sheet: Sheet, remarks: Remarks) -> tuple[int | None, int | None]:
    text = entry.cells.get("years")
    if not text:
        return None, None
    match = _YEARS.fullmatch(text)
    if not match:
        _unread(entry, sheet, "years", remarks, "không phải năm hay khoảng năm", "no year or range of years")
        return None, None
    return int(match[1]), int(match[2] or match[1])


def _unread(entry: Entry, sheet: Sheet, column: str, remarks: Remarks, vi: str, en: str) -> None:
    remarks.add(
        "unread_cell",
        entry.line,
        entry.cells.get(column) or "",
        f"Không đọc được ô này: {vi}.",
        f"This cell could not be read: {en}.",
        cell=sheet.cell(column),
    )


def _mend_leads(rows: list[dict], sheets: list[Sheet], document: Document, remarks: Remarks) -> None:
    """Make agencies whole whose merged cell was split over neighbouring rows of one appendix.

    The evidence is the name itself: what the rows spell together stands whole in another row, and one of them
    alone is no agency; a row that names three agencies does not join the three. A cell that cannot be a name
    (only a bracket, or a lower-case start) may also be proved by the text of the document;
    without proof it is remarked, not guessed.
    """
    whole: dict[str, str] = {}
    for row in rows:
        if row["lead_key"]:
            whole.setdefault(row["lead_key"], row["lead_raw"])
    cell_of = {entry.line: sheet.cell("lead") for sheet in sheets for entry in sheet.entries}
    prose: str | None = None
    at = 0
    while at < len(rows):
        taken = 1
        for length in (4, 3, 2):
            run = rows[at : at + length]
            leads = [row["lead_cell_raw"] for row in run]
            if len(run) < length or not all(leads) or len({row["appendix"] for row in run}) > 1:
                continue
            joined = " ".join(leads)
            key = match_key(joined)
            found = whole.get(key) if any(not _is_name(lead) for lead in leads) else None
            if not found and length == 2 and _fragment(leads[1]) and not _fragment(leads[0]):
                prose = prose or f" {match_key(' '.join(line.text for line in document.lines))} "
                found = joined if f" {key} " in prose else None
            if found:
                _mend(run, found, cell_of[run[0]["line"]], remarks)
                taken = length
                break
        else:
            lead = rows[at]["lead_cell_raw"]
            if lead and _fragment(lead):
                remarks.add(
                    "unread_cell",
                    rows[at]["line"],
                    lead,
                    "Ô đơn vị chủ trì chỉ là một phần của tên; không có căn cứ để ghép.",
                    "The cell of the lead agency is only part of a name; nothing proves which.",
                    cell=cell_of[rows[at]["line"]],
                )
        at += taken


_AGENCY = re.compile(
    r"(?:cac )?(?:so|ban|bo|ubnd|uy ban|hdnd|hoi dong|van phong|cong an|chi cuc|cuc|tong cuc|trung tam|hoi"
    r"|lien doan|mat tran|tinh doan|tinh uy|huyen uy|thanh uy|benh vien|truong|dai hoc|dai|bao|thanh tra"
    r"|toa an|vien|kho bac|ngan hang|buu dien|vnpt|viettel|mobifone|phong|don vi|doanh nghiep|cong ty"
    r"|tap doan|bao hiem|quy|vuon)\b"
)


def _is_name(text: str) -> bool:
    return not _fragment(text) and bool(_AGENCY.match(match_key(text)))


def _fragment(text: str) -> bool:
    return text.startswith("(") or text[:1].islower()


def _mend(run: list[dict], name: str, cell: int | None, remarks: Remarks) -> None:
    numbers = [str(row["number"]) for row in run]
    parts = " / ".join(row["lead_cell_raw"] for row in run)
    for row in run:
        row |= {"lead_raw": name, "lead_key": match_key(name)}
    remarks.add(
        "split_cell",
        run[0]["line"],
        parts,
        f"Ô gộp bị tách qua các hàng {', '.join(numbers)}; đơn vị chủ trì của cả nhóm là {name}.",
        f"One merged cell was split over rows {', '.join(numbers)}; the lead agency of them all is {name}.",
        to=run[-1]["line"],
        cell=cell,
    )


def appendices_of(sheets: Iterable[Sheet], words: str) -> str | None:
    """The appendix of tasks whose title holds the words (given as a match key), if exactly one does."""
    found = [s.appendix for s in sheets if s.kind == "tasks" and words in match_key(s.title)]
    return found[0] if len(set(found)) == 1 else None
