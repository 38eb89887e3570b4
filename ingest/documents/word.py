"""DOCX as Word, LibreOffice, WPS and Google Docs write it, as a reader sees the last state of the document.

Elements are known by their local names, so that the strict form of the format is read as well. What was
inserted while changes were tracked counts, what was deleted does not; hidden text is left out and named.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from lxml import etree

from ingest.documents.blocks import Block, Document, Note, Paragraph
from ingest.documents.layout import Content, Grid, Text, paragraphs
from ingest.documents.numbering import LEVELS, Level, List, Numbering
from ingest.errors import Refused

MAIN = "word/document.xml"
_OFF = ("0", "false", "off", "none")
_SKIPPED = {"del", "moveFrom", "rPr", "pPr", "sectPr", "instrText", "delText", "delInstrText", "Fallback"}
_SKIPPED |= {"tblPr", "tblGrid", "trPr", "tcPr", "sdtPr", "sdtEndPr", "rt"}
_TEXT = {"t": None, "tab": "\t", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
# Of the fonts Symbol and Wingdings, which have letters of their own, what offices write with them.
_SYMBOLS = {0xB3: "≥", 0xA3: "≤", 0xB1: "±", 0xB4: "×", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈", 0xB0: "°"}
_SYMBOLS |= {0xAE: "→", 0xB7: "•", 0xA7: "•", 0xD8: "•", 0xFC: "✓", 0xFB: "✗", 0xA8: "□", 0xFE: "☑"}
_SYMBOLS |= {ord(letter): letter for letter in "<=>%+-().,0123456789"}
_AS_WRITTEN = {"resolve_entities": False, "no_network": True, "remove_comments": True, "remove_pis": True}
_PRIVATE = re.compile("[\uf020-\uf0ff]")


def read_docx(name: str, archive: zipfile.ZipFile) -> Document:
    """The archive's members are known to be whole and of bearable size. Raises Refused."""
    package = _Package(name, archive)
    body = package.body
    reader = _Reader(package)
    return Document(list(reader.blocks(body)), reader.notes())


def _tag(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _all(element: etree._Element | None, tag: str) -> Iterator[etree._Element]:
    return (child for child in (element if element is not None else ()) if _tag(child) == tag)


def _one(element: etree._Element | None, *tags: str) -> etree._Element | None:
    for tag in tags:
        element = next(_all(element, tag), None)
    return element


def _attribute(element: etree._Element | None, attribute: str = "val") -> str | None:
    if element is None:
        return None
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == attribute), None)


def _number(element: etree._Element | None, attribute: str = "val") -> int | None:
    number = _attribute(element, attribute) or ""
    return int(number) if re.fullmatch(r"-?\d{1,6}", number) else None


def _is_on(element: etree._Element | None) -> bool:
    return element is not None and (_attribute(element) or "1") not in _OFF


@dataclass
class _Style:
    """What a style says of paragraphs, what it is based on included."""

    name: str = ""
    list_id: str | None = None
    list_level: int = 0
    outline: int | None = None
    is_bold: bool | None = None
    is_hidden: bool | None = None


