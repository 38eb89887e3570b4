"""The cells of a sheet of an XLSX that holds numbers and plain texts, as the library reads them.

Whatever is more, such as a formula, a hidden row, an entity or a text in runs, is for `workbooks` to read.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

_BEGINS, _ENDS = b"<sheetData>", b"</sheetData>"
_HIDDEN = re.compile(rb'<row [^>]*\b(?:hidden="(?!(?:0|false)")|ht="[^1-9])')
# Formulas, texts in runs, and what the parser or the program makes other text of.
_MORE = "<f|<rPh|<r>|&#|\r|_x|<!|<\\?"
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}
# A cell, and what stands between it and the next one. At each letter there is one way on, by which the
# library finds the groups in one pass.
_CELL = (
    r'^r="(?<letters>[A-Z]{1,3})(?<row>[1-9][0-9]{0,6})"'
    r'(?: (?:s="(?<style>[0-9]+)"(?: t="(?<kind>[a-zA-Z]+)")?|t="(?<kind_alone>[a-zA-Z]+)"))?'
    r'(?:/>|><(?:/|v>(?<value>[^<]*)</v></|is><t(?: xml:space="preserve")?>(?<text>[^<]*)</t></is></)c>)'
    r"(?<tail>(?:.|\n)*)$"
)
_TAIL = r'^(?:</row>)?(?:<row r="[0-9]+"[^>]*/>)*(?:<row r="([0-9]+)"[^>]*>)?(?:</row>)?$'
_FIRST = r'^(?:<row r="[0-9]+"[^>]*(?:/>|></row>))*<row r="([0-9]+)"[^>]*>$'


@dataclass(frozen=True)
class Cells:
    texts: pl.DataFrame
    typed: pl.DataFrame
    """Where a cell holds a number."""
    strings: set[str]
    """The numbers of the shared strings that cells hold."""
    rest: bytes
    """The sheet without its cells."""


def read(
    data: bytes,
    strings: Sequence[str],
    kinds: dict[str, str | None],
    printed: Callable[[str, str | None], tuple[str, bool]],
    column_of: Callable[[str], int],
    is_bearable: Callable[[int, int], bool],
) -> Cells | None:
    """None where the sheet holds anything else. kinds: by its style, what a number is; printed: a number as a
    person sees it, and whether it is one then; is_bearable: of the height and the width."""
    before, begins, rest = data.partition(_BEGINS)
    inside, ends, after = rest.rpartition(_ENDS)
    try:
        held = pl.Series([inside]).cast(pl.String)
    except pl.exceptions.PolarsError:
        return None
    is_plain = begins and ends and not held.str.contains(_MORE).item()
    if not is_plain or b"AlternateContent" in data or _HIDDEN.search(inside):
        return None
    parts = held.str.split("<c ").explode()
    first_row = re.search(_FIRST, parts[0])
    if len(parts) < 2 or not first_row:
        return None
    found = parts[1:].str.extract_groups(_CELL).struct.unnest()
    between = found.select(n=pl.int_range(pl.len()), tail="tail").filter(pl.col("tail") != "")
    if found["letters"].null_count() or not between["tail"].str.contains(_TAIL).all():
        return None
    next_rows = pl.repeat(None, len(found) + 1, dtype=pl.String, eager=True).scatter(
        pl.concat([pl.Series([0]), between["n"] + 1]),
        pl.concat([pl.Series([first_row[1]]), between["tail"].str.extract(_TAIL, 1)]),
    )
    if not (found["row"] == next_rows.forward_fill()[:-1]).all():
        return None
    found = found.select(
        pl.col("row").cast(pl.Int64) - 1,
        pl.col("letters")
        .replace_strict({of: column_of(of) for of in found["letters"].unique()})
        .alias("column"),
        pl.col("style").fill_null("0"),
        kind=pl.coalesce("kind", "kind_alone", pl.lit("n")),
        value=pl.coalesce("value", "text"),
    ).filter(pl.col("value").is_not_null() & (pl.col("value") != ""))
    if not set(found["kind"].unique()) <= {"n", "s", "inlineStr", "str", "e", "b"}:
        return None
    if b"&" in inside:
        found = found.with_columns(pl.col("value").str.replace_many(_ENTITIES))
    used = found.filter(kind="s")["value"].unique()
    if not used.str.contains("^[0-9]+$").all():
        return None
    texts = {number: strings[int(number)] for number in used}
    try:
        found = _with_numbers(found, kinds, printed)
    except ValueError:
        return None
    found = found.with_columns(
        text=pl.when(kind="s")
        .then(pl.col("value").replace_strict(texts, default=None, return_dtype=pl.String))
        .when(kind="b")
        .then(pl.when(pl.col("value") == "1").then(pl.lit("TRUE")).otherwise(pl.lit("FALSE")))
        .when(kind="n")
        .then("printed")
        .otherwise("value")
    ).filter(pl.col("text") != "")
    if found.is_empty():
        return None
    height, width = found.select(pl.col("row", "column").max() + 1).row(0)
    if not is_bearable(height, width):
        return None
    columns = found.partition_by("column", as_dict=True)
    if any(column["row"].n_unique() < column.height for column in columns.values()):
        return None
    none = found.clear()
    laid_out = [_laid_out(columns.get((n,), none), height) for n in range(width)]
    return Cells(
        pl.DataFrame([text.alias(str(n)) for n, (text, _) in enumerate(laid_out)]),
        pl.DataFrame([is_number.alias(str(n)) for n, (_, is_number) in enumerate(laid_out)]),
        set(used),
        before + _BEGINS + _ENDS + after,
    )


def _laid_out(cells: pl.DataFrame, height: int) -> tuple[pl.Series, pl.Series]:
    """The text of each row of a column, and whether it is a number."""
    at = pl.repeat(None, height, dtype=pl.UInt32, eager=True)
    at = at.scatter(cells["row"], pl.int_range(cells.height, dtype=pl.UInt32, eager=True))
    return cells["text"].gather(at), cells["is_number"].gather(at).fill_null(False)


def _with_numbers(
    found: pl.DataFrame, kinds: dict[str, str | None], printed: Callable[[str, str | None], tuple[str, bool]]
) -> pl.DataFrame:
    """Each number of a style as it is shown, and whether it is one then. ValueError where one cannot be
    read."""
    plain = [style for style in found["style"].unique() if kinds.get(style) is None]
    is_whole = pl.col("style").is_in(plain) & pl.col("value").str.contains("^[0-9]{1,15}$")
    found = found.with_columns(is_number=(pl.col("kind") == "n") & is_whole)
    found = found.with_columns(
        printed=pl.when("is_number").then(pl.col("value").str.replace("^0+([0-9])", "$1"))
    )
    others = found.filter((pl.col("kind") == "n") & ~pl.col("is_number")).select("style", "value").unique()
    if others.is_empty():
        return found
    shown = [printed(value, kinds.get(style)) for style, value in others.rows()]
    others = others.with_columns(
        kind=pl.lit("n"),
        shown=pl.Series([text for text, _ in shown], dtype=pl.String),
        is_shown=pl.Series([is_number for _, is_number in shown], dtype=pl.Boolean),
    )
    return found.join(others, on=("kind", "style", "value"), how="left", maintain_order="left").with_columns(
        printed=pl.coalesce("shown", "printed"), is_number=pl.coalesce("is_shown", "is_number")
    )
