"""Tables of a PDF: the cells between drawn lines, their text, and tables that go on over pages.

Lines may be drawn around all cells, or only between rows: then columns are told by what stays blank between
them in most rows.
"""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells

from ingest.documents.blocks import Cell, Row, Table
from ingest.documents.pdf_pages import Box, Glyph, Line, Page, edge, lines_of
from ingest.wording import ROW_NUMBER, plain

NEAR = 5.0  # points within which two lines of a table are one
MOST_EDGES = 4000  # a page with more is a drawing

ROW_MARK = re.compile(r"(?:\d{1,3}(?:\.\d{1,3})*|[IVXL]+|[a-zđ])[.)]?|[-+•]", re.IGNORECASE)
LIST_MARK = re.compile(r"[-–+•*]\s")
ENDS = re.compile(r"[.;:!?…][\"”)]*$")
_CODA = re.compile(r"(?:c|ch|m|n|ng|nh|p|t)(?!\w)", re.IGNORECASE)  # ends a syllable, and is none
_NUMBER = re.compile(r"\d+%?|\d{1,3}(?:[.,]\d{3})+(?:[.,]\d+)?%?|\d{1,3}[.,]\d{1,2}%?")


@dataclass(slots=True)
class Drawn:
    """A cell as drawn on a page; `lines` go on with those of the next page where a page's end cuts it."""

    x0: float
    top: float
    x1: float
    bottom: float
    lines: list[Line] = field(default_factory=list)
    rows: int = 1
    width: float = 0.0  # that a line of it may have

    @property
    def text(self) -> str:
        return joined(self.lines, self.width)


@dataclass
class Drawing:
    """The rows of a table, from one page or from several. A cell stands in the row in which it begins."""

    page: int
    box: Box
    rows: list[list[Drawn]]
    pages: list[int]

    @property
    def xs(self) -> list[float]:
        return _merged(x for row in self.rows for cell in row for x in (cell.x0, cell.x1))

    def table(self) -> Table:
        xs = self.xs
        rows = []
        for cells, page in zip(self.rows, self.pages, strict=True):
            found = {}
            for cell in cells:
                left, right = _nearest(xs, cell.x0), _nearest(xs, cell.x1)
                found[left] = Cell(cell.text, cell.rows, max(1, right - left))
            rows.append(Row(found, page))
        return Table(rows, len(xs) - 1)


def tables_of(page: Page) -> list[Drawing]:
    """The tables of a page from top to bottom; what stands in them is taken from the page's glyphs."""
    if len(page.edges) > MOST_EDGES:
        return []
    edges = page.edges + _unseen_edges(page)
    found = _between(page, edges + _closing_edges(edges))
    if edges := _undrawn_edges(page):
        found = sorted([*found, *_between(page, edges)], key=lambda table: table.box[1])
    return found


def _between(page: Page, edges: list[dict]) -> list[Drawing]:
    boxes = intersections_to_cells(edges_to_intersections(edges, 3, 3))
    groups = [cells for cells in cells_to_tables(boxes) if len(cells) > 1]
    found: list[Drawing] = []
    for cells in sorted(groups, key=lambda cells: (min(c[1] for c in cells), min(c[0] for c in cells))):
        around = _around(cells)
        if any(_holds(other.box, around) for other in found):
            continue  # a table in a cell is text of the cell
        drawn = [Drawn(*cell) for cell in cells]
        inside, outside = _shared(page.glyphs, drawn, around)
        if not any(inside):
            continue
        page.glyphs = outside
        for cell, glyphs in zip(drawn, inside, strict=True):
            cell.lines = lines_of(glyphs)
        _measure(drawn)
        for rows in _parted(_rows(drawn)):
            box = _around([(cell.x0, cell.top, cell.x1, cell.bottom) for row in rows for cell in row])
            found.append(Drawing(page.number, box, rows, [page.number] * len(rows)))
    return found


def _around(boxes: list[Box]) -> Box:
    x0, top, x1, bottom = zip(*boxes, strict=True)
    return min(x0), min(top), max(x1), max(bottom)


def _holds(outer: Box, inner: Box) -> bool:
    return (
        outer[0] - NEAR <= inner[0]
        and outer[1] - NEAR <= inner[1]
        and inner[2] <= outer[2] + NEAR
        and inner[3] <= outer[3] + NEAR
    )


