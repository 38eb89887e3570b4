"""Sheets of a workbook: the rows above a table are its title, the rest are its rows."""

import re
from collections.abc import Iterator

from ingest.documents.blocks import Block, Cell, Document, Heading, Note, Paragraph, Row, Table
from ingest.reading.workbooks import Number, Sheet

_APPENDIX = re.compile(r"\s*(?:pl|phụ lục|phu luc)[\s._-]*(?:số )?(\d{1,2}|[IVX]+)\b.*", re.IGNORECASE)


def read_sheets(sheets: list[Sheet]) -> Document:
    blocks: list[Block] = []
    notes: list[Note] = []
    for sheet in sheets:
        rows = list(_rows(sheet))
        if not any(rows):
            continue
        if sheet.hidden:
            notes.append(Note("hidden_sheet", sheet.name, len(blocks)))
            continue
        if sheet.hidden_rows or sheet.hidden_columns:
            notes.append(Note("hidden_cells", sheet.name, len(blocks)))
        if sheet.comments:
            comments = " … ".join(text for _, _, text in sheet.comments)
            notes.append(Note("comments", comments[:200], len(blocks)))
        blocks += _blocks(sheet, rows)
    return Document(blocks, notes)


def _rows(sheet: Sheet) -> Iterator[list[str | None]]:
    if sheet.plain is None:
        for row in sheet.rows:
            yield [_shown(text, isinstance(text, Number)) for text in row]
        return
    for texts, typed in zip(sheet.plain.texts.rows(), sheet.plain.typed.rows(), strict=True):
        yield [_shown(text, bool(is_number)) for text, is_number in zip(texts, typed, strict=True)]


def _shown(text: str | None, is_number: bool) -> str | None:
    """A number as a Vietnamese workbook shows it: with a decimal comma."""
    return text.replace(".", ",") if text and is_number else text


def _blocks(sheet: Sheet, rows: list[list[str | None]]) -> Iterator[Block]:
    merged = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in sheet.merged}
    filled = [{at: text for at, text in enumerate(row) if text and text.strip()} for row in rows]
    start = next((at for at, cells in enumerate(filled) if len(cells) > 1), len(filled))
    title = [text for cells in filled[:start] for text in cells.values()]
    if (found := _APPENDIX.fullmatch(sheet.name)) and not any(map(_APPENDIX.match, title)):
        yield Heading(f"PHỤ LỤC {found[1]}")
    for text in title:
        yield Paragraph(" ".join(text.split()))
    table = [
        Row({at: Cell(text.strip(), *merged.get((number, at), (1, 1))) for at, text in cells.items()})
        for number, cells in enumerate(filled[start:], start)
        if cells
    ]
    if table:
        yield Table(table, max(map(len, rows)))
