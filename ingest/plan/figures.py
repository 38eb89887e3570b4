"""Every figure the prose states: its place, its unit, the clause around it, the relation it is part of.

Dates, document numbers, years, list numbers, versions and quoted names are no figures.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from heapq import merge
from itertools import pairwise

from ingest.numerals import decimals, factor, number
from ingest.plan.document import Document, Line, Paragraph
from ingest.plan.remarks import Remarks
from ingest.plan.stated_days import stated_as_of
from ingest.wording import match_key, tidy

_SIGN = "Quyết định|Nghị quyết|Nghị định|Thông tư|Công văn|Kế hoạch|Chỉ thị|Thông báo|Kết luận|Luật|Văn bản"
_COUNTED_OFF = (
    "phụ lục|điều|khoản|mục|chương|đề án|dự án|cấp độ|mức độ|mức|giai đoạn|phiên bản|quý|lần thứ|thứ|khóa"
    "|khoá|tổ|nhóm|hạng|phần|bước|lớp|tầng|đợt|lần|bảng|biểu|mẫu"
)
# Numbers that state no quantity. Each match is blanked out before figures are looked for.
_NO_FIGURES = [
    re.compile(pattern, re.IGNORECASE if flags else 0)
    for flags, pattern in (
        (1, r"<?https?://[^\s>]+>?"),
        (1, r"\b(?:[\w-]+\.)+[a-z][\w-]*(?:/\S*)?"),  # gialai.gov.vn
        (
            0,
            r"\d+(?:/\d{2,4})?\s*[/-]\s*[A-ZĐ][A-ZĐ\d]*[A-ZĐa-z\d]*(?:-[A-ZĐa-z\d]+)*",
        ),  # 80/2021/NĐ-CP, 04-NQ/TU
        (1, rf"\b(?:{_SIGN})\s+(?:số\s+)?\d+(?!\s*%)[\d/]*"),
        (0, r"\b\d{1,2}/\d{1,2}/\d{4}\b|\b\d{1,2}/\d{4}\b|\b24/7\b"),
        (1, r"\b(?:ngày\s+\d{1,2}(?:\s+tháng\s+\d{1,2})?|tháng\s+\d{1,2})(?:\s+(?:năm|tháng)\s+\d{4})?\b"),
        (1, r"\bnăm\s+\d{4}(?:\s*[-–]\s*\d{4})?\b"),
        (0, r"\b(?:19|20)\d{2}\s*[-–]\s*(?:19|20)\d{2}\b"),
        (1, r"\b(?:đến|từ|nhìn|hướng|giai đoạn|và)\s+(?:19|20)\d{2}\b(?![.,]\d)"),
        (1, rf"\b(?:{_COUNTED_OFF})\s+\d+(?:\s*,\s*\d+)*(?:\s+và\s+\d+)?(?![\d.,/]*\s*%)(?![.,/]?\d)"),
        (1, r"\b\d{1,2}\s+[^\W\d_]+(?:\s+[^\W\d_]+){0,4}\s*/\s*(?:\d{1,2}\s+)?(?:năm|tháng|quý|tuần|ngày)\b"),
        (1, r"\b\d+\s+(?:năm|tháng|quý|tuần|ngày|giờ|phút|giây|tuổi)\b"),
        (1, r"\b\d+\s+(?:lớp\b(?!\s+học)|loại rừng)"),
        (0, r"(?<!\w)(?=\w*\d)(?=\w*[^\W\d_])\w+"),  # 4G, IPv6, t63
        (0, r"\b[A-Z]{2,}\w*\s+\d+\.\d\b|\b[1-9]\.0\b"),  # PPDMS 2.0, 4.0
        (0, r"\(\d{1,2}\)(?=\s+[^\W\d_])"),  # (1) Chính sách
        (0, r"“[^“”]{1,400}”"),
    )
]
_LIST_NUMBER = re.compile(r"\s*(?:[-+•]\s*)?\d+(?:\.\d+)*[.)]\s")
_QUOTED = re.compile(r'"[^"]{1,400}"')

NEAR = 40  # letters before or after a number in which what belongs to it stands
MOST = 60  # figures that are parts of one

# A range such as 10-15% states no one value.
_TOKEN = re.compile(r"(?<![\w.,/\-–])\d+(?:[.,]\d+)*(?![\w/]|\s*%?\s*[-–]\s*\d)")
_RANGE = re.compile(r"\d\s*%?\s*[-–]\s*$")
_RATIO = re.compile(r"(?<![\w.,/\-–])(\d+(?:[.,]\d+)*)\s*/\s*(\d+(?:[.,]\d+)*)(?![\w/])")
_LEFT_OVER = re.compile(r"[\w.,/%\-–]*\d[\w.,/%\-–]*")
_MONEY = re.compile(
    r"\s*((?:(?:nghìn|ngàn|triệu|tỷ|tỉ)\s+)*(?:đồng|VNĐ|VND)\b|(?:triệu|tỷ|tỉ)(?=\s*(?:[.,;:)]|$)))",
    re.IGNORECASE,
)
_SHOWN = re.compile(
    r"(?<![\w.,])(\d+(?:[.,]\d+)*)(?=\s*%|\s*(?:(?:nghìn|ngàn|triệu|tỷ|tỉ)\s+)*(?:đồng|VNĐ|VND)\b)",
    re.IGNORECASE,
)
_MAGNITUDE = re.compile(r"\s*((?:nghìn|ngàn|triệu|tỷ|tỉ)\b(?!\s+(?:lệ|trọng|suất|giá)))", re.IGNORECASE)
_AREA = re.compile(r"\s*(ha|hécta|héc ta|km2|km²|m2|m²)(?!\w)")
_QUALIFIER = re.compile(
    r"(?:[≥≤~]|[<>]=?|\b(?:trên|hơn|khoảng|gần|dưới|tối thiểu|ít nhất|không quá|tối đa))\s*$", re.IGNORECASE
)
_LINK = re.compile(r"\s*(?:\b(?:đạt|chiếm|ở|là)(?:\s+(?:tỷ lệ|tỷ trọng|mức))?|\blà)\s*$", re.IGNORECASE)
_OPENING = re.compile(r"^(?:[\s,;:()/“”\"*\-+•]|(?:và|trong đó|cùng với)(?:[\s:,]|$))+", re.IGNORECASE)
_ADMIN = re.compile(r"\s+(huyện, thị xã, thành phố|xã, phường, thị trấn|huyện, thành phố)", re.IGNORECASE)
_WORD = re.compile(r"\s+([^\W\d_][\w&\-]*)")
_BASE = re.compile(r"\s*\(\s*(?:tỷ lệ\s+)?(?:được\s+)?tính\s+(?:trên|theo)\s+([^()]+)\)", re.IGNORECASE)
_CLAUSE_WORD = re.compile(r",?\s+([^\W\d_][\w&\-]*)")  # within a clause that begins with được
_VERBS = frozenset(["đã", "đạt", "là", "có", "sẽ", "chưa", "đều"])
_STOP = frozenset(
    re.findall(r"\w+", "và tại trên trong cho do lên với để nhằm từ tới đến theo thuộc bằng qua như")
)
_STOP_PAIRS = frozenset(
    [
        ("tham", "gia"),
        ("tham", "dự"),
        ("thực", "hiện"),
        ("triển", "khai"),
        ("liên", "quan"),
        ("cập", "nhật"),
        ("phục", "vụ"),
        ("trở", "lên"),
    ]
)
_SENTENCE_END = re.compile(r"[.!?…]+[”\"*)]*\s+(?=[“\"*(]*[A-ZĐÀ-Ỹ0-9])|;\s*")
_NEW_RATIO = re.compile(r",\s+(?=tỷ (?:lệ|trọng)\b)", re.IGNORECASE)


@dataclass
class Figure:
    """A figure found in a paragraph: text[start:end] is what was printed."""

    paragraph: Paragraph
    start: int
    end: int
    kind: str
    value: Decimal
    decimals: int
    unit: str | None = None
    unit_end: int = 0
    qualifier: str | None = None
    label: str | None = None
    clause: tuple[int, int] = (0, 0)
    sentence: int = 0
    group: int | None = None
    role: str = "stated"
    cell: int | None = None  # of a table's row, from 1

    @property
    def text(self) -> str:
        return self.paragraph.text[self.start : self.end]

    @property
    def stated_as_of(self) -> date | None:
        return stated_as_of(self.paragraph.text, self.start, self.end, self.clause[1])

    @property
    def locator(self) -> dict[str, int | None]:
        line, char_from, char_to = self.paragraph.locator(self.start, self.end)
        place = {"line": line, "cell": self.cell, "char_from": char_from, "char_to": char_to}
        return place if self.cell is None else place | {"char_from": None, "char_to": None}

    @property
    def context(self) -> str:
        return _OPENING.sub("", tidy(self.paragraph.text[slice(*self.clause)])).rstrip(" ,;.")


def find_figures(document: Document, skip: set[int], remarks: Remarks) -> list[Figure]:
    """The figures of the prose in the document's order; paragraphs with a line in `skip` are left out."""
    figures: list[Figure] = []
    groups = 0
    for paragraph in document.paragraphs:
        if re.search(r"\d", paragraph.text) and not skip & {line.number for line in paragraph.lines}:
            found = _in_paragraph(paragraph, remarks)
            groups = _relate(found, groups)
            figures += found
    return figures


