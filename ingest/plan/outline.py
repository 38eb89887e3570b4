"""The numbers of headings, paragraphs and appendices, each below the one that it belongs to."""

import re

from ingest.numerals import roman
from ingest.plan.document import Document
from ingest.wording import tidy

_FORMS = (
    ("part", re.compile(r"(?:PHẦN|Phần)\s+(?:thứ\s+)?([IVX]+|\d+)\b")),
    ("roman", re.compile(r"([IVX]+)[.)]\s*(?=[^\W\d])")),
    ("article", re.compile(r"Điều\s+(\d{1,2})[.:]")),
    ("number", re.compile(r"(\d{1,2})[.)]\s*(?=[^\W\d])")),
    ("second", re.compile(r"(\d{1,2}\.\d{1,2})[.)]?\s+(?=[^\W\d])")),
    ("third", re.compile(r"(\d{1,2}\.\d{1,2}\.\d{1,2})[.)]?\s+(?=[^\W\d])")),
    ("letter", re.compile(r"([a-zđ])[.)]\s+")),
)
_RANKS = {form: rank for rank, (form, _) in enumerate(_FORMS)}


def mark_of(headings: tuple[str, ...]) -> str:
    """`II.2.` for what stands under `II. MỤC TIÊU` and `2. Mục tiêu cụ thể`; empty where none is numbered."""
    marks: list[str] = []
    for heading in headings:
        form, mark = _numbered(_plain(heading))
        if form not in (None, "part", "article"):
            marks = [one for one in marks if not mark.startswith(f"{one}.")] + [mark]
    return "".join(f"{mark}." for mark in marks)


def read_headings(document: Document) -> list[dict]:
    """One row for each numbered heading or paragraph of the main text and each appendix, in order."""
    rows: list[dict] = []
    above: list[dict] = []
    in_tables = {row.line for table in document.tables for row in table.rows}
    headings = {line.number for line in document.headings}
    appendices = {table.line: table for table in document.tables if table.line}
    for line in document.lines:
        if table := appendices.get(line.number):
            ordinal = int(re.sub(r"\D", "", table.appendix or "") or 0)
            above = []
            title = table.title[:120]
            rows.append(_row(line.number, "appendix", ordinal, table.appendix, None, None, True, title))
            continue
        if line.number in in_tables or not line.text.strip():
            continue
        plain = _plain(line.text)
        form, mark = _numbered(plain)
        if form is None:
            continue
        while above and _RANKS[above[-1]["form"]] >= _RANKS[form]:
            above.pop()
        parent = above[-1] if above else None
        row = _row(
            line.number,
            form,
            _ordinal(form, mark),
            mark,
            mark.rpartition(".")[0] or None,
            parent,
            line.number in headings,
            plain[:120],
        )
        rows.append(row)
        above.append(row)
    return [{"heading_no": i, **row} for i, row in enumerate(rows, 1)]


def _plain(text: str) -> str:
    return tidy(text.replace("*", " ")).lstrip("# ")


def _numbered(plain: str) -> tuple[str | None, str]:
    """The form and the mark of the number that a text begins with, if any."""
    return next(((form, found[1]) for form, words in _FORMS if (found := words.match(plain))), (None, ""))


def _row(line, form, ordinal, mark, prefix, parent, is_heading, text) -> dict:
    return {
        "line": line,
        "form": form,
        "ordinal": ordinal,
        "mark": mark,
        "prefix": prefix,
        "parent_line": parent["line"] if parent else None,
        "parent_mark": parent["mark"] if parent else None,
        "is_heading": is_heading,
        "raw_text": text,
    }


def _ordinal(form: str, mark: str) -> int | None:
    """Its place among its neighbours; letters are in no one order (`d` is followed by `đ` or by `e`)."""
    if form == "letter":
        return None
    last = mark.rpartition(".")[2]
    return int(last) if last.isdigit() else roman(last)
