"""The current release, as anyone may read it."""

from pathlib import Path

import duckdb

from ingest import folders
from ingest.errors import Refused


def folder() -> Path:
    """The folder of the current release. Raises Refused when nothing has been published."""
    release = (folders.published() / "current").resolve()
    if not (release / "dxkpi.duckdb").is_file():
        raise Refused(f"{folders.published()}: nothing is published yet; run `dxkpi run`")
    return release


def rows(query: str, *values) -> list[dict]:
    """The rows a query gives on the published database, each as a dict by column name."""
    return rows_of(folder(), query, *values)


def rows_of(release: Path, query: str, *values) -> list[dict]:
    """The same of any release, by its folder."""
    with duckdb.connect(str(release / "dxkpi.duckdb"), read_only=True) as database:
        database.execute("set timezone = 'UTC'")
        found = database.execute(query, values)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
