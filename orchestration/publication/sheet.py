"""A table on a sheet of a workbook, as an office prints it: titles, heading, rows, signature; A4 across.

What is written is text or a number, never a formula. Each row is as high as its text needs.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from pathlib import Path
from typing import Any
from unicodedata import normalize

import xlsxwriter
from pdfminer.fontmetrics import FONT_METRICS

from expectations.numbers import rounded
from orchestration.publication.vietnamese import phrase, printable, sentence

FONT = "Times New Roman"
SIZE = 12
LINE = 16.0  # height of a line of that size, points
MOST_LINES = 25  # a row is at most 409 points high
CHARACTER, PADDING, PIXEL = 7, 5, 0.75  # a column's width: pixels of a character, of its margins, points
SPARE = 0.96  # another font or printer draws a little wider
TIMES = {
    bold: FONT_METRICS[name][1] for bold, name in ((False, "Times-Roman"), (True, "Times-Bold"))
}  # thousandths of the size, by letter; "Times New Roman" has the same
MADE_UP = phrase("papers.made_up")
CUT = phrase("workbook.cut")

MISSING, NOT_DUE = SIGNS = ("…", "–")  # what a cell holds where there is no result, or none is due
HEADING, SECTION = "#E7EDF3", "#F3F5F8"


@dataclass(frozen=True)
class Column:
    heading: str
    width: float  # characters
    align: str = "left"


@dataclass(frozen=True)
class Number:
    """A number and how Excel shows it; the cell holds the number."""

    value: Decimal | int
    form: str


@dataclass(frozen=True)
class About:
    """What every sheet says of itself."""

    release_id: str
    release_name: str
    source: str
    is_made_up: bool


def percent(value: Decimal, sign: str = "", target: Decimal | None = None) -> Number:
    """Of 52.8901, which the tables mean as per cent: 0.528901, shown as 52,89% by a Vietnamese Excel."""
    places = len(f"{rounded(value, target).normalize():f}".partition(".")[2])
    shown = f"0.{'0' * places}" if places else "0"
    return Number(value / 100, (f'"{sign}"' if sign else "") + f"{shown}%")


def dong(value: int) -> Number:
    return Number(value, "#,##0")


def billion(value: int) -> Number:
    """Đồng as tỷ đồng, down to the million."""
    return Number(Decimal(value) / 10**9, "#,##0.000")


class Book:
    """A workbook: its properties, its cell formats, its sheets."""

    def __init__(self, file: Path, title: str, about: About, made_at):
        self.book = xlsxwriter.Workbook(
            file, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        )
        self.about = about
        # Without the clock time of writing, the same content gives the same bytes.
        created = made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        properties = {"title": title, "author": "dxkpi", "comments": about.release_id, "created": created}
        self.book.set_properties(properties)
        self.made: dict[tuple, xlsxwriter.format.Format] = {}
        self.named: set[str] = set()

    def __enter__(self) -> "Book":
        return self

    def __exit__(self, *_: object) -> None:
        self.book.close()

    def look(self, **properties: Any) -> xlsxwriter.format.Format:
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            font = {"font_name": FONT, "font_size": SIZE, "valign": "vcenter", "text_wrap": True}
            self.made[key] = self.book.add_format(font | properties)
        return self.made[key]

    def sheet(self, name: str, titles: Sequence[str], columns: Sequence[Column]) -> "Sheet":
        return Sheet(self, self._free(name), titles, columns)

    def _free(self, name: str) -> str:
        """Excel allows 31 characters, none of []:*?/\\, and a name but once."""
        full = "".join("-" if c in "[]:*?/\\'" else c for c in printable(name))
        endings = ("", *(f"~{number}" for number in range(2, len(self.named) + 3)))
        found = next(
            called
            for ending in endings
            if (called := _cut(full, 31 - len(ending)) + ending).casefold() not in self.named
        )
        self.named.add(found.casefold())
        return found


class Sheet:
    def __init__(self, book: Book, name: str, titles: Sequence[str], columns: Sequence[Column]):
        self.book, self.look, self.columns = book, book.look, columns
        self.last = len(columns) - 1
        self.sheet = book.book.add_worksheet(name)
        self.widths = [_points(column.width) for column in columns]
        for at, column in enumerate(columns):
            self.sheet.set_column(at, at, column.width)
        self.at = 0
        about = book.about
        for number, text in enumerate(titles):
            self._title(text, bold=True, font_size=14 if number < 2 else SIZE)
        self._title(
            phrase("workbook.made_from", source=about.source, release=about.release_name),
            italic=True,
        )
        if about.is_made_up:
            self._title(MADE_UP, bold=True, font_color="#A01F1F")
        self.at += 1
        self.head = self.at
        heading = self.look(border=1, bold=True, align="center", bg_color=HEADING)
        for at, column in enumerate(columns):
            self.sheet.write_string(self.at, at, printable(column.heading), heading)
        self._high([column.heading for column in columns], bold=True)
        self.at += 1

    def _title(self, text: str, **look: Any) -> None:
        """Across all columns. Titles are the only merged cells: no data is in them."""
        size = look.get("font_size", SIZE)
        text, lines = _fitted(text, sum(self.widths), bool(look.get("bold")), size, lines=3)
        self.sheet.merge_range(self.at, 0, self.at, self.last, text, self.look(align="center", **look))
        self.sheet.set_row(self.at, LINE * size / SIZE * lines + 3)
        self.at += 1

    def section(self, number: str, name: str, *cells: str | Number | None) -> None:
        """A row that heads those under it; `cells` fill its last columns, the name runs on before them."""
        look = {"border": 1, "bold": True, "bg_color": SECTION, "text_wrap": False}
        self._cell(0, number, bold=True, bg_color=SECTION)
        room = len(self.columns) - len(cells)
        left, right = look | {"right": 0}, look | {"left": 0}
        name, _ = _fitted(name, sum(self.widths[1:room]), True, lines=1)
        self.sheet.write_string(self.at, 1, name, self.look(indent=1, **(left if room > 2 else look)))
        for column in range(2, room):
            edge = right if column == room - 1 else right | left
            self.sheet.write_blank(self.at, column, None, self.look(**edge))
        for column, value in enumerate(cells, start=room):
            self._cell(column, value, bold=True, bg_color=SECTION)
        self.sheet.set_row(self.at, LINE + 4)
        self.at += 1

    def row(self, *cells: str | Number | None, bold: bool = False) -> None:
        look = {"bold": True} if bold else {}
        fitted: list[str | Number | None] = []
        for value, width in zip(cells, self.widths, strict=True):
            fitted.append(_fitted(value, width, bold)[0] if isinstance(value, str) else value)
        for column, value in enumerate(fitted):
            self._cell(column, value, **look)
        self._high([value if isinstance(value, str) else "" for value in fitted], bold)
        self.at += 1

    def _cell(self, column: int, value: str | Number | None, **look: Any) -> None:
        if isinstance(value, Number):
            align = "center" if self.columns[column].align == "center" else "right"
            shown = self.look(
                border=1, align=align, indent=int(align == "right"), num_format=value.form, **look
            )
            self.sheet.write_number(self.at, column, value.value, shown)
        elif value:
            align = "center" if value in SIGNS else self.columns[column].align
            shown = self.look(border=1, align=align, indent=int(align == "left"), **look)
            self.sheet.write_string(self.at, column, printable(value), shown)
        else:
            self.sheet.write_blank(self.at, column, None, self.look(border=1, **look))

    def _high(self, texts: Iterable[str], bold: bool) -> None:
        lines = max(_lines(text, width, bold, SIZE) for text, width in zip(texts, self.widths, strict=True))
        self.sheet.set_row(self.at, min(LINE * lines + 4, 409))

    def text(self, text: str, **look: Any) -> None:
        """A line under the table, over all columns as far as it goes."""
        self.sheet.write_string(self.at, 0, printable(text), self.look(text_wrap=False, **look))
        self.at += 1

    def close(self, *, signed: bool) -> None:
        end = self.at - 1
        if signed:
            end = self._signature()
        sheet, about = self.sheet, self.book.about
        sheet.freeze_panes(self.head + 1, 2 if self.last > 2 else 0)
        sheet.repeat_rows(self.head)
        sheet.print_area(0, 0, end, self.last)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.6, right=0.6, top=0.7 if about.is_made_up else 0.6, bottom=0.8)
        # A space ends the size: a name that begins with digits would be read as part of it.
        source = about.source.replace("&", "&&")
        source = source if len(source) <= 90 else f"{source[:89].rstrip('&')}…"
        of_pages = phrase("workbook.of_pages", page="&P", pages="&N")
        parts = zip("LCR", (sentence(about.release_name), source, of_pages), strict=True)
        sheet.set_footer("".join(f'&{side}&"{FONT}"&9 {part}' for side, part in parts))
        if about.is_made_up:
            sheet.set_header(f'&C&"{FONT},Bold"&10 {MADE_UP}')
        sheet.hide_gridlines(2)

    def _signature(self) -> int:
        """Who made the table on the left, who answers for it on the right."""
        self.at += 1
        right = max(self.last - 2, 1)
        look = {"text_wrap": False, "align": "center"}
        for left_text, right_text, more in (
            ("", phrase("workbook.place_and_day"), {"italic": True}),
            (phrase("workbook.made_by"), phrase("papers.head_of_office"), {"bold": True}),
            (phrase("workbook.signs"), phrase("workbook.signs_and_seals"), {"italic": True}),
        ):
            self.sheet.write_string(self.at, 1, left_text, self.look(**look, **more))
            self.sheet.write_string(self.at, right, right_text, self.look(**look, **more))
            self.sheet.set_row(self.at, LINE + 3)
            self.at += 1
        return self.at + 3  # room to sign


def _cut(name: str, width: int) -> str:
    """'Các doanh nghiệp viễn thông trên địa bàn tỉnh' -> 'Các doanh nghiệp viễn thông…'."""
    if len(name) <= width:
        return name
    head, space, _ = name[:width].rpartition(" ")
    return f"{head.rstrip(' -,;')}…" if space else f"{name[: width - 1]}…"


def _points(width: float) -> float:
    """What a column of so many characters has for text, indented by one."""
    return (int((width - 1) * CHARACTER + PADDING) - 2 * PADDING) * PIXEL * SPARE


def _fitted(
    text: str, width: float, bold: bool, size: float = SIZE, lines: int = MOST_LINES
) -> tuple[str, int]:
    """The text, cut where it would need more lines than a row can be high, and the lines it needs."""
    text = printable(text)[:10_000]
    if (needed := _lines(text, width, bold, size)) <= lines:
        return text, needed
    fits, over = 0, len(text)
    while over - fits > 1:
        half = (fits + over) // 2
        fits, over = (half, over) if _lines(text[:half] + CUT, width, bold, size) <= lines else (fits, half)
    return text[:fits].rstrip() + CUT, lines


def _lines(text: str, width: float, bold: bool, size: float) -> int:
    """The lines that a text takes in so many points, broken between words as Excel does."""
    lines = 0
    for paragraph in text.split("\n"):
        lines, used = lines + 1, 0.0
        for word in re.findall(r"\S+\s*", paragraph):
            wide = _wide(word.rstrip(), bold) * size
            if used and used + wide > width:
                lines, used = lines + 1, 0.0
            if wide > width:  # a word longer than a line is broken within
                lines += int(wide // width)
            used = (
                (used + _wide(word, bold) * size) % width if wide > width else used + _wide(word, bold) * size
            )
    return lines


def _wide(text: str, bold: bool) -> float:
    """How wide a text is, in heights of its letters; a letter with marks is as wide as without."""
    widths = TIMES[bold]
    return (
        sum(widths.get(normalize("NFD", letter)[0], 1000 if letter > "ɏ" else 600) for letter in text) / 1000
    )