@dataclass
class _Package:
    name: str
    archive: zipfile.ZipFile
    default_style: str = ""

    @cached_property
    def _members(self) -> dict[str, str]:
        return {member.replace("\\", "/").lstrip("/").lower(): member for member in self.archive.namelist()}

    def part(self, path: str) -> etree._Element | None:
        """A part of the package; None where it is missing. Raises Refused where it is damaged."""
        member = self._members.get(path.lower())
        if member is None:
            return None
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
        )
        try:
            root = etree.fromstring(self.archive.read(member), parser)
        except etree.XMLSyntaxError as trouble:
            where = f"{self.name}: {path}, line {trouble.lineno}"
            raise Refused(f"{where}: is damaged; open the document in Word and save it again") from None
        if root.getroottree().docinfo.internalDTD is not None:
            raise Refused(f"{self.name}: {path}: declares a document type, as no document of Word does")
        return root

    @cached_property
    def main(self) -> str:
        for related in _all(self.part("_rels/.rels"), "Relationship"):
            if (_attribute(related, "Type") or "").endswith("/officeDocument"):
                return (_attribute(related, "Target") or MAIN).lstrip("/")
        return MAIN

    @cached_property
    def body(self) -> etree._Element:
        body = _one(self.part(self.main), "body")
        if body is None:
            raise Refused(f"{self.name}: {self.main}: holds no document; open it in Word and save it again")
        return body

    def beside(self, part: str) -> etree._Element | None:
        return self.part(posixpath.join(posixpath.dirname(self.main), part))

    @cached_property
    def styles(self) -> dict[str, _Style]:
        written = {
            _attribute(style, "styleId") or "": style for style in _all(self.beside("styles.xml"), "style")
        }

        def style(style_id: str, seen: frozenset[str] = frozenset()) -> _Style:
            element = written.get(style_id)
            if element is None or style_id in seen:
                return _Style()
            found = style(_attribute(_one(element, "basedOn")) or "", seen | {style_id})
            found.name = (_attribute(_one(element, "name")) or "").lower()
            about, runs = _one(element, "pPr"), _one(element, "rPr")
            numbered, outline = _one(about, "numPr"), _number(_one(about, "outlineLvl"))
            found.list_id = _attribute(_one(numbered, "numId")) or found.list_id
            level = _number(_one(numbered, "ilvl"))
            found.list_level = found.list_level if level is None else level
            found.outline = found.outline if outline is None else outline
            if heading := re.fullmatch(r"heading (\d)", found.name):
                found.outline = int(heading[1]) - 1
            for mark, of in (("b", "is_bold"), ("vanish", "is_hidden")):
                if (setting := _one(runs, mark)) is not None:
                    setattr(found, of, _is_on(setting))
            return found

        for style_id, element in written.items():
            if _attribute(element, "type") == "paragraph" and _attribute(element, "default") == "1":
                self.default_style = style_id
        return {style_id: style(style_id) for style_id in written}

    @cached_property
    def numbering(self) -> Numbering:
        root = self.beside("numbering.xml")
        families, of_style = {}, {}
        for family in _all(root, "abstractNum"):
            family_id = _attribute(family, "abstractNumId") or ""
            families[family_id] = family
            if link := _attribute(_one(family, "styleLink")):
                of_style[link] = family_id
        lists = {}
        for element in _all(root, "num"):
            family_id = _attribute(_one(element, "abstractNumId")) or ""
            family = families.get(family_id)
            if link := _attribute(_one(family, "numStyleLink")):
                family_id = of_style.get(link, family_id)
                family = families.get(family_id)
            levels = {_number(level, "ilvl") or 0: _level(level) for level in _all(family, "lvl")}
            starts = {}
            for override in _all(element, "lvlOverride"):
                at = _number(override, "ilvl") or 0
                if (level := _one(override, "lvl")) is not None:
                    levels[at] = _level(level)
                if (start := _number(_one(override, "startOverride"))) is not None:
                    starts[at] = start
            lists[_attribute(element, "numId") or ""] = List(family_id, levels, starts)
        return Numbering(lists)

    def notes_of_pages(self) -> dict[tuple[str, str], etree._Element]:
        """Footnotes and endnotes by kind and id."""
        return {
            (kind, _attribute(note, "id") or ""): note
            for kind in ("footnote", "endnote")
            for note in _all(self.beside(f"{kind}s.xml"), kind)
        }


def _level(element: etree._Element) -> Level:
    form = _attribute(_one(element, "numFmt")) or "decimal"
    start = _number(_one(element, "start")) or 0
    text = _attribute(_one(element, "lvlText")) or ""
    if form == "bullet":
        text = _PRIVATE.sub(lambda found: _symbol(ord(found[0])), text)
    restarts_after = _number(_one(element, "lvlRestart"))
    return Level(text, form, start, _is_on(_one(element, "isLgl")), restarts_after)


def _symbol(code: int) -> str:
    if 0x100 <= code < 0xE000:
        return chr(code)
    return _SYMBOLS.get(code & 0xFF, "\ufffd")


