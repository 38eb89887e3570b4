"""Matters in words, as console and README list them. Decides nothing."""

from collections.abc import Iterable
from itertools import groupby

from orchestration import texts
from orchestration.texts import own, text, words


def by_group(rows: Iterable[dict]) -> list[tuple[str, list[dict]]]:
    """Matters in their order under the names of their groups; those that are settled under a heading of their
    own."""
    return [(name, list(of_group)) for name, of_group in groupby(rows, key=heading)]


def heading(row: dict) -> str:
    return text("matters.settled") if row["state"] == "settled" else own(row, "group")


def about(row: dict) -> str:
    """Who must act, where it is, since when, and how far it is."""
    since = text("matters.since", day=texts.day(row["since_on"])) if row["since_on"] else None
    return " – ".join(filter(None, (row["org_vi"], own(row, "citation"), since, state(row))))


def state(row: dict) -> str:
    who = ", ".join(filter(None, (row["answered_by"], row["answered_at"] and texts.day(row["answered_at"]))))
    return f"{words('matter_states')[row['state']]}{f' ({who})' if who else ''}"
