"""What a current release says, whatever runs made it and whatever was published before it."""

import hashlib
import re
from pathlib import Path

import polars as pl

MODELS = Path(__file__).parents[2] / "dbt_project/models/marts"


def contents(data: Path) -> dict[str, object]:
    """The hash of each table's Parquet file, and the findings. Not in it is what differs from run to run by
    its nature: clock times, ids of releases, what changed since the one before."""
    of_runs = {
        model.stem
        for model in MODELS.rglob("*.sql")
        if re.match(r"\{\{ config\(tags=\['findings'\]\)", model.read_text(encoding="utf-8"))
    }
    assert {"release", "fct_check_result", "fct_finding"} <= of_runs
    parquet = data / "published/current/parquet"
    hashes = {file.stem: hashlib.sha256(file.read_bytes()).hexdigest() for file in parquet.glob("*.parquet")}
    assert {"fct_observation", "fct_indicator_value", "rpt_scorecard"} <= hashes.keys()
    found = pl.read_parquet(parquet / "fct_finding.parquet", columns=["finding_id", "severity", "message_vi"])
    return {table: known for table, known in hashes.items() if table not in of_runs} | {
        "fct_finding": sorted(found.rows())
    }
