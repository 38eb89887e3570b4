"""Tables with one unit a row: whose a row is, and which rows cannot be believed because of whose they are.

A district's number includes its communes: a commune is never added to it, and together they cannot exceed it.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

import polars as pl

from ingest.reading import Column, Grid, Rejection, Table, Unread, patterns, read_only_table, remarks, tall
from ingest.reading.asked import Asked
from ingest.reading.columns import CODE, DAY, NOTE, NUMBER, UNIT
from ingest.registry.headings import Wordings
from ingest.registry.organisations import existing_on
from ingest.wording import begins, match_key, tidy

# Of keys: lower case, no diacritics.
_PROVINCE = r"^(?:ubnd )?tinh\b"
_DISTRICT = rf"^(?:ubnd )?{patterns.DISTRICT}\b"
_COMMUNE = rf"^(?:ubnd )?{patterns.COMMUNE}\b"
_OF_DISTRICTS, _OF_COMMUNES = r"\bcap huyen\b|\bhuyen thi xa\b", r"\bcap xa\b|\bxa phuong\b"
_OFFICE = (
    r"^(?:(?:khoi )?(?:cac )?(?:co quan|don vi|phong(?: ban)?)(?: chuyen mon)?(?: thuoc)? )?(?:khoi )?"
    r"(?:ubnd )?(?:cap )?(?:huyen|thi xa|thanh pho|tp)$|^(?:khoi )?(?:cac )?phong(?: ban)?(?: chuyen mon)?$"
)
_ITS_COMMUNES = r"^(?:tong (?:so )?)?(?:ubnd |khoi )?(?:cap xa|cac xa(?: phuong)?(?: thi tran)?|khoi xa)$"
# What stands before the name of a unit and is not of it: its number, an office that reports for it.
_NUMBERED = re.compile(
    r"^\s*(?:\d{1,3}(?:\.\d{1,2})*\s+"
    r"(?=(?:[A-ZĐỦ]\w*|(?i:huyện|thị xã|thị trấn|thành phố|xã|phường|công an|sở))\.?\s+[^\W\d])"
    r"|\d{1,3}(?:\.\d{1,2})*\s*[.)/]|[a-hđ]\)"
    r"|[IVX]{1,5}[.)](?=\s*(?:(?i:huyện|thị|thành|tp|tx|xã|phường|ubnd|công an)|CA|TTVT|H\.)))\s*"
)
_HOW_MANY = re.compile(
    r"\s*\(\s*\d+\s+(?:đơn vị|xã|phường|thị trấn|thôn|tổ)\b[^()]*\)|[\s:;.,]+$", re.IGNORECASE
)
_REPORTS_FOR = re.compile(
    r"^(?:ca(?=tp |tx |h )|(?:cong an|ca|ttvt|(?:trung tam|phong|to|cum)(?: (?:vien thong|kinh doanh))+"
    r"|(?:chi nhanh |trung tam |cua hang |phong giao dich )*"
    r"(?:vnpt|vinaphone|viettel|mobifone|vietnamobile|fpt|chi nhanh)(?: (?:tai|vinaphone|telecom))?) )"
    r"(?P<unit>.+)$"
)
_MAY_BE_MORE = (
    begins(
        "ca|catp|catx|cah|cong an|ttvt|trung tam|phong|to|cum|chi nhanh|cua hang|vnpt|vinaphone|viettel"
        "|mobifone|vietnamobile|fpt"
    )
    + r"|^\s*(?:\d{1,3}|[a-hđ]\)|[IVX]{1,5}[.)])|\(\s*\d|[\s:;.,]$"
)
# What is of no unit by its name, though a total includes it.
_REST = (
    r"^(?:so |cong an |ca |ttvt )?(?:cac )?(?:don vi |huyen |xa |dia phuong |dia ban |noi |truong hop )?"
    r"(?:khac|con lai)$"
    r"|^(?:khong|chua) (?:xac dinh|ro|phan loai|phan bo|cap nhat)(?: .*)?$|^(?:ngoai|trong) (?:tinh|dia ban)$"
)
_LEVEL = re.compile(rf"^{patterns.DISTRICT} ")
_NESTED = r"^(?:\d+(?:\.\d+)+\.?|[a-zđ][.)]?|[-+])$"


def read(
    name: str,
    grids: Sequence[Grid],
    period_id: str,
    wordings: Wordings,
    columns: Callable[[Wordings], list[Column]],
    is_flow: bool = False,
) -> Table:
    """The one table of units in a file, headed as its source may head it. Raises Refused.

    is_flow: whether its figures are counted over the period, or are there at its end.
    """
    whole = units_of_province(name, period_id)
    parts = frozenset(key for keys in wordings.levels.values() for key in keys)
    asked = Asked(name, period_id, is_flow, parts, beside=wordings.beside, titles=wordings.titles)
    return remarks.bound(read_only_table(name, grids, columns(wordings), wordings.key, whole, asked))


def about_units(wordings: Wordings) -> list[Column]:
    """The columns that say whose a row is, and what is noted of it."""
    return [
        Column(field=NUMBER, **wordings.of(NUMBER)),
        Column(field=CODE, **wordings.of(CODE)),
        Column(field=UNIT, required=True, filled=True, **wordings.of(UNIT)),
        Column(field=NOTE, **wordings.of(NOTE)),
    ]


def units_of_province(name: str, period_id: str) -> int:
    """How many districts the province has at the end of a period; where there are none any more, communes."""
    _, day = tall.period_of(name, period_id)
    valid = [unit.level for unit in existing_on(day)]
    return valid.count("district") or valid.count("commune")


def distinguished(table: Table) -> tuple[Table, list[Rejection]]:
    """The table with its communes named after their districts, and the rows set aside for whose they are.

    Where a unit stands twice with different numbers, neither row is believed. What a district's own office,
    or its communes together, have of it is listed as unread.
    """
    frame = table.frame.with_columns(pl.col(UNIT).str.replace(remarks.AFTER_NAME, ""))
    table, offices = _of_their_units(replace(table, frame=frame))
    units = _units(table, offices)
    rejected = [
        *_below_communes(table),
        *_beside_communes(table, units),
        *_repeated(table, units),
        *_exceeding(table, units),
    ]
    named = table.frame.with_columns(units["org_text"].alias(UNIT))
    return _without_parts(replace(table, frame=named), units, offices), rejected


def _with(text: str, parent: str | None) -> str:
    return text if parent is None or is_rest(text) else f"{text}, {parent}"


def is_rest(text: str) -> bool:
    return bool(re.search(_REST, match_key(text)))


def is_commune(text: str) -> bool:
    return bool(re.search(_COMMUNE, match_key(text)))


def _of_their_units(table: Table) -> tuple[Table, dict[int, str]]:
    """The table with its units named alone, and by row the offices that report for one.

    Where dossiers are counted, the police of a district are an agency of their own.
    """
    if table.asked is None:
        return table, {}
    districts = {
        _LEVEL.sub("", match_key(unit.name_vi)): unit.name_vi
        for unit in existing_on(tall.period_of(table.file, table.asked.period_id)[1])
        if unit.level == "district"
    }
    names, offices = {}, set()
    is_named = pl.col("role").is_in(["data", "section"])
    texts = table.frame.filter(is_named)[UNIT]
    for text in texts.filter(texts.str.contains(_MAY_BE_MORE)).unique():
        name = _HOW_MANY.sub("", _NUMBERED.sub("", text)) or text
        found = None if table.asked.is_flow else _REPORTS_FOR.match(match_key(name))
        unit = found and districts.get(_LEVEL.sub("", found["unit"]))
        if found and re.match(_COMMUNE, found["unit"]):
            unit = " ".join(name.split()[-len(found["unit"].split()) :])
        if unit:
            offices.add(text)
        if unit or name != text:
            names[text] = unit or name
    rows = dict(table.frame.filter(is_named & pl.col(UNIT).is_in(offices)).select("row", UNIT).rows())
    if names:
        named = pl.when(is_named).then(pl.col(UNIT).replace(names)).otherwise(UNIT)
        table = replace(table, frame=table.frame.with_columns(named.alias(UNIT)))
    return table, rows


def _without_parts(table: Table, units: pl.DataFrame, offices: Mapping[int, str]) -> Table:
    parts = units.filter(pl.col("part").is_not_null())
    if parts.is_empty():
        return table
    numbers = [f"{c.field}.value" for c in table.columns if c.is_number and c.field in table.headings]
    figures = table.frame.select(
        "row", figures=pl.sum_horizontal(pl.lit(0), *(pl.col(n).is_not_null() for n in numbers))
    )
    return replace(
        table,
        frame=table.frame.filter(~pl.col("row").is_in(parts["row"].implode())),
        blank=table.blank + parts.height,
        unread=[
            *table.unread,
            *(
                Unread("row", table.grid.row_locator(row), _with(offices.get(row, text), parent), count)
                for row, text, parent, count in parts.join(figures, on="row", maintain_order="left")
                .select("row", "text", "parent", "figures")
                .rows()
            ),
        ],
    )


def with_shares(table: Table, bare: str, numerators: Sequence[str], shares: Mapping[str, str]) -> Table:
    """The table with the percentages that the counts beside them do not contradict; the others are unread.

    One that does not say of what (`bare`) gets the name that the counts give it: where in every row it is the
    one divided by the other, and no second pair fits. One that is a hundredth of what they give is a share
    of 1, and no percentage.

    shares: by the name of a denominator, that of the percentage of it.
    """
    for whole, share in shares.items():
        pairs = [(part, whole) for part in numerators if {part, whole, share} <= table.headings.keys()]
        if (_fits(table, share, pairs, percent=1) & ~_fits(table, share, pairs)).any():
            table = table.left_out(share)
    if bare not in table.headings:
        return table
    fitting = {
        shares[whole]
        for part in numerators
        for whole in shares
        if {part, whole} <= table.headings.keys() and shares[whole] not in table.headings
        if (fits := _fits(table, bare, [(part, whole)])).len() and fits.all()
    }
    if len(fitting) == 1:
        return table.renamed(bare, fitting.pop())
    return table.left_out(bare)


def _fits(table: Table, share: str, pairs: Iterable[tuple[str, str]], percent: int = 100) -> pl.Series:
    """For each row that states a share, whether it is the first count of a pair in percent of the second, as
    printed."""
    if share not in table.headings:
        return pl.Series([], dtype=pl.Boolean)
    value = pl.col(f"{share}.value").cast(pl.Float64)
    margin = pl.lit(0.51) * pl.lit(10.0).pow(-pl.col(f"{share}.decimals"))
    rows = table.frame.filter((pl.col("role") == "data") & value.is_not_null() & (value != 0))
    quotients = (
        pl.col(f"{part}.value").cast(pl.Float64) * percent / pl.col(f"{whole}.value").cast(pl.Float64)
        for part, whole in pairs
    )
    fits = (((quotient - value).abs() <= margin).fill_null(False) for quotient in quotients)
    return rows.with_columns(pl.any_horizontal(pl.lit(False), *fits).alias("#fits"))["#fits"]


def titles(table: Table) -> list[tuple[str, str]]:
    """Place and text of what stands above the table."""
    above = set(table.preamble)
    found = list(table.grid.beside)
    for number, cells in enumerate(table.grid.cells.head(100).rows(), start=1):
        for text in dict.fromkeys(tidy(cell) for cell in cells if cell):
            if text in above:
                found.append((table.grid.row_locator(number), text))
                above.remove(text)
    return found


def outside(table: Table) -> list[Rejection]:
    """The rows whose day is not in the last month of the period the file was sent for."""
    if DAY not in table.headings:
        return []
    asked = table.sent_for
    last = asked.days[1]
    is_within = pl.col(f"{DAY}.value").is_between(last.replace(day=1), last)
    wrong = table.frame.filter(pl.col("role") == "data", ~is_within)
    within = "" if asked.kind == "thang" else "the last month of "
    message = f"is not in {within}the period {asked.period_id}; name the period it belongs to"
    return [
        table.rejection(row, DAY, "period_mismatch", f"{text} {message}", text)
        for row, text in wrong.select("row", DAY).rows()
    ]


def _key(text: pl.Expr) -> pl.Expr:
    """As `wording.match_key`, for a column."""
    bare = text.str.normalize("NFD").str.replace_all(r"\p{M}", "").str.to_lowercase()
    return bare.str.replace_all("đ", "d", literal=True).str.replace_all(r"[\W_]+", " ").str.strip_chars()


def _units(table: Table, offices: Collection[int]) -> pl.DataFrame:
    """For each row of the table: row, role, parent (the district of a commune), org_text, key, and which part
    of the district above it is meant, if it is no unit of its own: the office, or all communes."""
    number = pl.col(NUMBER) if NUMBER in table.headings else pl.lit(None, pl.String)
    frame = table.frame.select(
        "row", "role", text=UNIT, key=_key(pl.col(UNIT)), section=_key(pl.col("section")), number=number
    )
    own = (
        pl.when(pl.col("key").str.contains(_PROVINCE))
        .then(pl.lit("province"))
        .when(pl.col("key").str.contains(_COMMUNE))
        .then(pl.lit("commune"))
        .when(pl.col("key").str.contains(_DISTRICT))
        .then(pl.lit("district"))
    )
    of_section = (
        pl.when(pl.col("section").str.contains(_OF_COMMUNES))
        .then(pl.lit("commune"))
        .when(pl.col("section").str.contains(_OF_DISTRICTS))
        .then(pl.lit("district"))
    )
    frame = frame.with_columns(
        own=own, nested=own.is_null() & pl.col("number").str.contains(_NESTED).fill_null(False)
    ).with_columns(level=pl.when("nested").then("own").otherwise(pl.coalesce("own", of_section)))
    # A commune belongs to the district above it, unless a section, a total or another unit stands between.
    frame = frame.with_columns(_whole(frame["key"]).alias("whole"))
    frame = frame.with_row_index("n").with_columns(_parts(frame, offices))
    is_title = (pl.col("role") == "section") & (pl.col("level") == "district").fill_null(False)
    is_whole = ((pl.col("role") == "data") | is_title) & pl.col("part").is_null()
    frame = frame.with_columns(
        district=pl.when((pl.col("level") == "district") & is_whole).then("n").forward_fill(),
        between=pl.when(
            ((pl.col("role") != "data") & ~is_title)
            | (
                pl.col("part").is_null()
                & ~(pl.col("nested") | pl.col("level").is_in(["district", "commune"]).fill_null(False))
            )
        )
        .then("n")
        .forward_fill(),
    )
    below = (
        pl.col("district").is_not_null()
        & (pl.col("between").is_null() | (pl.col("district") > pl.col("between")))
        & (pl.lit(_unread_district(table, frame)) < pl.col("row").gather(pl.col("district")))
    )
    is_nameless = pl.any_horizontal(
        pl.col("key").str.contains(form) for form in (_OFFICE, _ITS_COMMUNES, _REST)
    )
    frame = frame.with_columns(part=pl.when(below | is_nameless).then("part"))
    is_nested = pl.col("nested") & below & pl.col("part").is_null()
    frame = frame.with_columns(
        level=pl.when(is_nested).then(pl.lit("commune")).otherwise("level"), below=below
    )
    above = frame.select(district="n", parent="text", parent_row="row", parent_key="whole")
    is_below = ((pl.col("level") == "commune") | pl.col("part").is_not_null()) & pl.col("below")
    if frame.select((is_below & (pl.col("role") == "data")).any()).item():
        frame = frame.join(above, on="district", how="left", maintain_order="left").with_columns(
            pl.when(is_below).then(name).alias(name) for name in ("parent", "parent_row", "parent_key")
        )
    else:
        frame = frame.with_columns(
            parent=pl.lit(None, pl.String),
            parent_row=pl.lit(None, pl.Int32),
            parent_key=pl.lit(None, pl.String),
        )
    # `Chư Sê` alone would be taken for the district of that name.
    name = pl.when(pl.col("own").is_null()).then(pl.col("text") + " (cấp xã)").otherwise("text")
    of_district = pl.when(pl.col("parent").is_not_null()).then(name + ", " + pl.col("parent")).otherwise(name)
    return frame.select(
        "row",
        "role",
        "text",
        "parent",
        "parent_row",
        "part",
        "level",
        org_text=pl.when(pl.col("level") == "commune").then(of_district).otherwise("text"),
        key=pl.when(pl.col("parent").is_not_null())
        .then(pl.col("whole") + "|" + pl.col("parent_key"))
        .otherwise("whole"),
    )


def _unread_district(table: Table, frame: pl.DataFrame) -> pl.Series:
    """For each row the last one above it that could not be read and is that of a district, else 0."""
    rejected = sorted({r.row for r in table.rejected})
    names = ([match_key(text) for text in table.grid.cells.row(row - 1) if text] for row in rejected)
    rows = [
        row
        for row, keys in zip(rejected, names, strict=True)
        if any(re.search(_DISTRICT, key) for key in keys)
    ]
    if not rows:
        return pl.repeat(0, frame.height, dtype=pl.Int64, eager=True)
    last = [rows[at - 1] if (at := bisect_left(rows, row)) else 0 for row in frame["row"]]
    return pl.Series(last, dtype=pl.Int64)


def _whole(key: pl.Series) -> pl.Series:
    """`UBND xã Dun` is `Xã Dun`, `TP Pleiku` is `Thành phố Pleiku`."""
    if not key.str.contains("^(?:ubnd|tp|tx|tt|h) ").any():
        return key
    for long, short in patterns.SHORT_KINDS.items():
        key = key.str.replace(rf"^(ubnd )?{short} ", f"${{1}}{long} ")
    return key.str.replace(rf"^ubnd ({patterns.KIND_OF_UNIT})\b", "$1")


def _parts(frame: pl.DataFrame, offices: Collection[int]) -> pl.Series:
    """What each row is of the district last named above it: its office, one that reports for it, all its
    communes, or none of these.

    `UBND huyện Chư Sê` below `Huyện Chư Sê` is its office; alone it is the district.
    """
    office = (
        pl.when(pl.col("row").is_in(list(offices)))
        .then(pl.lit("reporter"))
        .when(pl.col("key").str.starts_with("ubnd "))
        .then(pl.lit("office"))
    )
    keys = frame.select(office.alias("office"), "whole", "role", "level")
    found, district = [], None
    is_part = frame.select(
        office=pl.col("key").str.contains(_OFFICE),
        communes=pl.col("key").str.contains(_ITS_COMMUNES),
        rest=pl.col("key").str.contains(_REST),
    ).fill_null(False)
    is_plain = keys["office"].is_null().all()
    if is_plain and not is_part.select(pl.any_horizontal(pl.all()).any()).item():
        return pl.repeat(None, frame.height, dtype=pl.String, eager=True).alias("part")
    for (reports, whole, role, level), (office, communes, rest) in zip(
        keys.rows(), is_part.rows(), strict=True
    ):
        if role == "data" and (office or (reports and whole == district)):
            found.append(reports or "office")
        elif role == "data" and communes:
            found.append("communes")
        elif role == "data" and rest:
            found.append("rest")
        else:
            found.append(None)
            district = whole if level == "district" and role == "data" else district
    return pl.Series("part", found, dtype=pl.String)


def _below_communes(table: Table) -> list[Rejection]:
    """The rows of districts under `Cấp xã`: their communes together, or one of them."""
    if not table.frame["section"].count():
        return []
    name, section = _key(pl.col(UNIT)), _key(pl.col("section"))
    rows = table.frame.filter(
        pl.col("role") == "data",
        name.str.contains(_DISTRICT),
        section.str.contains(_OF_COMMUNES) & ~section.str.contains(_OF_DISTRICTS),
    )
    message = "{!r} stands below {!r}, which may count its communes alone; send the figures of all of it"
    return [
        table.rejection(row, UNIT, "value_unknown", message.format(unit, above), unit)
        for row, unit, above in rows.select("row", UNIT, "section").rows()
    ]


def _beside_communes(table: Table, units: pl.DataFrame) -> list[Rejection]:
    """The rows of districts where communes stand apart from them and no total says that a district holds its
    communes: one that adds up both says that it does not, and without one nobody knows.
    """
    data = units.filter(pl.col("role") == "data", pl.col("part").is_null())
    districts = data.filter(pl.col("level") == "district")
    communes = data.filter(pl.col("level") == "commune", pl.col("parent").is_null())
    if districts.is_empty() or communes.is_empty():
        return []
    is_commune = pl.col("row").is_in(communes["row"].implode())
    proven = set()
    for column in table.columns:
        if column.kind != "count" or not column.summed or column.field not in table.headings:
            continue
        value = pl.col(f"{column.field}.value")
        rows = table.frame.filter(pl.col("role") == "data", pl.col("row").is_in(data["row"].implode()))
        alone, together = rows.select(alone=value.filter(~is_commune).sum(), together=value.sum()).row(0)
        totals = set(table.frame.filter(pl.col("role") == "total").select(value).to_series())
        proven |= {name for name, total in (("districts", alone), ("both", together)) if total in totals}
    are_sections = table.frame.select(
        _key(pl.col("section")).str.contains(f"{_OF_COMMUNES}|{_OF_DISTRICTS}").any()
    ).item()
    if "districts" in proven or not (proven or are_sections):
        return []
    message = "may be without its communes, which stand apart; send the figures of all of it"
    return [
        table.rejection(row, UNIT, "value_unknown", message, text)
        for row, text in districts.select("row", "text").rows()
    ]


def _repeated(table: Table, units: pl.DataFrame) -> list[Rejection]:
    data = units.filter(pl.col("role") == "data", pl.col("key").is_not_null(), pl.col("part").is_null())
    doubled = data.filter(pl.col("key").is_duplicated())
    rejected = []
    fields = [name for name in table.headings if name not in (NUMBER, UNIT)]
    for _, same in doubled.group_by("key", maintain_order=True):
        rows = same["row"].to_list()
        equal = table.frame.filter(pl.col("row").is_in(rows)).select(fields).n_unique() == 1
        for row, text in same.select("row", "text").rows()[1 if equal else 0 :]:
            others = ", ".join(str(other) for other in rows if other != row)
            code, message = (
                ("duplicate_row", f"says what row {rows[0]} says; remove one of them")
                if equal
                else (
                    "org_repeated",
                    f"{text} stands in row {others} too, with other numbers; ask which is right",
                )
            )
            rejected.append(table.rejection(row, UNIT, code, message, text))
    return rejected


def _exceeding(table: Table, units: pl.DataFrame) -> list[Rejection]:
    """Communes that are together more than their district; which of them is wrong is not known."""
    is_one = ~pl.col("part").fill_null("").is_in(["communes", "reporter", "rest"])
    below = units.filter(pl.col("role") == "data", pl.col("parent_row").is_not_null(), is_one)
    if below.is_empty():
        return []
    rejected = []
    for column in table.columns:
        if column.kind != "count" or not column.summed or column.field not in table.headings:
            continue
        values = table.frame.select("row", whole=f"{column.field}.value", text=column.field)
        together = (
            below.join(values, on="row")
            .group_by("parent_row", "parent", maintain_order=True)
            .agg(parts=pl.col("whole").sum(), rows="row")
            .join(values, left_on="parent_row", right_on="row")
            .filter(pl.col("parts") > pl.col("whole"))
        )
        for found in together.iter_rows(named=True):
            message = (
                f"the communes of {found['parent']} have {found['parts']:.0f}, but it has "
                f"{found['whole']:.0f} with them; ask which is right"
            )
            locator = table.grid.locator(found["parent_row"], table.headings[column.field])
            rejected += [
                Rejection(row, locator, "children_exceed_parent", message, found["text"])
                for row in (found["parent_row"], *found["rows"])
            ]
    return rejected
