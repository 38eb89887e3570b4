"""A document of an office as blocks, and how Word, a browser, a workbook and plain text would hold it."""

import html
import io
import random
import re
import unicodedata
import zipfile
from dataclasses import dataclass, field
from decimal import Decimal
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter


@dataclass
class Cell:
    """`\\n` is a line break inside the cell; `was` the text that a tracked change took out."""

    text: str = ""
    columns: int = 1
    rows: int = 1
    bold: bool = False
    centre: bool = False
    was: str | None = None
    struck: bool = False


@dataclass
class Paragraph:
    text: str
    bold: bool = False
    italic: bool = False
    align: str = "both"


@dataclass
class Title:
    lines: list[str]


@dataclass
class Heading:
    """`mark` is `I.`, `2.` or `a)`; Word computes it where the document's habit is automatic numbering."""

    mark: str
    text: str
    level: int = 1


@dataclass
class Item:
    text: str
    mark: str = "-"
    depth: int = 0


@dataclass
class Table:
    """The first `heads` rows are the header; `numbered` lets Word compute the numbers of the first column."""

    rows: list[list[Cell]]
    heads: int = 1
    widths: list[int] = field(default_factory=list)
    numbered: bool = False
    repeats: bool = True


@dataclass
class SideBySide:
    """A table without borders: letterhead, signature."""

    left: list[str]
    right: list[str]
    at_end: bool = False


@dataclass
class NewPage:
    landscape: bool = False


@dataclass
class Paper:
    """`habits`: numbering, nbsp, nfd, runs, uppercase marks and what else an office does to its files."""

    title: str
    blocks: list
    habits: set[str]
    seed: str


def cells_of(row: list) -> list[Cell]:
    return [cell if isinstance(cell, Cell) else Cell(cell) for cell in row]


def grid(table: Table) -> list[list[tuple[Cell | None, bool]]]:
    """Each row's places from the left: the cell that begins there, or None where another one reaches."""
    taken: dict[tuple[int, int], Cell] = {}
    width = sum(cell.columns for cell in table.rows[0])
    out = []
    for y, row in enumerate(table.rows):
        places: list[tuple[Cell | None, bool]] = []
        rest, x = list(row), 0
        while x < width:
            if (y, x) in taken:
                places.append((taken[y, x], False))
                x += 1
                continue
            cell = rest.pop(0)
            for dy in range(cell.rows):
                for dx in range(cell.columns):
                    taken[y + dy, x + dx] = cell
            places.append((cell, True))
            places += [(cell, False)] * (cell.columns - 1)
            x += cell.columns
        assert not rest, row
        out.append(places)
    return out


def spoken(paper: Paper, text: str) -> str:
    """The text with the paper's habits of spaces and of Unicode."""
    if "nbsp" in paper.habits:
        text = re.sub(r"\b(năm|Năm|số|Số|Phụ lục|PHỤ LỤC) (?=\d|[IVX]+\b)", "\\1\u00a0", text)
        text = re.sub(r"([≥≤<>]) (?=\d)", "\\1\u00a0", text)
    return unicodedata.normalize("NFD", text) if "nfd" in paper.habits else text


# --- Word ---------------------------------------------------------------------------------------------

_W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STAMP = 'w:author="Văn thư" w:date="2024-12-20T08:30:00Z"'