def figures_elsewhere(document: Document, figures: list[Figure], target_lines: set[int]) -> list[Figure]:
    """The figures in the bullets of targets and in the words of tables, and those that `figures` leaves out
    on purpose: percentages and amounts in quotations and ranges.

    What is not understood there is remarked by whoever reads targets and tables.
    """
    seen = {(id(figure.paragraph), figure.start) for figure in figures}
    others: list[Figure] = []
    for paragraph in document.paragraphs:
        if target_lines & {line.number for line in paragraph.lines}:
            found = _in_paragraph(paragraph, Remarks())
            seen |= {(id(paragraph), figure.start) for figure in found}
            others += found
        for match in _SHOWN.finditer(paragraph.text):
            if (id(paragraph), match.start()) not in seen:
                text, end = paragraph.text, match.end(1)
                if figure := _figure(paragraph, text, match.start(), end, None):
                    figure.clause = (max(0, match.start() - 60), min(len(text), figure.end + 60))
                    others.append(figure)
    for table in document.tables:
        for row in table.rows:
            for cell, text in enumerate(row.cells, 1):
                if re.search(r"\d", text):
                    words = Paragraph([Line(row.line, tidy(text))], table.appendix, "table")
                    found = _in_paragraph(words, Remarks())
                    has_share = any(f.kind == "percent" for f in found) or len(found) == 3
                    others += [
                        replace(f, cell=cell)
                        for f in found
                        if f.kind != "count" or _is_counted(f) or (has_share and f.role != "stated")
                    ]
    return others


