"""Web pages, whatever extension they have: headings, paragraphs, lists and tables as a browser shows them."""

import re
from collections.abc import Iterator

from lxml import etree, html

from ingest.documents.blocks import Block, Document, Note, Row, Table
from ingest.documents.layout import Content, Grid, Text, paragraphs
from ingest.documents.numbering import written
from ingest.errors import Refused
from ingest.reading import encodings, pages

_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.I)
_STRUCK = re.compile(r"text-decoration[^;]*line-through", re.I)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.I)
_PAGE_BREAK = re.compile(r"\x0c|[\x00-\x08\x0b\x0e-\x1f]")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_PARTS = {
    *("p", "div", "section", "article", "main", "header", "footer", "aside", "blockquote", "center"),
    *("body", "html", "form", "fieldset", "figure", "figcaption", "address", "dl", "dt", "dd", "pre", "hr"),
    *("ul", "ol", "li", "table", "caption", "tr", "td", "th", *_HEADINGS),
}
_NO_TEXT = {"script", "style", "head", "template", "noscript", "select", "button", "textarea", "svg", "title"}


def read_page(name: str, body: bytes) -> Document:
    text = _PAGE_BREAK.sub(" ", encodings.text_of(name, body))
    reader = _Reader(name)
    blocks = list(reader.blocks(_parsed(name, re.sub(r"^\s*<\?xml[^>]*\?>", "", text))))
    notes = [Note("hidden", " … ".join(reader.hidden)[:200])] if reader.hidden else []
    return Document(blocks, notes)


def tables_of(text: str, first_line: int) -> list[Block]:
    """The tables of HTML that stands in a text from `first_line` on, each row with its line in the text."""
    reader = _Reader("", first_line)
    return [block for block in reader.blocks(_parsed("", text)) if isinstance(block, Table)]


def _parsed(name: str, text: str) -> etree._Element:
    parser = html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    try:
        return html.document_fromstring(text, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        raise Refused(f"{name}: is a web page without any text; open it and save it again") from None


class _Reader:
    def __init__(self, name: str, first_line: int | None = None):
        self.name = name
        self.first_line = first_line
        self.hidden: list[str] = []

    def blocks(self, element: etree._Element, depth: int = -1) -> Iterator[Block]:
        """What stands in an element, in order. `depth` is that of the list around it, from 0."""
        text = Text()
        for part in self._parts(element, text, False):
            yield from paragraphs(text)
            text.clear()
            if part is not None:
                yield from self._part(part, depth)
        yield from paragraphs(text)

    def _parts(self, element: etree._Element, text: Text, is_bold: bool) -> Iterator[etree._Element]:
        """Adds what is written to `text`, and stops at each element that stands for itself."""
        self._say(text, element.text, is_bold)
        for child in element:
            tag = child.tag if isinstance(child.tag, str) else ""
            if tag in _NO_TEXT or not tag:
                pass
            elif self._is_hidden(child, tag):
                if hidden := " ".join("".join(child.itertext()).split()):
                    self.hidden.append(hidden[:80])
            elif tag == "br":
                text.add("\n", True)
            elif tag == "sup":
                text.add_raised("".join(child.itertext()))
            elif tag in _PARTS:
                yield child
            else:
                is_so = is_bold or tag in ("b", "strong") or bool(_BOLD.search(child.get("style", "")))
                yield from self._parts(child, text, is_so)
            self._say(text, child.tail, is_bold)

    def _say(self, text: Text, words: str | None, is_bold: bool) -> None:
        if words:
            text.add(re.sub(r"[ \t\r\n\f\xa0]+", " ", words), is_bold)

    def _is_hidden(self, element: etree._Element, tag: str) -> bool:
        style = element.get("style", "")
        is_gone = "hidden" in element.attrib or bool(_HIDDEN.search(style))
        return is_gone or tag in ("del", "s", "strike") or bool(_STRUCK.search(style))

    def _part(self, element: etree._Element, depth: int) -> Iterator[Block]:
        tag = element.tag
        if tag == "table":
            yield from self._table(element)
        elif tag in _HEADINGS:
            text = Text()
            for inner in self._parts(element, text, True):
                text.add(" " + " ".join("".join(inner.itertext()).split()), True)
            yield from paragraphs(text, level=_HEADINGS[tag])
        elif tag in ("ul", "ol"):
            yield from self._list(element, depth + 1)
        else:
            yield from self.blocks(element, depth)

    def _list(self, element: etree._Element, depth: int) -> Iterator[Block]:
        number = int(element.get("start", "1")) if element.get("start", "1").isdigit() else 1
        for item in element:
            if item.tag in ("ul", "ol"):
                yield from self._list(item, depth + 1)
            if item.tag != "li" or self._is_hidden(item, "li"):
                continue
            value = item.get("value", "")
            number = int(value) if value.isdigit() else number
            mark = ("-" if depth == 0 else "+") if element.tag == "ul" else _mark(element.get("type"), number)
            number += 1
            text = Text()
            for part in self._parts(item, text, False):
                if part.tag in ("p", "div") and not text.content.strip():
                    rest = list(self._parts(part, text, False))
                    yield from paragraphs(text, mark, depth=depth)
                    for inner in rest:
                        yield from self._part(inner, depth)
                else:
                    yield from paragraphs(text, mark, depth=depth)
                    yield from self._part(part, depth)
                text.clear()
                mark = ""
            yield from paragraphs(text, mark, depth=depth)

    def _table(self, table: etree._Element) -> Iterator[Block]:
        grid = Grid(self.name)
        lines = []
        reach: dict[int, int] = {}  # by column, the last row that a cell above reaches down to
        for row in _rows(table):
            if row.tag == "caption":
                yield from self.blocks(row)
                continue
            if self._is_hidden(row, "tr"):
                self.hidden.append(" ".join("".join(row.itertext()).split())[:80])
                continue
            at, column, cells = len(grid.rows), 0, {}
            for cell in row:
                if cell.tag not in ("td", "th") or self._is_hidden(cell, "td"):
                    continue
                while reach.get(column, -1) >= at:
                    column += 1
                down, right = pages.span_of(cell.get("rowspan")), pages.span_of(cell.get("colspan"))
                grid.refuse_beyond(column + right)
                cells[column] = Content(list(self.blocks(cell)), down, right)
                if down > 1:
                    reach.update(dict.fromkeys(range(column, column + right), at + down - 1))
                column += right
            grid.rows.append(cells)
            grid.pages.append(None)
            lines.append(row.sourceline)
        if self.first_line is None:
            yield from grid.blocks()
            return
        is_filled = [any(cell.blocks for cell in row.values()) for row in grid.rows]
        numbers = iter(line for line, has_text in zip(lines, is_filled, strict=True) if has_text)
        for block in grid.blocks():
            if isinstance(block, Table):
                rows = [Row(row.cells, None, self.first_line + next(numbers) - 1) for row in block.rows]
                yield Table(rows, block.columns)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    """The rows of a table, and its caption, without those of tables in it."""
    for child in table:
        if child.tag in ("tr", "caption"):
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from _rows(child)


def _mark(kind: str | None, number: int) -> str:
    formats = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
    written_so = written(number, formats.get(kind or "", "decimal"))
    return f"{written_so})" if kind == "a" else f"{written_so}."