class _Word:
    def __init__(self, paper: Paper):
        self.paper = paper
        self.chance = random.Random(paper.seed + "word")
        self.lists: list[tuple[int, int]] = []
        self.changes = 0
        self.landscape = False
        self.heads = self.new_list(0)
        self.bullets = self.new_list(1)

    def new_list(self, kind: int) -> int:
        self.lists.append((len(self.lists) + 1, kind))
        return len(self.lists)

    def runs(self, text: str, marks: str = "", deleted: bool = False) -> str:
        """The text in the pieces that Word leaves behind after edits and proofing."""
        text = spoken(self.paper, text)
        out = []
        for number, line in enumerate(text.split("\n")):
            if number:
                out.append(f"<w:r><w:rPr>{marks}</w:rPr><w:br/></w:r>")
            pieces = [line]
            if "runs" in self.paper.habits and len(line) > 6 and self.chance.random() < 0.5:
                cut = self.chance.randrange(1, len(line) - 1)
                pieces = [line[:cut], line[cut:]]
            for at, piece in enumerate(pieces):
                tag = "delText" if deleted else "t"
                proof = '<w:proofErr w:type="spellStart"/>' if at else ""
                end = '<w:proofErr w:type="spellEnd"/>' if at else ""
                rsid = f' w:rsidR="00{self.chance.randrange(16**6):06X}"' if len(pieces) > 1 else ""
                out.append(
                    f"{proof}<w:r{rsid}><w:rPr>{marks}</w:rPr>"
                    f'<w:{tag} xml:space="preserve">{escape(piece)}</w:{tag}></w:r>{end}'
                )
        return "".join(out)

    def paragraph(self, text: str, bold=False, italic=False, align="both", props="", size=0, body="") -> str:
        marks = ("<w:b/>" if bold else "") + ("<w:i/>" if italic else "")
        if size:
            marks += f'<w:sz w:val="{size}"/>'
        content = body or (self.runs(text, marks) if text else "")
        return f'<w:p><w:pPr>{props}<w:jc w:val="{align}"/></w:pPr>{content}</w:p>'

    def numbered(self, number: int, level: int) -> str:
        return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'

    def cell(self, cell: Cell, width: int, merge: str, head: bool, number: int, size: int) -> str:
        props = f'<w:tcW w:w="{width}" w:type="dxa"/>'
        if cell.columns > 1:
            props += f'<w:gridSpan w:val="{cell.columns}"/>'
        props += merge
        if head:
            props += '<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/><w:vAlign w:val="center"/>'
        if merge == "<w:vMerge/>":
            return f"<w:tc><w:tcPr>{props}</w:tcPr><w:p/></w:tc>"
        align = "center" if head or cell.centre else "left"
        bold = head or cell.bold
        marks = ("<w:b/>" if bold else "") + f'<w:sz w:val="{size}"/>'
        if number:
            inside = self.paragraph("", align="center", props=self.numbered(number, 0))
        elif cell.was is not None:
            self.changes += 2
            body = (
                f'<w:del w:id="{self.changes}" {_STAMP}>{self.runs(cell.was, marks, True)}</w:del>'
                f'<w:ins w:id="{self.changes + 1}" {_STAMP}>{self.runs(cell.text, marks)}</w:ins>'
            )
            inside = self.paragraph("", align=align, body=body)
        elif "\n" in cell.text and "paragraphs" in self.paper.habits:
            inside = "".join(
                self.paragraph(line, bold, align=align, size=size) for line in cell.text.split("\n")
            )
        else:
            inside = self.paragraph(cell.text, bold, align=align, size=size)
        return f"<w:tc><w:tcPr>{props}</w:tcPr>{inside}</w:tc>"

    def table(self, table: Table) -> str:
        page = 14000 if self.landscape else 9350
        parts = table.widths or [1] * sum(cell.columns for cell in table.rows[0])
        parts = [max(part, sum(parts) / 12) for part in parts]
        widths = [int(page * part / sum(parts)) for part in parts]
        out = [
            "<w:tbl><w:tblPr>"
            f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>'
            + "".join(
                f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
                for side in ("top", "left", "bottom", "right", "insideH", "insideV")
            )
            + '</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>'
            + "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
            + "</w:tblGrid>"
        ]
        numbering = 0
        for y, places in enumerate(grid(table)):
            head = y < table.heads
            props = "<w:tblHeader/>" if head and table.repeats else ""
            if table.rows[y][0].struck:
                self.changes += 1
                props += f'<w:del w:id="{self.changes}" {_STAMP}/>'
            out.append(f"<w:tr><w:trPr>{props}</w:trPr>")
            x = 0
            while x < len(places):
                cell, begins = places[x]
                width = sum(widths[x : x + cell.columns])
                merge = ""
                if cell.rows > 1:
                    merge = '<w:vMerge w:val="restart"/>' if begins else "<w:vMerge/>"
                number = 0
                if table.numbered and not head and x == 0 and begins and cell.text.isdigit():
                    if cell.text == "1" or not numbering:
                        numbering = self.new_list(2)
                    number = numbering
                if cell.struck:
                    self.changes += 1
                    body = f'<w:del w:id="{self.changes}" {_STAMP}>{self.runs(cell.text, "", True)}</w:del>'
                    out.append(
                        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
                        f"{self.paragraph('', body=body)}</w:tc>"
                    )
                else:
                    size = 24 if len(widths) < 6 else 22
                    out.append(self.cell(cell, width, merge, head, number, size))
                x += cell.columns
            out.append("</w:tr>")
        return "".join(out) + "</w:tbl><w:p/>"

    def side_by_side(self, block: SideBySide) -> str:
        sides = []
        for lines, left in ((block.left, True), (block.right, False)):
            width = 3950 if left else 5400
            body = "".join(
                self.paragraph(
                    line,
                    bold=not block.at_end or not left or not at,
                    italic=block.at_end and left and not at,
                    align="left" if block.at_end and left else "center",
                    size=22 if block.at_end and left else 24,
                )
                for at, line in enumerate(lines)
            )
            sides.append(f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{body}</w:tc>')
        return (
            '<w:tbl><w:tblPr><w:tblW w:w="9350" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
            '<w:tblGrid><w:gridCol w:w="3950"/><w:gridCol w:w="5400"/></w:tblGrid>'
            f"<w:tr>{''.join(sides)}</w:tr></w:tbl><w:p/>"
        )

    def section(self) -> str:
        wide, high = (16838, 11906) if self.landscape else (11906, 16838)
        orient = ' w:orient="landscape"' if self.landscape else ""
        return (
            '<w:sectPr><w:headerReference w:type="default" r:id="rId4"/>'
            '<w:footerReference w:type="default" r:id="rId5"/><w:type w:val="nextPage"/>'
            f'<w:pgSz w:w="{wide}" w:h="{high}"{orient}/><w:pgMar w:top="1134" w:right="1134" '
            'w:bottom="1134" w:left="1418" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
        )

    def block(self, block) -> str:
        automatic = "numbering" in self.paper.habits
        match block:
            case Paragraph():
                indent = '<w:ind w:firstLine="567"/>' if block.align == "both" else ""
                return self.paragraph(block.text, block.bold, block.italic, block.align, indent)
            case Title():
                return "".join(self.paragraph(line, bold=True, align="center") for line in block.lines)
            case Heading():
                style = f'<w:pStyle w:val="Heading{block.level}"/>' if "styles" in self.paper.habits else ""
                if automatic:
                    props = style + self.numbered(self.heads, block.level - 1)
                    return self.paragraph(block.text, bold=True, props=props)
                return self.paragraph(f"{block.mark} {block.text}", bold=True, props=style)
            case Item():
                if automatic:
                    return self.paragraph(block.text, props=self.numbered(self.bullets, block.depth))
                indent = f'<w:ind w:firstLine="{567 + 284 * block.depth}"/>'
                return self.paragraph(f"{block.mark} {block.text}", props=indent)
            case Table():
                return self.table(block)
            case SideBySide():
                return self.side_by_side(block)
            case NewPage():
                before = self.section()
                self.landscape = block.landscape
                return f"<w:p><w:pPr>{before}</w:pPr></w:p>"
        raise TypeError(block)

    def numbering(self) -> str:
        def level(number: int, form: str, text: str, indent: int) -> str:
            return (
                f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
                f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{indent}" '
                'w:hanging="284"/></w:pPr></w:lvl>'
            )

        kinds = [
            level(0, "upperRoman", "%1.", 567)
            + level(1, "decimal", "%2.", 567)
            + level(2, "lowerLetter", "%3)", 567),
            level(0, "bullet", "-", 567) + level(1, "bullet", "+", 851),
            level(0, "decimal", "%1", 284),
        ]
        return (
            f"<w:numbering {_W}>"
            + "".join(
                f'<w:abstractNum w:abstractNumId="{at}"><w:multiLevelType w:val="multilevel"/>{levels}'
                "</w:abstractNum>"
                for at, levels in enumerate(kinds)
            )
            + "".join(
                f'<w:num w:numId="{number}"><w:abstractNumId w:val="{kind}"/>'
                + ('<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>' * (kind == 2))
                + "</w:num>"
                for number, kind in self.lists
            )
            + "</w:numbering>"
        )


def word(paper: Paper) -> bytes:
    """The document as Word writes it: numbered lists, pieces of runs, sections, header and footer."""
    writer = _Word(paper)
    body = "".join(writer.block(block) for block in paper.blocks)
    font = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/>'
    headings = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{n}"><w:name w:val="heading {n}"/>'
        f'<w:basedOn w:val="Normal"/><w:pPr><w:outlineLvl w:val="{n - 1}"/></w:pPr></w:style>'
        for n in (1, 2, 3)
    )
    office = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {"document": "document.main"} | {
        name: name.rstrip("1") for name in ("styles", "numbering", "settings", "header1", "footer1")
    }
    files = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + "".join(
            f'<Override PartName="/word/{name}.xml" ContentType="{office}.{kind}+xml"/>'
            for name, kind in parts.items()
        )
        + '<Override PartName="/docProps/app.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.extended-properties+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{relation}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="rId2" Type="{relation}/extended-properties" Target="docProps/app.xml"/>'
        "</Relationships>",
        "docProps/app.xml": '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
        'extended-properties"><Application>Microsoft Office Word</Application><AppVersion>16.0000'
        "</AppVersion></Properties>",
        "word/_rels/document.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/'
        '2006/relationships">'
        + "".join(
            f'<Relationship Id="rId{at}" Type="{relation}/{name.rstrip("1")}" Target="{name}.xml"/>'
            for at, name in enumerate(("styles", "numbering", "settings", "header1", "footer1"), 1)
        )
        + "</Relationships>",
        "word/document.xml": f"<w:document {_W}><w:body>{body}{writer.section()}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>{font}"
        '<w:sz w:val="28"/><w:lang w:val="vi-VN"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
        f"{headings}</w:styles>",
        "word/numbering.xml": writer.numbering(),
        "word/settings.xml": f'<w:settings {_W}><w:defaultTabStop w:val="720"/></w:settings>',
        "word/header1.xml": f'<w:hdr {_W}><w:p><w:pPr><w:jc w:val="center"/></w:pPr>'
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>2</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:hdr>',
        "word/footer1.xml": f"<w:ftr {_W}>"
        + (writer.paragraph(paper.title, italic=True, align="right", size=16) * ("footer" in paper.habits))
        + "<w:p/></w:ftr>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), (_DECLARED + text).encode(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


