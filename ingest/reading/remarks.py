"""What notes state of single rows and columns: footnotes by their mark, comments on cells, notes of rows.

A row or column whose note states that its figures are of another period, of a part or in other units is
left out; one that is stated to be estimated gets that status.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from ingest.errors import Refused
from ingest.reading import Rejection, Table, lines, patterns, scopes, units
from ingest.reading.asked import WRONG
from ingest.reading.columns import UNIT
from ingest.reading.stated_period import about_all
from ingest.reading.workbooks import column_letters
from ingest.wording import match_key, plain

_NOTE = re.compile(rf"\W*{patterns.NOTE}\b|\s*{patterns.FOOTNOTE}")
_DISTRICT = re.compile(rf"^(?:ubnd )?{patterns.DISTRICT} ")
_HAS_WORDS = re.compile(r"[^\W\d_]")
_OF_COLUMN = re.compile(rf"(?:\W*(?:{patterns.NOTE}|rieng|cot|so(?: lieu)?(?= (?!hoa)))\b)*\W*")
_MARK = r"\(\*+\)|\[(?:\d{1,2}|\*+|[a-c])\]|\((?:\d{1,2}|[a-c])\)|[\u00b9\u00b2\u00b3\u2070-\u2079]+"
AFTER_NAME = rf"\s*(?:{_MARK}|\*+)\s*$"
_AFTER = re.compile(AFTER_NAME)
_BEFORE_NOTE = re.compile(rf"(?:(?<!\S)|(?<=[;.:]))(?P<mark>{_MARK}|\*+(?=\s)|^\d{{1,2}}[.)]?(?=\s+\D))\s*:?")
_LEAD = re.compile(rf"\W*{patterns.NOTE}?\W*")


def bound(table: Table) -> Table:
    """The table without the rows and columns that a footnote, comment or note spoils, the others with the
    status that one gives them. What is of the whole table alone stays or comes among its texts."""
    table, notes_of_rows, of_columns = _footnotes(table)
    of_rows = [(row, words, table.sent_for.code_of_remark(words)) for row, words in notes_of_rows]
    data = set(table.frame.filter(pl.col("role") == "data")["row"])
    fields = {at: name for name, at in table.at.items()}
    counted = {column.field for column in table.columns if column.is_number}
    for row, column, words in table.grid.comments:
        field = fields.get(column)
        if row + 1 in data:
            of_rows.append((row + 1, words, table.sent_for.code_of_remark(words)))
        elif row + 1 in table.header_rows and (field in counted or field is None):
            of_columns += [(field, words)] if field else []
        elif row + 1 >= table.header_rows.start and row + 1 not in {r.row for r in table.rejected}:
            table = _of_all(table, f"comment on cell {column_letters(column)}{row + 1}", words)
    for field, words in of_columns:
        table = _of_column(table, field, words, table.sent_for.code_of_remark(words))
    return _of_rows(_with_notes(table, of_rows), of_rows)


def _with_notes(table: Table, of_rows: list[tuple[int, str, str | None]]) -> Table:
    """The table without the columns that a note below it spoils; what one says of the rows of a unit that it
    names is added to `of_rows`. Raises Refused where a note may narrow figures and does not say whose."""
    units_of = {} if not table.below else _rows_of_units(table)
    below = []
    for locator, text in table.below:
        rest = []
        for part in filter(_HAS_WORDS.search, re.split(r"(?<=[;.])\s+", text)):
            code, key = table.sent_for.code_of_note(part), match_key(part)
            named = [name for name in units_of if name in key and re.search(rf"\b{name}\b", key)]
            rows = sorted({row for name in named for row in units_of[name]})
            field, words = (None, part) if rows else _column_of(table, part)
            if rows and (code or table.sent_for.status(part)):
                of_rows += [(row, part, code) for row in rows]
            elif field and ((code := table.sent_for.code_of_note(words)) or table.sent_for.status(words)):
                table = _of_column(table, field, words, code)
            else:
                rest.append(part)
                is_left = (
                    rows or field or scopes.is_of_others(part) or about_all(part) or lines.names_any(part)
                )
                if code and _NOTE.match(plain(part)) and not is_left:
                    raise Refused(
                        f"{table.file}: {locator}: {part[:80]!r} {WRONG[code]}; say of which unit or column, "
                        "or send the figures of all",
                        code,
                        locator,
                    )
        if rest:
            below.append((locator, " ".join(rest)))
    return replace(table, below=below)


def _rows_of_units(table: Table) -> dict[str, list[int]]:
    """By the key of its name, of a district also without its level, the rows of each unit."""
    found: dict[str, list[int]] = {}
    if UNIT not in table.headings:
        return found
    for row, name in table.frame.filter(pl.col("role") == "data").select("row", UNIT).drop_nulls().rows():
        key = match_key(re.sub(AFTER_NAME, "", name))
        for named in {key, _DISTRICT.sub("", key)}:
            found.setdefault(named, []).append(row)
    return found


def _column_of(table: Table, note: str) -> tuple[str | None, str]:
    """The column that a note begins with, and its other words."""
    bare = plain(note)
    start = lead.end() if (lead := _OF_COLUMN.match(bare)) else 0
    wordings = {
        plain(text): column.field
        for column in table.columns
        if column.is_number and column.field in table.headings
        for text in (*column.headings, table.headings[column.field])
    }
    found = [text for text in wordings if re.match(rf"{re.escape(text)}\b", bare[start:])]
    if not found:
        return None, note
    longest = max(found, key=len)
    return wordings[longest], note[start + len(longest) :]


def _of_all(table: Table, locator: str, words: str) -> Table:
    if units.says_other(words):
        raise Refused(
            f"{table.file}: {locator}: {words[:80]!r} {WRONG['unit_unknown']}; send them in units",
            "unit_unknown",
            locator,
        )
    return replace(table, above=[*table.above, (locator, words)])


def _footnotes(table: Table) -> tuple[Table, list[tuple[int, str]], list[tuple[str, str]]]:
    """The rows and the columns that have the mark of a footnote, each with its words, and the table without
    those notes."""
    notes = [(locator, text, list(_divided(text))) for locator, text in table.below]
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
    for locator, text, divided in notes:
        rest = text
        for mark, words in divided:
            of_rows += [(row, words) for row in sorted(rows.get(mark, ()))]
            of_columns += [(field, words) for field in columns.get(mark, ())]
            if mark in rows or mark in columns:
                rest = rest.replace(words, " ")
        if re.search(r"\w", rest):
            below.append((locator, rest))
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


def _of_column(table: Table, field: str, words: str, code: str | None) -> Table:
    column = next((column for column in table.columns if column.field == field), None)
    if column is None or not column.is_number or field not in table.headings:
        return table
    if code:
        return table.left_out(field)
    status = table.sent_for.status(words)
    return replace(table, statuses=table.statuses | {field: status}) if status else table


def _of_rows(table: Table, remarks: list[tuple[int, str, str | None]]) -> Table:
    rejected, statuses = [], {}
    for row, words, code in remarks:
        if code:
            message = f"{words[:80]!r} {WRONG[code]}; send those that are meant"
            rejected.append(Rejection(row, table.grid.row_locator(row), code, message, words))
        elif status := table.sent_for.status(words):
            statuses[row] = status
    frame = table.frame.filter(~pl.col("row").is_in([r.row for r in rejected]))
    if statuses:
        of_row = pl.col("row").replace_strict(statuses, default=None, return_dtype=pl.String)
        frame = frame.with_columns(status=of_row)
    return replace(table, frame=frame, rejected=[*table.rejected, *rejected])
