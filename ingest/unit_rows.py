"""Tables with one unit a row: whose a row is, and which rows cannot be believed because of whose they are.

A district's number includes its communes: a commune is never added to it, and together they cannot exceed it.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

import polars as pl

from ingest import tall
from ingest.reading import Rejection, Table
from ingest.wording import match_key, tidy

UNIT = "Đơn vị"
NUMBER = "STT"
_LEVELS = (
    ("province", r"(?:ubnd )?tinh\b"),
    ("commune", r"(?:ubnd )?(?:xa|phuong|thi tran|tt)\b"),
    ("district", r"(?:ubnd )?(?:huyen|thi xa|tx|thanh pho|tp)\b"),
)
_SECTIONS = (("commune", r"\bcap xa\b|\bxa phuong\b"), ("district", r"\bcap huyen\b|\bhuyen thi xa\b"))
_NESTED = re.compile(r"\d+(?:\.\d+)+\.?|[a-zđ][.)]?|[-+]")


@dataclass(frozen=True)
class _Unit:
    row: int
    text: str
    level: str | None
    parent: str | None

    @property
    def key(self) -> tuple[str, str | None]:
        return match_key(self.text), self.parent and match_key(self.parent)

    @property
    def org_text(self) -> str:
        """A commune is named with its district: `Chư Sê` alone would be taken for the district."""
        if self.level != "commune":
            return self.text
        known = re.match(_LEVELS[1][1], match_key(self.text))
        name = self.text if known else f"{self.text} (cấp xã)"
        return f"{name}, {self.parent}" if self.parent else name


def told_apart(table: Table) -> tuple[Table, list[Rejection]]:
    """The table with its communes named after their districts, and the rows set aside for whose they are.

    Where a unit stands twice with different numbers, neither row is believed.
    """
    found = _units(table)
    rejected = [*_repeated(table, found), *_exceeding(table, found)]
    names = pl.DataFrame(
        {"row": [u.row for u in found], UNIT: [u.org_text for u in found]},
        schema={"row": pl.Int32, UNIT: pl.String},
    )
    return replace(table, frame=table.frame.update(names, on="row")), rejected


def titles(table: Table) -> list[tuple[str, str]]:
    """Place and text of what stands above the table."""
    above = set(table.preamble)
    found = []
    for number, cells in enumerate(table.grid.cells.head(100).rows(), start=1):
        for text in dict.fromkeys(tidy(cell) for cell in cells if cell):
            if text in above:
                found.append((table.grid.place_of_row(number), text))
                above.remove(text)
    return found


def outside(table: Table, field: str, period_id: str) -> list[Rejection]:
    """The rows whose day is not in the period the file was sent for."""
    if field not in table.headings:
        return []
    first, last = tall.period_of(table.file, period_id)
    wrong = table.frame.filter(pl.col("role") == "data", ~pl.col(f"{field}.value").is_between(first, last))
    message = f"is not in the period {period_id}; name the period it belongs to"
    return [
        Rejection(
            row, table.grid.place(row, table.headings[field]), "period_mismatch", f"{text} {message}", text
        )
        for row, text in wrong.select("row", field).rows()
    ]


def _units(table: Table) -> list[_Unit]:
    has_numbering = NUMBER in table.headings
    levels = {text: _level(text, _LEVELS) for text in table.frame[UNIT].unique().drop_nulls()}
    kinds = {text: _level(text, _SECTIONS) for text in table.frame["section"].unique().drop_nulls()}
    shown = table.frame.select(
        "row", "role", "section", UNIT, number=pl.col(NUMBER) if has_numbering else pl.lit(None, pl.String)
    )
    found, district = [], None
    for row, role, section, text, number in shown.rows():
        if role != "data":
            district = None
            continue
        level = levels[text] or kinds.get(section)
        if district and levels[text] is None and number and _NESTED.fullmatch(number):
            level = "commune"
        if level == "district":
            district = text
        elif level != "commune":
            district = None
        found.append(_Unit(row, text, level, district if level == "commune" else None))
    return found


def _level(text: str, patterns) -> str | None:
    key = match_key(text)
    return next((level for level, pattern in patterns if re.search(_start(patterns) + pattern, key)), None)


def _start(patterns) -> str:
    return "^" if patterns is _LEVELS else ""


def _repeated(table: Table, found: list[_Unit]) -> list[Rejection]:
    by_unit: dict[tuple, list[_Unit]] = {}
    for unit in found:
        by_unit.setdefault(unit.key, []).append(unit)
    rejected = []
    for same in by_unit.values():
        if len(same) == 1:
            continue
        rows = [unit.row for unit in same]
        said = table.frame.filter(pl.col("row").is_in(rows)).select(
            c.field for c in table.columns if c.field != NUMBER
        )
        if said.n_unique() == 1:
            rejected += [
                _rejection(table, unit, "duplicate_row", f"says what row {rows[0]} says; remove one of them")
                for unit in same[1:]
            ]
            continue
        for unit in same:
            others = ", ".join(str(row) for row in rows if row != unit.row)
            message = f"{unit.text} stands in row {others} too, with other numbers; ask which is right"
            rejected.append(_rejection(table, unit, "org_repeated", message))
    return rejected


def _exceeding(table: Table, found: list[_Unit]) -> list[Rejection]:
    """Communes that are together more than their district; which of them is wrong cannot be told."""
    districts = {unit.text: unit for unit in found if unit.level == "district"}
    children: dict[str, list[_Unit]] = {}
    for unit in found:
        if unit.parent:
            children.setdefault(unit.parent, []).append(unit)
    if not children:
        return []
    values = {row["row"]: row for row in table.frame.iter_rows(named=True)}
    rejected = []
    summed = [c.field for c in table.columns if c.kind == "count" and c.summed]
    for parent, below in children.items():
        whole = values[districts[parent].row]
        for field in summed:
            known = [values[unit.row][f"{field}.value"] for unit in below]
            together = sum((value for value in known if value is not None), Decimal())
            of_parent = whole[f"{field}.value"]
            if of_parent is not None and together > of_parent:
                message = (
                    f"the communes of {parent} have {together.normalize():f}, but it has "
                    f"{of_parent.normalize():f} with them; ask which is right"
                )
                place = table.grid.place(whole["row"], table.headings[field])
                rejected += [
                    Rejection(unit.row, place, "children_exceed_parent", message, whole[field])
                    for unit in (districts[parent], *below)
                ]
                break
    return rejected


def _rejection(table: Table, unit: _Unit, code: str, message: str) -> Rejection:
    return Rejection(unit.row, table.grid.place(unit.row, table.headings[UNIT]), code, message, unit.text)
