"""A plan's bytes as lines, paragraphs and table rows, each still knowing its line.

What the parts mean is the business of `appendices`, `targets`, `figures` and `claims`.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.errors import Refused
from ingest.wording import match_key, tidy


@dataclass(frozen=True)
class Line:
    """A line as received, in NFC. `number` counts from 1."""

    number: int
    text: str


@dataclass(frozen=True)
class Row:
    """A table row: the cells as received, in NFC, without the marks that separate them."""

    line: int
    cells: tuple[str, ...]


@dataclass
class Paragraph:
    """Lines that are one text, also across a page break. `part` is 'result', 'plan' or None; see `PARTS`."""

    lines: list[Line]
    section: str | None
    part: str | None
    text: str = ""
    starts: list[int] = field(default_factory=list)

    def add(self, line: Line) -> None:
        self.lines.append(line)
        self._join()

    def __post_init__(self) -> None:
        self._join()

    def _join(self) -> None:
        self.text, self.starts = "", []
        for line in self.lines:
            self.text += " " if self.text else ""
            self.starts.append(len(self.text))
            self.text += line.text

    def place(self, start: int, end: int) -> tuple[int, int, int]:
        """Where text[start:end] was printed: line, first and last character, both from 1."""
        at = max(i for i, begin in enumerate(self.starts) if begin <= start)
        offset = self.starts[at]
        return self.lines[at].number, start - offset + 1, end - offset


@dataclass
class Table:
    """All rows between two headings of appendices. Without such a heading `appendix` is None."""

    appendix: str | None = None
    title: str = ""
    rows: list[Row] = field(default_factory=list)


@dataclass
class Document:
    lines: list[Line]
    paragraphs: list[Paragraph]
    tables: list[Table]
    damaged: list[Line]  # headings of appendices whose letters have lost their marks


PARTS = (
    ("result", re.compile(r"phan (?:i|1|thu nhat)\b|.*\bdanh gia ket qua\b|.*\btinh hinh thuc hien\b")),
    ("plan", re.compile(r"phan (?:ii|2|thu hai)\b|.*\bnoi dung ke hoach\b|(?:ii )?muc tieu$")),
)
_APPENDIX = re.compile(r"phu luc (?:so )?([0-9o]{1,2}|[ivx]{1,4})\b(.*)")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}
_LIST_MARK = re.compile(r"\s*(?:[-+*•]\s|\**\(?(?:\d+(?:\.\d+)*|[a-zđ]|[IVX]+)[.)])")
_BOLD_LEAD = re.compile(r"\*\*\s*(\d+(?:\.\d+)*\.?\s[^*]+?)\s*\*\*")
_PIPE_RULE = re.compile(r"\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?")
_LETTERED = re.compile(r"[a-zđ]\)")
_NUMBERED = re.compile(r"(?:[IVXLC]+|\d+(?:\.\d+)*|[a-zđ])[.)]\s+\S.{0,110}|PHẦN\s+[IVX]+|Phần\s+[IVX]+:")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_OPEN_END = re.compile(r"[^.;:!?…]")


def decode(name: str, body: bytes) -> str:
    """The text of UTF-8 or UTF-16 bytes, with or without a byte-order mark. Refused where they are none."""
    kinds = {b"%PDF": "a PDF", b"PK\x03\x04": "a Word or ZIP file", b"\xd0\xcf\x11\xe0": "an old Office file"}
    for magic, kind in kinds.items():
        if body.startswith(magic):
            raise Refused(f"{name}: first bytes: expected text, found {kind}; save the plan as UTF-8 text")
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif b"\0" in body:  # in UTF-16 the other half of every ASCII character
        encoding = "utf-16-le" if body[1::2].count(0) > body[::2].count(0) else "utf-16-be"
    else:
        encoding = "utf-8-sig"
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as trouble:
        place = f"byte {trouble.start + 1}"
        raise Refused(f"{name}: {place}: expected UTF-8 text; save the plan as UTF-8 text") from None
    if strange := _CONTROL.search(text):
        line = text.count("\n", 0, strange.start()) + 1
        raise Refused(
            f"{name}: line {line}: expected text, found a control character; save the plan as UTF-8 text"
        )
    return text


def read_document(name: str, body: bytes) -> Document:
    text = decode(name, body)
    raw = re.split(r"\r\n|\r|\n", text)
    if raw[-1] == "":
        raw.pop()
    lines = [Line(i, unicodedata.normalize("NFC", line)) for i, line in enumerate(raw, 1)]
    return _arrange(lines)


def _arrange(lines: list[Line]) -> Document:
    document = Document(lines, [], [], [])
    section = part = None
    table: Table | None = None
    before: Line | None = None  # the line just above, if it was prose
    kept = list(_without_comments(lines))
    for i, line in enumerate(kept):
        cells = _cells(line.text, inside=table is not None)
        plain = tidy(line.text.lstrip("#"))
        above, before = before, None
        if not plain and not cells:
            continue
        key = match_key(plain[:200])
        if cells is None and (number := _appendix(plain, key)):
            if not plain.lower().startswith("phụ lục"):
                document.damaged.append(line)
            table = Table(appendix=f"PL{number:02d}", title=plain)
            document.tables.append(table)
        elif cells is not None:
            if cells:
                if table is None:
                    table = Table()
                    document.tables.append(table)
                table.rows.append(Row(line.number, cells))
        elif table is not None and table.appendix and not _reopens_prose(line, key):
            if not table.rows:
                table.title += f" {plain}"
        elif (heading := _heading(line.text, plain)) and not _has_children(kept, i):
            table = None
            part = next((name for name, words in PARTS[::-1] if words.match(key)), part)
            # `a) Kết quả đạt được` names no section, unless it opens or closes the targets.
            if not _LETTERED.match(heading) or is_target_section(heading) or is_target_section(section):
                section = heading
        else:
            table = None
            if above is None or _LIST_MARK.match(line.text) or not document.paragraphs:
                lead = _BOLD_LEAD.match(line.text.strip())
                section = tidy(lead[1]).rstrip(":") if lead else section
                _open(document.paragraphs, line, section, part)
            else:
                document.paragraphs[-1].add(line)
            before = line
    return document


def _open(paragraphs: list[Paragraph], line: Line, section: str | None, part: str | None) -> None:
    """A new paragraph, unless the last one broke off at a page's end and goes on here in lower case."""
    if paragraphs and paragraphs[-1].section == section:
        last = tidy(paragraphs[-1].text)
        first = line.text.lstrip()[:1]
        if last and _OPEN_END.match(last[-1]) and first.islower() and not _LIST_MARK.match(line.text):
            paragraphs[-1].add(line)
            return
    paragraphs.append(Paragraph([line], section, part))


