"""Tables of a web page, as one-stop systems save them with an Excel extension: what a person sees in a cell.

Deleted and hidden texts and the marks of footnotes are no part of a number: they are listed. Hidden rows and
columns are read and listed. A table within a cell is a table of its own, unless it only frames one text. Of a
field to fill in its value is read, of a list the choice that is made.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser

from ingest.errors import Refused
from ingest.reading.outcome import Unread
from ingest.reading.workbooks import MAX_COLUMNS
from ingest.wording import match_key

MAX_SPAN = 1000
MAX_CELLS = 10_000_000
MAX_LINES = 30  # of text above a table
_WRONG = re.compile(
    r"\b(40[0-9]|50[0-9])\b|error|exception|dang nhap|login|sign in|loi he thong|khong tim thay|bao tri"
    r"|forbidden|not found|unavailable|bad gateway|tu choi truy cap|het phien"
)
_NOT_SHOWN = re.compile(r"display\s*:\s*none", re.I)
_INVISIBLE = re.compile(r"visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0(?!\.?[0-9])", re.I)
_CROSSED_OUT = re.compile(r"text-decoration[^;]*line-through", re.I)
_HIDING_RULE = re.compile(r"([^{}]+)\{[^{}]*display\s*:\s*none[^{}]*\}", re.I)
_MARK = re.compile(r"[(\[]?(?:[0-9]{1,2}|[a-z]|\*+|[†‡])[)\]]?")
_LINES = ("br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "center", "caption", "table")
_VOID = {"br", "img", "input", "hr", "col", "meta", "link", "wbr", "area", "base", "embed", "source", "param"}
LEFT_OUT, MARK = "left out", "mark"
NO_TEXT = {"hidden", "password", "checkbox", "radio", "button", "submit", "reset", "image", "file"}


@dataclass
class PageTable:
    """Rows of cells; a merged cell stands in its first place, `merged` says how far it reaches.

    Lines of text above a table, and below the last one, are rows of one cell, as a spreadsheet shows them.
    """

    rows: list[list[str | None]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    is_hidden: bool = False
    beside: list[tuple[str, str]] = field(default_factory=list)
    """Place and text of its caption, and of the title of the page."""
    marks: dict[tuple[int, int], str] = field(default_factory=dict)
    """By row and column, from 0, the raised mark of a footnote."""


def tables(name: str, text: str) -> list[PageTable]:
    """The tables of a page that hold a text. Raises Refused on a page of an error, or one cut short."""
    page = _Page(name)
    page.feed(text)
    page.close()
    if page.open:
        raise Refused(
            f"{name}: the page ends inside a table; fetch the whole file and send it again", code="truncated"
        )
    title = match_key(" ".join(page.title))
    if page.asks_password or _WRONG.search(title) or (not page.has_table and page.is_html):
        title = " ".join(page.title)[:60].strip()
        does = f"says {title!r}" if title else "asks to log in" if page.asks_password else "holds text only"
        raise Refused(
            f"{name}: is a web page that {does} instead of a table; open the address, log in if asked, and "
            "fetch the file again",
            code="html_error_page",
        )
    if not page.has_table:
        raise Refused(f"{name}: is no table; send it as XLSX or CSV", code="not_a_table")
    of_page = [("the title of the page", line) for line in _lines(page.own_title).split("\n") if line]
    for table in page.found:
        table.beside = of_page + table.beside
    if page.found:
        page.found[-1].rows += [[line] for line in page.lines()]
        unseen = [line for line in _lines(page.unseen).split("\n") if line]
        page.found[-1].unread += [
            Unread("text", "outside the table", line, _figures(line)) for line in unseen
        ]
    return page.found


class _Cell:
    def __init__(self, span: tuple[int, int], is_hidden: bool, is_gone: bool, within: int):
        self.span = span
        self.is_hidden = is_hidden
        self.is_gone = is_gone
        self.within = within  # how many elements around it leave out their text
        self.written: list[str] = []
        self.left_out: list[str] = []
        self.mark: list[str] = []

        self.marks: list[str] = []

    @property
    def text(self) -> str | None:
        return _lines(self.written) or None

    def end_mark(self) -> None:
        """A footnote's mark is no part of the text; a power or anything longer is, and never glued to it."""
        mark, before = "".join(self.mark).strip(), "".join(self.written).rstrip()
        self.mark = []
        is_power = re.search(r"(?<![0-9.,])10$", before)
        if re.search(r"(?<![^\W\d_])[kcmd]?m$", before) and mark in ("2", "3"):
            self.written.append(mark)
        elif mark and (is_power or not _MARK.fullmatch(mark)):
            self.written.append("^" + mark)
        elif mark:
            self.marks.append(mark)

    def texts_left_out(self) -> list[str]:
        left_out = _lines(self.left_out).replace("\n", " ")
        return [text for text in (left_out, *self.marks) if text]


