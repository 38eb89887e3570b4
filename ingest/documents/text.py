"""Markdown and plain text: each line a block that knows its line, rows of tables by bars, tabs or HTML."""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from ingest.documents import web
from ingest.documents.blocks import Block, Cell, Document, Heading, Paragraph, Row, Table
from ingest.errors import Refused
from ingest.reading.encodings import is_binary
from ingest.wording import tidy

_PIPE_RULE = re.compile(r"\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_APPENDIX = re.compile(r"\W*(?:phụ lục|phu luc)\b", re.IGNORECASE)


def decode(name: str, body: bytes) -> str:
    """The text of UTF-8 or UTF-16 bytes, with or without a byte-order mark. Refused where they are none."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif b"\0" in body:  # in UTF-16 the other half of every ASCII character
        encoding = "utf-16-le" if body[1::2].count(0) > body[::2].count(0) else "utf-16-be"
    else:
        encoding = "utf-8-sig"
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as trouble:
        if is_binary(body) and trouble.reason != "truncated data":
            raise Refused(
                f"{name}: first bytes: is no document, or a damaged one; get it again and send the plan as "
                ".docx, .xlsx, PDF or UTF-8 text"
            ) from None
        locator = f"byte {trouble.start + 1}"
        raise Refused(f"{name}: {locator}: expected UTF-8 text; save the plan as UTF-8 text") from None
    if strange := _CONTROL.search(text):
        line = text.count("\n", 0, strange.start()) + 1
        raise Refused(
            f"{name}: line {line}: expected text, found a control character; save the plan as UTF-8 text"
        )
    return text


def read_text(name: str, body: bytes) -> Document:
    lines = [unicodedata.normalize("NFC", line) for line in re.split(r"\r\n|\r|\n", decode(name, body))]
    lines = _with_tabs(lines)
    blocks: list[Block] = []
    is_inside = False  # a table, or below the title of an appendix
    for number, line in _without_comments(name, lines):
        if isinstance(line, list):
            blocks += line
            is_inside = True
            continue
        cells = _cells(line, is_inside)
        plain = tidy(line.lstrip("#"))
        bare = line.strip()
        if cells:
            row = Row({at: Cell(cell) for at, cell in enumerate(cells)}, line=number)
            if blocks and isinstance(blocks[-1], Table):
                blocks[-1].rows.append(row)
            else:
                blocks.append(Table([row], len(cells)))
            is_inside = True
        elif cells is None and plain:
            is_bold = bare.startswith("**") and bare.endswith("**") and bare.count("**") == 2
            if bare.startswith("#"):
                blocks.append(Heading(bare.lstrip("#"), len(bare) - len(bare.lstrip("#")), line=number))
            elif is_bold and len(plain) < 200:
                blocks.append(Heading(line, line=number))
            else:
                blocks.append(Paragraph(line, line=number))
            is_inside = bool(_APPENDIX.match(plain)) or (is_inside and is_bold)
    return Document(blocks)


_GAP = re.compile(r"(?<=\S)\s{2,}(?=\S)")
_HEADER = re.compile(r"\s*(?:số tt|stt|tt)\s{2,}\S", re.IGNORECASE)


def _with_tabs(lines: list[str]) -> list[str]:
    """The lines with tabs between the columns of a table that are set apart by spaces: below a header that
    begins with a row number, as far as lines leave blank what parts its columns."""
    lines = list(lines)
    at = 0
    while at < len(lines):
        if not _HEADER.match(lines[at]) or "\t" in lines[at] or len(_GAP.findall(lines[at])) < 2:
            at += 1
            continue
        end = at + 1
        while end < len(lines) and lines[end].strip() and "\t" not in lines[end]:
            end += 1
        block = lines[at:end]
        rows = [line for line in block if len(_GAP.findall(line)) > 1]
        cuts = _cuts(rows)
        if len(rows) > 1 and len(cuts) > 1:
            lines[at:end] = ["\t".join(_cut(line, cuts)) for line in block]
        at = end
    return lines


def _cuts(rows: list[str]) -> list[int]:
    """Where columns part: the ends of what is blank in every row, at least two letters wide."""
    width = max(map(len, rows), default=0)
    blank = [all(at >= len(row) or row[at] == " " for row in rows) for at in range(width)]
    wide = [at for at in range(1, width) if blank[at] and blank[at - 1]]
    ends = [at + 1 for at in wide if at + 1 < width and not blank[at + 1]]
    return [end for end in ends if any(row[:end].strip() for row in rows)]


def _cut(line: str, cuts: list[int]) -> list[str]:
    places = [0, *cuts, max(len(line), cuts[-1])]
    if any(line[cut - 1 : cut + 1].strip() and not line[cut - 1 : cut].isspace() for cut in cuts):
        return [line.strip(), *[""] * len(cuts)]  # a title across the columns
    return [line[first:last].strip() for first, last in pairwise(places)]


def _without_comments(name: str, lines: list[str]) -> Iterator[tuple[int, str | list[Block]]]:
    """Each line with its number; a table in HTML as its blocks. A line inside a comment is left out."""
    until = 0
    last = max((n for n, line in enumerate(lines, 1) if "-->" in line), default=0)
    for number, line in enumerate(lines, 1):
        start = line.lstrip().lower()
        if number <= until:
            continue
        if start.startswith("<!--") and number <= last:
            until = next(n for n in range(number, last + 1) if "-->" in lines[n - 1])
        elif start.startswith("<table"):
            until = _end_of_table(lines, number)
            yield number, web.tables_of("\n".join(lines[number - 1 : until]), number)
        else:
            yield number, line


def _end_of_table(lines: list[str], number: int) -> int:
    """The line in which a table ends that begins in line `number`; the last one where it does not end."""
    depth = 0
    for at in range(number, len(lines) + 1):
        line = lines[at - 1].lower()
        depth += line.count("<table") - line.count("</table")
        if depth <= 0:
            return at
    return len(lines)


def _cells(text: str, is_inside: bool) -> tuple[str, ...] | None:
    """The cells of a table row; () for the rule under a Markdown header; None for prose.

    Inside a table a row may be empty but for one cell; elsewhere a tab at either end only indents.
    """
    if text.strip() and "\t" in (text if is_inside else text.strip()):
        return tuple(text.split("\t"))
    stripped = text.strip()
    if stripped.count("|") < 2 or not (
        stripped.startswith("|") or stripped.endswith("|") or " | " in stripped
    ):
        return None
    if _PIPE_RULE.fullmatch(stripped):
        return ()
    inner = stripped.removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    cells = (cell.replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", inner))
    return tuple(re.sub(r"<br\s*/?>", " ", cell) for cell in cells)