@dataclass
class _Reader:
    package: _Package
    page: int = 1
    has_pages: bool = False
    is_tracked: bool = False
    deleted: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    _aside: list[Block] = field(default_factory=list)  # text boxes and footnotes, to come behind what is read
    _carried: Text | None = None  # a paragraph whose end was deleted goes on in the next one
    _shown: int = 0  # the page on which the paragraph being read begins

    def __post_init__(self) -> None:
        self.has_pages = any(_tag(e) == "lastRenderedPageBreak" for e in self.package.body.iter())
        self._feet = self.package.notes_of_pages()

    def notes(self) -> list[Note]:
        found = {"hidden": self.hidden, "tracked": self.deleted}
        comments = self.package.beside("comments.xml")
        found["comments"] = _texts(comments) if comments is not None else []
        found["embedded"] = [_tag(e) for e in self.package.body.iter() if _tag(e) == "altChunk"]
        texts = {kind: " … ".join(filter(str.strip, pieces))[:200] for kind, pieces in found.items()}
        return [
            Note(kind, text)
            for kind, text in texts.items()
            if text or (kind == "tracked" and self.is_tracked)
        ]

    def blocks(self, container: etree._Element) -> Iterator[Block]:
        for child in _chosen(container):
            tag = _tag(child)
            if tag == "p":
                yield from self._paragraph(child)
            elif tag == "tbl":
                yield from self._table(child)
            elif tag in ("del", "moveFrom"):
                self._delete(child)
            elif tag not in _SKIPPED:
                yield from self.blocks(child)
            aside, self._aside = self._aside, []
            yield from aside

    def _paragraph(self, element: etree._Element) -> Iterator[Block]:
        about = _one(element, "pPr")
        styles = self.package.styles
        style = styles.get(_attribute(_one(about, "pStyle")) or self.package.default_style) or _Style()
        if style.name.startswith("toc "):  # a table of contents repeats the headings
            return
        text, self._carried = self._carried or Text(), None
        self._shown = 0
        self._runs(element, text, style)
        if _one(about, "rPr", "del") is not None or _one(about, "rPr", "moveFrom") is not None:
            self._carried = text
            return
        numbered = _one(about, "numPr")
        list_id = _attribute(_one(numbered, "numId")) or style.list_id
        at = _number(_one(numbered, "ilvl"))
        at = style.list_level if at is None else at
        mark = self.package.numbering.mark(list_id, at) if list_id and list_id != "0" else None
        outline = _number(_one(about, "outlineLvl"))
        outline = style.outline if outline is None else outline
        level = outline + 1 if outline is not None and 0 <= outline < LEVELS else None
        level = 1 if style.name == "title" else level
        page = (self._shown or self.page) if self.has_pages else None
        if mark and not text.content.strip():
            yield Paragraph(mark, page)  # a cell that holds nothing but its number
            return
        yield from paragraphs(text, mark or "", level=level, depth=max(at, 0) if mark else 0, page=page)

    def _runs(self, element: etree._Element, text: Text, style: _Style) -> None:
        for child in _chosen(element):
            tag = _tag(child)
            if tag == "r":
                self._run(child, text, style)
            elif tag in ("del", "moveFrom"):
                self._delete(child)
            elif tag not in _SKIPPED:
                self.is_tracked |= tag in ("ins", "moveTo")
                self._runs(child, text, style)

    def _run(self, run: etree._Element, text: Text, style: _Style) -> None:
        about = _one(run, "rPr")
        of_run = self.package.styles.get(_attribute(_one(about, "rStyle")) or "") or _Style()

        def is_so(mark: str, *of_styles: bool | None) -> bool:
            setting = _one(about, mark)
            known = (
                [_is_on(setting)]
                if setting is not None
                else [is_set for is_set in of_styles if is_set is not None]
            )
            return bool(known and known[0])

        is_bold = is_so("b", of_run.is_bold, style.is_bold)
        is_hidden = is_so("vanish", of_run.is_hidden, style.is_hidden)
        is_raised = (_attribute(_one(about, "vertAlign")) or "") == "superscript"
        written = ""
        for child in _chosen(run):
            tag = _tag(child)
            if tag == "lastRenderedPageBreak":
                self.page += 1
            elif tag in ("drawing", "pict", "object"):
                for box in _boxes(child):
                    self._set_aside(box)
            elif tag in ("footnoteReference", "endnoteReference"):
                key = tag.removesuffix("Reference"), _attribute(child, "id") or ""
                if (note := self._feet.pop(key, None)) is not None:
                    self._set_aside(note)
            elif tag == "br":
                written += "" if _attribute(child, "type") == "page" else "\n"
            elif tag == "sym":
                code = _attribute(child, "char") or ""
                written += _symbol(int(code, 16)) if re.fullmatch("[0-9A-Fa-f]{1,5}", code) else ""
            elif tag in _TEXT:
                piece = child.text or "" if tag == "t" else _TEXT[tag] or ""
                written += _PRIVATE.sub(lambda found: _symbol(ord(found[0])), piece)
        if is_hidden:
            self.hidden += [written] if written.strip() else []
        elif is_raised:
            text.add_raised(written)
        else:
            text.add(written, is_bold)
        if written.strip() and not self._shown:
            self._shown = self.page

    def _delete(self, element: etree._Element) -> None:
        self.is_tracked = True
        self.deleted.append("".join(_texts(element)))

    def _set_aside(self, element: etree._Element) -> None:
        """Read what stands in a box or a footnote, to come behind the paragraph or table it belongs to."""
        held, self._aside = self._aside, []
        shown = self._shown
        found = list(self.blocks(element))
        self._aside, self._shown = [*held, *found], shown

    def _table(self, table: etree._Element) -> Iterator[Block]:
        grid = Grid(self.package.name)
        held, self._aside = self._aside, []
        open_cells: dict[int, Content] = {}  # by column, the cell that those below may go on
        for row in self._within(table, "tr"):
            about = _one(row, "trPr")
            if _one(about, "del") is not None:
                self._delete(row)
                continue
            self.is_tracked |= _one(about, "ins") is not None
            column = _number(_one(about, "gridBefore")) or 0
            first_page, last_page, shown = self.page, self.page, 0
            cells: dict[int, Content] = {}
            below: dict[int, Content] = {}
            for cell in self._within(row, "tc"):
                self.page = first_page
                of_cell = _one(cell, "tcPr")
                right = max(1, _number(_one(of_cell, "gridSpan")) or 1)
                grid.refuse_beyond(column + right)
                content = Content(list(self.blocks(cell)), 1, right)
                last_page = max(last_page, self.page)
                shown = shown or (self._shown if content.blocks else 0)
                down, across = _one(of_cell, "vMerge"), _one(of_cell, "hMerge")
                above = open_cells.get(column)
                if across is not None and _attribute(across) != "restart" and cells:
                    cells[max(cells)].columns += right
                elif down is not None and _attribute(down) != "restart" and above is not None:
                    above.rows += 1
                    below[column] = above
                else:
                    cells[column] = content
                    if down is not None:
                        below[column] = content
                column += right
            self.page, open_cells = last_page, below
            grid.rows.append(cells)
            grid.pages.append((shown or first_page) if self.has_pages else None)
        aside, self._aside = self._aside, held
        yield from grid.blocks()
        yield from aside

    def _within(self, element: etree._Element, tag: str) -> Iterator[etree._Element]:
        """The rows of a table, or the cells of a row, also those in a content control."""
        for child in _chosen(element):
            if _tag(child) == tag:
                yield child
            elif _tag(child) in ("del", "moveFrom"):
                self._delete(child)
            elif _tag(child) not in _SKIPPED:
                yield from self._within(child, tag)


def _texts(element: etree._Element) -> list[str]:
    return [e.text or "" for e in element.iter() if _tag(e) in ("t", "delText")]


def _boxes(element: etree._Element) -> Iterator[etree._Element]:
    """The boxes with text in a drawing, without those in them."""
    for child in _chosen(element):
        if _tag(child) == "txbxContent":
            yield child
        else:
            yield from _boxes(child)


def _chosen(element: etree._Element) -> Iterator[etree._Element]:
    """The children; of what is written twice for older programs the newer form."""
    for child in element:
        if _tag(child) == "AlternateContent":
            for form in [*_all(child, "Choice"), *_all(child, "Fallback")][:1]:
                yield from _chosen(form)
        else:
            yield child