def _without_comments(lines: list[Line]) -> Iterator[Line]:
    """HTML comments are no part of the document; a line inside one is left out."""
    inside = False
    last = max((i for i, line in enumerate(lines) if "-->" in line.text), default=-1)
    for i, line in enumerate(lines):
        if not inside and i <= last and line.text.lstrip().startswith("<!--"):
            inside = True
        if not inside:
            yield line
        elif "-->" in line.text:
            inside = False


def _cells(text: str, inside: bool) -> tuple[str, ...] | None:
    """The cells of a table row; () for the rule under a Markdown header; None for prose.

    `inside` a table a row may be empty but for one cell; elsewhere a tab at either end only indents.
    """
    if text.strip() and "\t" in (text if inside else text.strip()):
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


def _appendix(plain: str, key: str) -> int | None:
    """The number of the appendix whose heading this is: `PHỤ LỤC 02:`, `PHU LUC 02`, `Phụ lục II`."""
    match = _APPENDIX.match(key)
    if not match or not plain[:1].isupper() or (plain[:7].upper() != plain[:7] and len(plain) > 60):
        return None
    number = match[1]
    if number in _ROMAN:
        return _ROMAN[number]
    digits = number.replace("o", "0")  # a scanner's O
    return int(digits) if digits.isdigit() and int(digits) else None


def _reopens_prose(line: Line, key: str) -> bool:
    """Whether the main text goes on after an appendix."""
    return line.text.lstrip().startswith("#") and bool(re.match(r"phan [ivx\d]+\b|ke hoach$|[ivx]+ ", key))


def _heading(text: str, plain: str) -> str | None:
    bare = text.strip()
    bold = bare.startswith("**") and bare.endswith("**") and bare.count("**") == 2 and len(plain) < 200
    numbered = _NUMBERED.fullmatch(plain) and (
        plain.endswith(":") or plain.isupper() or is_target_section(plain)
    )
    return plain.rstrip(":") if bare.startswith("#") or bold or numbered else None


def _has_children(lines: list[Line], at: int) -> bool:
    """Whether a `+` bullet follows: then the line is a bullet that ends with a colon, and no heading."""
    if lines[at].text.lstrip().startswith(("#", "**")):
        return False
    below = next((line.text for line in lines[at + 1 :] if line.text.strip()), "")
    return below.lstrip().startswith("+ ")


def is_target_section(heading: str | None) -> bool:
    return "muc tieu cu the" in match_key(heading or "")
