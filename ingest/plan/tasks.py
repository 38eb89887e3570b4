"""The tables of tasks: agencies, time, money and its source, and agencies that a merged cell split."""

import re
from collections.abc import Iterable
from decimal import Decimal

from ingest.numerals import convention, money
from ingest.plan.document import Document
from ingest.plan.remarks import Remarks
from ingest.plan.tables import Entry, SectionSum, Sheet, remark_cell, remark_undecided
from ingest.plan.task_texts import money_years, one_year, provider
from ingest.plan.years import Schedule, horizon, schedule
from ingest.wording import match_key, tidy

_UNIT = re.compile(r"\(?\b((?:nghìn |ngàn |triệu |tỷ |tỉ )?(?:tỷ |tỉ )?đồng)\b", re.IGNORECASE)
_SHORT_UNITS = (
    ("triệu đồng", re.compile(r"(?:^|(?<=[\s(:]))tr(?:\.|iệu)?\s?(?:đ|đồng)(?=$|[\s).;,])", re.IGNORECASE)),
    ("nghìn đồng", re.compile(r"(?:^|(?<=[\s(:]))1\.?000\s?(?:đ|đồng)(?=$|[\s).;,])", re.IGNORECASE)),
    ("đồng", re.compile(r"(?:^|(?<=[\s(:]))(?:đ|VNĐ|VND)(?=$|[\s).;,])", re.IGNORECASE)),
)
_SUM = re.compile(r"(?:\d[\d.,]*\s*(?:tỷ|tỉ|triệu|nghìn|ngàn)\s*){2,}(?:đồng)?", re.IGNORECASE)
_WITH_UNIT = re.compile(r"(?P<number>\d[\d.,]*)\s*(?P<unit>[^\W\d_][^\d]*)?")
_SERIAL = re.compile(r"\d{1,6}", re.ASCII)


def read_tasks(
    sheets: list[Sheet], document: Document, year: int | None, remarks: Remarks
) -> tuple[list[dict], dict[int, str | None]]:
    """One row per task of every table of tasks, and the mark between thousands by index of the sheet.

    `year`: of months and quarters beside which no year stands.
    """
    marks: dict[int, str | None] = {}
    rows = []
    for i, sheet in enumerate(sheets):
        if sheet.kind == "tasks":
            marks[i] = _amount_mark(sheet, remarks)
            rows += _tasks(sheet, marks[i], year, remarks)
    _mend_leads(rows, sheets, document, remarks)
    return rows, marks


# The closed lists beside the words as printed. The first code whose words the text holds is the row's.
TASK_CLASSES = (
    ("carried_over", r"chuyen tiep"),
    ("adjusted", r"dieu chinh"),
    ("expanded", r"mo rong|nang cap|cai tao|bo sung"),
    ("recurring", r"thuong xuyen|hang nam|duy tri|dinh ky|thue dich vu"),
    ("new", r"moi\b|dau tu moi|xay dung moi|khoi cong"),
)
FUNDING_SOURCES = (
    ("integrated", r"long ghep|kinh phi (?:chi )?thuong xuyen cua (?:don vi|co quan)"),
    ("several_budgets", r"(?=.*\b(?:tw|trung uong|nstw)\b)(?=.*\b(?:dia phuong|nsdp|tinh)\b)"),
    ("central_budget", r"trung uong|\b(?:ns ?)?tw\b|muc tieu quoc gia|mtqg"),
    ("provincial_budget", r"(?:ngan sach|ns|von) (?:nha nuoc )?(?:cap )?(?:cua )?tinh\b|nst\b"),
    ("district_budget", r"(?:ngan sach|ns|von) (?:cap )?(?:cua )?(?:huyen|thi xa|thanh pho|xa|phuong)\b"),
    ("local_budget", r"dia phuong|\bns ?dp\b"),
    ("foreign_aid", r"\boda\b|vien tro|vay nuoc ngoai"),
    ("private", r"xa hoi hoa|doanh nghiep|tu nhan|hop phap khac|tai tro"),
    ("provided", r"phan mem (?:do|chay)\b|mien phi"),  # by another body, at no cost to the plan
    ("state_budget", r"ngan sach|\bns(?:nn)?\b|dau tu cong|su nghiep|chi thuong xuyen"),
)


def _code(entry: Entry, sheet: Sheet, column: str, codes: tuple, remarks: Remarks) -> str | None:
    """The code of the closed list that the cell's words mean; a cell of other words is remarked."""
    text = entry.cells.get(column)
    key = match_key(text or "")
    code = next((code for code, words in codes if re.search(rf"\b(?:{words})", key)), None)
    if key and code is None:
        remark_cell(entry, sheet, column, remarks, "unread_cell.unknown_kind")
    return code


