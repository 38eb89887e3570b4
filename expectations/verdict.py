"""What a suite found in one table: a result per expectation, and which rows broke which rule."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

# Where a row stands in its table, counted from 0.
POSITION = "row_position"


@dataclass(frozen=True)
class Result:
    """One expectation that ran. `outcome` is passed, failed or crashed; counts are of rows."""

    check_id: str
    rule_id: str
    column_name: str | None
    outcome: str
    checked_rows: int
    failed_rows: int
    seconds: float
    detail: str | None


@dataclass(frozen=True)
class Verdict:
    """`frame` holds the rows of the table that break a rule, each with its position, in order of its keys;
    `failing` maps a rule to the positions of those that break it, in ascending order.

    Only expectations about single rows fill it, so many documents can be judged as one frame.
    `validation` is Great Expectations' own result, which the Data Docs are written from; a verdict that
    was kept has none.
    """

    suite: str
    table: str
    keys: tuple[str, ...]
    frame: pl.DataFrame
    is_of_one_plan: bool
    results: tuple[Result, ...]
    failing: dict[str, tuple[int, ...]]
    validation: Any
    judged_at: datetime

    @property
    def outcome(self) -> str:
        outcomes = {result.outcome for result in self.results}
        return next((o for o in ("crashed", "failed") if o in outcomes), "passed")
