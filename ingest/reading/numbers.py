"""A column of printed numbers, read in one convention: which one is decided by the column, never by the cell.

`1.234` alone has two meanings, but not where things are counted: counts have no decimals, so a mark before
groups of three stands between thousands, `251,000` as well as `664.940`. Of other numbers a cell decides that
only one convention can read (1.257.210; 12,5), or a printed total that only one adds up to. Else
`number_undecidable`. The residue of binary arithmetic is no part of a number: 121000.0000000009 is 121000.
Spaces and apostrophes between groups of three, full-width digits and a percent sign are all understood.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from ingest.numerals import COMMA, DOT, PLACES, rounded

VALUE = pl.Decimal(24, PLACES)
KINDS = ("count", "percent", "points", "number")
COUNT, PERCENT = "count", "percent"
NOTHING = ["-", "–", "—", "−", "…", "..."]
ERROR = r"^(#(REF!|DIV/0!|N/A|VALUE!|NAME\?|NUM!|NULL!|ERROR!|#+)|=.*)$"

# NFKC makes plain digits of full-width ones, but also of these, which are footnotes or fractions.
_NOT_DIGITS = "[\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089\u00bc-\u00be\u2150-\u215e\u2460-\u24ff]"
_GROUPED = r"^(\d{1,3})(?:[ '’]\d{3})+(?:[.,]\d+)?$".replace(r"\d", "[0-9]")
_SHAPE = {
    DOT: r"^(?:[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[0-9]+)(?:,[0-9]+)?$",
    COMMA: r"^(?:[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?$",
}
_MARKS = ((DOT, COMMA), (COMMA, DOT))  # that of decimals, then that between thousands
_FIXED = r"^(?:[0-9]{{4,}}|0){}0+$"
_THREE_SHOWN = r"^[1-9][0-9]{0,2}\.000$"  # of a cell that holds a whole number and shows three decimals
_GROUPS = r"[0-9][.,][0-9]{3}(?:[.,]|$)"
_LONGEST = 15  # digits before the decimals
LARGEST_PERCENT = 1000  # a share of a target may exceed 100, but never has thousands


class Undecidable(ValueError):
    """Nothing says which convention a column is in; `cell` is the text of a cell with two readings."""

    def __init__(self, cell: str, because: str):
        super().__init__(because)
        self.cell = cell


@dataclass(frozen=True)
class Numbers:
    """A column as read. Where `code` is not null, the cell is no such number and its value is null."""

    value: pl.Series
    decimals: pl.Series
    code: pl.Series
    thousands: str


def read(
    text: pl.Series,
    kind: str,
    *,
    typed: pl.Series | None = None,
    roles: pl.Series | None = None,
    thousands: str | None = None,
    proven: str | None = None,
    is_plain: bool = False,
) -> Numbers:
    """Read a column. `typed` marks the cells that were numbers in the file, with a decimal point.

    `roles` says which cells are data and which are printed totals of them. `thousands` is the one convention
    that is accepted, `proven` that of the counts beside it (`of_fixed_decimals`). `is_plain`: whether all
    cells are of the form PLAIN. Raises Undecidable.
    """
    is_count = kind == COUNT and thousands is None
    if is_plain and (is_count or (kind, thousands) == ("number", DOT)) and not proven:
        has_dots = typed is not None and typed.any() and text.str.contains(".", literal=True).any()
        if not has_dots:
            return _plain_counts(text)
    cells = _cells(text, typed, kind)
    if roles is not None:
        cells = cells.with_columns(roles.alias("role"))
    mark = thousands or _decided(cells, kind, proven)
    if kind == PERCENT:
        _refuse_fractions(cells)
    numbers = _values(cells, kind, mark)
    return _without_lost_thousands(cells, numbers) if kind == COUNT else numbers


# Whole numbers that mean the same in any column of counts but one in which a comma stands between thousands.
PLAIN = rf"^(?:[0-9]{{1,{_LONGEST}}}|[1-9][0-9]{{0,2}}(?:\.[0-9]{{3}}){{1,{_LONGEST // 3 - 1}}})$"


def _plain_counts(text: pl.Series) -> Numbers:
    digits = text.str.replace_all(".", "", literal=True)
    decimals = pl.select(pl.when(text.is_not_null()).then(pl.lit(0, pl.Int32))).to_series()
    value = digits.cast(pl.Int64).cast(VALUE)
    code = pl.repeat(None, len(text), dtype=pl.String, eager=True)
    return Numbers(value.alias("value"), decimals.alias("decimals"), code, DOT)


def _plain(text: pl.Expr, kind: str) -> pl.Expr:
    """Digits and marks: no spaces or apostrophes between groups, no percent sign; null for nothing."""
    plain = (
        text.str.normalize("NFKC")
        .str.strip_chars()
        .str.strip_prefix("'")
        .str.replace_all("[\u2212\u2013]", "-")
    )
    plain = plain.str.replace_all(r"[\u2009\u202f\u00a0\u2007]", " ")
    if kind in (PERCENT, "number"):
        plain = plain.str.replace(r" ?%$", "")
    plain = plain.str.replace(r" ?(?:\(\*+\)|\*+)$", "")  # the mark of a footnote
    grouped = plain.str.contains(_GROUPED)
    plain = pl.when(grouped).then(plain.str.replace_all("[ '’]", "")).otherwise(plain)
    return pl.when(text.is_in(NOTHING) | (plain == "")).then(None).otherwise(plain)


DIGITS_AND_MARKS = "^[0-9][0-9.,]*$"


def _cells(text: pl.Series, typed: pl.Series | None, kind: str) -> pl.DataFrame:
    frame = pl.DataFrame({"text": text})
    frame = frame.with_columns((typed if typed is not None else pl.lit(False)).alias("typed"))
    is_bare = text.str.contains(DIGITS_AND_MARKS).fill_null(False)
    is_all = is_bare.all()
    bare = (frame if is_all else frame.filter(is_bare)).with_columns(
        pl.lit(False).alias("odd"),
        pl.lit(False).alias("error"),
        pl.lit(False).alias("negative"),
        pl.col("text").alias("digits"),
    )
    if is_all:
        frame = bare
    else:
        others = _with_digits(frame.filter(~is_bare), kind)
        at = pl.concat([is_bare.arg_true(), (~is_bare).arg_true()]).arg_sort()
        frame = pl.concat([bare, others])[at]
    return frame.with_columns(
        pl.col("digits").str.contains(_SHAPE[DOT]).alias("dot"),
        pl.col("digits").str.contains(_SHAPE[COMMA]).alias("comma"),
        pl.lit("data").alias("role"),
    )


def _with_digits(frame: pl.DataFrame, kind: str) -> pl.DataFrame:
    frame = frame.with_columns(
        plain=_plain(pl.col("text"), kind),
        odd=pl.col("text").str.contains(_NOT_DIGITS),
        error=pl.col("text").str.contains(ERROR),
    )
    minus = pl.col("plain").str.extract(r"^(?:- ?([0-9].*)|\(([0-9].*)\))$", 1)
    brackets = pl.col("plain").str.extract(r"^\(([0-9].*)\)$", 1)
    frame = frame.with_columns(unsigned=pl.coalesce(minus, brackets))
    frame = frame.with_columns(
        negative=pl.col("unsigned").is_not_null(), digits=pl.coalesce("unsigned", "plain")
    )
    return frame.drop("plain", "unsigned")


def of_fixed_decimals(texts: Iterable[pl.Series]) -> str | None:
    """The mark between thousands where a database wrote counts with decimals; None where it did not."""
    for text in texts:
        if text.str.contains(r"(?:^|[^0-9.,])(?:[0-9]{4,}|0)[.,]0+(?:[^0-9.,]|$)").any():
            cells = _cells(text, None, COUNT).filter(pl.col("digits").is_not_null() & ~pl.col("odd"))
            for mark, thousands in _MARKS:
                if cells["digits"].str.contains(_FIXED.format(re.escape(mark))).any():
                    return thousands
    return None


def _decided(cells: pl.DataFrame, kind: str, proven: str | None) -> str:
    printed = cells.filter(pl.col("digits").is_not_null() & ~pl.col("typed") & ~pl.col("odd"))
    if kind == COUNT and not proven and not printed["digits"].str.contains("[.,]").any():
        return DOT  # plain digits mean the same either way
    if kind == COUNT and (mark := proven or of_fixed_decimals([printed["text"]])):
        _refuse_others(printed, mark)
        return mark
    printed = printed.filter(pl.col("dot") | pl.col("comma"))
    if kind == COUNT:
        return _of_counts(printed)
    marked = pl.col("digits").str.contains("[.,]")
    strong_dot = printed.filter(pl.col("dot") & ~pl.col("comma"))
    strong_comma = printed.filter(pl.col("comma") & ~pl.col("dot"))
    if strong_dot.height and strong_comma.height:
        raise _two_conventions(strong_dot, strong_comma)
    if strong_dot.height or strong_comma.height:
        return DOT if strong_dot.height else COMMA
    unclear = printed.filter(marked)
    if not unclear.height:
        return DOT  # plain digits mean the same either way
    if (proven := _proven(cells, kind)) is not None:
        return proven
    cell = unclear["text"][0]
    raise Undecidable(cell, f"{cell!r} has two readings and nothing else in the column decides")


def _refuse_others(printed: pl.DataFrame, thousands: str) -> None:
    """1320.000 and 0.000 can be nothing but counts with decimals, so 220.000 beside them is 220; but nothing
    is where a cell has decimals that are no zeros, or groups of thousands."""
    point = next(re.escape(mark) for mark, other in _MARKS if other == thousands)
    digits = pl.col("digits")
    others = printed.filter(
        (digits.str.contains("[.,]") & ~digits.str.contains(rf"^[0-9,.]+{point}0+$"))
        | digits.str.contains(rf"{point}.*{point}")
    )
    if others.height:
        fixed = printed.filter(digits.str.contains(rf"{point}0+$"))
        raise _two_conventions(fixed if fixed.height else others, others)


def _of_counts(printed: pl.DataFrame) -> str:
    """The mark that stands between thousands; where none does, the one that is not before decimals."""
    thousands = {
        mark: printed.filter(
            pl.col("digits").str.contains(rf"^[1-9][0-9]{{0,2}}(?:{re.escape(mark)}[0-9]{{3}})+")
        )
        for mark in (DOT, COMMA)
    }
    # 1.234,000 has the second mark before its decimals.
    thousands = {
        mark: found.filter(~pl.col("digits").str.contains(re.escape(other) + r"[0-9]*" + re.escape(mark)))
        for (mark, found), other in zip(thousands.items(), (COMMA, DOT), strict=True)
    }
    if thousands[DOT].height and thousands[COMMA].height:
        raise _two_conventions(thousands[DOT], thousands[COMMA])
    if thousands[DOT].height or thousands[COMMA].height:
        return DOT if thousands[DOT].height else COMMA
    return COMMA if printed.filter(pl.col("comma") & ~pl.col("dot")).height else DOT


def _two_conventions(one: pl.DataFrame, other: pl.DataFrame) -> Undecidable:
    first, second = one["text"][0], other["text"][0]
    return Undecidable(first, f"{first!r} and {second!r} stand in one column, in two conventions")


def _without_lost_thousands(cells: pl.DataFrame, numbers: Numbers) -> Numbers:
    """190.000, 121.000 and 20.800 that a program took for decimals are held as 190, 121 and 20.8: where one
    shows it, no cell below a thousand is believed. Raises Undecidable where the column has no other."""
    if not cells["typed"].any() and numbers.code.null_count() == cells.height:
        return numbers
    digits = pl.col("digits")
    broken = (numbers.code == "not_whole").fill_null(False) & digits.str.contains(
        r"^[0-9]{1,3}[.,][0-9]{1,3}$"
    )
    shown = pl.col("typed") & digits.str.contains(_THREE_SHOWN)
    if cells.select((pl.col("typed") & digits.str.contains(r"^[0-9]{4,}\.000$")).any()).item():
        shown = pl.lit(False)
    proof = cells.filter((broken | shown).fill_null(False))
    if proof.is_empty():
        proof = _grouped_beside_small(cells)
    if proof.is_empty():
        return numbers
    if not (numbers.value >= 1000).any():
        cell = proof["text"][0]
        raise Undecidable(
            cell,
            f"{cell!r} is no plain count and none beside it reaches a thousand: the mark between thousands "
            "seems to have been taken for that of decimals",
        )
    is_doubtful = numbers.value.is_between(0, 1000, closed="none").fill_null(False)
    is_doubtful &= cells.select(pl.col("typed") | ~digits.str.contains(_GROUPS).fill_null(False)).to_series()
    doubtful = pl.select(pl.when(is_doubtful).then(pl.lit("thousands_lost"))).to_series()
    return Numbers(
        numbers.value.set(is_doubtful, None),
        numbers.decimals.set(is_doubtful, None),
        pl.select(pl.coalesce(numbers.code, doubtful)).to_series(),
        numbers.thousands,
    )


def _grouped_beside_small(cells: pl.DataFrame) -> pl.DataFrame:
    """`1.257.210`, which no program takes for a number, as the one text beside numbers below a thousand:
    `190.000` and `52.000` were."""
    printed = cells.filter(pl.col("digits").is_not_null() & ~pl.col("odd"))
    texts, held = printed.filter(~pl.col("typed")), printed.filter(pl.col("typed"))
    groups = texts["digits"].str.count_matches(r"[.,][0-9]{3}")
    small = held["digits"].str.contains(r"^[0-9]{1,3}(?:\.[0-9]+)?$")
    is_lost = texts.height and held.height and (groups > 1).any() and (groups != 1).all() and small.all()
    return texts.filter(groups > 1) if is_lost else texts.clear()


def _proven(cells: pl.DataFrame, kind: str) -> str | None:
    """The one convention in which a printed total is the sum of the cells."""
    if not (cells["role"] == "total").any():
        return None
    found = []
    for mark in (DOT, COMMA):
        read = _values(cells, kind, mark)
        values = pl.DataFrame({"role": cells["role"], "value": read.value, "code": read.code})
        if values.filter(pl.col("role") == "data")["code"].drop_nulls().len():
            continue
        summed = values.filter(pl.col("role") == "data")["value"].sum()
        if (values.filter(pl.col("role") == "total")["value"] == summed).any():
            found.append(mark)
    return found[0] if len(found) == 1 else None


def _refuse_fractions(cells: pl.DataFrame) -> None:
    """0.408 that is held as a number without a percent format may be 40.8 % or 0.408 %."""
    held = cells.filter(pl.col("typed") & ~pl.col("text").str.contains("%"))
    values = held["digits"].cast(pl.Float64, strict=False).drop_nulls()
    if (values <= 1).all() and (values.is_between(0, 1, closed="none") | (values == 1)).any():
        cell = held.filter(pl.col("digits").cast(pl.Float64, strict=False) > 0)["text"][0]
        raise Undecidable(cell, f"{cell!r} may be a share of 1 or a percentage")


def _values(cells: pl.DataFrame, kind: str, mark: str) -> Numbers:
    decimal = COMMA if mark == DOT else DOT
    ours = "dot" if mark == DOT else "comma"
    if kind != PERCENT and (whole_numbers := _whole_numbers(cells, mark, ours)):
        return whole_numbers
    in_words = (
        pl.col("digits").str.replace_all(mark, "", literal=True).str.replace(decimal, ".", literal=True)
    )
    is_held = pl.col("typed") & pl.col("digits").str.contains(r"^[0-9]+(\.[0-9]+)?$")
    exact = cells.select(
        pl.when(is_held).then("digits").when(pl.col(ours) & ~pl.col("typed")).then(in_words).alias("exact"),
        pl.exclude("exact"),
    )
    exact = _without_residue(exact)
    part = pl.col("exact").str.extract(r"\.([0-9]+)$", 1)
    whole = pl.col("exact").str.extract(r"^0*([0-9]+)", 1)
    fraction = part.str.contains("[1-9]").fill_null(False)
    exact = exact.with_columns(
        part=part.fill_null(""), fraction=fraction, too_long=whole.str.len_chars().fill_null(0) > _LONGEST
    )
    code = (
        pl.when(pl.col("text").is_null() | pl.col("digits").is_null())
        .then(None)
        .when("error")
        .then(pl.lit("error_cell"))
        .when(pl.col("odd"))
        .then(pl.lit("number_unreadable"))
        .when(pl.col("negative") & (pl.col("dot") | pl.col("comma")))
        .then(pl.lit("negative_count" if kind == COUNT else "number_out_of_range"))
        .when(pl.col("exact").is_null() & (kind == COUNT) & (pl.col("dot") | pl.col("comma")))
        .then(pl.lit("not_whole"))
        .when(pl.col("exact").is_null())
        .then(pl.lit("number_unreadable"))
        .when("too_long")
        .then(pl.lit("number_out_of_range"))
        .when(pl.col("fraction") & (kind == COUNT))
        .then(pl.lit("not_whole"))
        .when((whole.str.len_chars() >= len(str(LARGEST_PERCENT))) & (kind == PERCENT))
        .then(pl.lit("number_out_of_range"))
        .when((pl.col("part").str.len_chars() > PLACES) & ~pl.col("typed"))
        .then(pl.lit("number_too_precise"))
    )
    exact = exact.with_columns(code=code)
    good = exact.select(
        pl.when(pl.col("code").is_null()).then("exact").alias("exact"), "typed", "part", "code"
    )
    value = _as_decimal(good)
    decimals = good.select(
        pl.when(pl.col("exact").is_not_null()).then(
            pl.min_horizontal(pl.col("part").str.len_chars(), pl.lit(PLACES)).cast(pl.Int32)
            if kind != COUNT
            else pl.lit(0, pl.Int32)
        )
    ).to_series()
    return Numbers(value, decimals.alias("decimals"), exact["code"], mark)


def _whole_numbers(cells: pl.DataFrame, mark: str, ours: str) -> Numbers | None:
    """A column in which each cell is a whole number and nothing else, or says nothing; None for any other."""
    is_other = pl.any_horizontal("odd", "error", "negative", ~pl.col(ours))
    is_held_otherwise = pl.col("typed") & pl.col("digits").str.contains("[.,]")
    digits = pl.col("digits").str.replace_all(mark, "", literal=True)
    is_long = ~digits.str.contains(f"^[0-9]{{1,{_LONGEST}}}$")
    found = cells.select(
        is_other=is_other | is_held_otherwise | is_long,
        value=digits.cast(pl.Int64, strict=False).cast(VALUE),
        decimals=pl.when(pl.col("digits").is_not_null()).then(pl.lit(0, pl.Int32)),
        code=pl.lit(None, pl.String),
    )
    if found["is_other"].any():
        return None
    return Numbers(found["value"], found["decimals"], found["code"], mark)


_RESIDUE = (
    r"\.[0-9]{0,6}?(?:0{6,}|9{6,})[0-9]{0,5}$"  # what binary arithmetic leaves behind the last true digit
)


def _without_residue(exact: pl.DataFrame) -> pl.DataFrame:
    odd = exact["exact"].str.contains(_RESIDUE).fill_null(False)
    if not odd.any():
        return exact
    texts = exact["exact"].filter(odd).unique().to_list()
    shown = {text: format(rounded(Decimal(text), 6).normalize(), "f") for text in texts}
    return exact.with_columns(exact=pl.col("exact").replace(shown))


def _as_decimal(good: pl.DataFrame) -> pl.Series:
    """Text holds at most PLACES decimals; a number that a workbook computed is rounded to them, half up."""
    long = good.filter(pl.col("part").str.len_chars() > PLACES)["exact"].drop_nulls()
    if long.len():
        shown = {text: str(rounded(Decimal(text), PLACES)) for text in long.unique().to_list()}
        exact = good["exact"].replace(shown)
    else:
        exact = good["exact"]
    return exact.cast(VALUE).alias("value")