def _is_counted(figure: Figure) -> bool:
    """Whether it counts things and is no year such as `2013, 2014 hiện nay`."""
    return bool(figure.unit) and not re.fullmatch(r"(?:19|20)\d\d", figure.text)


def figure_rows(figures: list[Figure]) -> list[dict]:
    rows = []
    for i, figure in enumerate(figures, 1):
        line, char_from, char_to = figure.paragraph.locator(figure.start, figure.end)
        rows.append(
            {
                "figure_no": i,
                "line": line,
                "char_from": char_from,
                "char_to": char_to,
                "base": base_of(figure),
                "section": figure.paragraph.section,
                "part": figure.paragraph.part,
                "raw_text": figure.text,
                "value": figure.value,
                "decimals": figure.decimals,
                "kind": figure.kind,
                "unit_text": figure.unit,
                "unit_key": match_key(figure.unit) if figure.unit else None,
                "qualifier": figure.qualifier,
                "label": figure.label,
                "label_key": match_key(figure.label) if figure.label else None,
                "context": figure.context,
                "context_key": match_key(figure.context),
                "group_no": figure.group,
                "role": figure.role,
                "stated_as_of": figure.stated_as_of,
            }
        )
    return rows


def other_rows(figures: list[Figure]) -> list[dict]:
    return [
        {
            "figure_no": i,
            **figure.locator,
            "raw_text": figure.text,
            "value": figure.value,
            "kind": figure.kind,
            "unit_text": figure.unit,
            "context": figure.context,
        }
        for i, figure in enumerate(figures, 1)
    ]


