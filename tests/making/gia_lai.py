"""The Gia Lai plan as the tests read it, and made-up plans each named for what is wrong with it."""

from functools import cache
from pathlib import Path

import polars as pl

from ingest import plan

ROOT = Path(__file__).parents[2]
PLAN = ROOT / "data/plan/gia-lai-2024/plan.md"
BROKEN = ROOT / "tests/fixtures/plan"


@cache
def gia_lai() -> dict[str, pl.DataFrame]:
    return plan.read(PLAN.name, PLAN.read_bytes())


def broken(name: str) -> dict[str, pl.DataFrame]:
    """A made-up plan of the fixtures, named for what is wrong with it."""
    return plan.read(f"{name}.md", (BROKEN / f"{name}.md").read_bytes())


def remarks(tables: dict[str, pl.DataFrame]) -> list[tuple[str, int, str]]:
    return tables["plan_remarks"].select("kind", "line", "raw_text").rows()
