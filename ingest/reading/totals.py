"""What a row below the header is: data, a total, a section, a note or nothing. And whether totals add up."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from ingest.errors import Refused
from ingest.reading import distinct, patterns
from ingest.reading.columns import Column
from ingest.reading.grids import Grid
from ingest.reading.headers import Header
from ingest.wording import begins, match_key, tidy

_TOTAL = re.compile(
    r"(?:tong|tong cong|tong so|tong chung|cong|cong chung|cong don|toan tinh|cong toan tinh|tong toan tinh"
    r"|tong cong toan tinh|tong so toan tinh|toan tinh gia lai|tong hop toan tinh|toan huyen|toan thanh pho"
    r"|total|(?:tong|cong|tong cong|tong so)(?: toan)?(?: cua)? (?:huyen|thi xa|thanh pho|tp|tx|xa|phuong"
    r"|thi tran)(?: .*)?"
    r"|(?:tong|cong|tong cong|tong so)(?: muc| phan| nhom)? (?:[ivx]+|[abc]|\d{1,2})(?: [ivx]+)*"
    r"|(?:tong|cong|tong cong)(?: so)? (?:cap (?:tinh|huyen|xa)|cac (?:huyen|xa|so|don vi).*"
    r"|\d+ (?:huyen|don vi|xa|so).*))"
)
_MAY_BE_TOTAL = begins("tong|cong|toan|total|mang|chuyen|ket chuyen|luy ke|trang|to|so|duoc")
_ROMAN = re.compile(r"(?:[IVX]{1,5}|[A-E])\.?")
_ROMAN_LEAD = r"^\s*([IVX]{1,5}|[A-E])([.)\-:\s]|$)"
_UNIT = re.compile(
    r"(?:ubnd (?:tinh|huyen|thi xa|thanh pho|tp|xa|phuong|thi tran)|huyen|thi xa|thanh pho|tp|xa|phuong"
    # Sở, not Số
    r"|thi tran|so(?! (?:lieu|luong|uoc|tam|cuoi|dau|chinh thuc|so bo|ky|thang|tren|nay|voi|sanh)\b)"
    r"|ban|van phong|chi cuc|cuc|thanh tra|cong an|ca|ca(?:tp|tx|h)|ttvt"
    r"|truong|benh vien|trung tam|chi nhanh|dai|bao|vien) .*"
)
_SECTION = re.compile(
    r"(?:(?:[IVX]{1,5}|[A-E])[.)\-:]?\s+|(?:[IVX]{1,5}|[A-E])[.)]\s*)(?P<words>\S.*)", re.DOTALL
)
_GROUPS = re.compile(
    r"(?:khoi |nhom )?(?:(?:cac )?so(?: va)? ban nganh.*|(?:(?:cac )?don vi )?cap (?:tinh|huyen|xa|so)"
    r"|ubnd (?:cap )?(?:huyen|xa|cac huyen.*|cac xa.*)|cac huyen.*|(?:cac )?co quan chuyen mon.*|khoi .*)"
)
# Sums of a page, as they are carried to the next one.
_CARRIED = re.compile(
    r"(?=.*\b(?:(?:mang|chuyen)(?: tiep)? (?:sang|qua|trang|tu|den)|(?:trang|to) (?:truoc|nay|sau|\d+))\b)"
    r"(?:(?:so|lieu|cong|tong|luy|ke|duoc|het|mang|ket|chuyen|tiep|theo|sang|qua|tu|den|trang|to|bieu"
    r"|truoc|nay"
    r"|sau|ben|\d+)(?: |$))+"
)
_NOTE = re.compile(
    rf"(?:{patterns.NOTE}|nguon|nguoi lap|lap bieu|nguoi tong hop|thu truong|noi nhan|truong phong"
    r"|giam doc|chu tich|kt |tm |ky ten|ky ghi ro|xac nhan|gia lai ngay|pleiku ngay|ngay \d+ thang"
    r"|ket thuc|het)\b.*"
)
_COMMUNE = rf"^(?:ubnd )?{patterns.COMMUNE}\b"
_DISTRICT = rf"^(?:ubnd )?{patterns.DISTRICT}\b"
_COLUMN_NUMBER = re.compile(r"\(?(?:\d{1,2}|[A-Za-z])\)?(?:\s*=.*)?")


def roles(body: pl.DataFrame, grid: Grid, header: Header) -> list[pl.Series]:
    """For each row its role, the section it stands under, its label and the first cell of the row."""
    numbered = [header.at[c.field] for c in header.columns if c.is_number] or [max(header.at.values()) + 1]
    leading = [f"#{n}" for n in range(min(numbered))] or ["#0"]
    cells = [c for c in body.columns if c.startswith("#")]
    plain = body.select(
        filled=pl.sum_horizontal(pl.col(c).is_not_null() for c in cells),
        # Or an error in place of one; signatures hold none.
        figures=pl.sum_horizontal(pl.lit(0), *header.figures(r"\d|^#")),
        label=pl.coalesce(leading),
        lead=pl.col(leading[0]),
    )
    candidates = _candidates(body, plain, leading)
    decided: dict[int, str] = {}
    labels: dict[int, str] = {}
    roman = []
    for n in candidates:
        texts = [tidy(body[c][n]) for c in leading if body[c][n]]
        role = _role(texts, plain["figures"][n], plain["filled"][n], [body[c][n] for c in cells])
        if role == "roman":
            roman.append(n)
        elif role:
            decided[n] = role
        found = _SECTION.fullmatch(texts[-1]) if texts else None
        labels[n] = found["words"] if found else (texts[-1] if texts else "")
    # A line drawn between the rows, as below the headings in Markdown, says nothing.
    drawn = (pl.col(c).is_null() | pl.col(c).str.contains(r"^[\s:=_+-]+$") for c in cells)
    silent = (plain["figures"] == 0).arg_true()
    blank = silent.filter(body.select(cells)[silent].select(pl.all_horizontal(drawn)).to_series()).to_list()
    for n in (*blank, *_repeated(body, grid, header, cells), *_column_numbers(body, cells)):
        decided[n] = "blank"
    others = body.height - len(decided) - len(roman)
    for n in roman:
        # Units may be numbered I, II, III themselves; they are sections only where rows stand below them.
        if others > 0 and n not in decided:
            decided[n] = "section"
    _mark_trailing_notes(decided, plain, body.select(leading), _of_a_form(body, header.columns))
    _unmark_a_broken_row(decided, body, header, leading)
    sections = {n: labels.get(n) for n, role in decided.items() if role == "section"}
    roles = pl.repeat("data", body.height, dtype=pl.String, eager=True)
    under = pl.repeat(None, body.height, dtype=pl.String, eager=True)
    return [
        roles.scatter(list(decided), list(decided.values())).alias("role"),
        under.scatter(list(sections), list(sections.values())).forward_fill().alias("section"),
        plain["label"],
        plain["lead"].alias("lead"),
    ]


def _candidates(body: pl.DataFrame, plain: pl.DataFrame, leading: list[str]) -> list[int]:
    """Rows that could be something else than data, found without looking at each row in Python."""
    few = ((plain["figures"] == 0) & (plain["filled"] > 0)).arg_true()
    return sorted({*few, *distinct.rows_with(body.select(leading), f"{_MAY_BE_TOTAL}|{_ROMAN_LEAD}")})


def _role(texts: list[str], figures: int, filled: int, cells: list[str | None]) -> str | None:
    if any(_CARRIED.fullmatch(_bare(text)) for text in texts):
        return "carried" if figures else "blank"
    if any(map(is_total, texts)):
        return "total"
    if not texts:
        return None
    if not figures:
        if _NOTE.fullmatch(match_key(texts[0])):
            return "note"
        if filled == 1:
            return "section"
    if _ROMAN.fullmatch(texts[0]) and (not figures or (len(texts) > 1 and not is_unit(texts[-1]))):
        return "roman"
    found = _SECTION.fullmatch(texts[0])
    if found and (not figures or _GROUPS.fullmatch(match_key(found["words"]))):
        return "roman"
    return "section" if any(_GROUPS.fullmatch(match_key(text)) for text in texts[-1:]) else None


def is_total(text: str) -> bool:
    return bool(_TOTAL.fullmatch(_bare(text)))


def is_of_province(text: str | None) -> bool:
    return text is not None and "toan tinh" in _bare(text)


# With their accents, without which they may be names of persons.
_BEGINS_NOTE = re.compile(r"\W*(?:chưa|không|gồm|riêng|trừ|chỉ|cột|số liệu|bao gồm|tính đến)\b")


def is_note(text: str) -> bool:
    """Whether a text below a table is a note or a source, not a signature, which is short."""
    if re.match(r"\s*(?:[\u00b9\u00b2\u00b3\u2070-\u2079*]|\(\*+\))", text) or len(text) > 60:
        return True
    if _BEGINS_NOTE.match(tidy(text).lower()):
        return True
    return bool(re.match(rf"(?:{patterns.NOTE}|nguon|don vi tinh|dvt)\b", match_key(text)))


def is_unit(text: str) -> bool:
    """`Huyện A` under its own numeral has figures of its own; `Sở, ban, ngành` is a group of units."""
    if re.match(r"\s*(?:\(?\*+\)?|[\u00b9\u00b2\u00b3])", text):  # a footnote
        return False
    key = match_key(text)
    return not _GROUPS.fullmatch(key) and _UNIT.fullmatch(key) is not None


def _bare(text: str) -> str:
    """`Tổng cộng (I+II):` is a total too."""
    return match_key(re.sub(r"\(.*?\)", " ", text))


def _repeated(body: pl.DataFrame, grid: Grid, header: Header, cells: list[str]) -> list[int]:
    """The header again, as at a page break."""
    found = set()
    for number in range(header.first, header.end):
        line = grid.cells.row(number)
        printed = [(c, line[int(c[1:])]) for c in cells if int(c[1:]) < len(line) and line[int(c[1:])]]
        if len(printed) > 1:
            same = body.select(pl.all_horizontal((pl.col(c) == text).fill_null(False) for c, text in printed))
            found |= set(same.to_series().arg_true().to_list())
    return sorted(found)


def _column_numbers(body: pl.DataFrame, cells: list[str]) -> list[int]:
    """The row that numbers the columns, (1) (2) (3) or A B 1 2, beneath the header."""
    found = []
    for n in range(min(body.height, 3)):
        printed = [cell.strip() for cell in (body[c][n] for c in cells) if cell]
        if len(printed) < 3 or not all(_COLUMN_NUMBER.fullmatch(cell) for cell in printed):
            continue
        counted = [int(m[0]) for cell in printed if (m := re.search(r"\d+", cell))]
        is_one = counted == [1] and any(re.fullmatch(r"\(?[Aa]\)?", cell) for cell in printed)
        if is_one or (len(counted) > 1 and all(b - a == 1 for a, b in itertools.pairwise(counted))):
            found.append(n)
    return found


def _of_a_form(body: pl.DataFrame, columns: Sequence[Column]) -> pl.Series:
    """The rows that hold all texts that a row of a form must, whether or not it is filled in."""
    must = [column.field for column in columns if column.kind == "text" and column.filled]
    if len(must) < 2:
        return pl.repeat(False, body.height, eager=True)
    return body.select(pl.all_horizontal(pl.col(name).is_not_null() for name in must)).to_series()


def _is_unit_alone(text: str) -> bool:
    """A text that names a unit and says nothing of it."""
    return is_unit(tidy(text)) and not _OF_A_UNIT.search(match_key(text)) and not re.search(r":\s*\S", text)


# `Huyện A chưa có số liệu tháng 3` says something of a unit.
_OF_A_UNIT = re.compile(r"\b(?:so lieu|so uoc|uoc tinh|tam tinh|so bo|luy ke|chua|la so|lay so)\b")


def _mark_trailing_notes(
    decided: dict[int, str], plain: pl.DataFrame, leading: pl.DataFrame, of_a_form: pl.Series
) -> None:
    """What stands after the last row with figures and names no unit is a note or a signature."""
    rows = (plain["figures"] > 0).arg_true().to_list()
    last = rows[-1] if rows else None
    for n in range(0 if last is None else last + 1, plain.height):
        if decided.get(n) == "section":
            decided[n] = "note"
        elif last is not None and n not in decided and not of_a_form[n]:
            names_unit = any(_is_unit_alone(text) for text in leading.row(n) if text)
            decided |= {} if names_unit else {n: "note"}


def _unmark_a_broken_row(
    decided: dict[int, str], body: pl.DataFrame, header: Header, leading: list[str]
) -> None:
    """A unit whose row has no other cells is no signature: there the file was cut short."""
    n = body.height - 1
    width = body["width"][n] if n >= 0 else None
    if decided.get(n) != "note" or width is None or width > max(header.at.values()):
        return
    if any(_is_unit_alone(text) for text in body.select(leading).row(n) if text):
        del decided[n]


def check(
    name: str,
    grid: Grid,
    headings: dict[str, str],
    columns: Sequence[Column],
    body: pl.DataFrame,
    unknown: dict[str, set[int]],
    whole: int | None,
    is_cut: bool = False,
) -> "Totals":
    """Hold totals and sections against the rows that they could be the sum of.

    Raises Refused where one is no such sum. With fewer rows than the `whole` list of units has, nothing is
    held against a section, and a total `Toàn tỉnh` that is no sum is the province's own number.
    `is_cut`: whether rows were set aside that a total may count.
    `unknown` are by field the rows whose cell could not be read: with one of them nothing can be checked.
    """
    stated = body["role"].is_in(["total", "section"])
    if not stated.any():
        return Totals(set(), {})
    rows, roles = body["row"].to_list(), body["role"].to_list()
    words = [body[column.field] for column in columns if column.kind == "text"]
    of_province = {n for text in words for n, cell in enumerate(text) if is_of_province(cell)}
    is_partial = whole is not None and (body["role"] == "data").sum() < whole
    body = body.with_columns(_communes(body, columns))
    own: set[int] = set()
    unchecked: dict[int, int] = {}
    for column in columns:
        if column.kind != "count":
            continue
        values = body[f"{column.field}.value"].to_list()
        can_check = column.summed and not unknown[column.field]
        sums = _Sums(body, f"{column.field}.value") if can_check else None
        for n in stated.arg_true().to_list():
            found = sums.of(n) if sums and values[n] is not None else set()
            if values[n] is not None and not found:
                unchecked[n] = unchecked.get(n, 0) + 1
            if not found or values[n] in found:
                continue
            if is_cut or (is_partial and roles[n] == "section"):
                unchecked[n] = unchecked.get(n, 0) + 1
            elif is_partial and n in of_province:
                own.add(n)
            else:
                locator = grid.locator(rows[n], headings[column.field])
                nearest = min((abs(total - values[n]), total) for total in found)[1]
                is_both = values[n] == sum(
                    value for value, role in zip(values, roles, strict=True) if role == "data" and value
                )
                raise Refused(
                    f"{name}: {locator}: the printed total {values[n]:.0f} "
                    + (
                        "adds communes to their districts, which may be without them; send the figures of "
                        "all of each district"
                        if is_both
                        else f"is not the sum of its rows, {nearest:.0f}; ask its sender which is right"
                    ),
                    code="total_disagrees",
                    locator=locator,
                )
    return Totals({rows[n] for n in own}, {rows[n]: count for n, count in unchecked.items() if n not in own})


@dataclass(frozen=True)
class Totals:
    """Totals that state the province's own numbers, and rows with figures that nothing was held against."""

    own: set[int]
    unchecked: dict[int, int]