_SPLIT_LEAD = re.compile(
    r"[-–+•\s]*(?:(?:cơ quan|đơn vị) )?(?:chủ trì\s*:?\s*|CT\s*:\s*)?"
    r"(?P<lead>.+?)[\s;,.:(\-–+•]*(?:chủ trì)?[\s;,.\-–+•]*"
    r"\b(?:(?:(?:cơ quan|đơn vị) )?phối hợp\s*(?:với\b|cùng\b|:)?|PH\s*:)\s*(?P<others>.*?)[).]?",
    re.IGNORECASE,
)
_BRACKETED = re.compile(
    r"(?P<lead>[^()]+?)\s*\(\s*(?:chủ trì|CT)\s*\)[\s,;]*"
    r"(?P<others>[^()]+?)\s*\(\s*(?:phối hợp|PH)\s*\)[.;]?",
    re.IGNORECASE,
)
_SLASHED = re.compile(r"(?P<lead>[^/]+?)\s*/\s*(?P<others>[^/]+)")


def agencies(entry: Entry, heading: str) -> tuple[str | None, str | None]:
    """Who leads and who takes part: two cells, or one that tells them apart by `phối hợp`, or by the `/` that
    its heading has too."""
    lead, others = entry.cells.get("lead"), entry.cells.get("coordinating")
    if lead and not others and len(several := _several(lead)) > 1:
        if re.search(r"[-–].*phối hợp", heading, re.IGNORECASE):
            return several[0], "; ".join(several[1:])
        return "; ".join(several), None
    forms = [_BRACKETED, _SPLIT_LEAD]
    if re.search(r"/.*phối hợp", heading, re.IGNORECASE):
        forms.append(_SLASHED)
    for form in forms if lead and not others else ():
        if (match := form.fullmatch(lead or "")) and match["others"]:
            return match["lead"], match["others"]
    return lead, others


def _several(text: str) -> list[str]:
    """The agencies between dashes: `Sở KH&CN - Công an tỉnh` are two, `Sở Văn hóa - Thể thao` is one."""
    names: list[str] = []
    for piece in re.split(r"\s[-–]\s", text):
        is_agency = _AGENCY.match(match_key(piece)) and piece[:1].isupper()
        of_one = _OF_ONE_OFFICE.fullmatch(match_key(f"{names[-1]} | {piece}")) if names else None
        if names and (of_one or not is_agency):
            names[-1] += f" - {piece}"
        else:
            names.append(piece)
    return names if _AGENCY.match(match_key(names[0])) else [text]


def amount_unit(sheet: Sheet) -> str | None:
    """`triệu đồng`, from the header of the column or the title of the table; None where neither says."""
    for text in (sheet.heading("amount"), sheet.title):
        if short := _short_unit(text):
            return short
        if match := _UNIT.search(text):
            return match[1].lower()
    return None


def _short_unit(text: str) -> str | None:
    """`triệu đồng` of `(tr.đ)`, `nghìn đồng` of `(1.000đ)`."""
    return next((unit for unit, form in _SHORT_UNITS if form.search(text)), None)


def printed_total(sheet: Sheet) -> tuple[int, str] | None:
    """The total's cell, from 1, and its text."""
    column = sheet.columns.get("amount")
    if sheet.total is None or column is None:
        return None
    filled = [
        (i, tidy(cell)) for i, cell in enumerate(sheet.total.cells) if re.fullmatch(r"[\d.,]+", tidy(cell))
    ]
    return next(((i + 1, text) for i, text in filled if i == column or len(filled) == 1), None)


def _stated(text: str, unit: str | None) -> tuple[str, str | None]:
    """The digits of an amount, and its unit where it prints one of its own: `530 triệu đồng`."""
    match = _WITH_UNIT.fullmatch(text.strip())
    if not match:
        return text, unit
    own = match["unit"]
    return match["number"], (_short_unit(own) or own) if own else unit


def _amount_mark(sheet: Sheet, remarks: Remarks) -> str | None:
    if "amount" not in sheet.columns:
        return None
    cells = [_stated(text, None) for entry in sheet.entries if (text := entry.cells["amount"])]
    total = printed_total(sheet)
    mark = convention([numeral for numeral, _ in cells], total[1] if total else None)
    if amount_unit(sheet) is None and not all(unit for _, unit in cells):
        heading = sheet.heading("amount")
        remarks.add("unread_table.without_unit", sheet.header.line, heading, cell=sheet.cell("amount"))
    if mark is None:
        remark_undecided(sheet, "amount", remarks)
    return mark


