"""What the document states about itself, to be computed again: ratios, sums, totals, cross-references."""

import re
from decimal import Decimal
from itertools import pairwise
from typing import Any

from ingest.numerals import DOT, decimals, factor, from_words, money, number, words_precision
from ingest.plan.document import Document
from ingest.plan.figures import Figure
from ingest.plan.remarks import Remarks
from ingest.plan.tables import Sheet
from ingest.plan.tasks import amount_unit, appendices_of, printed_total, section_sum
from ingest.wording import match_key, tidy

_ALL = re.compile(r"\b(?:tất cả|toàn bộ)\b", re.IGNORECASE)
_CAVEAT = re.compile(
    r"(?:ước lượng|không có số liệu)[^()]{0,80}\(\s*(?:ví dụ|vd|như)\b\s*:?\s*([^()]*)\)", re.IGNORECASE
)
_WORDS_LEAD = re.compile(r"^[(\s]*(?:số tiền )?(?:viết )?b[ằả]ng chữ\s*:?", re.IGNORECASE)
_MARK = re.compile(r"(?<!\w)\((\d{1,2})\)(?=\s+[^\W\d_])")
# Of the units that a bracket lists, each group as it is counted.
_GROUPS = [
    (group, re.compile(words))
    for group, words in (
        ("one", r"(?:tinh uy|dang uy khoi|ubnd tinh|uy ban nhan dan tinh|hdnd tinh|van phong ubnd tinh)"),
        ("several", r"(?:cac )?so(?: ban)? nganh|(?:cac )?so ban nganh(?: tinh)?"),
        ("districts", r"(?:cac )?(?:(?:ubnd|uy ban nhan dan) )?(?:cap huyen|cac huyen thi xa thanh pho)"),
        ("huyen", r"(?:cac )?huyen uy"),
        ("communes", r"(?:cac )?(?:(?:ubnd|uy ban nhan dan) )?(?:cap xa|cac xa phuong thi tran)"),
    )
]
_UNITS = {"huyen thi xa thanh pho": "districts", "xa phuong thi tran": "communes"}


def read_claims(
    document: Document,
    figures: list[Figure],
    others: list[Figure],
    sheets: list[Sheet],
    marks: dict[int, str | None],
    remarks: Remarks,
) -> list[dict]:
    """Claims in the order of the document. Amounts are in đồng, whatever unit they were printed in.

    `figures` are those of the text, `others` those of targets and of the words of tables.
    """
    claims = [*_ratios(figures), *_sums(figures), *_budget(figures, sheets)]
    claims += [*_organisations(figures + others), *_lists(document, figures), *_units(figures)]
    for i, sheet in enumerate(sheets):
        if sheet.kind == "tasks":
            claims += _totals(sheet, marks[i], remarks)
    claims.sort(key=lambda claim: (claim["line"], claim["cell"] or 0, claim["char_from"] or 0))
    return [{"claim_no": i, **claim} for i, claim in enumerate(claims, 1)]


def _claim(kind: str, subject: str, stated: Decimal, precision: Decimal, unit: str, **rest: Any) -> dict:
    absent = dict.fromkeys(
        (
            *("appendix", "cell", "char_from", "char_to", "qualifier", "numerator", "denominator"),
            *("parts", "listed_groups"),
        )
    )
    given = {"kind": kind, "subject": subject, "subject_key": match_key(subject), "unit": unit}
    return absent | given | {"stated": stated, "precision": precision} | rest


def _locator(figure: Figure) -> dict:
    return figure.locator | {
        "raw_text": figure.text,
        "decimals": figure.decimals,
        "qualifier": figure.qualifier,
    }


def _unit_of_last_digit(figure: Figure) -> Decimal:
    """0.01 for 65,66 %; 1000000 for 169,547 tỷ đồng."""
    scale = factor(figure.unit) if figure.kind == "money" and figure.unit else 1
    return Decimal(scale).scaleb(-figure.decimals)


def _grouped(figures: list[Figure]) -> dict[int, dict[str, list[Figure]]]:
    groups: dict[int, dict[str, list[Figure]]] = {}
    for figure in figures:
        if figure.group is not None:
            groups.setdefault(figure.group, {}).setdefault(figure.role, []).append(figure)
    return groups


