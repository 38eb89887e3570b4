"""What was read of a plan at the door: whose and for when it is, what it lacks, which other plan it meets."""

from collections.abc import Iterator
from datetime import datetime

import polars as pl

from ingest import landing, manifest
from ingest.wording import match_key

LANDED = ("plan_documents", "plan_remarks", "plan_indicators", "plan_targets", "plan_tasks")
# Remarks on who and when; the others are findings of the release.
OF_IDENTITY = ("year_inferred", "given_otherwise", "amendment")


def described(plan_id: str) -> Iterator[str]:
    """A line for each thing that is known, or lacking, of the current text of a plan."""
    landed = {table: pl.read_parquet(landing.folder(table) / "*.parquet") for table in LANDED}
    texts = [e for e in manifest.extracts() if e.source_id == "plan" and not e.withdrawn]
    documents = {row["extract_id"]: row for row in landed["plan_documents"].to_dicts()}
    current: dict[str, dict] = {}
    for extract in sorted(texts, key=_last_received):
        if extract.plan_id and extract.extract_id in documents:
            current[extract.plan_id] = documents[extract.extract_id]
    about = current.pop(plan_id, None)
    if not about:
        return
    rows = {table: frame.filter(extract_id=about["extract_id"]) for table, frame in landed.items()}
    yield f"  title: {about['title'] or 'not found'}"
    level = f" ({about['level']})" if about["level"] else ""
    without = "not found; its targets belong to nobody until you give it with --org"
    yield f"  organisation: {about['organisation'] or without}{level}"
    yield f"  year: {_years(about)}; results of {about['result_year'] or 'no year'}"
    counts = (f"{rows[f'plan_{what}'].height} {what}" for what in ("indicators", "targets", "tasks"))
    yield f"  read: {', '.join(counts)}, {rows['plan_remarks'].height} remarks"
    for remark in rows["plan_remarks"].filter(pl.col("kind").is_in(OF_IDENTITY)).to_dicts():
        yield f"  note: {remark['detail_en']}"
    for other_id, other in current.items():
        if _key(about) and _key(about) == _key(other):
            yield (
                f"  note: the plan {other_id} is of the same organisation and year; if this one takes its "
                f"place, take that one back (dxkpi withdraw {other['extract_id'][:12]} --reason ...)"
            )


def _years(about: dict) -> str:
    if not about["year"]:
        return "not found; only targets that say their year count until you give it with --year"
    first = about["year_from"]
    return f"{about['year']} (from {first})" if first not in (None, about["year"]) else str(about["year"])


def _key(about: dict) -> tuple | None:
    """What two versions of one plan have in common."""
    name = about["organisation"]
    return (match_key(name), about["province"], about["year"]) if name and about["year"] else None


def _last_received(extract: manifest.Extract) -> datetime:
    return max((extract.received_at, *extract.received_again_at))
