"""The Gia Lai plan as the tests read it: the excerpt of this repository, and the full document beside it."""

from functools import cache
from pathlib import Path

import polars as pl
import pytest

from ingest import plan

ROOT = Path(__file__).parents[2]
EXCERPT = ROOT / "data/plan/gia-lai-2024/plan.md"
FULL = ROOT.parent / "shared/plan/gia-lai-2024.md"
BROKEN = ROOT / "tests/fixtures/plan"


@cache
def excerpt() -> dict[str, pl.DataFrame]:
    return plan.read(EXCERPT.name, EXCERPT.read_bytes())


@cache
def full() -> dict[str, pl.DataFrame]:
    if not FULL.parent.is_dir():
        pytest.skip(f"the full document is not here: {FULL.parent.name}/ beside the checkout is absent")
    return plan.read(FULL.name, FULL.read_bytes())


def broken(name: str) -> dict[str, pl.DataFrame]:
    """A made-up plan of the fixtures, named for what is wrong with it."""
    return plan.read(f"{name}.md", (BROKEN / f"{name}.md").read_bytes())


def remarks(tables: dict[str, pl.DataFrame]) -> list[tuple[str, int, str]]:
    return tables["plan_remarks"].select("kind", "line", "raw_text").rows()
