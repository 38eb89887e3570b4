"""A page of a PDF as it is read upright: its lines of text, and the lines drawn on it.

A raised or lowered mark is written as such (`1234²`), so that it is never taken for a digit of the number.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from pdfplumber.page import Page as Printed
from pdfplumber.table import merge_edges

from ingest.reading.encodings import from_tcvn3

Box = tuple[float, float, float, float]  # left, top, right, bottom

RAISED = str.maketrans("0123456789+-=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾")
LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
# Signs of Symbol and Wingdings have codes for private use; of soft hyphens Word's fonts make hyphens.
_SIGNS = {0xF0B7: "•", 0xF0A7: "•", 0xF0D8: "•", 0xF076: "•", 0xF0FC: "•", 0xF02D: "-", 0xF02B: "+"}
_SIGNS |= {0x00AD: "-", 0x200B: "", 0xFEFF: "", 0x2060: "", 0x0009: " "}
_LIGATURES = re.compile("[\ufb00-\ufb06]")
_BOLD = re.compile("bold|black|heavy|demi", re.IGNORECASE)
_TCVN3 = re.compile(r"(?:^|\+)\.?vn[a-z]", re.IGNORECASE)  # .VnTime; .VnTimeH has the capitals
_LOST = re.compile(r"\(cid:\d+\)|[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f]")
_SYMBOLS = re.compile("symbol|wingdings|webdings|zapf", re.IGNORECASE)
_MARK_ALONE = re.compile(r"(?:[IVXLC]+|\d{1,2}(?:\.\d{1,2})*|[a-zđ])[.)]|[-+•]")
NO_BREAK = "\u00a0"
USUAL_DESCENT = -0.22


@dataclass(slots=True, eq=False)
class Glyph:
    """Measures in points from the upper left. `base` is where its letters stand; `script` is 1 where it is
    raised, -1 where lowered; one with a `turn`, in degrees, is a whole line that runs up or down."""

    text: str
    x0: float
    x1: float
    base: float
    size: float
    is_bold: bool
    script: int = 0
    turn: int = 0

    @property
    def middle(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, self.base - 0.3 * self.size


@dataclass(slots=True)
class Line:
    """One line of text, from left to right."""

    text: str
    x0: float
    x1: float
    base: float
    size: float
    is_bold: bool
    first_word: float  # its width
    ends_in_space: bool = False

    @property
    def width(self) -> float:
        return self.x1 - self.x0


@dataclass
class Page:
    """`edges` are pdfplumber's: merged, horizontal (`h`) and vertical (`v`). `lost` has by the name of a font
    how many of its signs are no known letters. `pictured` is the share of the page under its largest picture.
    """

    number: int
    width: float
    height: float
    glyphs: list[Glyph]
    edges: list[dict]
    lost: Counter[str]
    fonts: set[str]
    pictured: float
    slanted: str = ""  # text as of a watermark, which is left out
    outside: str = ""  # text beyond the edges of the page


def page_of(printed: Printed) -> Page:
    """The page turned so that most of its text is upright."""
    chars = printed.chars
    turns = [_turn(char["matrix"]) for char in chars]
    counted = Counter(turn for turn in turns if turn is not None)
    turn = counted.most_common(1)[0][0] if counted else 0
    left, top, right, bottom = printed.bbox
    width, height = right - left, bottom - top
    area = max(width * height, 1.0)
    pictures = [(i["x1"] - i["x0"]) * (i["bottom"] - i["top"]) / area for i in printed.images]
    page = Page(printed.page_number, width, height, [], [], Counter(), set(), max(pictures, default=0.0))
    if turn in (90, 270):
        page.width, page.height = height, width

    def turned(thing: dict, by: int) -> Box:
        x0, x1, y0, y1 = thing["x0"] - left, thing["x1"] - left, thing["top"] - top, thing["bottom"] - top
        return _turned((x0, y0, x1, y1), by, width, height)

    descents = _descents(chars)
    aside: dict[int, list[Glyph]] = {}
    for char, its_turn in zip(chars, turns, strict=True):
        if its_turn is None:
            page.slanted += char["text"]
            continue
        x0, y0, x1, y1 = turned(char, its_turn)
        font, size = char["fontname"], y1 - y0
        text = _letters(char["text"], font)
        if text.strip():
            page.fonts.add(font)
        if _LOST.search(text):
            if _SYMBOLS.search(font):
                text = "•"
            else:
                page.lost[font] += 1
        below = descents.get(font, USUAL_DESCENT)
        if char["upright"] and _below(char) == 0:  # a font without measures
            below = 0.0
        base = y1 + below * size
        glyph = Glyph(text, x0, x1, base, size, bool(_BOLD.search(font)))
        if its_turn == turn and not _is_mark_of(glyph, page.glyphs):
            page.glyphs.append(glyph)
        elif its_turn == turn:
            page.glyphs[-1].text += text
        else:
            aside.setdefault(its_turn, []).append(glyph)
    within = [g.x1 >= -1 and g.x0 <= page.width + 1 and 0 <= g.base <= page.height for g in page.glyphs]
    page.outside = "".join(g.text for g, is_in in zip(page.glyphs, within, strict=True) if not is_in)
    page.glyphs = [g for g, is_in in zip(page.glyphs, within, strict=True) if is_in]
    for its_turn, glyphs in aside.items():  # such as the heading of a narrow column
        for line in lines_of(glyphs, gap=2.0):
            by = (turn - its_turn) % 360
            box = line.x0, line.base - line.size, line.x1, line.base
            sides = (height, width) if its_turn in (90, 270) else (width, height)
            x0, y0, x1, y1 = _turned(box, by, *sides)
            about = {"script": 0, "turn": (its_turn - turn) % 360}
            page.glyphs.append(Glyph(line.text, x0, x1, y1, y1 - y0, line.is_bold, **about))
    _add_bullets(page, [turned(drawn, turn) for drawn in (*printed.curves, *printed.rects)])
    page.edges = _edges(turned(edge, turn) for edge in printed.edges)
    return page


def _is_mark_of(glyph: Glyph, before: list[Glyph]) -> bool:
    """Whether a mark is drawn over the letter drawn just before."""
    if not glyph.text or not all(map(unicodedata.combining, glyph.text)) or not before:
        return False
    letter = before[-1]
    near = letter.x0 - 1 <= glyph.x0 <= letter.x1 + 0.2 * letter.size
    return near and abs(glyph.base - letter.base) < 0.5 * letter.size


def _add_bullets(page: Page, boxes: list[Box]) -> None:
    """A browser draws the marks of a list: small, and just before a line."""
    small = [box for box in boxes if 2 < box[2] - box[0] < 8 and abs(box[2] - box[0] - box[3] + box[1]) < 1]
    for x0, y0, x1, y1 in small:
        middle = (y0 + y1) / 2
        beside = [g for g in page.glyphs if 0 < g.base - middle < 0.7 * g.size and g.text.strip()]
        if any(0 < g.x0 - x1 < 20 for g in beside) and not any(-60 < g.x1 - x0 <= 1 for g in beside):
            first = min((g for g in beside if g.x0 > x1), key=lambda g: g.x0)
            page.glyphs.append(Glyph("-", x0, x1, first.base, first.size, False))


def _turned(box: Box, by: int, width: float, height: float) -> Box:
    """A box on a page of this size, when the page is turned with the clock."""
    x0, y0, x1, y1 = box
    if by == 90:
        return height - y1, x0, height - y0, x1
    if by == 180:
        return width - x1, height - y1, width - x0, height - y0
    if by == 270:
        return y0, width - x1, y1, width - x0
    return box


def _turn(matrix: tuple[float, ...]) -> int | None:
    """By how many degrees text runs against the clock, None where it is slanted."""
    a, b, c, d = matrix[:4]
    angle = math.degrees(math.atan2(b, a)) if (a, b) != (0, 0) else math.degrees(math.atan2(-c, d))
    nearest = round(angle / 90) * 90
    return nearest % 360 if abs(angle - nearest) < 3 else None


def _descents(chars: list[dict]) -> dict[str, float]:
    """By font, how far its boxes reach below the base, in parts of its size."""
    seen: dict[str, Counter[float]] = {}
    for char in chars:
        if char["upright"]:
            seen.setdefault(char["fontname"], Counter())[_below(char)] += 1
    usual = {font: counted.most_common(1)[0][0] for font, counted in seen.items()}
    return {font: below for font, below in usual.items() if -0.5 <= below <= 0.01}


def _below(char: dict) -> float:
    return round((char["y0"] - char["matrix"][5]) / (char["size"] or 1.0), 2)


def _letters(text: str, font: str) -> str:
    if _TCVN3.search(font):
        text = from_tcvn3(text.replace("\u03bc", "\u00b5"))
        return text.upper() if font.endswith("H") else text
    text = text.translate(_SIGNS)
    return _LIGATURES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)


def _edges(boxes: Iterable[Box]) -> list[dict]:
    drawn = []
    for x0, top, x1, bottom in boxes:
        if min(x1 - x0, bottom - top) > 1 or max(x1 - x0, bottom - top) < 2:
            continue
        orientation = "h" if x1 - x0 >= bottom - top else "v"
        drawn.append(edge(orientation, x0, top, x1, bottom))
    joined = merge_edges(drawn, 3, 3, 3, 3)
    return [e for e in joined if max(e["x1"] - e["x0"], e["bottom"] - e["top"]) >= 5]


def edge(orientation: str, x0: float, top: float, x1: float, bottom: float) -> dict:
    sizes = {"width": x1 - x0, "height": bottom - top, "doctop": top}
    return {"orientation": orientation, "x0": x0, "x1": x1, "top": top, "bottom": bottom} | sizes


def lines_of(glyphs: list[Glyph], gap: float = math.inf) -> list[Line]:
    """The lines that the glyphs stand on, from top to bottom and left to right. A line is cut where nothing
    stands in it for `gap` times its size."""
    turned = sorted((g for g in glyphs if g.turn), key=lambda g: -g.x0 if g.turn == 270 else g.x0)
    rows: list[list[Glyph]] = []
    for glyph in sorted((g for g in glyphs if not g.turn), key=lambda g: g.base):
        if rows and glyph.base - rows[-1][0].base <= max(0.8, 0.12 * glyph.size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    for row in rows:
        row.sort(key=_from_left)
    rows = _with_scripts(rows)
    lines = [line for row in rows for part in _parts(row, gap) if (line := _line(part))]
    if turned:
        text, first = " ".join(g.text for g in turned), turned[0]
        width = max(g.x1 for g in turned) - min(g.x0 for g in turned)
        bold = all(g.is_bold for g in turned)
        lines.append(Line(text, first.x0, first.x0 + width, first.base, first.size, bold, width))
    return sorted(lines, key=lambda line: (line.base, line.x0))


def _from_left(glyph: Glyph) -> tuple[float, bool]:
    """A mark that is drawn apart comes behind the letter over which it stands."""
    return round(glyph.x0, 1), not unicodedata.combining(glyph.text[:1] or " ")


def _with_scripts(rows: list[list[Glyph]]) -> list[list[Glyph]]:
    """Rows of text, each with what is raised or lowered beside its glyphs."""
    sizes = [_size(row) for row in rows]
    kept: list[list[Glyph]] = [[] for _ in rows]
    added: list[list[Glyph]] = [[] for _ in rows]
    for i, row in enumerate(rows):
        for run in _parts(row, 1.0):
            host = None
            for j in range(max(0, i - 3), min(len(rows), i + 4)):
                shift = rows[j][0].base - row[0].base
                is_smaller = sizes[i] < 0.9 * sizes[j] or (len(rows[j]) > 2 * len(run) and len(run) <= 4)
                if j == i or not is_smaller or not 0.1 * sizes[j] < abs(shift) < 0.6 * sizes[j]:
                    continue
                if _touches(run, rows[j], sizes[j]) and (host is None or abs(shift) < abs(host[1])):
                    host = j, shift
            if host is None:
                kept[i] += run
                continue
            for glyph in run:
                glyph.script = 1 if host[1] > 0 else -1
            added[host[0]] += run
    return [sorted([*k, *a], key=_from_left) for k, a in zip(kept, added, strict=True) if k or a]


def _touches(run: list[Glyph], row: list[Glyph], size: float) -> bool:
    left, right = min(g.x0 for g in run), max(g.x1 for g in run)
    return any(
        -0.4 * size <= left - glyph.x1 <= 0.5 * size or -0.2 * size <= glyph.x0 - right <= 0.3 * size
        for glyph in row
        if glyph.text.strip()
    )


def _size(row: list[Glyph]) -> float:
    shown = [glyph for glyph in row if glyph.text.strip()] or row
    return Counter(round(glyph.size, 1) for glyph in shown).most_common(1)[0][0]


def _parts(row: list[Glyph], gap: float) -> list[list[Glyph]]:
    """A row cut where nothing stands for `gap` times its size; not where each space is as wide as the others,
    as of a line that was stretched to both margins."""
    spaces: list[tuple[int, float, float]] = []  # place in the row, how wide, in sizes
    right, drawn = -math.inf, 0
    for at, glyph in enumerate(row):
        if not glyph.text.strip():
            drawn += 1
            continue
        if drawn or glyph.x0 - right > 0.3 * glyph.size:
            spaces.append((at, glyph.x0 - right if drawn < 2 else math.inf, glyph.size))
        right, drawn = max(glyph.x1, right), 0
    wide = [width for _, width, _ in spaces if 0 < width < math.inf]
    is_stretched = len(wide) > 1 and max(wide) < 1.15 * min(wide) and len(spaces) == len(wide) + 1
    is_stretched = is_stretched and any(glyph.text.isspace() for glyph in row)
    cuts = [at for at, width, size in spaces if width > gap * size and not is_stretched]
    return [row[a:b] for a, b in pairwise([0, *(at for at in cuts if at), len(row)])]


def _line(row: list[Glyph]) -> Line | None:
    shown = [glyph for glyph in row if glyph.text.strip()]
    if not shown:
        return None
    # Where spaces are drawn, letters may be set wide.
    least = 0.3 if any(glyph.text.isspace() for glyph in row) else 0.2
    text, before, space, first_word = "", None, "", 0.0
    for glyph in row:
        if not glyph.text.strip():
            space += glyph.text
            continue
        if before and all(map(unicodedata.combining, glyph.text)):
            text += glyph.text
            continue
        apart = glyph.x0 - before.x1 if before else 0.0
        if before and glyph.text == before.text and glyph.x0 - before.x0 < 0.25 * (glyph.x1 - glyph.x0):
            continue  # drawn twice to look bold
        size = max(glyph.size, before.size) if before else 0.0
        is_mark = glyph.text.isalpha() and _MARK_ALONE.fullmatch(text) is not None
        if before and (apart > least * size or ((space or is_mark) and apart > 0.06 * size)):
            if space != NO_BREAK:
                first_word = first_word or before.x1 - shown[0].x0
            text += " "
        table = RAISED if glyph.script > 0 else LOWERED
        text += glyph.text.translate(table) if glyph.script else glyph.text
        before, space = glyph, ""
    level = [glyph for glyph in shown if not glyph.script] or shown
    x0, x1 = min(g.x0 for g in shown), max(g.x1 for g in shown)
    letters = [g.is_bold for g in shown if g.text[:1].isalnum()]
    return Line(
        re.sub(r" +", " ", unicodedata.normalize("NFC", text)).strip(),
        x0,
        x1,
        Counter(round(g.base, 1) for g in level).most_common(1)[0][0],
        _size(level),
        bool(letters) and all(letters),
        first_word or x1 - x0,
        row[-1].text.isspace(),
    )
