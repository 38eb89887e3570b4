"""What must hold of the inbox: nothing lies there that cannot be taken as it is."""

from collections.abc import Collection, Iterable, Mapping

import polars as pl

from expectations.requirements import empty, suites

KEYS = {"left_in_inbox": ("line",)}

SUITES = suites(KEYS, {"left_in_inbox": [empty("why_vi", "left_in_inbox")]})


def left(lines: Iterable[Mapping[str, str]], sources: Collection[str]) -> pl.DataFrame:
    """One row for what lies there, of lines by language such as `vneid/a.csv: nothing says its period`: line,
    why_vi, why_en, and source_id where it lies in the folder of one."""
    rows = []
    for line in lines:
        folder = line["en"].partition("/")[0]
        source = folder if folder in sources else None
        rows.append({"line": line["en"], "why_vi": line["vi"], "why_en": line["en"], "source_id": source})
    kinds = dict.fromkeys(("line", "why_vi", "why_en", "source_id"), pl.String)
    return pl.DataFrame(rows, schema=kinds)