def _shared(glyphs: list[Glyph], cells: list[Drawn], around: Box) -> tuple[list[list[Glyph]], list[Glyph]]:
    """The glyphs in each cell, and those in none."""
    inside: list[list[Glyph]] = [[] for _ in cells]
    outside = []
    last = 0
    for glyph in glyphs:
        x, y = glyph.middle
        if around[0] <= x <= around[2] and around[1] <= y <= around[3]:
            for at in (last, *range(len(cells))):
                cell = cells[at]
                if cell.x0 <= x <= cell.x1 and cell.top <= y <= cell.bottom:
                    inside[at].append(glyph)
                    last = at
                    break
            else:
                outside.append(glyph)
        else:
            outside.append(glyph)
    return inside, outside


def _measure(cells: list[Drawn]) -> None:
    """How wide a line of each cell may be: as far from its right border as text begins behind the left."""
    blank = min((line.x0 - cell.x0 for cell in cells for line in cell.lines), default=0.0)
    blank = min(max(blank, 0.0), 8.0)
    for cell in cells:
        widest = max((line.width for line in cell.lines), default=0.0)
        cell.width = max(cell.x1 - cell.x0 - 2 * blank, widest)


def _rows(cells: list[Drawn]) -> list[list[Drawn]]:
    tops = _merged([c.top for c in cells] + [c.bottom for c in cells])
    rows: list[list[Drawn]] = [[] for _ in tops[1:]]
    for cell in sorted(cells, key=lambda c: c.x0):
        first = _nearest(tops, cell.top)
        cell.rows = max(1, _nearest(tops, cell.bottom) - first)
        rows[first].append(cell)
    return rows


def _parted(rows: list[list[Drawn]]) -> Iterator[list[list[Drawn]]]:
    """The tables that stand on each other without a gap: where another header begins with other columns, or
    no column goes on."""
    start = 0
    for at in range(1, len(rows)):
        above, below = _borders(rows[start:at]), _borders(rows[at:])
        is_crossed = any(n + cell.rows > at for n, row in enumerate(rows[:at]) for cell in row)
        if is_crossed or not above or not below:
            continue
        own = _borders(rows[at : at + 1])
        is_header = bool(rows[at]) and ROW_NUMBER.fullmatch(" ".join(plain(rows[at][0].text).split()))
        is_other = is_header and any(min(abs(x - other) for other in above) > NEAR for x in own)
        if is_other or all(min(abs(x - other) for other in above) > NEAR for x in below):
            yield rows[start:at]
            start = at
    yield rows[start:]


def _borders(rows: list[list[Drawn]]) -> list[float]:
    """Where the columns of some rows part, without the sides of the table."""
    xs = _merged(x for row in rows for cell in row for x in (cell.x0, cell.x1))
    return xs[1:-1]


def _merged(places: Iterable[float]) -> list[float]:
    groups: list[list[float]] = []
    for locator in sorted(places):
        if groups and locator - groups[-1][0] <= NEAR:
            groups[-1].append(locator)
        else:
            groups.append([locator])
    return [sum(group) / len(group) for group in groups]


def _nearest(places: list[float], locator: float) -> int:
    return min(range(len(places)), key=lambda i: abs(places[i] - locator))


# Tables with lines between rows only.


def _unseen_edges(page: Page) -> list[dict]:
    """The sides and columns of tables whose rows are parted by lines of one length, but not their columns."""
    across: dict[tuple[int, int], list[dict]] = {}
    for line in (e for e in page.edges if e["orientation"] == "h" and e["x1"] - e["x0"] > 72):
        ends = line["x0"], line["x1"]
        key = next((k for k in across if abs(k[0] - ends[0]) < 3 and abs(k[1] - ends[1]) < 3), None)
        across.setdefault(key or (round(ends[0]), round(ends[1])), []).append(line)
    upright = [e for e in page.edges if e["orientation"] == "v"]
    added: list[dict] = []
    for (left, right), lines in across.items():
        ys = sorted(line["top"] for line in lines)
        if len(ys) < 4:
            continue
        top, bottom = ys[0], ys[-1]
        crossing = [
            e
            for e in upright
            if e["top"] < bottom - 3 and e["bottom"] > top + 3 and left - 3 <= e["x0"] <= right + 3
        ]
        within = [e for e in crossing if left + 4 < e["x0"] < right - 4]
        if not within:
            added += _columns(page.glyphs, left, right, ys)
            continue
        top, bottom = min(top, *(e["top"] for e in within)), max(bottom, *(e["bottom"] for e in within))
        for x in (left, right):
            if all(abs(x - e["x0"]) > 4 for e in crossing):
                added.append(edge("v", x, top, x, bottom))
    return added