class _Sums:
    """The sums that a total or a section of one column may state."""

    MARKS = 300  # totals and sections within which each is compared with each

    def __init__(self, body: pl.DataFrame, value: str):
        self.roles = body["role"].to_list()
        self.values = body[value].to_list()
        self.marks = [n for n, role in enumerate(self.roles) if role != "data"]
        data = body.select(
            counted=(pl.col("role") == "data") & pl.col(value).is_not_null(),
            outer=_outermost(body),
            value=pl.col(value).fill_null(0),
            apart=~pl.col("#in_district"),
            above=~pl.col("#commune"),
        )
        # A district's figure includes its communes: a sum of both would count them twice.
        has = pl.col("counted") & pl.col("apart")
        communes = pl.col("counted") & ~pl.col("above")
        picks = [has, has & pl.col("outer"), has & pl.col("above"), communes]
        self.before = [
            [
                [0, *data.select(pl.when(pick).then("value").otherwise(0).cum_sum()).to_series().to_list()],
                [0, *data.select(pick.cast(pl.Int64).cum_sum()).to_series().to_list()],
            ]
            for pick in picks
        ]

    def of(self, n: int) -> set[Decimal]:
        ends = [0, *self.marks, len(self.roles)]
        if len(ends) > self.MARKS:
            ends = [
                0,
                max((m for m in ends if m < n), default=0),
                min(m for m in ends if m > n),
                len(self.roles),
            ]
        if self.roles[n] == "total":
            spans = [(0, len(self.roles)), *((m, n) for m in ends if m < n), *((n, m) for m in ends if m > n)]
        else:
            spans = [(n, m) for m in ends if m > n]
        found = {s for span in spans for s in self._between(*span)}
        for role in ("section", "total"):
            alike = [m for m in self.marks if self.roles[m] == role and self.values[m] is not None and m != n]
            for part in (alike, [m for m in alike if m < n], [m for m in alike if m > n]):
                if len(part) > 1:
                    found.add(sum((self.values[m] for m in part), Decimal()))
        return found

    def _between(self, first: int, last: int) -> list[Decimal]:
        return [
            Decimal(total[last] - total[first]) for total, count in self.before if count[last] > count[first]
        ]


