"""Rows of a table that are of another period than the file: blocks under a line that names it, and rows in
which a cell does."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from ingest.reading import totals
from ingest.reading.outcome import Rejection, Unread
from ingest.wording import match_key, tidy

_MAY_NAME_PERIOD = r"(?i)th[aá]ng|qu[yý]|\bk[yỳ]|ng[aà]y|20\d\d|\b[tq]\W?\d"
_NUMBER_OF_ROW = re.compile(r"[ivx]+|[a-e]|\d{1,2}")
_FIGURES = r"^[\s(]*[+-]?\d[\d.,\s\u00a0]*%?\s*\)?$"


@dataclass(frozen=True)
class Apart:
    roles: pl.Series
    """Of each row; `other` in a block of another period, `rejected` where a cell names one."""
    unread: list[Unread] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    reasons: list[Rejection] = field(default_factory=list)
    """Why rows are left out, for a table of which nothing else is left."""


def of_other_periods(body: pl.DataFrame, grid, header, columns: Sequence, asked) -> Apart:
    """Set apart what is not of the period asked for; nothing where none is asked."""
    if asked is None or grid.records:
        return Apart(body["role"])
    roles = body["role"].to_list()
    counted = [f"#{header.at[column.field]}" for column in columns if column.is_number]
    dated = {f"#{header.at[column.field]}" for column in columns if column.kind == "date"}
    of_period = [f"#{n}" for n, heading in header.unknown.items() if asked.is_period_column(heading)]
    has_figures = body.select(_any(pl.col(c).str.contains(_FIGURES) for c in counted)).to_series()
    words = [c for c in body.columns if c.startswith("#") and c not in dated and c not in of_period]
    apart = Apart(body["role"])
    lines = _lines(body, words, counted, has_figures, asked)
    starts = list(lines)
    for n, end in itertools.pairwise([*starts, body.height]):
        text, is_other = lines[n]
        place = grid.place_of_row(body["row"][n])
        if not has_figures[n:end].any():
            roles[n] = "note"
        elif not is_other:
            roles[n] = "section"
        else:
            roles[n:end] = ["other"] * (end - n)
            figures = sum(int(body[c][n:end].str.contains(_FIGURES).sum()) for c in counted)
            apart.unread.append(Unread("row", place, text, figures))
            apart.reasons.append(_rejection(body["row"][n], place, text, asked))
    for c in of_period:
        heading = header.unknown[int(c[1:])]
        wrong = {text for text in body[c].drop_nulls().unique() if asked.is_other_cell(heading, text)}
        for n in body[c].is_in(list(wrong)).fill_null(False).arg_true() if wrong else []:
            if roles[n] == "data":
                roles[n] = "rejected"
                place = grid.place(body["row"][n], heading)
                apart.rejected.append(_rejection(body["row"][n], place, body[c][n], asked))
    apart.reasons.extend(apart.rejected)
    return Apart(pl.Series("role", roles, dtype=pl.String), apart.unread, apart.rejected, apart.reasons)


def _rejection(row: int, place: str, text: str, asked) -> Rejection:
    message = f"{text!r} is not about {asked.period_id}; name the period it belongs to"
    return Rejection(row, place, "period_mismatch", message, text)


def _lines(body, words: list[str], counted: list[str], has_figures, asked) -> dict[int, tuple[str, bool]]:
    """By row, the lines between the rows that name a period and nothing else (or are a title of one cell),
    and whether it is another one."""
    leading = [c for c in words if c not in counted]
    bare = body.with_row_index("n").filter(~has_figures)
    may_name = {
        *body.select(_names_period(leading)).to_series().arg_true(),
        *bare.filter(_names_period(words))["n"],
    }
    found = {}
    for n in sorted(may_name):
        if body["role"][n] in ("note", "blank"):
            continue
        cells = leading if has_figures[n] else words
        texts = dict.fromkeys(tidy(body[c][n]) for c in cells if body[c][n])
        texts = [text for text in texts if not _NUMBER_OF_ROW.fullmatch(match_key(text))]
        if len(texts) != 1 or totals.is_unit(texts[0]):
            continue
        is_other = asked.is_other(texts[0], alone=bool(has_figures[n]))
        if is_other is not None:
            found[n] = (texts[0], is_other)
    return found


def _names_period(columns: list[str]) -> pl.Expr:
    return _any(pl.col(c).str.contains(_MAY_NAME_PERIOD) for c in columns)


def _any(conditions) -> pl.Expr:
    return pl.any_horizontal(pl.lit(False), *(condition.fill_null(False) for condition in conditions))