def base_of(figure: Figure) -> str | None:
    """What a percentage is said to be of: `(tính trên số doanh nghiệp ...)`."""
    match = _BASE.match(figure.paragraph.text, figure.end) if figure.kind == "percent" else None
    return tidy(match[1]) if match else None


def blank(text: str) -> str:
    """The text at the same length, with everything that is no figure out of the way."""

    def hide(match: re.Match[str]) -> str:
        return "x" * len(match[0])

    quotes = text.count('"')
    patterns = [_QUOTED, *_NO_FIGURES] if quotes and quotes % 2 == 0 else _NO_FIGURES
    lead = _LIST_NUMBER.match(text.replace("*", " "))
    text = text.replace("*", " ")
    text = "x" * (lead.end() - 1) + " " + text[lead.end() :] if lead else text
    for pattern in patterns:
        text = pattern.sub(hide, text)
    return text


def _in_paragraph(paragraph: Paragraph, remarks: Remarks) -> list[Figure]:
    text = blank(paragraph.text)
    figures: list[Figure] = []
    for start, end, ratio in _numbers(text):
        if _RANGE.search(text[max(0, start - 6) : start]):
            continue
        if figure := _figure(paragraph, text, start, end, ratio):
            figures.append(figure)
    _tell_clauses(text, figures)
    for before, figure in zip([None, *figures], figures, strict=False):
        _tell_label(text, figure, before)
    covered = [False] * len(text)
    for figure in figures:
        covered[figure.start : figure.end] = [True] * (figure.end - figure.start)
    for match in _LEFT_OVER.finditer(text):
        digits = [i for i in range(*match.span()) if text[i].isdecimal()]
        if not all(covered[i] for i in digits):
            printed = match[0].rstrip(".,/-–")
            line, char_from, char_to = paragraph.locator(match.start(), match.start() + len(printed))
            remarks.add("unread_line.number", line, printed, char_from=char_from, char_to=char_to)
    return figures


def _numbers(text: str) -> Iterator[tuple[int, int, str | None]]:
    """Start, end and, for both halves of `a/b`, the role."""
    at = 0
    found = merge(_RATIO.finditer(text), _TOKEN.finditer(text), key=lambda match: match.start())
    for match in found:
        if match.start() < at:
            continue
        if match.re is _RATIO:
            yield *match.span(1), "numerator"
            yield *match.span(2), "denominator"
        else:
            yield *match.span(), None
        at = match.end()


