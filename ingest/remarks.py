"""What is said of single rows and columns: footnotes by their mark, comments on cells, notes of rows.

A row or column of which it is said that its figures are of another period, of a part or in other units is
left out; one that is said to be estimated gets that status.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from ingest import scopes
from ingest.errors import Refused
from ingest.reading import Rejection, Table, units
from ingest.reading.workbooks import column_letters
from ingest.stated_period import in_words
from ingest.wording import plain

NOTE = "Ghi chú"  # the column of notes, by its field
_MARK = r"\(\*+\)|\[(?:\d{1,2}|\*+|[a-c])\]|\((?:\d{1,2}|[a-c])\)|[\u00b9\u00b2\u00b3\u2070-\u2079]+"
AFTER_NAME = rf"\s*(?:{_MARK}|\*+)\s*$"
_AFTER = re.compile(AFTER_NAME)
_BEFORE_NOTE = re.compile(rf"(?:(?<!\S)|(?<=[;.:]))(?P<mark>{_MARK}|\*+(?=\s)|^\d{{1,2}}[.)]?(?=\s+\D))\s*:?")
_LEAD = re.compile(r"\W*(?:ghi chu|luu y|chu thich|chu y)?\W*")
_INCOMPLETE = re.compile(
    r"\b(?:(?:chua|khong) (?:bao )?gom|chua (?:day du|du|cap nhat|tinh|co so lieu)|chi (?:tinh|gom)"
    r"|khong tinh|(?:con )?thieu (?:so lieu|bao cao|\d+ )"
    r"|moi (?:co|tong hop)(?: duoc)? \d+ ?/ ?\d+)(?!.*\bmat\b)"
)
# A population or target may be of another day than the figures beside it.
_OF_BASE = re.compile(r"\b(?:dan so|nhan khau|chi tieu)\b")
_SAYS = {
    "period_mismatch": "says that figures are of another period",
    "value_unknown": "says that something is not counted",
    "unit_unknown": "says that figures are in another unit",
}


def bound(table: Table) -> Table:
    """The table without the rows and columns that a footnote, comment or note spoils, the others with the
    status that one gives them. What is of the whole table alone stays or comes among its texts."""
    table, of_rows, of_columns = _footnotes(table)
    data = set(table.frame.filter(pl.col("role") == "data")["row"])
    fields = {at: name for name, at in table.at.items()}
    counted = {column.field for column in table.columns if column.is_number}
    for row, column, words in table.grid.comments:
        field = fields.get(column)
        if row + 1 in data:
            of_rows.append((row + 1, words))
        elif row + 1 in table.header_rows and (field in counted or field is None):
            of_columns += [(field, words)] if field else []
        elif row + 1 >= table.header_rows.start and row + 1 not in {r.row for r in table.rejected}:
            table = _of_all(table, f"comment on cell {column_letters(column)}{row + 1}", words)
    if NOTE in table.headings:
        notes = table.frame.filter(pl.col("role") == "data").select("row", NOTE).drop_nulls().rows()
        of_rows += [(row, words) for row, words in notes if _INCOMPLETE.search(plain(words))]
    for field, words in of_columns:
        table = _of_column(table, field, words)
    return _of_rows(table, of_rows)


def _of_all(table: Table, place: str, words: str) -> Table:
    if units.says_other(words):
        raise Refused(
            f"{table.file}: {place}: {words[:80]!r} {_SAYS['unit_unknown']}; send them in units",
            "unit_unknown",
            place,
        )
    return replace(table, above=[*table.above, (place, words)])


def _footnotes(table: Table) -> tuple[Table, list[tuple[int, str]], list[tuple[str, str]]]:
    """The rows and the columns that have the mark of a footnote, each with its words, and the table without
    those notes."""
    notes = [(place, text, list(_divided(text))) for place, text in table.below]
    if not any(divided for _, _, divided in notes):
        return table, [], []
    rows: dict[str, set[int]] = {}
    columns: dict[str, set[str]] = {}
    raised: dict[int, list[tuple[int, str]]] = {}
    for (row, column), mark in table.grid.marks.items():
        raised.setdefault(row + 1, []).append((column, mark))
    texts = [name for name in table.headings if name in table.frame.columns]
    is_marked = pl.any_horizontal(pl.col(name).str.contains(AFTER_NAME).fill_null(False) for name in texts)
    data = table.frame.filter(pl.col("role") == "data", is_marked | pl.col("row").is_in(list(raised)))
    for row, *cells in data.select("row", *texts).rows():
        found = [match[0] for cell in cells if cell and (match := _AFTER.search(cell))]
        for mark in (*found, *(mark for _, mark in raised.get(row, []))):
            rows.setdefault(_plain_mark(mark), set()).add(row)
    for field, heading in table.headings.items():
        found = [match[0]] if (match := _AFTER.search(heading)) else []
        found += [
            m
            for row in table.header_rows
            for column, m in raised.get(row, [])
            if column == table.at.get(field)
        ]
        for mark in found:
            columns.setdefault(_plain_mark(mark), set()).add(field)
    of_rows, of_columns, below = [], [], []
    for place, text, divided in notes:
        rest = text
        for mark, words in divided:
            of_rows += [(row, words) for row in sorted(rows.get(mark, ()))]
            of_columns += [(field, words) for field in columns.get(mark, ())]
            if mark in rows or mark in columns:
                rest = rest.replace(words, " ")
        if re.search(r"\w", rest):
            below.append((place, rest))
    return replace(table, below=below), of_rows, of_columns


def _divided(text: str) -> Iterable[tuple[str, str]]:
    """Each mark of a note with the words up to the next one."""
    found = list(_BEFORE_NOTE.finditer(text))
    if not found or not _LEAD.fullmatch(plain(text[: found[0].start()])):
        return
    for match, after in zip(found, [*found[1:], None], strict=True):
        yield (
            _plain_mark(match["mark"]),
            text[match.end() : after.start() if after else len(text)].strip(" ;."),
        )


def _plain_mark(mark: str) -> str:
    """`(1)`, `[1]` and a raised 1 are one mark."""
    digits = str.maketrans("\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079", "0123456789")
    return mark.translate(digits).strip(" ()[].")


def _spoils(table: Table, words: str) -> str | None:
    """The code of what a remark says is wrong with figures."""
    asked = table.asked
    found = in_words(words, asked.year)
    if asked.is_other_note(words) or (asked.verdict(found) and not _OF_BASE.search(plain(words))):
        return "period_mismatch"
    if scopes.leaves_out(words) or _INCOMPLETE.search(plain(words)):
        return "value_unknown"
    return "unit_unknown" if units.says_other(words) else None


def _of_column(table: Table, field: str, words: str) -> Table:
    column = next((column for column in table.columns if column.field == field), None)
    if column is None or not column.is_number or field not in table.headings:
        return table
    if _spoils(table, words):
        return table.left_out(field)
    status = table.asked.status(words)
    return replace(table, statuses=table.statuses | {field: status}) if status else table


def _of_rows(table: Table, said: list[tuple[int, str]]) -> Table:
    rejected, statuses = [], {}
    for row, words in said:
        if code := _spoils(table, words):
            message = f"{words[:80]!r} {_SAYS[code]}; send those that are meant"
            rejected.append(Rejection(row, table.grid.place_of_row(row), code, message, words))
        elif status := table.asked.status(words):
            statuses[row] = status
    frame = table.frame.filter(~pl.col("row").is_in([r.row for r in rejected]))
    if statuses:
        status = pl.col("row").replace_strict(statuses, default=None, return_dtype=pl.String)
        frame = frame.with_columns(status=status)
    return replace(table, frame=frame, rejected=[*table.rejected, *rejected])