class _Open:
    """A table that has not ended."""

    def __init__(self, lines: list[str], is_hidden: bool, within: int):
        self.table = PageTable([[line] for line in lines], is_hidden=is_hidden)
        self.first = len(lines)
        self.within = within
        self.row: list[_Cell] | None = None
        self.row_is_hidden = False
        self.cell: _Cell | None = None
        self.reach: dict[int, int] = {}  # by column, the last row that a cell above reaches down to
        self.columns = 0
        self.hidden_columns: list[int] = []
        self.cells = 0
        self.caption: list[str] | None = None  # what it says so far, while it is open
        self.captions: list[str] = []


class _Page(HTMLParser):
    def __init__(self, name: str):
        super().__init__(convert_charrefs=True)
        self.name = name
        self.found: list[PageTable] = []
        self.title: list[str] = []
        self.own_title: list[str] = []  # of the title alone, without headings
        self.open: list[_Open] = []
        self.asks_password = self.is_html = self.has_table = False
        self.unseen: list[str] = []
        self._outside: list[str] = []
        self._in_title = ""
        self._choices: list[tuple[bool, list[str]]] | None = None  # of an open list, and whether each is made
        self._skipped = ""
        self._hiding_names: set[str] = set()
        self._apart: list[list] = []  # elements whose text is no part of a cell's: tag, depth, why

    def lines(self) -> list[str]:
        """The lines of text since the last table."""
        text, self._outside = _lines(self._outside), []
        return text.split("\n")[-MAX_LINES:] if text else []

    @property
    def _cell(self) -> _Cell | None:
        return self.open[-1].cell if self.open else None

    def handle_starttag(self, tag, attrs):
        about = {name: value or "" for name, value in attrs}
        if tag in ("html", "body", "head", "div", "table", "title"):
            self.is_html = True
        if tag in ("script", "style", "template"):
            self._skipped = tag
        elif tag in ("title", "h1"):
            self._in_title = tag
        elif tag == "input":
            self._input(about)
        elif tag == "select":
            self._choices = []
        elif tag == "option" and self._choices is not None:
            self._choices.append(("selected" in about, []))
        elif tag == "caption" and self.open and self._cell is None:
            self.open[-1].caption = []
        if tag in _LINES:
            self._say("\n")
        if tag == "table":
            self._start_table(about)
        elif tag == "tr" and self.open:
            self._end_row()
            self.open[-1].row, self.open[-1].row_is_hidden = (
                [],
                self._hides(about) or self._is_apart(self.open[-1].within),
            )
        elif tag in ("td", "th") and self.open:
            self._start_cell(about)
        elif tag in ("col", "colgroup") and self.open and not (tag == "colgroup" and "span" not in about):
            table, count = self.open[-1], span_of(about.get("span"))
            if self._hides(about):
                table.hidden_columns += range(table.columns, table.columns + count)
            table.columns += count
        elif tag not in _VOID:
            self._start_inner(tag, about)

    def _input(self, about: dict[str, str]) -> None:
        kind = about.get("type", "text").strip().lower()
        self.asks_password |= kind == "password"
        if kind == "hidden" and self._cell:
            self._cell.left_out.append(about.get("value", ""))
        elif kind not in NO_TEXT:
            self._say(f" {about.get('value', '')} ")

    def _end_choices(self) -> None:
        """Of a list where nothing is chosen a browser shows the first."""
        choices, self._choices = self._choices or [], None
        made = [text for is_made, text in choices if is_made] or [text for _, text in choices[:1]]
        self._say(" " + ", ".join("".join(text).strip() for text in made) + " ")

    def _start_inner(self, tag, about):
        if self._apart and self._apart[-1][0] == tag:
            self._apart[-1][1] += 1
        elif (
            tag in ("del", "s", "strike") or self._hides(about) or _CROSSED_OUT.search(about.get("style", ""))
        ):
            self._apart.append([tag, 1, LEFT_OUT])
        elif tag in ("sup", "sub"):
            self._apart.append([tag, 1, MARK])

    def _hides(self, about: dict[str, str]) -> bool:
        return _is_invisible(about) or self._is_gone(about)

    def _is_gone(self, about: dict[str, str]) -> bool:
        """Whether it takes no place at all."""
        names = {*about.get("class", "").split(), "#" + about.get("id", "")}
        return "hidden" in about or bool(
            _NOT_SHOWN.search(about.get("style", "")) or names & self._hiding_names
        )

    def _is_apart(self, within: int) -> bool:
        return any(why == LEFT_OUT for _, _, why in self._apart[within:])

    def handle_endtag(self, tag):
        if tag == self._skipped:
            self._skipped = ""
        elif tag in ("title", "h1"):
            self._in_title = ""
        if tag == "select" and self._choices is not None:
            self._end_choices()
        elif tag == "caption" and self.open and self.open[-1].caption is not None:
            self.open[-1].captions.append(_lines(self.open[-1].caption))
            self.open[-1].caption = None
        if tag == "table" and self.open:
            self._end_table()
        elif tag == "tr" and self.open:
            self._end_row()
        elif tag in ("td", "th") and self.open:
            self._end_cell()
        elif (
            self._apart
            and self._apart[-1][0] == tag
            and len(self._apart) > (self._cell.within if self._cell else 0)
        ):
            self._apart[-1][1] -= 1
            if not self._apart[-1][1]:
                self._end_apart()
        if tag in _LINES and tag != "br":
            self._say("\n")

    def handle_data(self, data):
        if self._skipped == "style":
            for selectors in _HIDING_RULE.findall(data):
                for selector in selectors.split(","):
                    if found := re.search(r"(?:\.([\w-]+)|(#[\w-]+))\s*$", selector):
                        self._hiding_names.add(found[1] or found[2])
        if self._skipped:
            return
        if self._in_title and not self.open:
            self.title.append(data)
            if self._in_title == "title":
                self.own_title.append(data)
        self._say(re.sub(r"[ \t\r\n\f]+", " ", data))

    def _say(self, text: str) -> None:
        cell = self._cell
        if self._choices is not None:
            if self._choices:
                self._choices[-1][1].append(text)
        elif self.open and self.open[-1].caption is not None:
            self.open[-1].caption.append(text)
        elif cell:
            whys = [why for _, _, why in self._apart[cell.within :]]
            left_out = cell.is_hidden or LEFT_OUT in whys
            (cell.left_out if left_out else cell.mark if MARK in whys else cell.written).append(text)
        elif self.open:
            self.open[-1].captions += [text] if text.strip() else []  # between cells; shown above the table
        elif self._in_title != "title":
            (self.unseen if self._is_apart(0) else self._outside).append(text)

    def _end_apart(self) -> None:
        _, _, why = self._apart.pop()
        if why == MARK and self._cell:
            self._cell.end_mark()

    def _start_table(self, about) -> None:
        self.has_table = True
        is_hidden = self._hides(about) or self._is_apart(0)
        lines = [] if self.open else self.lines()
        self.open.append(_Open(lines, is_hidden, len(self._apart)))

    def _end_table(self) -> None:
        self._end_row()
        ended = self.open.pop()
        del self._apart[ended.within :]
        table = ended.table
        texts = [text for row in table.rows for text in row if text]
        if self._cell and len(texts) < 2 and not table.unread:
            for text in texts:  # a frame around one text of the cell
                self._say("\n")
                self._say(text)
        elif texts:
            lines = [line for caption in ended.captions for line in caption.split("\n") if line]
            table.beside = [("the caption of the table", line) for line in lines]
            height = len(table.rows)
            table.merged = [(a, b, min(c, height - 1), d) for a, b, c, d in table.merged]
            table.unread += _hidden_columns(ended)
            self.found.append(table)

    def _start_cell(self, about) -> None:
        self._end_cell()
        table = self.open[-1]
        if table.row is None:
            table.row, table.row_is_hidden = [], self._is_apart(table.within)
        span = (span_of(about.get("rowspan")), span_of(about.get("colspan")))
        table.cell = _Cell(span, self._hides(about), self._is_gone(about), len(self._apart))

    def _end_cell(self) -> None:
        table = self.open[-1]
        if table.cell is None or table.row is None:
            return
        while len(self._apart) > table.cell.within:
            self._end_apart()
        table.row.append(table.cell)
        table.cell = None

    def _end_row(self) -> None:
        self._end_cell()
        open_table = self.open[-1]
        if open_table.row is None:
            return
        table, reach = open_table.table, open_table.reach
        at, column, cells = len(table.rows), 0, {}
        for cell in open_table.row:
            while reach.get(column, -1) >= at:
                column += 1
            locator = f"row {at + 1}, column {column + 1}"
            table.unread += [Unread("text", locator, text, _figures(text)) for text in cell.texts_left_out()]
            if cell.is_gone:
                continue
            if cell.marks:
                table.marks[at, column] = cell.marks[-1]
            cells[column] = cell.text
            down, right = cell.span
            if column + right > MAX_COLUMNS:
                raise Refused(
                    f"{self.name}: {locator}: rowspan and colspan reach beyond {MAX_COLUMNS} columns; "
                    "send the table as XLSX or CSV",
                    "too_large",
                    locator,
                )
            if down > 1 or right > 1:
                table.merged.append((at, column, at + down - 1, column + right - 1))
            if down > 1:
                reach.update(dict.fromkeys(range(column, column + right), at + down - 1))
            column += right
        width = max([column, *(n + 1 for n, last in reach.items() if last >= at)], default=0)
        open_table.cells += width
        if open_table.cells > MAX_CELLS:
            raise Refused(
                f"{self.name}: row {at + 1}: with rowspan and colspan the table has more than {MAX_CELLS:,} "
                "cells; send it as XLSX or CSV",
                "too_large",
                f"row {at + 1}",
            )
        row = [cells.get(n) for n in range(width)]
        table.rows.append(row)
        if open_table.row_is_hidden and (texts := [text for text in row if text]):
            table.unread.append(Unread("hidden_row", f"row {at + 1}", texts[0], sum(map(_figures, texts))))
        open_table.row = None


def _hidden_columns(ended: _Open) -> Iterable[Unread]:
    for column in ended.hidden_columns:
        rows = ended.table.rows[ended.first :]
        texts = [text for row in rows for text in row[column : column + 1] if text]
        if texts:
            yield Unread("hidden_column", f"column {column + 1}", texts[0], sum(map(_figures, texts)))


def _figures(text: str) -> int:
    return int(bool(re.search("[0-9]", text)))


def _lines(pieces: list[str]) -> str:
    lines = (" ".join(line.split(" ")).strip() for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _is_invisible(about: dict[str, str]) -> bool:
    return bool(_INVISIBLE.search(about.get("style", "")))


def span_of(text: str | None) -> int:
    """A span that is no number is one; a huge one is cut, so that a page cannot ask for endless cells."""
    return min(int(text), MAX_SPAN) if text and re.fullmatch(r"[1-9][0-9]{0,8}", text.strip()) else 1
