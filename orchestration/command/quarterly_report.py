"""`dxkpi report`: the report of a quarter or a year of the current release as a Word document."""

import re
from pathlib import Path

from ingest.errors import Refused
from orchestration.command import lookup
from orchestration.publication import quarterly_report
from orchestration.publication.database import Marts
from orchestration.state import current


def write(period_id: str | None, org: str | None, file: Path | None) -> Path:
    """Write it to `file`, by default into the working directory, and return where it is."""
    if period_id and not re.fullmatch(r"\d{4}(-Q[1-4])?", period_id):
        raise Refused(
            f"--period {period_id}: a report is of a quarter or a year; expected one such as 2024-Q1 or 2023"
        )
    marts = Marts(current.folder() / "parquet")
    about = marts["release"].row(0, named=True)
    whose = lookup.organisation(org) if org else None
    _, period_id = quarterly_report.subject(marts, about, period_id, whose)
    if file is None:
        file = Path(f"bao_cao_{period_id}{f'_{whose}' if whose else ''}.docx")
    if file.suffix.casefold() != ".docx":
        raise Refused(f"{file}: the report is a Word document; name a file that ends in .docx")
    if not file.parent.is_dir():
        raise Refused(f"{file.parent}: there is no such folder; make it, or name a file in another one")
    quarterly_report.write(marts, about, file, period_id, whose)
    return file