def _communes(body: pl.DataFrame, columns: Sequence[Column]) -> list[pl.Series]:
    """Which rows are communes by their name, and which of those stand below their district."""
    names = [
        pl.col(c.field).str.normalize("NFD").str.replace_all(r"\p{M}", "").str.to_lowercase()
        for c in columns
        if c.kind == "text"
    ]
    no = pl.lit(False)
    found = body.select(
        commune=pl.any_horizontal(no, *(name.str.contains(_COMMUNE) for name in names)).fill_null(False),
        district=pl.any_horizontal(no, *(name.str.contains(_DISTRICT) for name in names)).fill_null(False),
        mark=pl.col("role") != "data",
    ).with_row_index("n")
    last = found.select(
        "commune",
        district=pl.when("district").then("n").forward_fill(),
        mark=pl.when("mark").then("n").forward_fill(),
    )
    below = last.select(
        pl.col("commune") & (pl.col("district") > pl.col("mark").fill_null(0)).fill_null(False)
        | (pl.col("commune") & pl.col("district").is_not_null() & pl.col("mark").is_null())
    ).to_series()
    return [last["commune"].alias("#commune"), below.alias("#in_district")]


def _outermost(body: pl.DataFrame) -> pl.Expr:
    """Rows that are no part of another one by their numbering: 2, not 2.1; II where 1, 2 stand below it."""
    if (body.filter(pl.col("role") == "data")["lead"].str.contains(_ROMAN_LEAD)).any():
        return pl.col("lead").str.contains(_ROMAN_LEAD).fill_null(False)
    return ~pl.col("lead").str.contains(r"^\d+(\.\d+)+\.?$|^[a-zđ]\)?$|^[-+]$").fill_null(False)
