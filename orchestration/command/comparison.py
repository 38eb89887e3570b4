"""`dxkpi compare`: the ratios of several provinces side by side, from the releases that each published."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import duckdb

from ingest.errors import Refused
from orchestration.publication import comparison
from orchestration.texts import number, own, text

OF_ONE = ("indicator_id", "definition_id", "period_id", "is_made_up")


def write(folders: Sequence[Path], file: Path) -> Iterator[str]:
    """Bring the releases in these folders together; lines that rank the provinces. A data directory stands
    for its current release. Raises Refused."""
    if len(folders) < 2:
        raise Refused("name the releases of two provinces or more")
    comparison.write([_release(folder) for folder in folders], file)
    with duckdb.connect(str(file), read_only=True) as con:
        rows = con.execute("from newest_comparison").pl().to_dicts()
    for _, of_one in groupby(rows, key=lambda row: [row[name] for name in OF_ONE]):
        yield from _ranking(list(of_one))
    if not rows:
        yield text("compare.nothing")
    yield str(file)
    yield str(comparison.page_of(file))


def _release(folder: Path) -> Path:
    for release in (folder, folder / "published" / "current"):
        if (release / "dxkpi.duckdb").is_file():
            return release
    raise Refused(
        f"{folder}: holds neither a release nor a data directory with one; run `dxkpi run` there first"
    )


def _ranking(rows: list[dict]) -> Iterator[str]:
    about = rows[0]
    made_up = text("digest.made_up") if about["is_made_up"] else None
    yield text(
        "compare.indicator", name=own(about, "indicator"), period_id=about["period_id"], made_up=made_up
    )
    yield f"  {own(about, 'formula')}"
    for row in rows:
        known = {"province": row["province_vi"], "value": _percent(row["value"])}
        provisional = text("page.provisional") if row["missing_periods"] else None
        yield "  " + (
            text("compare.ranked", rank=row["rank"], provisional=provisional, **known)
            if row["rank"] is not None
            else text("compare.stated", **known)
        )
    median, of_all = _percent(about["median"]), _percent(about["value_of_all"])
    yield "  " + text("compare.together", median=median, of_all=of_all, count=about["ranked_provinces"])


def _percent(value: float) -> str:
    return f"{number(round(Decimal(repr(value)), 2))}%"