def _ratios(figures: list[Figure]) -> list[dict]:
    claims = []
    for roles in _grouped(figures).values():
        if "numerator" not in roles:
            continue
        above, below = roles["numerator"][0], roles["denominator"][0]
        inputs = {"numerator": above.value, "denominator": below.value}
        if "percent" in roles:
            percent = roles["percent"][0]
            precision = _unit_of_last_digit(percent)
            subject, of_figure = percent.label or percent.context, _locator(percent) | inputs
            claims.append(_claim("ratio_in_text", subject, percent.value, precision, "percent", **of_figure))
        elif _ALL.search(above.context):
            # "All of them" is exact, so it is held to every digit that is kept.
            of_both = _locator(above) | inputs | {"char_to": _locator(below)["char_to"], "decimals": 4}
            of_both["raw_text"] = above.paragraph.text[above.start : below.end]
            subject, exact = below.unit or above.context, Decimal("0.0001")
            claims.append(_claim("ratio_in_text", subject, Decimal(100), exact, "percent", **of_both))
    return claims


def _sums(figures: list[Figure]) -> list[dict]:
    claims = []
    for roles in _grouped(figures).values():
        if "whole" in roles:
            whole, parts = roles["whole"][0], [part.value for part in roles["part"]]
            subject = whole.unit or whole.label or whole.context
            claims.append(_counted("sum_in_text", whole, subject=subject, parts=parts))
    return claims


def _budget(figures: list[Figure], sheets: list[Sheet]) -> list[dict]:
    """The number and cost of tasks that the list of tasks and projects gives for each level of government."""
    claims = []
    for figure in figures:
        section = match_key(figure.paragraph.section or "")
        level = re.match(r"(?:\d+ )?cap (so ban nganh|tinh|huyen)\b", section)
        if not level or figure.paragraph.part == "result":
            continue
        appendix = appendices_of(sheets, "cac huyen" if level[1] == "huyen" else "cap tinh")
        rest = {"appendix": appendix, **_locator(figure)}
        subject = tidy(re.sub(r"^[\d.]+\s*", "", figure.paragraph.section or ""))
        if figure.unit and match_key(figure.unit) in ("nhiem vu", "nhiem vu du an", "du an"):
            claims.append(_claim("row_count", subject, figure.value, Decimal(1), "rows", **rest))
        elif figure.kind == "money":
            precision = _unit_of_last_digit(figure)
            claims.append(_claim("cross_reference", subject, figure.value, precision, "đồng", **rest))
    return claims


def _organisations(figures: list[Figure]) -> list[dict]:
    return [
        _counted("cross_reference", figure, subject_key=_UNITS[match_key(figure.unit)])
        for figure in figures
        if figure.unit and match_key(figure.unit) in _UNITS and figure.kind == "count"
    ]


def _counted(kind: str, figure: Figure, subject: str | None = None, **rest: Any) -> dict:
    about = subject or figure.unit or ""
    return _claim(kind, about, figure.value, Decimal(1), "count", **_locator(figure), **rest)


def _lists(document: Document, figures: list[Figure]) -> list[dict]:
    """`ban hành 4 chính sách: (1) ...; (2) ...`: how many are announced, and how many follow."""
    claims = []
    for paragraph in document.paragraphs:
        marks = [(int(match[1]), match.start()) for match in _MARK.finditer(paragraph.text)]
        runs = [i for i, (number, _) in enumerate(marks) if number == 1]
        for first, end in pairwise([*runs, len(marks)]):
            begin = marks[first][1]
            before = [f for f in figures if f.paragraph is paragraph and f.end <= begin]
            announced = [f for f in before if f.kind == "count"]
            if not announced or not paragraph.text[:begin].rstrip().endswith(":"):
                continue
            figure = announced[-1]
            if figure.unit is None or re.search(r"[.;]\s", paragraph.text[figure.end : begin]):
                continue
            parts = [Decimal(1)] * (end - first)
            claims.append(_counted("list_in_text", figure, parts=parts))
    return claims


