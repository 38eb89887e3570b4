"""Tables of a web page, as one-stop systems save them with an Excel extension; merged cells are kept."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from ingest.errors import Refused
from ingest.wording import match_key

MAX_SPAN = 1000
_WRONG = re.compile(
    r"\b(40[0-9]|50[0-9])\b|error|exception|dang nhap|login|sign in|loi he thong|khong tim thay|bao tri"
    r"|forbidden|not found|unavailable|bad gateway|tu choi truy cap|het phien"
)


@dataclass
class PageTable:
    """Rows of cells; a merged cell stands in its first place, `merged` says how far it reaches."""

    rows: list[list[str | None]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


def tables(name: str, text: str) -> list[PageTable]:
    """The outermost tables of a page. Raises Refused on a page that tells of an error or is cut short."""
    page = _Page()
    page.feed(text)
    page.close()
    if page.depth:
        raise Refused(
            f"{name}: the page ends inside a table; fetch the whole file and send it again", code="truncated"
        )
    title = match_key(" ".join(page.title))
    if page.asks_password or _WRONG.search(title) or (not page.found and page.is_html):
        raise Refused(
            f"{name}: is a web page that says {' '.join(page.title)[:60].strip() or 'something else'!r} "
            "instead of a table; open the address, log in if asked, and fetch the file again",
            code="html_error_page",
        )
    if not page.found:
        raise Refused(f"{name}: is no table; send it as XLSX or CSV", code="not_a_table")
    return page.found


class _Page(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found: list[PageTable] = []
        self.title: list[str] = []
        self.depth = 0
        self.asks_password = self.is_html = False
        self._in_title = False
        self._skip = 0
        self._cell: list[str] | None = None
        self._span = (1, 1)
        self._row: list | None = None
        self._taken: dict[tuple[int, int], bool] = {}

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag in ("html", "body", "head", "div", "table", "title"):
            self.is_html = True
        if tag in ("script", "style"):
            self._skip += 1
        elif tag in ("title", "h1"):
            self._in_title = True
        elif tag == "input" and (said.get("type") or "").lower() == "password":
            self.asks_password = True
        elif tag == "table":
            self.depth += 1
            if self.depth == 1:
                self.found.append(PageTable())
                self._taken = {}
        elif self.depth == 1 and tag == "tr":
            self._end_row()
            self._row = []
        elif self.depth == 1 and tag in ("td", "th"):
            self._end_cell()
            if self._row is None:
                self._row = []
            self._cell = []
            self._span = (_span(said.get("rowspan")), _span(said.get("colspan")))
        elif self._cell is not None and tag in ("br", "p", "div", "li", "tr"):
            self._cell.append("\n")

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self._skip = max(0, self._skip - 1)
        elif tag in ("title", "h1"):
            self._in_title = False
        elif tag == "table":
            if self.depth == 1:
                self._end_row()
            self.depth = max(0, self.depth - 1)
        elif self.depth == 1 and tag == "tr":
            self._end_row()
        elif self.depth == 1 and tag in ("td", "th"):
            self._end_cell()

    def handle_data(self, data):
        if self._skip:
            return
        if self._in_title and not self.depth:
            self.title.append(data)
        if self._cell is not None:
            self._cell.append(re.sub(r"[ \t\r\n\f]+", " ", data))

    def _end_cell(self):
        if self._cell is None:
            return
        lines = (line.strip() for line in "".join(self._cell).split("\n"))
        text = "\n".join(line for line in lines if line)
        self._row.append((text or None, *self._span))
        self._cell = None

    def _end_row(self):
        self._end_cell()
        if self._row is None:
            return
        table = self.found[-1]
        at, column, cells = len(table.rows), 0, {}
        for text, down, right in self._row:
            while self._taken.get((at, column)):
                column += 1
            cells[column] = text
            if down > 1 or right > 1:
                table.merged.append((at, column, at + down - 1, column + right - 1))
                for row in range(at + 1, at + down):
                    for reached in range(column, column + right):
                        self._taken[row, reached] = True
            column += right
        width = max([column, *(c + 1 for r, c in self._taken if r == at)], default=0)
        table.rows.append([cells.get(n) for n in range(width)])
        self._taken = {key: True for key in self._taken if key[0] > at}
        self._row = None


def _span(said: str | None) -> int:
    """A span that is no number is one; a huge one is cut, so that a page cannot ask for endless cells."""
    return min(int(said), MAX_SPAN) if said and re.fullmatch(r"[1-9][0-9]{0,8}", said.strip()) else 1