def _closing_edges(edges: list[dict]) -> list[dict]:
    """The upper and lower side of a row that a page's end cuts, where no line is drawn there."""
    added: list[dict] = []
    upright = [e for e in edges if e["orientation"] == "v"]
    level = [e for e in edges if e["orientation"] == "h"]
    for side in ("top", "bottom"):
        ends = _merged(e[side] for e in upright)
        for y in ends:
            xs = sorted(e["x0"] for e in upright if abs(e[side] - y) <= NEAR)
            drawn = [e for e in level if abs(e["top"] - y) <= NEAR and e["x1"] > xs[0] and e["x0"] < xs[-1]]
            if len(xs) > 2 and not drawn:
                reached = [e[side] for e in upright if abs(e[side] - y) <= NEAR]
                y = min(reached) if side == "bottom" else max(reached)
                added.append(edge("h", xs[0], y, xs[-1], y))
    return added


def _columns(glyphs: list[Glyph], left: float, right: float, ys: list[float]) -> list[dict]:
    """Edges where most rows are blank; none where a row of lines holds several rows of text."""
    bands = []
    for top, bottom in pairwise(ys):
        within = [g for g in glyphs if top < g.middle[1] < bottom and left <= g.middle[0] <= right]
        bands.append(lines_of(within, gap=0.8))
    if any(not lines for lines in bands):
        return []
    for lines in bands:
        first = min(line.x0 for line in lines)
        marks = [line for line in lines if line.x0 - first < NEAR and ROW_MARK.fullmatch(line.text)]
        if len(marks) > 1:
            return []
    size = max(line.size for lines in bands for line in lines)
    steps = range(int(left), int(right) + 1)
    blank = [
        sum(all(not line.x0 - 0.5 < x < line.x1 + 0.5 for line in lines) for lines in bands) for x in steps
    ]
    wanted = max(2, round(0.8 * len(bands)))
    rivers, start = [], None
    for x, rows in zip(steps, blank, strict=True):
        if rows >= wanted:
            start = x if start is None else start
        elif start is not None:
            rivers.append((start, x))
            start = None
    rivers = [(a, b) for a, b in rivers if a > left + 2 and b < right - 2 and b - a >= 0.6 * size]
    if not rivers:
        return []
    added = [edge("v", x, ys[0], x, ys[-1]) for x in (left, right)]
    for a, b in rivers:
        middle = (a + b) / 2
        for (top, bottom), lines in zip(pairwise(ys), bands, strict=True):
            if all(not line.x0 < middle < line.x1 for line in lines):
                added.append(edge("v", middle, top, middle, bottom))
    return added


_OF_TABLE = re.compile(r"chi tieu|chi so|nhiem vu|noi dung|du an|muc tieu|cong viec")


def _undrawn_edges(page: Page) -> list[dict]:
    """The edges of tables without any lines, where nothing leaves a choice: under headings, the first `TT`,
    stand rows that count on, text of a row stands nearer to it than to the next, and between the columns of
    the headings all rows are blank."""
    lines = sorted(lines_of(page.glyphs, gap=0.8), key=lambda line: (line.base, line.x0))
    added: list[dict] = []
    for head in (line for line in lines if ROW_NUMBER.fullmatch(plain(line.text))):
        drawn = (e for e in page.edges if e["orientation"] == "h" and e["x1"] - e["x0"] > 72)
        rows = _counted_rows([line for line in lines if line.base > head.base - 1.5 * head.size], head)
        if len(rows) < 4 or any(head.base - 30 < e["top"] < rows[-1][-1].base + 30 for e in drawn):
            continue
        left, right = (
            end(x for row in rows for line in row for x in (line.x0, line.x1)) for end in (min, max)
        )
        ys = [rows[0][0].base - head.size - 2]
        ys += [(a[-1].base + 0.3 * head.size + b[0].base - 0.9 * head.size) / 2 for a, b in pairwise(rows)]
        ys.append(rows[-1][-1].base + 0.5 * head.size)
        columns = _columns(page.glyphs, left - 3, right + 3, ys)
        headings = _merged_spans(rows[0])
        is_counted = [len(row) > 2 for row in rows[1:]]
        sides = [sum(e["top"] <= y + 1 and e["bottom"] >= y + 1 for e in columns) for y in ys[1:-1]]
        is_clear = all(n == len(headings) + 1 for n, is_so in zip(sides, is_counted, strict=True) if is_so)
        words = plain(" ".join(line.text for line in rows[0]))
        if len(headings) > 2 and is_clear and _OF_TABLE.search(words) and sum(is_counted) > 2:
            added += [edge("h", left - 3, y, right + 3, y) for y in ys] + columns
    return added