def _units(figures: list[Figure]) -> list[dict]:
    """`255 điểm cầu (Tỉnh ủy; các sở, ban, ngành; UBND cấp huyện và UBND cấp xã)`: at least one each."""
    claims = []
    for figure in figures:
        opened = re.compile(r"\s*\(([^()]*)\)").match(figure.paragraph.text, figure.unit_end)
        if figure.kind != "count" or figure.unit is None or not opened:
            continue
        named = [match_key(name) for name in re.split(r";|\bvà\b", opened[1])]
        groups = [next((g for g, words in _GROUPS if words.fullmatch(name)), None) for name in named if name]
        if len(groups) > 1 and all(groups) and {"districts", "communes"} & set(groups):
            claims.append(_counted("units_in_text", figure, listed_groups=groups))
    return claims


def _totals(sheet: Sheet, mark: str | None, remarks: Remarks) -> list[dict]:
    claims = []
    unit = amount_unit(sheet)
    total = printed_total(sheet)
    about: dict[str, Any] = {"appendix": sheet.appendix, "unit": "đồng"}
    about["subject"] = sheet.heading("amount") or sheet.title
    if sheet.total and "amount" in sheet.columns and total is None:
        _unread(sheet.total.line, sheet.cell("amount"), tidy(" ".join(sheet.total.cells)), remarks)
    elif sheet.total and total and not (unit and mark):
        _unread(sheet.total.line, *total, remarks)
    elif sheet.total and total and unit and mark:
        cell, text = total
        locator: dict[str, Any] = {"line": sheet.total.line, "cell": cell, "raw_text": text}
        try:
            places = decimals(number(text, mark))
            precision = Decimal(factor(unit)).scaleb(-places)
            stated = money(text, unit, mark)
            about_total = about | locator | {"decimals": places}
            claims.append(_claim("column_total", stated=stated, precision=precision, **about_total))
        except ValueError:
            _unread(sheet.total.line, cell, text, remarks)
    for section in sheet.sums:
        locator = {"line": section.line, "cell": sheet.cell(section.column), "raw_text": section.text}
        if not section.entries:
            continue
        if found := section_sum(section, unit, mark):
            places = decimals(number(section.text, mark or DOT))
            of_amounts = section.column == "amount"
            subject = section.name if of_amounts else f"{section.name}: {sheet.heading(section.column)}"
            precision = Decimal(factor(unit or "đồng")).scaleb(-places)
            locator |= {"decimals": places, "parts": found[1]}
            claims.append(_claim("sum_in_text", subject, found[0], precision, "đồng", **locator))
        else:
            _unread(section.line, sheet.cell(section.column), section.text, remarks)
    if sheet.words:
        line, cell, text = sheet.words
        words = _WORDS_LEAD.sub("", text).strip(" .()")
        locator = {"line": line, "cell": cell, "raw_text": words, "decimals": 0}
        try:
            stated, precision = Decimal(from_words(words)), Decimal(words_precision(words))
            claims.append(_claim("total_in_words", stated=stated, precision=precision, **about, **locator))
        except ValueError:
            _unread(line, cell, text, remarks)
    return claims


def _unread(line: int, cell: int | None, text: str, remarks: Remarks) -> None:
    remarks.add("unread_cell.total", line, text, cell=cell)


def read_caveats(document: Document) -> list[dict]:
    """The items the text names as only estimated or without data."""
    rows = []
    for paragraph in document.paragraphs:
        for match in _CAVEAT.finditer(paragraph.text):
            at = match.start(1)
            for piece in match[1].split(";"):
                item = re.sub(r"[\s.…]+$", "", piece)
                start = at + len(item) - len(item.lstrip())
                at += len(piece) + 1
                if item.strip():
                    line, char_from, char_to = paragraph.locator(start, start + len(item.strip()))
                    rows.append(
                        {
                            "line": line,
                            "char_from": char_from,
                            "char_to": char_to,
                            "item": tidy(item),
                            "item_key": match_key(item),
                            "raw_text": item.strip(),
                        }
                    )
    return rows
