"""Verdicts of suites that are kept: a table that is as it was when it was judged is not judged again by the
same code, registry and versions. A check that crashed is tried again, and so is all that is not known.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

import polars as pl
from duckdb import DuckDBPyRelation as Rows

from expectations.verdict import Result, Verdict
from orchestration.state import inputs

SHAPE = pl.Schema(
    {
        "suite": pl.String(),
        "table_name": pl.String(),
        "state": pl.String(),  # of the table
        "judged_by": pl.String(),
        "judged_at": pl.Datetime("us", "UTC"),
        "is_of_one_plan": pl.Boolean(),
        "results": pl.String(),  # JSON, and so are the rules with the positions that break them
        "failing": pl.String(),
        "frame": pl.Binary(),  # Arrow
        "page": pl.String(),  # of Data Docs
    }
)


class Verdicts:
    """Those of before, `known` in the shape `SHAPE`, and with them those of this run."""

    def __init__(self, known: pl.DataFrame):
        by = [inputs.reading(), *map(version, ("great_expectations", "duckdb", "polars"))]
        self._by = hashlib.sha256(json.dumps(by, sort_keys=True).encode()).hexdigest()
        found = known.filter(judged_by=self._by).to_dicts()
        self._entries = {(row["suite"], row["table_name"]): row for row in found}

    def judged(
        self,
        suite: str,
        suites,
        tables: Mapping[str, Rows | pl.DataFrame],
        states: Mapping[str, str | None],
    ) -> list[Verdict]:
        """The verdict on each table; one that is kept has no validation of Great Expectations. `states`: by
        table what is another whenever the table is; without it the table is judged."""
        return [self._judged(suite, suites, table, rows, states.get(table)) for table, rows in tables.items()]

    def _judged(
        self, suite: str, suites, table: str, rows: Rows | pl.DataFrame, state: str | None
    ) -> Verdict:
        from expectations.gate import judge

        known, keys = self._entries.get((suite, table)), suites.KEYS[table]
        if known and known["state"] == state:
            return _read(known, tuple(keys))
        verdict = judge(suite, table, rows, suites.SUITES[table], keys)
        self._entries.pop((suite, table), None)
        if state and verdict.outcome != "crashed":
            self._entries[suite, table] = _written(verdict) | {"state": state, "judged_by": self._by}
        return verdict

    def write_pages(self, folder: Path, verdicts: Sequence[Verdict], rules: pl.DataFrame) -> None:
        """A page of Data Docs for each; see `expectations.docs`."""
        from expectations import docs

        docs.write_pages(folder, [verdict for verdict in verdicts if verdict.validation], rules)
        for verdict in verdicts:
            page = folder / f"{verdict.suite}.{verdict.table}.html"
            entry = self._entries.get((verdict.suite, verdict.table))
            if not verdict.validation:
                assert entry
                page.write_text(entry["page"], "utf-8")
            elif entry:
                entry["page"] = page.read_text("utf-8")

    def rows(self) -> pl.DataFrame:
        return pl.DataFrame([*self._entries.values()], schema=SHAPE)


def _written(verdict: Verdict) -> dict:
    verdict.frame.write_ipc(frame := BytesIO())
    return {
        "suite": verdict.suite,
        "table_name": verdict.table,
        "judged_at": verdict.judged_at,
        "is_of_one_plan": verdict.is_of_one_plan,
        "results": json.dumps([asdict(result) for result in verdict.results]),
        "failing": json.dumps(verdict.failing),
        "frame": frame.getvalue(),
        "page": None,
    }


def _read(entry: dict, keys: tuple[str, ...]) -> Verdict:
    return Verdict(
        suite=entry["suite"],
        table=entry["table_name"],
        keys=keys,
        frame=pl.read_ipc(BytesIO(entry["frame"])),
        is_of_one_plan=entry["is_of_one_plan"],
        results=tuple(Result(**result) for result in json.loads(entry["results"])),
        failing={rule: tuple(found) for rule, found in json.loads(entry["failing"]).items()},
        validation=None,
        judged_at=entry["judged_at"],
    )
