"""Counts that the sentences of a report state of its own organisation, each with its measure and citation.

A count is taken only where every word around it is understood: a measure of the registry, the organisation,
the period, and words that say nothing more. What holds another word may count a part: it is listed instead.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from ingest.plan.citations import places
from ingest.plan.document import Document, read_document
from ingest.plan.figures import Figure, find_figures
from ingest.plan.identity import NOTHING, identify, place_of
from ingest.plan.remarks import Remarks
from ingest.reading.asked import TO_DATE, Asked, in_words, january, without
from ingest.registry.headings import wordings
from ingest.registry.measures import measures
from ingest.registry.models import Measure
from ingest.wording import match_key, plain, tidy

# Words that leave a count what it is; some stand in one name of a measure and not in another.
_PLACE = r"(?:tinh|huyen|xa|thanh pho|phuong|don vi)"
_FILLING = re.compile(
    rf"\b(?:toan {_PLACE}|tren dia ban(?: (?:toan )?{_PLACE})?|ca tinh|tong so|tong|so luong|so|da|duoc|co|la"
    r"|dat|cua|hien nay|hien|den nay|den thoi diem nay|tinh den|den het|den|ngay|trong (?:ky|thang|quy|nam)"
    r"|ky bao cao|luy ke|tu dau nam|nay|trong|vao|thuc hien|ghi nhan|gom|uoc|theo so lieu|ket qua)\b"
)
_PLANNED = re.compile(
    r"\b(?:phuong huong|nhiem vu|muc tieu|giai phap|kien nghi|de xuat|du kien|phan dau"
    r"|ke hoach (?:thang|quy|nam))\b"
)
_NUMBER = re.compile(r"\bSố\s*:?\s*(\d+\s*/\s*BC[\w-]*)")
_OF_PROVINCE = re.compile(r"\b(?:toan tinh|ca tinh|tren dia ban (?:toan )?tinh)\b")
_INEXACT = {
    "trên",
    "hơn",
    "khoảng",
    "gần",
    "dưới",
    "tối thiểu",
    "ít nhất",
    "không quá",
    "tối đa",
    "~",
    "≥",
    "≤",
    ">",
    "<",
}


@dataclass(frozen=True)
class Statement:
    """`organisation` and `publisher` as the report names them. `start` and `end` are its days."""

    measure: Measure
    figure: Figure
    line: int
    char_from: int
    char_to: int
    citation: str
    organisation: str
    publisher: str
    start: date
    end: date
    status: str


@dataclass(frozen=True)
class Report:
    titles: list[str]  # the lines of its head, which say of when it is
    statements: list[Statement]
    unread: list[tuple[str, str, int]]  # citation, sentence, how many of its figures were not taken


def read_statements(name: str, body: bytes, period_id: str) -> Report:
    """Raises Refused on what is no document. What its titles say of its period is for the caller to judge."""
    document = read_document(name, body)
    about = identify(document, NOTHING, Remarks())
    organisation, province = about["organisation"] or about["issuer"], about["province"]
    found: list[Statement] = []
    left: dict[tuple[str, str], int] = {}
    cited = places(document)
    number = next((match[1] for line in document.lines[:30] if (match := _NUMBER.search(line.text))), None)
    report = f"Báo cáo số {number}" if number else name
    asked = Asked(name, period_id)
    before: Figure | None = None
    is_clear = True  # all of the sentence before this figure was understood
    for figure in find_figures(document, set(), Remarks()):
        line, char_from, char_to = figure.paragraph.locator(figure.start, figure.end)
        citation = cited[line].citation(None)[0]
        goes_on = before and before.paragraph is figure.paragraph and before.sentence == figure.sentence
        start = _end(before) if before and goes_on else figure.clause[0]
        measure = None
        if organisation and (is_clear or not goes_on):
            measure = _measure(figure, start, organisation, asked)
        is_clear = measure is not None or (figure.kind == "percent" and (is_clear or not goes_on))
        before = figure
        if measure is None:
            sentence = (citation, figure.context)
            left[sentence] = left.get(sentence, 0) + 1
            continue
        text = plain(figure.context)
        is_to_date = measure.over_time == "sum" and TO_DATE.search(text)
        found.append(
            Statement(
                measure,
                figure,
                line,
                char_from,
                char_to,
                f"{report}, {citation}",
                f"Tỉnh {province}" if province and _OF_PROVINCE.search(text) else organisation,
                about["issuer"] or organisation,
                january(asked.days[1]) if is_to_date else asked.days[0],
                asked.days[1],
                "E"
                if re.search(r"\buoc\b", text)
                else "P"
                if re.search(r"\btam tinh\b|\bso bo\b", text)
                else "A",
            )
        )
    return Report(_titles(document), found, [(*sentence, count) for sentence, count in left.items()])


_NO_TITLE = re.compile(r"(?:thuc hien|can cu|theo|so|kinh gui|noi nhan)\b|.*\bngay \d")


def _titles(document: Document) -> list[str]:
    """The lines above the first section, but those about other documents and days."""
    first = document.headings[-1].number if document.headings else 30
    sections = [
        line.number for line in document.headings if re.match(r"(?:[IVX]+|\d+)[.)]", line.text.strip())
    ]
    first = min([first, 30, *sections])
    texts = (tidy(line.text) for line in document.lines if line.number < first)
    return [text for text in texts if len(text) < 200 and not _NO_TITLE.match(match_key(text))]


# Where what belongs to a count ends; what comes of it follows.
_END = re.compile(
    r"\s*\(|[,;.:)](?=\s|$)|\s(?=(?:đạt|chiếm|tăng|giảm|bằng|cao hơn|thấp hơn)\s)", re.IGNORECASE
)
_LEAD = re.compile(r"^\s*(?:[-+*•]|\d+(?:\.\d+)*[.)]|[a-zđ]\))\s+")


def _end(figure: Figure) -> int:
    end = _END.search(figure.paragraph.text, figure.end)
    return end.start() if end else len(figure.paragraph.text)


def _measure(figure: Figure, start: int, organisation: str, asked: Asked) -> Measure | None:
    """The measure that a count states; None where a word around it is not understood."""
    if figure.kind != "count" or figure.role != "stated" or (figure.qualifier or "") in _INEXACT:
        return None
    if any(_PLANNED.search(match_key(text)) for text in (*figure.paragraph.sections, figure.context)):
        return None
    text = figure.paragraph.text
    own = f"{_LEAD.sub('', text[start : figure.start])} {text[figure.end : _end(figure)]}"
    if re.search(r"\btrong đó\b", text[start : figure.start], re.IGNORECASE):
        return None
    periods = in_words(own, asked.year)
    headed = [one for text in figure.paragraph.sections for one in in_words(text, asked.year)]
    if asked.verdict(periods) or asked.verdict(headed):
        return None
    words = _words(without(own, periods), organisation)
    named = {measure.id: measure for measure, key in _named() if key in (words, words - {"nguoi"})}
    if len(named) != 1:
        return None
    (measure,) = named.values()
    known = wordings(measure.source).titles
    headings = [
        re.sub(r"^\W*(?:[IVX]+|[\d.]+|[a-zđ])[.)]\s*", "", heading) for heading in figure.paragraph.sections
    ]
    if any(known.unknown(without(one, in_words(one, asked.year)), [measure.name.vi]) for one in headings):
        return None
    of_others = (place for one in headings if (place := place_of(one)))
    if any(match_key(place.organisation) != match_key(organisation) for place in of_others):
        return None
    is_flow = measure.over_time == "sum"
    if not is_flow and re.search(r"\btrong (?:ky|thang|quy|nam|tuan)\b", plain(own)):  # what is new in it
        return None
    if any(Asked(asked.name, asked.period_id, is_flow).is_more(one) for one in periods):
        return None
    return measure


Words = frozenset[str]


def _words(text: str, organisation: str = "") -> Words:
    """The words of a name, in any order, that tell it from another."""
    key = wordings("dvc_portal").key(text)
    own = re.sub(r"^(?:ubnd|uy ban nhan dan) ", "", match_key(organisation))
    key = f" {key} ".replace(f" {own} ", " ") if own else key
    return frozenset(_FILLING.sub(" ", key).split())


@lru_cache(maxsize=1)
def _all_named(ids: tuple[str, ...]) -> list[tuple[Measure, Words]]:
    found = []
    for measure in measures():
        names = [measure.name.vi, *measure.wordings]
        found += [(measure, _words(name)) for name in names]
    return found


def _named() -> list[tuple[Measure, Words]]:
    return _all_named(tuple(measure.id for measure in measures()))


def repeated(statements: Iterable[Statement]) -> dict[tuple[str, date], list[Statement]]:
    """Statements of one count that the report makes more than once."""
    found: dict[tuple[str, date], list[Statement]] = {}
    for one in statements:
        found.setdefault((one.measure.id, one.start), []).append(one)
    return {key: several for key, several in found.items() if len(several) > 1}