def _tasks(sheet: Sheet, mark: str | None, year: int | None, remarks: Remarks) -> list[dict]:
    unit = amount_unit(sheet) if "amount" in sheet.columns else None
    heading_year = horizon(sheet.heading("years")) or horizon(sheet.title) or year
    rows = []
    for entry in sheet.entries:
        cells = entry.cells
        years = _years(entry, sheet, heading_year, remarks)
        lead, coordinating = agencies(entry, sheet.heading("lead"))
        serial = entry.number if entry.number and _SERIAL.fullmatch(entry.number) else None
        rows.append(
            {
                "line": entry.line,
                "appendix": sheet.appendix,
                "section_no": entry.section_no,
                "section_name": entry.section_name,
                "number": int(serial) if serial else None,
                "number_raw": entry.number,
                "parent_number": entry.parent.number if entry.parent else None,
                "name": cells["name"],
                "objective": cells.get("objective"),
                "product": cells.get("product"),
                "lead_raw": lead,
                "lead_cell_raw": cells.get("lead"),
                "lead_key": match_key(lead) if lead else None,
                "coordinating_raw": coordinating,
                "task_class": cells.get("task_class"),
                "task_class_code": _code(entry, sheet, "task_class", TASK_CLASSES, remarks),
                "years_raw": cells.get("years")
                or " - ".join(text for name in ("start", "end") if (text := cells.get(name)))
                or None,
                "years_kind": years.kind if years else None,
                "years_from": years.start if years else None,
                "years_to": years.end if years else None,
                "funding_source": cells.get("funding"),
                "funding_code": _code(entry, sheet, "funding", FUNDING_SOURCES, remarks),
                "amount_raw": cells.get("amount"),
                "amount_cell": sheet.cell("amount"),
                "amount_unit": unit,
                "amount_vnd": _amount(entry, sheet, "amount", unit, mark, remarks),
                "money_years": money_years(cells),
                "provider": provider(cells),
                "table_year": one_year(sheet.heading("amount")) or one_year(sheet.title),
                "amount_year": one_year(sheet.heading("amount")) if "amount" in sheet.columns else None,
                "total_raw": cells.get("total"),
                "total_vnd": _amount(entry, sheet, "total", unit, mark, remarks),
                "status": cells.get("status"),
                "note": cells.get("note"),
            }
        )
    return rows


def _amount(
    entry: Entry, sheet: Sheet, column: str, unit: str | None, mark: str | None, remarks: Remarks
) -> int | None:
    text = entry.cells.get(column)
    if not text or not re.search(r"\w", text) or mark is None:
        return None
    numeral, unit = _stated(text, unit)
    try:
        if _SUM.fullmatch(text):  # `3 tỷ 500 triệu đồng`
            pieces = re.findall(r"(\d[\d.,]*)\s*([^\W\d_]+)", text)
            value = sum((money(part, of, mark) for part, of in pieces), Decimal())
        elif unit is None and re.fullmatch(r"[\d.,\s]+|\D+", text):
            return None
        else:
            value = money(numeral, unit or "", mark)
    except ValueError:
        remark_cell(entry, sheet, column, remarks, "unread_cell.amount")
        return None
    if value != int(value):
        remark_cell(entry, sheet, column, remarks, "unread_cell.fraction_of_dong")
        return None
    return int(value)


def section_sum(
    total: SectionSum, unit: str | None, mark: str | None
) -> tuple[Decimal, list[Decimal]] | None:
    """What a section row prints and the amounts below it, in đồng; None where one of them cannot be read."""
    texts = [
        text for entry in total.entries if (text := entry.cells.get(total.column)) and re.search(r"\w", text)
    ]
    try:
        if unit is None or mark is None or not texts:
            return None
        parts = [_stated(text, unit) for text in texts]
        return money(total.text, unit, mark), [money(text, of or unit, mark) for text, of in parts]
    except ValueError:
        return None


def _years(entry: Entry, sheet: Sheet, heading_year: int | None, remarks: Remarks) -> Schedule | None:
    if len(columns := sheet.those("years")) > 1:
        marked = [
            year for name in columns if entry.cells.get(name) and (year := horizon(sheet.heading(name)))
        ]
        return Schedule("span", min(marked), max(marked)) if marked else None
    stated = [name for name in ("years", "start", "end") if entry.cells.get(name)]
    text = " - ".join(entry.cells[name] or "" for name in stated)
    if not text or not re.search(r"\w", text):
        return None
    found = schedule(text, heading_year)
    if not found:
        remark_cell(entry, sheet, stated[0], remarks, "unread_cell.time")
    return found


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
                line = rows[at]["line"]
                remarks.add("unread_cell.part_of_name", line, lead, cell=cell_of[line])
        at += taken


_OF_ONE_OFFICE = re.compile(r"van phong (?:doan )?(?:dbqh|hdnd|ubnd) (?:hdnd|ubnd)\b.*")
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
    numbers = ", ".join(str(row["number"]) for row in run)
    parts = " / ".join(row["lead_cell_raw"] for row in run)
    for row in run:
        row |= {"lead_raw": name, "lead_key": match_key(name)}
    lines, words = (run[0]["line"], run[-1]["line"]), {"numbers": numbers, "name": name}
    remarks.add("split_cell.lead", lines[0], parts, to=lines[1], cell=cell, **words)


def appendices_of(sheets: Iterable[Sheet], words: str) -> str | None:
    """The appendix of tasks whose title holds the words (given as a match key), if exactly one does."""
    found = [s.appendix for s in sheets if s.kind == "tasks" and words in match_key(s.title)]
    return found[0] if len(set(found)) == 1 else None
