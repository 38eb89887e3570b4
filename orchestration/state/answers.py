"""What people answered: who answered, settled or signed off what and when, in one file that only grows.

answers/answers.jsonl    a line each, with the sum over the rest of it
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from ingest import folders
from ingest.errors import Refused
from ingest.files import held, replace_text
from ingest.hashes import with_sum, without_sum

KINDS = ("answered", "settled", "signed_off")
RECORDS: dict[str, Any] = {
    "record_no": pl.Int32,
    "kind": pl.String,
    "matter_id": pl.String,
    "period_id": pl.String,
    "author": pl.String,
    "statement": pl.String,
    "recorded_at": pl.Datetime("us", "UTC"),
    "release_id": pl.String,
    "cause": pl.String,
    "group_id": pl.String,
    "org_id": pl.String,
    "org_vi": pl.String,
    "title_vi": pl.String,
    "title_en": pl.String,
}


def record(kind: str, author: str, statement: str, **about: Any) -> None:
    """Add what somebody said. `about`: other columns of `RECORDS`, of the matter or the period.

    Whoever reads at that moment reads the file as it was, or with the new line.
    """
    entry = {
        "kind": kind,
        "author": _line(author),
        "statement": _line(statement),
        "recorded_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%f}+00:00",
        **about,
    }
    file = answers_file()
    with held(file.with_name(".lock")):
        before = file.read_text("utf-8") if file.is_file() else ""
        list(_entries(before))
        replace_text(file, f"{before}{json.dumps(with_sum(entry), ensure_ascii=False)}\n")


def records() -> pl.DataFrame:
    """All that was said, in the shape `RECORDS`. Raises Refused where a line is not as it was written."""
    file = answers_file()
    entries = list(_entries(file.read_text("utf-8"))) if file.is_file() else []
    rows = [
        {**dict.fromkeys(RECORDS), **entry, "record_no": number, "recorded_at": _moment(entry["recorded_at"])}
        for number, entry in enumerate(entries, start=1)
    ]
    return pl.DataFrame(rows, schema=RECORDS)


def answers_file() -> Path:
    return folders.data_dir() / "answers" / "answers.jsonl"


def _entries(text: str) -> Iterator[dict]:
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            entry = without_sum(json.loads(line))
            if entry["kind"] not in KINDS or not _moment(entry["recorded_at"]):
                raise ValueError(entry["kind"])
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Refused(
                f"{answers_file()}: line {number}: is not as it was written; take the line from a backup"
            ) from None
        yield entry


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _line(text: str) -> str:
    """One line of text. Raises Refused where nothing is said."""
    tidied = " ".join(text.split())
    if not tidied:
        raise Refused("--by and --text must say something")
    return tidied