def _counted_rows(lines: list[Line], head: Line) -> list[list[Line]]:
    """The lines of the headings, and of each row below that begins under `TT` with the number that is next;
    none where a line between two rows may be of either."""
    rows: list[list[Line]] = [[]]
    last, steps = None, ([0.0], [math.inf])
    for line in lines:
        is_mark = line.x0 < head.x1 + 8
        step = line.base - max(above.base for row in rows for above in row) if rows[0] else 0.0
        if line.x1 < head.x0 - 20 or (is_mark and line is not head and not ROW_MARK.fullmatch(line.text)):
            if rows[0] and len(rows) > 1:
                break
            continue
        if is_mark and line is not head:
            number = int(text) if (text := line.text.rstrip(".)")).isdigit() else None
            if number is not None and last is not None and number not in (last + 1, 1):
                return []
            last = last if number is None else number
            steps[1].append(step)
            rows.append([])
        elif len(rows) > 1 and step > 0.4 * line.size:
            if step > 2 * line.size:
                break
            steps[0].append(step)
        rows[-1].append(line)
    return rows if max(steps[0]) * 1.15 < min(steps[1][2:], default=math.inf) else []


def _merged_spans(lines: list[Line]) -> list[tuple[float, float]]:
    """From where to where headings reach, those that stand over one another together."""
    spans: list[tuple[float, float]] = []
    for line in sorted(lines, key=lambda line: line.x0):
        if spans and line.x0 < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], line.x1))
        else:
            spans.append((line.x0, line.x1))
    return spans


# Text of a cell or a paragraph.


def joined(lines: list[Line], width: float) -> str:
    text = lines[0].text if lines else ""
    for above, line in pairwise(lines):
        text += joint(above, line, width) + line.text
    return text


def runs_on(above: Line, line: Line, width: float) -> bool:
    """Whether the first word of a line had no room on the line above."""
    return above.width + 0.25 * above.size + line.first_word > width - 2


def joint(above: Line, line: Line, width: float) -> str:
    """What stands between two lines of one text: nothing in a word or number cut in two, a space where the
    line was full, else an end of line."""
    if not runs_on(above, line, width):  # a space that does not break, before a word in small letters
        return " " if line.text[0].islower() and not ENDS.search(above.text) else "\n"
    if LIST_MARK.match(line.text) and not re.search(r"\d$", above.text):
        return "\n"
    if not above.ends_in_space and width - above.width < 0.75 * above.size:
        last, first = above.text.split()[-1], line.text.split()[0]
        if _CODA.match(first) and last[-1].isupper() == first[0].isupper() and _awaits_more(last):
            return ""
        if " " not in above.text and _is_cut_within(last, first):
            return ""
    return _seam(above, line)


def _awaits_more(last: str) -> bool:
    """Whether a piece of a word may end in consonants that it does not have yet, as `TỔ` of `TỔNG`, `ST` of
    `STT`."""
    vowels = [letter in "aeiouy" for letter in plain(last)]
    return vowels[-1] or (last.isupper() and not any(vowels))


def _is_cut_within(last: str, first: str) -> bool:
    """Whether two pieces of text are one number or code that no line was wide enough for."""
    if re.fullmatch(r"[\d.,]+", last):
        return len(last) > 1 and bool(_NUMBER.fullmatch(last + first))
    return bool(re.search(r"\d.*[-/]", last) and re.match(r"\w", first))


def as_one(lines: list[Line]) -> str:
    """The text of lines that are known to go on."""
    text = lines[0].text
    for above, line in pairwise(lines):
        text += _seam(above, line) + line.text
    return text