def _figure(paragraph: Paragraph, text: str, start: int, end: int, ratio: str | None) -> Figure | None:
    try:
        value = number(text[start:end])
    except ValueError:
        return None
    places = decimals(value)
    figure = Figure(paragraph, start, end, "count", value, places, role=ratio or "stated")
    if sign := re.compile(r"\s*%").match(text, end):
        figure.kind, figure.end = "percent", sign.end()
    elif money := _MONEY.match(text, end):
        figure.kind, figure.end = "money", money.end()
        figure.unit = tidy(paragraph.text[money.start(1) : money.end(1)])
        figure.value = value * factor(figure.unit)
    elif area := _AREA.match(paragraph.text, end):
        figure.kind, figure.end, figure.unit = "area", area.end(), area[1]
    elif magnitude := _MAGNITUDE.match(text, end):
        figure.end = magnitude.end()
        figure.value = value * factor(magnitude[1])
    figure.unit_end = figure.end
    if figure.unit is None:
        figure.unit, figure.unit_end = _unit(text, figure.end)
    alone = figure.kind == "count" and figure.unit is None and ratio is None
    if alone and not _may_stand_alone(text, start, end):
        return None
    if figure.value >= 10**18:
        return None
    qualifier = _QUALIFIER.search(text[max(0, start - NEAR) : start])
    figure.qualifier = qualifier[0].strip().lower() if qualifier else None
    return figure


def _may_stand_alone(text: str, start: int, end: int) -> bool:
    """A number without a noun after it: `(1.925)`, `là 19.689`, or one long enough to be grouped."""
    grouped = bool(re.search(r"[.,]", text[start:end]))
    before, after = text[max(0, start - NEAR) : start], text[end : end + NEAR]
    bracketed = before.rstrip().endswith("(") and after.lstrip().startswith(")")
    return grouped or bracketed or bool(re.search(r"\b(?:là|đạt|có|gồm|:)\s*$", before, re.IGNORECASE))


def _unit(text: str, end: int) -> tuple[str | None, int]:
    """The noun phrase that begins right after `end`, and where it ends."""
    if admin := _ADMIN.match(text, end):
        return tidy(admin[1]), admin.end()
    at, relative = end, False
    while word := (_CLAUSE_WORD if relative else _WORD).match(text, at):
        lower = word[1].lower()
        following = _WORD.match(text, word.end())
        pair = (lower, following[1].lower() if following else "")
        if lower in _VERBS or (not relative and (lower in _STOP or pair in _STOP_PAIRS)):
            break
        relative = relative or lower == "được"
        at = word.end()
    phrase = tidy(text[end:at])
    return (phrase, at) if phrase else (None, end)


def _tell_clauses(text: str, figures: list[Figure]) -> None:
    breaks = list(_SENTENCE_END.finditer(figures[0].paragraph.text.replace("*", " "))) if figures else []
    places = [figure.start for figure in figures]
    ends = [0, *(match.end() for match in breaks)]
    stops = [match.start() + 1 for match in breaks] + [len(text)]
    for i, (start, stop) in enumerate(zip(ends, stops, strict=True)):
        first, last = bisect_left(places, start), bisect_left(places, stop)
        inside = figures[first:last]
        cuts = [start]
        for match in _NEW_RATIO.finditer(text, start, stop):
            if any(f.kind == "percent" and cuts[-1] <= f.start < match.start() for f in inside):
                cuts.append(match.end())
        for figure in inside:
            begin = max(cut for cut in cuts if cut <= figure.start)
            end = min((cut for cut in cuts if cut > figure.start), default=stop)
            figure.clause, figure.sentence = (begin, end), i


def _tell_label(text: str, figure: Figure, before: Figure | None) -> None:
    """What the clause says up to the figure; for a count, only since the figure before it."""
    start = figure.clause[0]
    if figure.kind != "percent" and before and before.clause == figure.clause:
        start = before.unit_end
    label = _QUALIFIER.sub("", figure.paragraph.text[start : figure.start].rstrip())
    while (shorter := _LINK.sub("", label)) != label:
        label = shorter
    label = tidy(label)
    if start > figure.clause[0]:
        label = re.sub(r"^\s*\(?[^()]*\)", "", label)  # the bracket that belongs to the figure before
    label = re.sub(r"^(?:trong )?năm \d{4}, ", "", _OPENING.sub("", label), flags=re.IGNORECASE).rstrip(
        " ,:("
    )
    _topic, colon, rest = label.rpartition(": ")
    figure.label = (rest if colon and rest else label) or None


