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
_MORE = (b"<f", b"<rPh", b"<r>", b"&#", b"\r", b"_x", b"<!", b"<?")
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}
# What stands from the beginning of one cell to that of the next one.
_TEXT = r"<is><t(?: xml:space=\"preserve\")?>([^<]*)</t></is>"
_CELL = (
    r'^r="([A-Z]{1,3})([1-9][0-9]{0,6})"(?: s="([0-9]+)")?(?: t="([a-zA-Z]+)")?'
    rf"(?:/>|></c>|>(?:<v>([^<]*)</v>|{_TEXT})</c>)"
    r'((?:</row>)?(?:<row r="[0-9]+"[^>]*/>)*(?:<row r="([0-9]+)"[^>]*>)?(?:</row>)?)$'
)
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
    held = pl.DataFrame({"inside": [inside]})
    has_more = held.select(pl.any_horizontal(pl.col("inside").bin.contains(sign) for sign in _MORE)).item()
    is_plain = begins and ends and not has_more
    if not is_plain or b"AlternateContent" in data or _HIDDEN.search(inside):
        return None
    try:
        parts = pl.Series([inside.decode()]).str.split("<c ").explode()
    except UnicodeDecodeError:
        return None
    first_row = re.search(_FIRST, parts[0])
    if len(parts) < 2 or not first_row:
        return None
    found = parts[1:].str.extract_groups(_CELL).struct.unnest()
    found.columns = ["letters", "row", "style", "kind", "value", "text", "tail", "next_row"]
    if found["letters"].null_count():
        return None
    first = pl.Series("of", [first_row[1]])
    of = pl.concat([first, found["next_row"].rename("of")[:-1]]).forward_fill()
    if not (found["row"] == of).all():
        return None
    found = found.select(
        pl.col("row").cast(pl.Int64) - 1,
        pl.col("letters")
        .replace_strict({of: column_of(of) for of in found["letters"].unique()})
        .alias("column"),
        pl.col("style").fill_null("0"),
        pl.col("kind").fill_null("n"),
        value=pl.coalesce("value", "text"),
    ).filter(pl.col("value").is_not_null() & (pl.col("value") != ""))
    if not set(found["kind"].unique()) <= {"n", "s", "inlineStr", "str", "e", "b"}:
        return None
    if b"&" in inside:
        found = found.with_columns(pl.col("value").str.replace_many(_ENTITIES))
    numbers, used = _numbers(found, kinds, printed), found.filter(kind="s")["value"].unique()
    if numbers is None or not used.str.contains("^[0-9]+$").all():
        return None
    texts = {number: strings[int(number)] for number in used}
    found = found.join(
        numbers, on=("kind", "style", "value"), how="left", maintain_order="left"
    ).with_columns(
        text=pl.when(kind="s")
        .then(pl.col("value").replace_strict(texts, default=None, return_dtype=pl.String))
        .when(kind="b")
        .then(pl.when(pl.col("value") == "1").then(pl.lit("TRUE")).otherwise(pl.lit("FALSE")))
        .when(kind="n")
        .then("printed")
        .otherwise("value")
    )
    found = found.filter(pl.col("text") != "")
    if found.is_empty() or found.select(pl.struct("row", "column").is_duplicated().any()).item():
        return None
    height, width = found.select(pl.col("row", "column").max() + 1).row(0)
    if not is_bearable(height, width):
        return None
    rows = pl.DataFrame({"row": range(height)}, schema={"row": pl.Int64})
    columns = found.partition_by("column", as_dict=True)
    none = found.clear()
    joined = [
        rows.join(columns.get((n,), none), on="row", how="left", maintain_order="left") for n in range(width)
    ]
    return Cells(
        pl.DataFrame([column["text"].alias(str(n)) for n, column in enumerate(joined)]),
        pl.DataFrame([column["is_number"].fill_null(False).alias(str(n)) for n, column in enumerate(joined)]),
        set(used),
        before + _BEGINS + _ENDS + after,
    )


def _numbers(
    found: pl.DataFrame, kinds: dict[str, str | None], printed: Callable[[str, str | None], tuple[str, bool]]
) -> pl.DataFrame | None:
    """Each number of a style as it is shown, and whether it is one then; None where one cannot be read."""
    numbers = found.filter(kind="n").unique(["style", "value"]).select("kind", "style", "value")
    plain = [style for style in numbers["style"].unique() if kinds.get(style) is None]
    is_whole = pl.col("style").is_in(plain) & pl.col("value").str.contains("^[0-9]{1,15}$")
    whole = numbers.filter(is_whole).with_columns(
        printed=pl.col("value").str.replace("^0+([0-9])", "$1"), is_number=pl.lit(True)
    )
    others = numbers.filter(~is_whole)
    try:
        shown = [printed(value, kinds.get(style)) for style, value in others.select("style", "value").rows()]
    except ValueError:
        return None
    return pl.concat(
        [
            whole,
            others.with_columns(
                pl.Series("printed", [text for text, _ in shown], dtype=pl.String),
                pl.Series("is_number", [is_number for _, is_number in shown], dtype=pl.Boolean),
            ),
        ]
    )