def _seam(above: Line, line: Line) -> str:
    if above.ends_in_space:
        return " "
    is_one = re.search(r"\w[-/]$", above.text) and re.match(r"\w", line.text)
    return "" if is_one or (re.search(r"/\S+$", above.text) and re.match(r"-\w", line.text)) else " "


# Tables over pages.


def is_continued(table: Drawing, by: Drawing) -> bool:
    """Whether two tables have the same columns; a page may show fewer of them, where cells are merged."""
    first = by.rows[0]
    is_header = bool(first) and ROW_NUMBER.fullmatch(" ".join(plain(first[0].text).split()))
    if is_header and not _is_same(table.rows[0], first):
        return False
    ours, theirs = table.xs, by.xs
    if abs(ours[0] - theirs[0]) > NEAR or abs(ours[-1] - theirs[-1]) > NEAR:
        return False
    fewer, more = sorted((ours, theirs), key=len)
    return len(fewer) > 2 and all(min(abs(x - other) for other in more) <= NEAR for x in fewer)


def go_on(table: Drawing, by: Drawing) -> None:
    """Add the rows of the next page: without the header that is repeated, and with a row that was cut at the
    page's end as one row."""
    rows, repeated = by.rows, 0
    while repeated < min(4, len(rows), len(table.rows)) and _is_same(table.rows[repeated], rows[repeated]):
        repeated += 1
    rows = rows[repeated:]
    if rows and len(table.rows) > repeated and _is_cut(table, rows[0]):
        for above, cell in _pairs(table, rows[0]):
            above.lines += cell.lines
            above.width = max(above.width, cell.width)
        rows = rows[1:]
    table.rows += rows
    table.pages += [by.page] * len(rows)


def _is_same(header: list[Drawn], row: list[Drawn]) -> bool:
    """Whether a row is a header again; of a text over several rows a program may draw only the beginning."""
    texts = [[" ".join(cell.text.split()) for cell in cells] for cells in (header, row)]
    same = sum(a == b for a, b in zip(*texts, strict=False))
    begun = all(a == b or (b and a.startswith(b)) for a, b in zip(*texts, strict=False))
    return len(header) == len(row) and any(texts[1]) and begun and 2 * same > len(row)


def _pairs(table: Drawing, row: list[Drawn]) -> list[tuple[Drawn, Drawn]]:
    """Each cell of a row behind the last cell of the same column."""
    lowest = [cell for cells in reversed(table.rows[-12:]) for cell in cells]
    found = ((next((c for c in lowest if abs(c.x0 - cell.x0) <= NEAR), None), cell) for cell in row)
    return [(above, cell) for above, cell in found if above and abs(above.x1 - cell.x1) <= NEAR]


def _is_cut(table: Drawing, row: list[Drawn]) -> bool:
    """Whether a row goes on with the last one of the page before: text goes on where a line was full, and
    nothing shows that another row begins."""
    last = table.rows[-1]
    if [cell.rows for cell in row] != [1] * len(row):
        return False
    pairs = _pairs(table, row)
    if len(pairs) < len(row):
        return False
    if not any(cell.lines for cell in last):
        return True
    if not any(cell.lines for cell in row):
        return False
    above, first = pairs[0]
    marks = [cell for cell in (above, first) if ROW_MARK.fullmatch(cell.text)]
    if above.lines and first.lines and marks:
        return False
    goes_on = False
    for above, cell in pairs:
        if not above.lines or not cell.lines:
            continue
        before, after = above.lines[-1], cell.lines[0]
        is_full = runs_on(before, after, above.width)
        if ENDS.search(before.text) or LIST_MARK.match(after.text):
            continue
        is_one = joint(before, after, above.width) == ""
        if _NUMBER.fullmatch(above.text) and _NUMBER.fullmatch(cell.text) and not is_one:
            return False
        if not is_full and (first.lines or not after.text[0].islower()):
            return False
        goes_on = True
    if goes_on:
        return True
    numbered = [r[0] for r in table.rows if len(r) == len(last)]
    has_numbers = all(cell.lines for cell in numbered) and len(numbered) > 1
    return has_numbers and not pairs[0][1].lines and sum(bool(cell.lines) for cell in row) < len(row) / 2