# --- HTML ---------------------------------------------------------------------------------------------


def page(paper: Paper, printed: bool = False) -> bytes:
    """A page saved from a portal, where the text was pasted from Word; or one made to be printed."""

    def lines(text: str) -> str:
        return html.escape(spoken(paper, text), quote=False).replace("\n", "<br>")

    def pasted(text: str, style: str = "", bold: bool = False) -> str:
        inside = f"<b>{lines(text)}</b>" if bold else lines(text)
        if printed:
            return f'<p style="{style}">{inside}</p>'
        return f'<p class="MsoNormal" style="{style}"><span lang="VI">{inside}<o:p></o:p></span></p>'

    out = []
    wide = False
    for block in paper.blocks:
        match block:
            case Paragraph():
                out.append(pasted(block.text, f"text-align:{block.align}", block.bold))
            case Title():
                out.append(pasted("\n".join(block.lines), "text-align:center", True))
            case Heading():
                if "styles" in paper.habits:
                    tag = f"h{block.level + 1}"
                    out.append(f"<{tag}>{lines(block.mark + ' ' + block.text)}</{tag}>")
                else:
                    out.append(pasted(f"{block.mark} {block.text}", "", True))
            case Item() if "numbering" in paper.habits:
                inner = ' style="margin-left:1cm"' * block.depth
                out.append(f"<ul{inner}><li>{lines(block.text)}</li></ul>")
            case Item():
                out.append(
                    pasted(
                        f"{block.mark} {block.text}", f"text-indent:{1 + block.depth}cm;text-align:justify"
                    )
                )
            case SideBySide():
                sides = "".join(
                    f'<td width="{width}" style="border:none;text-align:center">'
                    f"{lines(chr(10).join(side))}</td>"
                    for width, side in (("42%", block.left), ("58%", block.right))
                )
                out.append(f'<table width="100%" style="border:none"><tr>{sides}</tr></table>')
            case NewPage():
                if wide:
                    out.append("</div>")
                out.append(f'<div class="{"wide" if block.landscape else "high"}">')
                wide = True
            case Table():
                rows = []
                for y, row in enumerate(block.rows):
                    cells = []
                    for cell in row:
                        tag = "th" if printed and y < block.heads else "td"
                        spans = f' colspan="{cell.columns}"' * (cell.columns > 1)
                        spans += f' rowspan="{cell.rows}"' * (cell.rows > 1)
                        bold = cell.bold or (y < block.heads and not printed)
                        text = f"<b>{lines(cell.text)}</b>" if bold and cell.text else lines(cell.text)
                        if not printed and not text:
                            text = "&nbsp;"
                        cells.append(f"<{tag}{spans}>{text}</{tag}>")
                    rows.append(f"<tr>{''.join(cells)}</tr>")
                if printed:
                    rows.insert(block.heads, "</thead><tbody>")
                    rows.insert(0, "<thead>")
                    rows.append("</tbody>")
                out.append(f'<table border="1" class="MsoTable">{"".join(rows)}</table>')
    if wide:
        out.append("</div>")
    title = html.escape(spoken(paper, paper.title))
    body = "\n".join(out).replace("</li></ul>\n<ul><li>", "</li>\n<li>")
    style = (
        "@page{size:A4;margin:2cm} @page wide{size:A4 landscape;margin:1.5cm} .wide{page:wide}"
        " .high,.wide{break-before:page} body{font-family:'Times New Roman',serif;font-size:13pt}"
        " table.MsoTable{border-collapse:collapse;width:100%} .MsoTable td,.MsoTable th{padding:3px}"
        " p{margin:4pt 0}"
    )
    if not printed:
        body = (
            '<div id="menu"><ul><li><a href="/">Trang chủ</a></li><li><a href="/gioi-thieu">Giới thiệu</a>'
            '</li><li><a href="/van-ban">Văn bản chỉ đạo, điều hành</a></li></ul></div>\n'
            f'<div class="noi-dung"><h1>{title}</h1>\n<div class="ngay">Ngày đăng: 03/01/2025 08:15</div>\n'
            f"{body}</div>\n"
            '<div id="chan-trang">Bản quyền thuộc Cổng thông tin điện tử. Lượt truy cập: 1.204.577</div>\n'
            '<script>var luot = 35; document.title = document.title + " ";</script>'
        )
    return (
        f'<!DOCTYPE html>\n<html lang="vi"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{style}</style></head>\n<body>{body}</body></html>\n"
    ).encode()