def _relate(figures: list[Figure], groups: int) -> int:
    """Give figures that state one relation a common group, told by the wording alone, never by the values."""
    for above, below in pairwise([None, *figures, None]):
        # One half of a/b could not be read: what is left is a figure by itself.
        if above and above.role == "numerator" and not (below and below.role == "denominator"):
            above.role = "stated"
        if below and below.role == "denominator" and not (above and above.role == "numerator"):
            below.role = "stated"
    for i, figure in enumerate(figures):
        text = figure.paragraph.text
        if figure.role == "numerator" and figure.group is None:
            groups += 1
            figure.group = figures[i + 1].group = groups
            if (
                i
                and figures[i - 1].kind == "percent"
                and re.fullmatch(r"\s*\(\s*", text[figures[i - 1].end : figure.start])
            ):
                figures[i - 1].group, figures[i - 1].role = groups, "percent"
        elif figure.kind == "percent" and (pair := _spelled_ratio(text, figure, figures[i + 1 : i + MOST])):
            groups += 1
            for part, role in zip((figure, *pair), ("percent", "numerator", "denominator"), strict=True):
                part.group, part.role = groups, role
        elif (
            figure.kind == "count"
            and figure.group is None
            and (parts := _parts(text, figure, figures[i + 1 : i + MOST]))
        ):
            groups += 1
            figure.group, figure.role = groups, "whole"
            for part in parts:
                part.group, part.role = groups, "part"
    return groups


def _spelled_ratio(text: str, percent: Figure, following: list[Figure]) -> list[Figure] | None:
    """`1,57% (số lượng A là 19.689, số lượng B 1.257.210)`: numerator, then denominator."""
    inside = _bracket(text, percent.end, following)
    spelled = all(re.match(r"(?:tổng )?số\b", figure.label or "", re.IGNORECASE) for figure in inside)
    counted = all(figure.kind == "count" and figure.role == "stated" for figure in inside)
    return inside if len(inside) == 2 and spelled and counted else None


def _bracket(text: str, at: int, following: list[Figure]) -> list[Figure]:
    """The figures in the bracket that opens at `at`."""
    opened = re.compile(r"\s*\(").match(text, at)
    closed = text.find(")", at) if opened else -1
    return [figure for figure in following if at < figure.start < closed]


def _parts(text: str, whole: Figure, following: list[Figure]) -> list[Figure] | None:
    """The counts the whole consists of: `(183 cấp tỉnh, 37 cấp huyện, 16 cấp xã)` or `trong đó 943 …`.

    `trong đó có` names examples, not all parts.
    """
    inside = _bracket(text, whole.unit_end, following)
    if len(inside) > 1 and all(figure.kind == "count" and figure.unit for figure in inside):
        opened = text.index("(", whole.unit_end)
        gaps = [text[opened + 1 : inside[0].start]]
        gaps += [text[a.unit_end : b.start] for a, b in pairwise(inside)]
        gaps.append(text[inside[-1].unit_end : text.index(")", opened)])
        if all(re.fullmatch(r"\s*(?:[,;]|và|,\s*và)?\s*", gap) for gap in gaps):
            return inside
    rest = [figure for figure in following if figure.sentence == whole.sentence]
    if not rest:
        return None
    lead = re.search(r"\btrong đó\s*[:,]?\s*$", text[whole.end : rest[0].start], re.IGNORECASE)
    if not lead:
        return None
    parts = [rest[0]]
    for figure in rest[1:]:
        between = text[parts[-1].unit_end : figure.start]
        if figure.kind == "count" and re.fullmatch(r"\s*(?:[,;]|và|,\s*và)\s*", between):
            parts.append(figure)
        else:
            break
    alike = all(part.kind == "count" for part in parts)
    return parts if len(parts) > 1 and alike else None