# --- Text ---------------------------------------------------------------------------------------------


def text(paper: Paper, marked: bool) -> bytes:
    """Markdown with pipes, or plain text whose cells stand between tabs (or pipes, as a habit)."""
    out: list[str] = []

    def say(line: str = "") -> None:
        out.append(spoken(paper, line))

    for block in paper.blocks:
        match block:
            case Paragraph():
                say(f"**{block.text}**" if marked and block.bold else block.text)
                say()
            case Title():
                for line in block.lines:
                    say(f"**{line}**" if marked else line)
                say()
            case Heading():
                say(
                    f"{'#' * (block.level + 1)} {block.mark} {block.text}"
                    if marked
                    else f"{block.mark} {block.text}"
                )
                say()
            case Item():
                mark = "-" if marked and block.mark == "-" else block.mark
                say(f"{'  ' * block.depth * marked}{mark} {block.text}")
                if not marked:
                    say()
            case SideBySide():
                for line in (*block.left, *block.right):
                    if line:
                        say(line)
                say()
            case NewPage():
                say("---" if marked else "\f")
                say()
            case Table():
                say()
                rows = []
                for places in grid(block):
                    cells = [cell.text if begins else "" for cell, begins in places]
                    rows.append([cell.replace("\n", "<br>" if marked else " ") for cell in cells])
                if marked or "pipes" in paper.habits:
                    for y, cells in enumerate(rows):
                        say("| " + " | ".join(cells) + " |")
                        if y == 0 and marked:
                            say("|" + "---|" * len(cells))
                else:
                    header, rest = rows[: block.heads], rows[block.heads :]
                    for start in range(0, len(rest), 9):
                        if start:
                            say()
                        for cells in header + rest[start : start + 9]:
                            say("\t".join(cells))
                say()
    return ("\n".join(out).rstrip() + "\n").encode()


# --- Workbook -----------------------------------------------------------------------------------------

_BARE = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d+))?(%?)$")


def _typed(sheet_cell, cell: Cell) -> bool:
    """A bare number is typed as one: 80% as 0.8 shown as a percentage, 1.250 as 1250."""
    match = _BARE.match(cell.text)
    if not match:
        return False
    whole, decimals, percent = match.groups()
    value = Decimal(whole.replace(".", "") + "." + (decimals or "0"))
    places = "." + "0" * len(decimals) if decimals else ""
    if percent:
        sheet_cell.value, sheet_cell.number_format = float(value / 100), f"0{places}%"
    else:
        sheet_cell.value = float(value) if decimals else int(value)
        grouped = "." in whole
        sheet_cell.number_format = f"#,##0{places}" if grouped else f"0{places}" if places else "General"
    return True


def workbook(paper: Paper) -> bytes:
    """One sheet for each appendix; the lines above the table stand in merged rows."""
    book = Workbook()
    book.remove(book.active)
    thin = Side(style="thin")
    sheet, row, count = None, 1, 0
    for block in paper.blocks:
        if sheet is None or isinstance(block, NewPage):
            count += 1
            sheet, row = book.create_sheet(f"PL{count:02d}"), 1
            sheet.page_setup.orientation = "landscape"
        if isinstance(block, NewPage):
            continue
        if isinstance(block, Table):
            widths = block.widths or [1] * len(grid(block)[0])
            for x, width in enumerate(widths, 1):
                sheet.column_dimensions[get_column_letter(x)].width = max(6, 110 * width // sum(widths))
            for y, places in enumerate(grid(block)):
                for x, (cell, begins) in enumerate(places, 1):
                    target = sheet.cell(row, x)
                    target.border = Border(left=thin, right=thin, top=thin, bottom=thin)
                    if not begins:
                        continue
                    head = y < block.heads
                    if not ("numbers" in paper.habits and not head and _typed(target, cell)):
                        target.value = spoken(paper, cell.text) or None
                    target.font = Font(name="Times New Roman", size=12, bold=head or cell.bold)
                    target.alignment = Alignment(
                        wrap_text=True, vertical="center", horizontal="center" if head or x != 2 else "left"
                    )
                for x, (cell, begins) in enumerate(places, 1):
                    if begins and (cell.columns > 1 or cell.rows > 1):
                        sheet.merge_cells(
                            start_row=row,
                            start_column=x,
                            end_row=row + cell.rows - 1,
                            end_column=x + cell.columns - 1,
                        )
                lines = [
                    -(-len(cell.text) * sum(widths) // (100 * widths[x])) + cell.text.count("\n")
                    for x, (cell, begins) in enumerate(places)
                    if begins and cell.columns == cell.rows == 1
                ]
                sheet.row_dimensions[row].height = 17 * max([1, *lines])
                row += 1
            if block.repeats:
                sheet.print_title_rows = f"{row - len(block.rows)}:{row - len(block.rows) + block.heads - 1}"
            row += 1
            continue
        lines = {
            Paragraph: lambda b: [b.text],
            Title: lambda b: b.lines,
            Heading: lambda b: [f"{b.mark} {b.text}"],
            Item: lambda b: [f"{b.mark} {b.text}"],
            SideBySide: lambda b: [line for line in (*b.left, *b.right) if line],
        }[type(block)](block)
        for line in lines:
            sheet.cell(row, 1, spoken(paper, line)).font = Font(
                name="Times New Roman", size=13, bold=isinstance(block, Title)
            )
            sheet.cell(row, 1).alignment = Alignment(horizontal="center", wrap_text=True)
            sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=6)
            row += 1
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
